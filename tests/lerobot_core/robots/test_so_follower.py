from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from simulated_arms import (
    GOAL_POSITION,
    HOMING_OFFSET,
    PRESENT_VOLTAGE,
    SYNC_READ,
    SYNC_WRITE,
    TORQUE_ENABLE,
    WRITE,
    SimulatedArms,
    StillCamera,
)

from lerobot_core.errors import (
    CalibrationMismatch,
    CalibrationMissing,
    CameraNotFound,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    GoalNotTaken,
    PortLost,
    ServoAlarm,
    ServosMissing,
    SettingInvalid,
    SupplyVoltageWrong,
    TorqueNotOff,
    UnsafeAction,
)
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.so101 import factory_calibration

ONE_TICK_DEG = 360 / 4096


@pytest.fixture
def arms(tmp_path: Path) -> SimulatedArms:
    return SimulatedArms(tmp_path)


@pytest.fixture
def robot(arms: SimulatedArms) -> SOFollower:
    robot = arms.robot()
    robot.connect()
    arms.follower.link.packets.clear()
    return robot


# Before torque


def test_connecting_leaves_the_arm_limp_and_sends_nothing_that_moves(arms: SimulatedArms) -> None:
    robot = arms.robot()
    robot.connect()
    assert not any(packet.moves for packet in arms.follower.link.packets)
    assert not robot.is_torque_on
    assert robot.is_calibrated


