"""Every kind of leader drives every kind of follower of its kind, and what is recorded conforms."""

from pathlib import Path

import numpy as np
import pytest
from conformance import assert_conforms
from twin_arms import KINDS, TwinArms

from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.datasets.schema import features_from_hardware, row_from_hardware
from lerobot_core.datasets.writer import DatasetWriter
from lerobot_core.errors import ServosStopped

HZ = 60
MOVED = {"shoulder_lift": 12, "elbow_flex": -9, "wrist_flex": 15, "gripper": 30}


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> TwinArms:
    return TwinArms(request.param, tmp_path)


def run(bench: TwinArms, loop: Teleoperation, seconds: float) -> None:
    for _ in range(round(seconds * HZ)):
        bench.advance(1 / HZ)
        loop.tick(bench.now())


def test_followers_go_where_their_leaders_are(bench: TwinArms) -> None:
    with bench.robot() as robot, bench.teleoperator() as leader:
        loop = Teleoperation(robot, leader, bench, ease_in_s=0.3)
        run(bench, loop, 0.1)
        loop.engage()
        for number, arm in enumerate(bench.leaders):
            arm.move_by_hand(**{name: angle + 5 * number for name, angle in MOVED.items()})
        run(bench, loop, 2.0)
        action, observed = leader.get_action(), robot.get_observation()
        for joint in robot.action_features:
            expected = min(max(action[joint], robot.limits[joint].low), robot.limits[joint].high)
            assert observed[joint] == pytest.approx(expected, abs=1.5)
        loop.stop()
        held = robot.get_observation()
        run(bench, loop, 0.5)
        assert robot.get_observation() == pytest.approx(held, abs=0.5)
        loop.release()
    assert not any(any(arm.torque.values()) for arm in bench.arms.values())


def test_a_session_that_hung_goes_on_after_engaging_again(bench: TwinArms) -> None:
    with bench.robot() as robot, bench.teleoperator() as leader:
        loop = Teleoperation(robot, leader, bench, ease_in_s=0.3)
        loop.engage()
        run(bench, loop, 0.5)
        bench.advance(4.0)
        if bench.kind.endswith("koch"):
            with pytest.raises(ServosStopped):
                run(bench, loop, 0.2)
            loop.engage()
        bench.leaders[-1].move_by_hand(wrist_flex=10)
        run(bench, loop, 1.5)
        key = [joint for joint in robot.action_features if "wrist_flex" in joint][-1]
        assert robot.get_observation()[key] == pytest.approx(leader.get_action()[key], abs=1.5)


def test_what_it_records_conforms(bench: TwinArms, tmp_path: Path) -> None:
    with bench.robot() as robot:
        features = features_from_hardware(robot.observation_features, robot.action_features)
        root = tmp_path / "episodes"
        writer = DatasetWriter.create("lab/episodes", 30, features, root, robot.name)
        for number in range(5):
            bench.followers[-1].move_by_hand(elbow_flex=number)
            observed = robot.get_observation()
            writer.add_row(row_from_hardware(features, observed, observed), "move")
        writer.save_episode({})
        writer.finalize()
    assert_conforms(root)
    assert features["action"].names == list(robot.action_features)
    assert np.prod(features["action"].shape) == 6 * len(bench.followers)
