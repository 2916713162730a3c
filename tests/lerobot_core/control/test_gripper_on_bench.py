"""Gripper care with real contacts: the demonstrator grips a cube through bus, limits and loop."""

from pathlib import Path

from lerobot_core.control.clock import ManualClock, Pace
from lerobot_core.control.teleoperate import Mode, Teleoperation
from lerobot_core.control.tick import Tick
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.arm import BusMaker
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.so101 import factory_calibration
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.so_leader import SOLeader

HZ = 60


class SteppedBench(ManualClock):
    """A clock that takes the bench along."""

    def __init__(self) -> None:
        super().__init__(100.0)
        self.bench = Bench()

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self.bench.advance(seconds)

    def sleep_until(self, due_s: float) -> None:
        self.advance(max(due_s - self.time_s, 0.0))

    def loop(self, folder: Path) -> Teleoperation:
        """Both arms connected over the bench's own chains."""
        for name in ("follower", "leader"):
            save_calibration(folder / f"{name}.json", factory_calibration(name))
        robot = SOFollower(
            SO101FollowerConfig(id="follower", port="sim://t/f", calibration_dir=str(folder)),
            make_bus=self._bus_maker("follower"),
            now=self.now,
        )
        leader = SOLeader(
            SO101LeaderConfig(id="leader", port="sim://t/l", calibration_dir=str(folder)),
            make_bus=self._bus_maker("leader"),
        )
        robot.connect()
        leader.connect()
        return Teleoperation(robot, leader, self, ease_in_s=0.5)

    def _bus_maker(self, name: str) -> BusMaker:
        link = ChainLink(self.bench.chains[name])
        return lambda port, motors, calibration: FeetechMotorsBus(
            port, motors, calibration, opener=lambda *_: link, clock=link.now
        )


def test_a_cube_is_carried_with_a_relaxed_grip_and_without_an_overload(tmp_path: Path) -> None:
    stage = SteppedBench()
    loop = stage.loop(tmp_path)
    loop.engage()
    stage.bench.demonstrator.start(seed=3)
    pace = Pace(HZ, stage)
    relaxed: list[Tick] = []
    for _ in range(25 * HZ):
        tick = loop.tick(pace.wait())
        if tick.sent["gripper.pos"] > tick.wanted["gripper.pos"] + 2 and not tick.is_handover:
            relaxed.append(tick)
    assert loop.mode is Mode.FOLLOWING
    assert stage.bench.demonstrator.successes >= 1
    assert len(relaxed) > HZ / 2  # the cube was held for a while
    assert loop.robot.read_alarms()["gripper.pos"] == frozenset()
