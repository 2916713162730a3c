"""Two arms as one: what happens to one happens to both, and errors say which arm they are about."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from simulated_arms import StillCamera
from twin_arms import SYNC_WRITE, WRITE, TwinArm, TwinArms

from lerobot_core.errors import (
    CalibrationMismatch,
    GoalNotTaken,
    PortLost,
    ServoNotResponding,
    ServosMissing,
    SettingInvalid,
    TorqueNotOff,
    WorkbenchError,
)
from lerobot_core.robots import BiSOFollower, BiSOFollowerConfig, RobotConfig, SO101FollowerConfig
from lerobot_core.robots.robot import Robot

KINDS = ["bi_so101", "bi_koch"]
CAMERA = {"type": "opencv", "index_or_path": 0}


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> TwinArms:
    return TwinArms(request.param, tmp_path)


@pytest.fixture
def left(bench: TwinArms) -> TwinArm:
    return bench.arms["left_follower"]


@pytest.fixture
def right(bench: TwinArms) -> TwinArm:
    return bench.arms["right_follower"]


@pytest.fixture
def robot(bench: TwinArms) -> Robot:
    robot = bench.robot()
    robot.connect()
    bench.story.clear()
    return robot


# Configs


def entries(**values: Any) -> dict[str, Any]:
    arms = {"left_arm_config": {"port": "a"}, "right_arm_config": {"port": "b"}}
    return {"type": "bi_so_follower", "id": "lab", **arms, **values}


def test_upstreams_names_and_files() -> None:
    robot = RobotConfig.from_dict(entries()).build()
    assert robot.name == "bi_so_follower"
    assert list(robot.action_features)[:2] == ["left_shoulder_pan.pos", "left_shoulder_lift.pos"]
    files = {side: arm.calibration_path for side, arm in robot.arms.items()}
    assert [path.parts[-3:] for path in files.values()] == [
        ("robots", "so_follower", "lab_left.json"),
        ("robots", "so_follower", "lab_right.json"),
    ]


def test_arms_of_a_pair_without_a_name_do_not_share_a_file() -> None:
    arms = RobotConfig.from_dict(entries(id=None)).build().arms
    assert [arm.calibration_path.name for arm in arms.values()] == ["left.json", "right.json"]


def test_the_folder_is_shared(tmp_path: Path) -> None:
    arms = RobotConfig.from_dict(entries(calibration_dir=str(tmp_path))).build().arms
    assert arms["right"].calibration_path == tmp_path / "lab_right.json"


def test_an_arms_cameras_carry_its_side() -> None:
    config = RobotConfig.from_dict(
        entries(
            cameras={"top": CAMERA},
            left_arm_config={"port": "a", "cameras": {"wrist": CAMERA}},
            right_arm_config={"port": "b", "cameras": {"wrist": CAMERA}},
        )
    )
    assert list(config.cameras) == ["top", "left_wrist", "right_wrist"]
    assert RobotConfig.from_dict(config.to_dict()) == config
    assert list(config.build().observation_features)[-3:] == ["top", "left_wrist", "right_wrist"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {
                "cameras": {"left_wrist": CAMERA},
                "left_arm_config": {"port": "a", "cameras": {"wrist": CAMERA}},
            },
            "two cameras are called left_wrist",
        ),
        ({"left_arm_config": {"port": "a", "id": "x"}}, "no id"),
        ({"right_arm_config": {"port": "a", "calibration_dir": "/x"}}, "no calibration_dir"),
        ({"left_arm_config": {"port": "a", "type": "koch_follower"}}, "another kind"),
        ({"left_arm_config": None}, "not described"),
        ({"left_arm_config": {}}, "port"),
    ],
)
def test_what_is_no_pair_is_refused(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(SettingInvalid, match=reason):
        RobotConfig.from_dict(entries(**values))


def test_settings_of_its_arms_are_kept() -> None:
    config = BiSOFollowerConfig(
        left_arm_config=SO101FollowerConfig(port="a", max_speed=50),
        right_arm_config=SO101FollowerConfig(port="b", use_degrees=False),
    )
    again = RobotConfig.from_dict(config.to_dict())
    assert again == config
    assert config.arms["left"].max_speed == 50  # type: ignore[attr-defined]


# Coming and going


def test_cameras_are_opened_first_and_closed_last(tmp_path: Path) -> None:
    bench = TwinArms("bi_so101", tmp_path)
    story: list[str] = []
    picture = np.zeros((2, 3, 3), np.uint8)
    robot = bench.robot()
    assert isinstance(robot, BiSOFollower)
    robot.cameras = {"top": StillCamera("top", story, picture)}
    robot.connect()
    robot.enable_torque()
    assert robot.get_observation()["top"] is picture
    bench.story.clear()
    robot.disconnect()
    assert story == ["top opened", "top closed"]
    assert not any(any(arm.torque.values()) for arm in bench.followers)


def test_both_are_told_to_be_limp_before_one_is_asked_whether_it_is(
    bench: TwinArms, robot: Robot
) -> None:
    robot.enable_torque()
    for let_go in (robot.release, robot.disconnect):
        bench.story.clear()
        let_go()
        spoken = bench.story[:2]
        assert {told.chain for told in spoken} == {"left_follower", "right_follower"}
        assert all((told.code, told.register) == (SYNC_WRITE, "Torque_Enable") for told in spoken)


def test_an_arm_that_does_not_come_up_closes_the_other(
    bench: TwinArms, left: TwinArm, right: TwinArm
) -> None:
    right.chain.faults.cut_before = 3
    robot = bench.robot()
    with pytest.raises(ServosMissing, match=r"right_follower|follower_right"):
        robot.connect()
    assert not robot.is_connected
    assert (left.closed, right.closed) == (1, 1)
    assert not any(left.torque.values())


def test_a_held_arm_does_not_fall_because_the_other_is_missing(
    bench: TwinArms, robot: Robot, left: TwinArm, right: TwinArm
) -> None:
    robot.enable_torque()
    right.chain.faults.cut_before = 3
    with pytest.raises(ServosMissing):
        bench.robot().connect()
    assert all(left.torque.values())
    right.chain.faults.cut_before = None
    again = bench.robot()
    again.connect()
    assert again.is_torque_on


def test_swapped_arms_are_told_apart(bench: TwinArms, left: TwinArm, right: TwinArm) -> None:
    left.chain.swap_servos(right.chain)
    with pytest.raises(CalibrationMismatch, match=r"follower_left.*left_"):
        bench.robot().connect()


# One fails


def test_if_one_cannot_be_prepared_neither_gets_torque(
    bench: TwinArms, robot: Robot, left: TwinArm, right: TwinArm
) -> None:
    right.move_by_hand(elbow_flex=20)
    right.link.lose.add((SYNC_WRITE, "Goal_Position"))
    with pytest.raises(GoalNotTaken, match="right_"):
        robot.enable_torque()
    assert not any(left.torque.values())
    assert not any(right.torque.values())
    assert not robot.is_torque_on


def test_if_one_gets_no_torque_the_other_holds(
    bench: TwinArms, robot: Robot, left: TwinArm, right: TwinArm
) -> None:
    right.link.lose.add((WRITE, "Torque_Enable"))
    with pytest.raises(ServoNotResponding, match="Servo 1 of the right arm does not answer"):
        robot.enable_torque()
    before = left.pose_deg
    assert all(left.torque.values())
    assert not any(right.torque.values())
    bench.advance(0.5)
    assert left.pose_deg == pytest.approx(before, abs=0.1)
    assert robot.is_torque_on  # so that it is held and let go


def test_if_one_port_is_lost_the_other_arm_holds(
    bench: TwinArms, robot: Robot, left: TwinArm, right: TwinArm
) -> None:
    robot.enable_torque()
    robot.get_observation()
    bench.advance(0.05)
    right.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        robot.send_action({"left_elbow_flex.pos": 50.0, "right_elbow_flex.pos": 50.0})
    held = left.pose_deg
    bench.advance(0.5)
    assert left.pose_deg == pytest.approx(held, abs=0.5)
    assert all(left.torque.values())


@pytest.mark.parametrize("act", [lambda robot: robot.hold(), lambda robot: robot.release()])
def test_a_lost_port_keeps_nobody_from_stopping_the_other_arm(
    bench: TwinArms, robot: Robot, act: Callable[[Robot], None]
) -> None:
    robot.enable_torque()
    robot.get_observation()
    bench.arms["left_follower"].chain.faults.adapter_gone = True
    bench.story.clear()
    with pytest.raises(WorkbenchError):
        act(robot)
    assert any(told.chain == "right_follower" and told.code == SYNC_WRITE for told in bench.story)


def test_servos_that_cannot_be_let_go_are_named_with_their_arms(
    bench: TwinArms, robot: Robot, left: TwinArm, right: TwinArm
) -> None:
    robot.enable_torque()
    left.chain.faults.unplugged.add(3)
    right.chain.faults.unplugged.add(6)
    with pytest.raises(TorqueNotOff) as caught:
        robot.release()
    assert "elbow_flex (servo 3) of the left arm" in str(caught.value)
    assert "gripper (servo 6) of the right arm" in str(caught.value)
    for arm, silent in ((left, "elbow_flex"), (right, "gripper")):
        assert [joint for joint, torque in arm.torque.items() if torque] == [silent]


def test_a_guard_gets_one_entry_for_each_bus(bench: TwinArms, robot: Robot) -> None:
    plans = robot.guard_plan()
    assert [plan["ids"] for plan in plans] == [[1, 2, 3, 4, 5, 6]] * 2
    brand = "dynamixel" if bench.kind == "bi_koch" else "feetech"
    assert [plan["protocol"] for plan in plans] == [brand] * 2
