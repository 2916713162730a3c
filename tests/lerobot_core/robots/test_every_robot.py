"""What every robot promises, whatever it is made of."""

from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import pytest
from twin_arms import KINDS, SYNC_READ, TwinArms

from lerobot_core.errors import (
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    ServoAlarm,
    SettingInvalid,
    UnsafeAction,
)
from lerobot_core.robots import RobotConfig
from lerobot_core.robots.robot import Robot


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> TwinArms:
    return TwinArms(request.param, tmp_path)


@pytest.fixture
def robot(bench: TwinArms) -> Robot:
    robot = bench.robot()
    robot.connect()
    bench.story.clear()
    return robot


def key_of(robot: Robot, joint: str) -> str:
    """The last one of this name: of two arms, the right one's."""
    return [key for key in robot.action_features if key.endswith(f"{joint}.pos")][-1]


def test_its_config_survives_json(bench: TwinArms) -> None:
    config = bench.robot_config()
    assert RobotConfig.from_dict(config.to_dict()) == config
    assert config.build().name == bench.robot().name
    assert len(config.addresses) == len(bench.followers) == len(config.arms)


def test_connecting_leaves_it_limp_and_sends_nothing_that_moves(bench: TwinArms) -> None:
    robot = bench.robot()
    robot.connect()
    assert not any(told.moves for told in bench.story)
    assert not any(any(arm.torque.values()) for arm in bench.followers)
    assert robot.is_connected
    assert robot.is_calibrated
    assert not robot.is_torque_on
    with pytest.raises(DeviceAlreadyConnectedError):
        robot.connect()


def test_all_it_says_is_about_the_same_joints(robot: Robot) -> None:
    keys = list(robot.action_features)
    assert list(robot.observation_features) == keys
    assert list(robot.get_observation()) == keys
    for said in (
        robot.limits,
        robot.servo_ids,
        robot.read_servos(),
        robot.servo_limits(),
        robot.read_torque(),
        robot.read_alarms(),
    ):
        assert list(said) == keys
    for limit in robot.limits.values():
        assert all(isfinite(bound) for bound in (limit.max_speed, limit.max_gap))
    assert len(robot.arms) == len(robot.guard_plan())


def test_torque_pulls_no_arm_to_an_old_goal(bench: TwinArms, robot: Robot) -> None:
    for arm in bench.followers:
        arm.move_by_hand(shoulder_lift=31, elbow_flex=-22, gripper=12)
    before = [arm.pose_deg for arm in bench.followers]
    robot.enable_torque()
    bench.advance(0.5)
    for arm, pose in zip(bench.followers, before, strict=True):
        assert all(arm.torque.values())
        assert arm.pose_deg == pytest.approx(pose, abs=0.1)
    assert all(robot.read_torque().values())


