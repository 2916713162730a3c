from pathlib import Path

import pytest
from simulated_arms import SimulatedArms

from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.types import Alarm, ServoLimits


@pytest.fixture
def arms(tmp_path: Path) -> SimulatedArms:
    return SimulatedArms(tmp_path)


@pytest.fixture
def robot(arms: SimulatedArms) -> SOFollower:
    robot = arms.robot()
    robot.connect()
    return robot


def test_limits_are_those_of_the_servos(robot: SOFollower) -> None:
    limits = robot.servo_limits()
    assert limits["elbow_flex.pos"] == ServoLimits(70, 4.0, 8.0, 80, 2.0, 3250, 2.0)
    # Written when it was configured:
    assert limits["gripper.pos"].overload_percent == 25
    assert limits["gripper.pos"].current_ma == 1625


def test_a_protection_that_is_switched_off_is_none(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.put(3, "Lock", 0)
    arms.follower.put(3, "Protection_Current", 0)
    assert robot.servo_limits()["elbow_flex.pos"].current_ma is None


def test_torque_is_told_joint_by_joint(arms: SimulatedArms, robot: SOFollower) -> None:
    assert set(robot.read_torque().values()) == {False}
    robot.enable_torque()
    arms.follower.put(3, "Torque_Enable", 0)
    arms.follower.chain.faults.unplugged.add(6)
    arms.advance(0.01)
    torque = robot.read_torque()
    assert [joint for joint, is_on in torque.items() if not is_on] == ["elbow_flex.pos"]
    assert "gripper.pos" not in torque


def test_alarms_are_told_in_words(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.chain.faults.overloaded.add(3)
    arms.follower.chain.faults.volts = 3.0
    arms.advance(0.1)
    alarms = robot.read_alarms()
    assert alarms["elbow_flex.pos"] == {Alarm.OVERLOAD, Alarm.VOLTAGE}
    assert alarms["gripper.pos"] == {Alarm.VOLTAGE}
    arms.follower.chain.faults.volts = 7.4
    arms.advance(0.1)
    assert robot.read_alarms()["gripper.pos"] == frozenset()
