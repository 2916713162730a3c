"""What only arms of Dynamixel servos do: turns that are counted, and a watch over the bus."""

from math import radians
from pathlib import Path

import pytest
from twin_arms import WRITE, TwinArms

from lerobot_core.errors import JointOutsideRange, ServosStopped
from lerobot_core.robots.dynamixel_arm import BUS_WATCHDOG_S
from lerobot_core.robots.robot import Robot


@pytest.fixture
def bench(tmp_path: Path) -> TwinArms:
    return TwinArms("koch", tmp_path)


@pytest.fixture
def robot(bench: TwinArms) -> Robot:
    robot = bench.robot()
    robot.connect()
    bench.story.clear()
    return robot


# The watchdog


def test_it_is_set_before_torque_and_taken_off_after(bench: TwinArms, robot: Robot) -> None:
    arm = bench.arms["follower"]
    robot.enable_torque()
    places = [
        next(
            place
            for place, told in enumerate(bench.story)
            if told.code == WRITE and told.register == register and told.data[0]
        )
        for register in ("Bus_Watchdog", "Torque_Enable")
    ]
    assert places == sorted(places)
    assert {arm.get(joint, "Bus_Watchdog") for joint in arm.joints} == {50}
    robot.release()
    assert {arm.get(joint, "Bus_Watchdog") for joint in arm.joints} == {0}


def test_a_script_that_died_leaves_an_arm_that_stands(bench: TwinArms, robot: Robot) -> None:
    arm = bench.arms["follower"]
    robot.enable_torque()
    robot.send_action({"elbow_flex.pos": 60.0})
    bench.advance(BUS_WATCHDOG_S + 0.1)
    assert {arm.get(joint, "Bus_Watchdog") for joint in arm.joints} == {-1}
    assert all(arm.torque.values())


def test_goals_after_a_long_silence_are_refused_in_words(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    here = robot.get_observation()
    bench.advance(BUS_WATCHDOG_S + 0.5)
    robot.get_observation()
    with pytest.raises(ServosStopped, match="koch_follower follower heard nothing for 1 s"):
        robot.send_action(here)


def test_engaging_again_makes_them_obey_from_where_they_are(bench: TwinArms, robot: Robot) -> None:
    arm = bench.arms["follower"]
    robot.enable_torque()
    robot.get_observation()
    bench.advance(0.05)
    robot.send_action({"elbow_flex.pos": 60.0, "wrist_flex.pos": -50.0})
    bench.advance(BUS_WATCHDOG_S + 0.5)
    arm.move_by_hand(elbow_flex=-20)
    before = arm.pose_deg
    robot.enable_torque()
    bench.advance(0.5)
    assert arm.pose_deg == pytest.approx(before, abs=0.5)
    start = robot.get_observation()["elbow_flex.pos"]
    for _ in range(30):
        bench.advance(0.02)
        robot.get_observation()
        robot.send_action({"elbow_flex.pos": start + 8})
    assert robot.get_observation()["elbow_flex.pos"] == pytest.approx(start + 8, abs=0.3)


def test_hold_wakes_them_too(bench: TwinArms, robot: Robot) -> None:
    arm = bench.arms["follower"]
    robot.enable_torque()
    robot.get_observation()
    bench.advance(0.05)
    robot.send_action({"elbow_flex.pos": 60.0})
    bench.advance(BUS_WATCHDOG_S + 0.5)
    robot.get_observation()
    robot.hold()
    assert {arm.get(joint, "Bus_Watchdog") for joint in arm.joints} == {50}
    held = robot.get_observation()
    bench.advance(0.3)
    assert robot.get_observation() == pytest.approx(held, abs=0.5)
    robot.send_action({"elbow_flex.pos": float(held["elbow_flex.pos"])})


def test_one_servo_that_heard_nothing_is_woken_as_well(bench: TwinArms, robot: Robot) -> None:
    """Its cable was loose for a second; the others went on."""
    arm = bench.arms["follower"]
    robot.enable_torque()
    robot.get_observation()
    arm.chain.faults.unplugged.add(6)
    arm.servo("gripper").memory.set("Bus_Watchdog", -1)
    arm.chain.faults.unplugged.clear()
    arm.move_by_hand(gripper=25)
    robot.hold()
    assert arm.get("gripper", "Bus_Watchdog") == 50
    bench.advance(0.3)
    assert arm.pose_deg[5] == pytest.approx(25, abs=0.5)


def test_a_pause_that_is_short_enough_is_none(bench: TwinArms, robot: Robot) -> None:
    robot.enable_torque()
    here = robot.get_observation()
    bench.advance(0.8 * BUS_WATCHDOG_S)
    robot.get_observation()
    robot.send_action(here)


# Turns


@pytest.mark.parametrize("turns", [-2, -1, 1, 2])
def test_a_joint_that_counts_from_another_turn_means_the_same(bench: TwinArms, turns: int) -> None:
    """The seam of its encoder lay between here and where it was calibrated."""
    arm = bench.arms["follower"]
    arm.move_by_hand(elbow_flex=25, gripper=20)
    first = bench.robot()
    first.connect()
    expected = first.get_observation()
    first.disconnect()
    for joint in ("elbow_flex", "gripper"):
        arm.servo(joint)._turns += turns
    robot = bench.robot()
    robot.connect()
    assert robot.get_observation() == pytest.approx(expected, abs=0.01)
    robot.enable_torque()
    before = arm.pose_deg
    bench.advance(0.3)
    assert arm.pose_deg == pytest.approx(before, abs=0.1)
    robot.send_action({"elbow_flex.pos": float(expected["elbow_flex.pos"])})
    bench.advance(0.3)
    assert arm.pose_deg == pytest.approx(before, abs=0.3)
    assert robot.limits["elbow_flex.pos"].high == 100


def test_a_joint_outside_its_range_is_refused_with_what_to_do(bench: TwinArms) -> None:
    bench.arms["follower"].joints["elbow_flex"].angle_rad = radians(140)
    robot = bench.robot()
    with pytest.raises(JointOutsideRange, match="elbow_flex of koch_follower follower") as caught:
        robot.connect()
    assert "Move it by hand" in caught.value.hint
    assert not robot.is_connected
    robot.connect(calibrate=False)  # so that it can be calibrated


def test_a_joint_that_leans_on_its_stop_is_not(bench: TwinArms) -> None:
    bench.arms["follower"].joints["elbow_flex"].angle_rad = 1.6 + radians(3)
    robot = bench.robot()
    robot.connect()
    assert robot.get_observation()["elbow_flex.pos"] == 100


def test_a_restarted_servo_is_looked_for_on_its_turn(bench: TwinArms, robot: Robot) -> None:
    arm = bench.arms["follower"]
    robot.enable_torque()
    bench.advance(0.1)
    before = robot.get_observation()
    arm.chain.faults.overloaded.add(3)
    bench.advance(0.05)
    arm.chain.faults.overloaded.clear()
    arm.servo("elbow_flex")._turns -= 1  # as if it had been wound up once
    robot.clear_overload("elbow_flex")
    assert robot.get_observation() == pytest.approx(before, abs=0.3)
    assert arm.get("elbow_flex", "Position_P_Gain") == 1500  # its restart forgot the gains
    assert arm.get("elbow_flex", "Bus_Watchdog") == 50
