"""The virtual rig on a real bench process: what the session opens, without the session."""

from dataclasses import replace

import pytest

from lerobot_core.control.clock import Pace, WallClock
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.sim.client import BenchClient

HZ = 60


@pytest.mark.parametrize("name", ["control", "so100-t", "koch-t", "bi_so101-t", "bi_koch-t"])
def test_the_demonstrator_moves_the_follower_and_both_come_to_rest(name: str) -> None:
    install_virtual_calibrations()
    rig = virtual_rig(name)
    robot = replace(rig.robot, cameras={}).build()
    leader = rig.teleoperator.build()
    bench = BenchClient(name)
    try:
        with leader, robot:
            rest = robot.get_observation()
            teleoperation = Teleoperation(robot, leader, WallClock(), ease_in_s=0.3)
            teleoperation.engage()
            pace = Pace(HZ, WallClock())
            ticks = [teleoperation.tick(pace.wait()) for _ in range(2 * HZ)]
            moved = {joint: ticks[-1].observed[joint] - rest[joint] for joint in rest}
            assert max(abs(degrees) for degrees in moved.values()) > 20
            teleoperation.go_to_rest(rest)
            for _ in range(10 * HZ):
                last = teleoperation.tick(pace.wait())
                if teleoperation.is_at_rest:
                    break
            assert last.observed == pytest.approx(rest, abs=3)
            teleoperation.release()
            assert not robot.is_torque_on
    finally:
        bench.end_bench()