def test_the_order_before_torque_on_the_wire(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    seen = [(packet.code, packet.address) for packet in arms.follower.link.packets]
    landmarks = [
        (SYNC_READ, PRESENT_VOLTAGE),
        (SYNC_READ, HOMING_OFFSET),
        (SYNC_WRITE, GOAL_POSITION),
        (SYNC_READ, GOAL_POSITION),
        (WRITE, TORQUE_ENABLE),
    ]
    places = [seen.index(landmark) for landmark in landmarks]
    assert places == sorted(places)
    assert all(arms.follower.has_torque)


def test_torque_does_not_pull_the_arm_to_an_old_goal(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    arms.follower.move_by_hand(shoulder_pan=40, elbow_flex=-30, gripper=20)
    before = arms.follower.pose_deg
    robot.enable_torque()
    arms.advance(1.0)
    assert arms.follower.pose_deg == pytest.approx(before, abs=ONE_TICK_DEG)


def test_without_the_present_as_goal_torque_would_have_moved_the_arm(arms: SimulatedArms) -> None:
    """What the test above stands on: the simulated servos keep old goals, as real ones do."""
    arms.follower.move_by_hand(shoulder_pan=40)
    for servo in arms.follower.chain.servos:
        servo.write(TORQUE_ENABLE, b"\x01")
    arms.advance(1.0)
    assert abs(arms.follower.pose_deg["shoulder_pan"]) < 5


def test_a_lost_goal_is_written_again(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.move_by_hand(shoulder_pan=40)
    arms.follower.link.lose_once.add((SYNC_WRITE, GOAL_POSITION))
    robot.enable_torque()
    arms.advance(1.0)
    assert arms.follower.pose_deg["shoulder_pan"] == pytest.approx(40, abs=ONE_TICK_DEG)


def test_no_torque_while_goals_do_not_arrive(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.move_by_hand(elbow_flex=40)
    arms.follower.link.lose.add((SYNC_WRITE, GOAL_POSITION))
    with pytest.raises(GoalNotTaken, match=r"elbow_flex \(servo 3\)"):
        robot.enable_torque()
    assert not any(packet.switches_torque_on for packet in arms.follower.link.packets)
    assert not robot.is_torque_on


@pytest.mark.parametrize("volts", [3.5, 12.1])
def test_a_wrong_supply_is_refused_at_connect(arms: SimulatedArms, volts: float) -> None:
    arms.follower.chain.faults.volts = volts
    robot = arms.robot()
    with pytest.raises(SupplyVoltageWrong, match=f"{volts} V, outside the 4.0 to 8.0 V"):
        robot.connect()
    assert not any(packet.code in (WRITE, SYNC_WRITE) for packet in arms.follower.link.packets)
    assert arms.follower.link.closed == 1
    assert not robot.is_connected


def test_a_supply_that_sank_since_is_refused_at_torque(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    arms.follower.chain.faults.volts = 3.0
    with pytest.raises(SupplyVoltageWrong):
        robot.enable_torque()
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_a_swapped_arm_is_refused_before_anything_is_written(arms: SimulatedArms) -> None:
    robot = SOFollower(
        arms.robot().config,  # type: ignore[arg-type]
        make_bus=arms.leader.make_bus,
    )
    with pytest.raises(CalibrationMismatch, match="shoulder_pan differs"):
        robot.connect()
    assert not any(packet.code in (WRITE, SYNC_WRITE) for packet in arms.leader.link.packets)


def test_an_arm_swapped_after_connecting_is_refused_at_torque(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    arms.follower.put(4, "Homing_Offset", 3)
    with pytest.raises(CalibrationMismatch, match="wrist_flex"):
        robot.enable_torque()
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_a_missing_calibration_is_refused(arms: SimulatedArms) -> None:
    robot = arms.robot(id="stranger")
    with pytest.raises(CalibrationMissing, match="so_follower stranger"):
        robot.connect()
    assert not robot.is_connected


def test_calibrate_writes_the_files_values_when_asked(arms: SimulatedArms) -> None:
    save_calibration(arms.folder / "other.json", factory_calibration("leader"))
    robot = arms.robot(id="other")
    robot.connect(calibrate=False)
    assert not robot.is_calibrated
    with pytest.raises(CalibrationMismatch):
        robot.enable_torque()
    robot.calibrate()
    assert robot.is_calibrated
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_a_joint_far_outside_its_range_is_refused(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.move_by_hand(wrist_flex=120)
    with pytest.raises(CalibrationMismatch, match="wrist_flex"):
        robot.enable_torque()
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_missing_servos_are_named_and_the_port_is_closed(arms: SimulatedArms) -> None:
    arms.follower.chain.faults.unplugged.add(5)
    robot = arms.robot()
    with pytest.raises(ServosMissing, match="wrist_roll"):
        robot.connect()
    assert arms.follower.link.closed == 1
    assert not robot.is_connected


def test_one_servo_without_torque_means_torque_for_none(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    arms.follower.chain.faults.overloaded.add(4)
    arms.advance(0.1)
    with pytest.raises(ServoAlarm, match="Servo 4"):
        robot.enable_torque()
    assert not any(arms.follower.has_torque)
    assert not robot.is_torque_on


# Found held


def found_held(arms: SimulatedArms, robot: SOFollower) -> None:
    """A session that died: torque is on, nobody is connected."""
    arms.follower.move_by_hand(shoulder_lift=-40)
    robot.enable_torque()
    arms.follower.link.packets.clear()


def test_an_arm_that_is_held_is_not_let_fall(arms: SimulatedArms, robot: SOFollower) -> None:
    found_held(arms, robot)
    successor = arms.robot()
    successor.connect()
    assert successor.is_torque_on
    assert all(arms.follower.has_torque)
    assert not any(packet.code in (WRITE, SYNC_WRITE) for packet in arms.follower.link.packets)
    arms.advance(0.1)
    successor.send_action({"shoulder_lift.pos": -45.0})
    arms.advance(0.5)
    assert arms.follower.pose_deg["shoulder_lift"] == pytest.approx(-45, abs=1)


def test_an_alarm_lets_no_arm_fall_that_is_held(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    arms.follower.chain.faults.overloaded.add(3)
    arms.advance(0.1)
    with pytest.raises(ServoAlarm, match="Servo 3"):
        robot.enable_torque()
    assert robot.is_torque_on
    assert all(arms.follower.has_torque)


def test_a_servo_that_started_afresh_gets_its_settings_again(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.enable_torque()
    before = arms.follower.register(3, "Acceleration")
    arms.follower.chain.faults.unplugged.add(3)
    arms.advance(0.1)
    arms.follower.chain.faults.unplugged.clear()
    arms.advance(0.1)
    robot.enable_torque()
    assert arms.follower.register(3, "Acceleration") == before


def test_an_arm_that_was_found_held_is_configured_before_its_next_torque(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    found_held(arms, robot)
    successor = arms.robot(position_p_coefficient=20)
    successor.connect()
    successor.release()
    assert arms.follower.register(3, "P_Coefficient") == 16
    successor.enable_torque()
    assert arms.follower.register(3, "P_Coefficient") == 20


def test_a_held_arm_stays_held_when_connecting_fails(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    found_held(arms, robot)
    with pytest.raises(CalibrationMissing):
        arms.robot(id="stranger").connect()
    assert all(arms.follower.has_torque)


@pytest.mark.parametrize(("register", "value"), [("Torque_Enable", 0), ("Operating_Mode", 1)])
def test_an_arm_that_is_half_held_or_in_another_mode_is_released(
    arms: SimulatedArms, robot: SOFollower, register: str, value: int
) -> None:
    found_held(arms, robot)
    arms.follower.put(2, register, value)
    successor = arms.robot()
    successor.connect()
    assert not successor.is_torque_on
    assert not any(arms.follower.has_torque)


# Targets


def test_reads_degrees_and_percent(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.move_by_hand(shoulder_lift=-25, gripper=45)
    observation = robot.get_observation()
    assert observation["shoulder_lift.pos"] == pytest.approx(-25, abs=2 * ONE_TICK_DEG)
    assert observation["gripper.pos"] == pytest.approx(50, abs=0.2)
    assert list(observation) == list(robot.observation_features)


def test_follows_targets_at_a_bounded_speed(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    sent = []
    for _ in range(12):
        arms.advance(0.05)
        sent.append(robot.send_action({"shoulder_pan.pos": 60.0})["shoulder_pan.pos"])
    assert np.diff([0.0, *sent]).max() <= 200 * 0.05 + 1e-6
    arms.advance(0.5)
    assert arms.follower.pose_deg["shoulder_pan"] == pytest.approx(60, abs=3 * ONE_TICK_DEG)


def test_a_pause_does_not_add_up_to_a_jump(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    arms.advance(30.0)
    sent = robot.send_action({"shoulder_pan.pos": 90.0})
    assert sent["shoulder_pan.pos"] == pytest.approx(20, abs=0.5)


def test_a_target_stays_near_a_joint_that_is_held_back(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.enable_torque()
    arms.follower.joints["shoulder_pan"].is_blocked = True
    for _ in range(60):
        arms.advance(0.02)
        robot.get_observation()
        sent = robot.send_action({"shoulder_pan.pos": 105.0})
    assert sent["shoulder_pan.pos"] == pytest.approx(60, abs=0.5)


def test_upstreams_relative_limit_narrows_ours(arms: SimulatedArms) -> None:
    robot = arms.robot(max_relative_target={"shoulder_pan": 5.0})
    robot.connect()
    arms.follower.joints["shoulder_pan"].is_blocked = True
    robot.enable_torque()
    for _ in range(10):
        arms.advance(0.1)
        sent = robot.send_action({"shoulder_pan.pos": 90.0, "elbow_flex.pos": 90.0})
    assert sent["shoulder_pan.pos"] == pytest.approx(5, abs=0.5)
    assert sent["elbow_flex.pos"] > 50


def test_a_script_may_forget_torque(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.move_by_hand(shoulder_pan=30)
    robot.send_action({"shoulder_pan.pos": 30.0})
    arms.advance(0.5)
    assert robot.is_torque_on
    assert arms.follower.pose_deg["shoulder_pan"] == pytest.approx(30, abs=3 * ONE_TICK_DEG)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_target_that_is_no_number_sends_nothing(
    arms: SimulatedArms, robot: SOFollower, value: float
) -> None:
    robot.enable_torque()
    arms.follower.link.packets.clear()
    with pytest.raises(UnsafeAction, match="elbow_flex"):
        robot.send_action({"shoulder_pan.pos": 10.0, "elbow_flex.pos": value})
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_an_unknown_joint_is_refused_before_torque(arms: SimulatedArms, robot: SOFollower) -> None:
    with pytest.raises(SettingInvalid, match="no joint tail"):
        robot.send_action({"tail.pos": 0.0})
    assert not robot.is_torque_on
    assert not any(packet.moves for packet in arms.follower.link.packets)


def test_limits_are_finite_and_those_of_the_calibration(robot: SOFollower) -> None:
    limits = robot.limits
    assert set(limits) == set(robot.action_features)
    assert limits["shoulder_pan.pos"].high == pytest.approx(110, abs=0.2)
    assert (limits["gripper.pos"].low, limits["gripper.pos"].high) == (0, 100)


def test_the_range_mode_has_a_hundred_each_way(arms: SimulatedArms) -> None:
    limits = arms.robot(use_degrees=False).limits
    assert (limits["elbow_flex.pos"].low, limits["elbow_flex.pos"].high) == (-100, 100)


# Lost packets


def test_a_lost_reading_keeps_its_last_value_and_is_counted(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    arms.follower.move_by_hand(wrist_flex=15)
    robot.get_observation()
    arms.follower.chain.faults.unplugged.add(4)
    for missed in (1, 2, 3):
        observation = robot.get_observation()
        assert robot.stale_joints == {"wrist_flex.pos": missed}
    assert observation["wrist_flex.pos"] == pytest.approx(15, abs=2 * ONE_TICK_DEG)
    assert robot.packets[1] >= 3
    assert robot.lost_by_joint["wrist_flex.pos"] == robot.packets[1]
    arms.follower.chain.faults.unplugged.clear()
    robot.get_observation()
    assert robot.stale_joints == {}


def test_a_joint_never_heard_of_is_no_joint_at_zero(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.chain.faults.unplugged.add(2)
    with pytest.raises(ServosMissing, match=r"shoulder_lift \(servo 2\)"):
        robot.get_observation()


def test_a_pulled_adapter_is_told(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        robot.get_observation()


# Stopping


def test_hold_freezes_an_arm_on_its_way(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    for _ in range(5):
        arms.advance(0.1)
        robot.send_action({"shoulder_pan.pos": 100.0})
    robot.hold()
    held_at = arms.follower.pose_deg["shoulder_pan"]
    arms.advance(1.0)
    assert arms.follower.pose_deg["shoulder_pan"] == pytest.approx(held_at, abs=3)
    assert robot.is_torque_on


def test_hold_works_although_a_servo_is_silent(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    robot.send_action({"shoulder_pan.pos": 60.0})
    arms.follower.chain.faults.unplugged.add(6)
    robot.hold()
    position = arms.follower.register(1, "Present_Position")
    assert arms.follower.register(1, "Goal_Position") == position


def test_hold_reaches_a_servo_that_hears_but_is_not_heard(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.get_observation()
    robot.enable_torque()
    arms.advance(0.1)
    robot.send_action({"elbow_flex.pos": 60.0})
    arms.follower.chain.faults.delayed[3] = 5.0
    robot.hold()
    assert arms.follower.register(3, "Goal_Position") == pytest.approx(2047, abs=1)


def test_hold_does_not_send_a_joint_back_to_where_it_was_heard_of_last(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.enable_torque()
    arms.follower.chain.faults.corrupted[1] = 1.0
    for _ in range(10):
        robot.get_observation()
        sent = robot.send_action({"shoulder_pan.pos": 40.0})["shoulder_pan.pos"]
        arms.advance(1 / 30)
    assert arms.follower.pose_deg["shoulder_pan"] > 20
    robot.hold()
    arms.advance(0.5)
    assert arms.follower.pose_deg["shoulder_pan"] == pytest.approx(sent, abs=1)


def test_hold_does_not_believe_an_answer_that_may_be_an_old_one(
    arms: SimulatedArms, robot: SOFollower, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.enable_torque()
    arms.advance(0.1)
    robot.send_action({"elbow_flex.pos": 60.0, "shoulder_pan.pos": 60.0})
    before = arms.follower.register(3, "Goal_Position")
    bus = robot.arms[""].bus
    monkeypatch.setattr(bus, "may_be_late", lambda register: {"elbow_flex"})
    robot.hold()
    assert arms.follower.register(3, "Goal_Position") == before  # within all limits
    assert arms.follower.register(1, "Goal_Position") == pytest.approx(2047, abs=1)


def test_hold_is_repeated_when_its_packet_is_lost(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    arms.advance(0.1)
    robot.send_action({"shoulder_pan.pos": 60.0})
    arms.follower.link.lose_once.add((SYNC_WRITE, GOAL_POSITION))
    robot.hold()
    assert arms.follower.register(1, "Goal_Position") == pytest.approx(2047, abs=1)


def test_release_is_read_back(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.enable_torque()
    robot.release()
    assert not any(arms.follower.has_torque)
    assert not robot.is_torque_on
    assert (SYNC_READ, TORQUE_ENABLE) in [
        (packet.code, packet.address) for packet in arms.follower.link.packets
    ]


def test_release_names_who_did_not_confirm_and_frees_the_others(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.enable_torque()
    arms.follower.chain.faults.unplugged.add(2)
    with pytest.raises(TorqueNotOff, match=r"shoulder_lift \(servo 2\)"):
        robot.release()
    assert arms.follower.has_torque == [False, True, False, False, False, False]
    assert robot.is_torque_on  # as far as anyone knows


def test_release_without_an_adapter_confirms_nothing(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    robot.enable_torque()
    arms.follower.chain.faults.adapter_gone = True
    with pytest.raises(TorqueNotOff, match="gripper"):
        robot.release()


# The way in and out


def test_torque_goes_first_and_cameras_last_on_the_way_out(arms: SimulatedArms) -> None:
    story: list[str] = []
    picture = np.zeros((48, 64, 3), np.uint8)
    robot = arms.robot()
    robot.cameras = {"top": StillCamera("top", story, picture)}
    link = arms.follower.link
    closing = link.close

    def close() -> None:
        story.append("bus closed with torque" if any(arms.follower.has_torque) else "bus closed")
        closing()

    with robot:
        robot.enable_torque()
        link.close = close  # type: ignore[method-assign]
    assert story == ["top opened", "bus closed", "top closed"]


def test_torque_that_stays_on_does_not_keep_the_rest_from_closing(arms: SimulatedArms) -> None:
    story: list[str] = []
    robot = arms.robot()
    robot.cameras = {"top": StillCamera("top", story, np.zeros((48, 64, 3), np.uint8))}
    robot.connect()
    robot.enable_torque()
    arms.follower.chain.faults.unplugged.add(1)
    with pytest.raises(TorqueNotOff):
        robot.disconnect()
    assert story[-1] == "top closed"
    assert arms.follower.link.closed == 1
    assert not robot.is_connected


def test_a_missing_camera_leaves_the_bus_closed(arms: SimulatedArms) -> None:
    story: list[str] = []
    picture = np.zeros((48, 64, 3), np.uint8)
    robot = arms.robot()
    robot.cameras = {
        "top": StillCamera("top", story, picture),
        "wrist": StillCamera("wrist", story, picture, there=False),
    }
    with pytest.raises(CameraNotFound):
        robot.connect()
    assert story == ["top opened", "top closed"]
    assert arms.follower.link.packets == []


def test_an_exception_in_a_script_ends_with_torque_off(arms: SimulatedArms) -> None:
    def script() -> None:
        with arms.robot() as robot:
            robot.enable_torque()
            raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        script()
    assert not any(arms.follower.has_torque)


def test_torque_can_be_left_on(arms: SimulatedArms) -> None:
    with arms.robot(disable_torque_on_disconnect=False) as robot:
        robot.enable_torque()
    assert all(arms.follower.has_torque)


def test_connecting_twice_and_using_unconnected_are_named(robot: SOFollower) -> None:
    with pytest.raises(DeviceAlreadyConnectedError):
        robot.connect()
    robot.disconnect()
    for use in (robot.get_observation, robot.hold, robot.release, robot.disconnect):
        with pytest.raises(DeviceNotConnectedError):
            use()


def test_connects_again_after_disconnecting(robot: SOFollower) -> None:
    robot.disconnect()
    robot.connect()
    assert robot.is_connected


# Set-up


def test_gains_and_the_grippers_protection_are_written(
    arms: SimulatedArms, robot: SOFollower
) -> None:
    gains = ("P_Coefficient", "I_Coefficient", "D_Coefficient")
    assert [arms.follower.register(3, gain) for gain in gains] == [16, 0, 32]
    protection = ("Max_Torque_Limit", "Protection_Current", "Overload_Torque")
    assert [arms.follower.register(6, register) for register in protection] == [500, 250, 25]
    assert arms.follower.register(3, "Max_Torque_Limit") == 1000


def test_a_second_connect_spares_the_eeprom(arms: SimulatedArms, robot: SOFollower) -> None:
    robot.disconnect()
    arms.follower.link.packets.clear()
    robot.connect()
    written = {packet.address for packet in arms.follower.link.packets if packet.code == WRITE}
    assert all(address >= 40 for address in written)


def test_the_guard_gets_what_it_needs(robot: SOFollower) -> None:
    assert robot.guard_plan() == [
        {
            "protocol": "feetech",
            "descriptor": -1,  # a link without a descriptor of its own
            "ids": [1, 2, 3, 4, 5, 6],
            "present_position": [56, 2],
            "goal_position": [42, 2],
            "torque_enable": [40, 1],
        }
    ]


def test_servos_tell_how_they_are_by_joint(arms: SimulatedArms, robot: SOFollower) -> None:
    arms.follower.chain.faults.celsius[3] = 41
    arms.advance(0.1)
    servos = robot.read_servos()
    assert servos["elbow_flex.pos"].celsius == 41
    assert servos["elbow_flex.pos"].volts == pytest.approx(7.4)


def test_upstreams_names() -> None:
    from lerobot_core.robots import SO100Follower, SO101Follower, SO101FollowerConfig

    config = SO101FollowerConfig(port="/dev/ttyACM0", id="blue")
    robot = SO101Follower(config)
    assert isinstance(config.build(), SO100Follower)
    assert robot.name == "so_follower"
    assert list(robot.action_features) == [
        "shoulder_pan.pos",
        "shoulder_lift.pos",
        "elbow_flex.pos",
        "wrist_flex.pos",
        "wrist_roll.pos",
        "gripper.pos",
    ]
    assert robot.calibration_path.parts[-3:] == ("robots", "so_follower", "blue.json")