def test_it_goes_where_it_is_sent_and_says_where_that_was(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    start = robot.get_observation()
    for _ in range(100):
        bench.advance(0.02)
        robot.get_observation()
        sent = robot.send_action({key: float(start[key]) + 9.0 for key in robot.action_features})
    bench.advance(0.3)
    there = robot.get_observation()
    for key in robot.action_features:
        assert there[key] == pytest.approx(sent[key], abs=0.3)
        assert there[key] - start[key] == pytest.approx(9.0, abs=0.5)


@pytest.mark.parametrize("target", [nan, inf])
def test_what_is_no_number_moves_nothing(bench: TwinArms, robot: Robot, target: float) -> None:
    robot.enable_torque()
    here = {key: float(value) for key, value in robot.get_observation().items()}
    bench.story.clear()
    with pytest.raises(UnsafeAction):
        robot.send_action({**here, key_of(robot, "wrist_flex"): target})
    assert not any(told.moves for told in bench.story)


def test_a_joint_that_it_lacks_moves_nothing(bench: TwinArms, robot: Robot) -> None:
    with pytest.raises(SettingInvalid):
        robot.send_action({key_of(robot, "gripper"): 10.0, "left_knee.pos": 1.0})
    assert not any(told.moves for told in bench.story)


def test_it_holds_and_it_lets_go(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    robot.get_observation()
    bench.advance(0.05)
    robot.send_action(dict.fromkeys(robot.action_features, 40.0))
    bench.advance(0.03)
    robot.hold()
    held = robot.get_observation()
    bench.advance(0.5)
    assert robot.get_observation() == pytest.approx(held, abs=0.5)
    assert robot.is_torque_on
    robot.release()
    assert not robot.is_torque_on
    assert not any(any(arm.torque.values()) for arm in bench.followers)


def test_disconnecting_lets_go_first_and_closes_every_port(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    robot.disconnect()
    assert not any(any(arm.torque.values()) for arm in bench.followers)
    assert [arm.closed for arm in bench.followers] == [1] * len(bench.followers)
    assert not robot.is_connected
    with pytest.raises(DeviceNotConnectedError):
        robot.disconnect()


def test_all_buses_are_asked_before_an_answer_is_read(bench: TwinArms, robot: Robot) -> None:
    robot.get_observation()
    bench.story.clear()
    robot.request_observation()
    questions = list(bench.story)
    assert {told.chain for told in questions} == {arm.name for arm in bench.followers}
    assert all(told.code == SYNC_READ for told in questions)
    robot.get_observation()
    answers = bench.story[len(questions) :]
    assert answers
    assert all(told.is_answer for told in answers)


def test_lost_readings_are_counted_by_joint_and_take_no_longer_than_they_may(
    bench: TwinArms, robot: Robot
) -> None:
    arm = bench.followers[-1]
    before = robot.get_observation()
    arm.chain.faults.unplugged.add(arm.calibration["wrist_flex"].id)
    started = arm.link.now()
    assert robot.get_observation() == pytest.approx(before, abs=0.1)
    assert arm.link.now() - started < 0.025
    key = key_of(robot, "wrist_flex")
    assert robot.stale_joints == {key: 1}
    assert robot.lost_by_joint[key] >= 1
    assert sum(robot.lost_by_joint.values()) == robot.lost_by_joint[key]


def test_an_overload_is_cleared_and_the_joint_holds_where_it_is(
    bench: TwinArms, robot: Robot
) -> None:
    arm = bench.followers[-1]
    robot.enable_torque()
    overloaded = arm.calibration["elbow_flex"].id
    arm.chain.faults.overloaded.add(overloaded)
    bench.advance(0.05)
    arm.chain.faults.overloaded.clear()
    arm.move_by_hand(elbow_flex=-17)
    robot.clear_overload(key_of(robot, "elbow_flex"))
    assert all(all(other.torque.values()) for other in bench.followers)
    assert not robot.read_alarms()[key_of(robot, "elbow_flex")]
    bench.advance(0.5)
    assert arm.pose_deg[2] == pytest.approx(-17, abs=0.2)
    sent = robot.send_action(robot.get_observation())
    assert len(sent) == len(robot.action_features)


def test_an_overload_that_stays_is_told(bench: TwinArms, robot: Robot) -> None:
    arm = bench.followers[-1]
    robot.enable_torque()
    arm.chain.faults.overloaded.add(arm.calibration["gripper"].id)
    arm.link.exchange_s = 0.005
    bench.advance(0.05)
    with pytest.raises(ServoAlarm, match="overload"):
        robot.clear_overload(key_of(robot, "gripper"))
    others = {joint: torque for joint, torque in arm.torque.items() if joint != "gripper"}
    assert all(others.values())


def test_an_overload_is_cleared_without_torque_as_well(bench: TwinArms, robot: Robot) -> None:
    robot.clear_overload(key_of(robot, "gripper"))
    assert not any(any(arm.torque.values()) for arm in bench.followers)
    with pytest.raises(SettingInvalid):
        robot.clear_overload("left_knee")


def test_one_that_was_left_held_is_not_let_fall(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    bench.advance(5.0)
    again = bench.robot()
    again.connect()
    assert again.is_torque_on
    assert all(all(arm.torque.values()) for arm in bench.followers)
    start = again.get_observation()
    for _ in range(20):
        bench.advance(0.02)
        again.get_observation()
        again.send_action({key: float(start[key]) + 3.0 for key in again.action_features})
    bench.advance(0.3)
    there = again.get_observation()
    key = key_of(again, "elbow_flex")
    assert there[key] == pytest.approx(start[key] + 3.0, abs=0.3)


def test_a_file_s_values_are_written_to_its_servos(bench: TwinArms, tmp_path: Path) -> None:
    for arm in bench.followers:
        arm.put("wrist_flex", "Homing_Offset", 77)
    robot: Any = bench.robot()
    robot.connect(calibrate=False)
    assert not robot.is_calibrated
    robot.calibrate()
    assert robot.is_calibrated
    for arm in bench.followers:
        assert arm.get("wrist_flex", "Homing_Offset") == arm.calibration["wrist_flex"].homing_offset
