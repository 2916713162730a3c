"""The bus against simulated servos, down to the last byte."""

from math import nan, radians

import pytest
import scservo_sdk
from scservo_sdk import SCS_SETEND

from lerobot_core.errors import (
    BadReply,
    CalibrationMissing,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    FirmwareMixed,
    PortLost,
    RegisterValueInvalid,
    ServoAlarm,
    ServoNotResponding,
    ServosMissing,
    TorqueNotOff,
    WrongServoModel,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.types import NormMode

LOST_REPLY_S = 0.020


# Connecting


def test_connects_when_all_servos_answer(arm) -> None:
    arm.bus.connect()
    assert arm.bus.is_connected
    assert arm.bus.link is arm.link
    arm.bus.disconnect()
    assert not arm.bus.is_connected


def test_names_the_servos_that_do_not_answer(arm) -> None:
    arm.chain.faults.cut_before = 5
    with pytest.raises(ServosMissing) as caught:
        arm.bus.connect()
    assert caught.value.facts["missing"] == "Servo 5 (wrist_roll), Servo 6 (gripper)"
    assert not arm.bus.is_connected


def test_names_a_servo_of_the_wrong_model(arm) -> None:
    arm.chain.servo(2).memory.set("Model_Number", 2825)
    with pytest.raises(WrongServoModel, match="is model sts3250, but sts3215 was"):
        arm.bus.connect()


def test_servos_of_different_firmware_are_not_driven(arm) -> None:
    arm.chain.servo(5).memory.set("Firmware_Minor_Version", 9)
    with pytest.raises(FirmwareMixed) as caught:
        arm.bus.connect()
    assert caught.value.facts["versions"] == "3.10 on servos 1, 2, 3, 4, 6; 3.9 on servo 5"
    assert not arm.bus.is_connected


def test_a_disturbed_packet_does_not_spoil_the_handshake(arm) -> None:
    arm.chain.faults.corrupt_probability = 0.3
    arm.bus.connect()
    assert arm.bus.packets[1] > 0


def test_a_servo_in_alarm_is_there_all_the_same(arm) -> None:
    arm.chain.faults.overloaded = {3}
    arm.chain.advance(0.01)
    arm.bus.connect()


def test_connecting_twice_is_refused(connected) -> None:
    with pytest.raises(DeviceAlreadyConnectedError):
        connected.bus.connect()


def test_nothing_works_before_connecting(arm) -> None:
    with pytest.raises(DeviceNotConnectedError):
        arm.bus.sync_read("Present_Position")
    with pytest.raises(DeviceNotConnectedError):
        _ = arm.bus.link


def test_two_motors_with_one_id_are_refused() -> None:
    motor = Motor(1, "sts3215", NormMode.DEGREES)
    with pytest.raises(ValueError, match="same id"):
        FeetechMotorsBus("sim://test/chain", {"a": motor, "b": motor})


def test_finds_whoever_is_on_the_wire(connected) -> None:
    connected.chain.faults.unplugged = {4}
    assert connected.bus.broadcast_ping() == dict.fromkeys((1, 2, 3, 5, 6), 777)
    assert connected.bus.ping("gripper") == 777


# Registers


def test_reads_and_writes_raw_values(connected) -> None:
    connected.bus.write("P_Coefficient", "elbow_flex", 16)
    assert connected.bus.read("P_Coefficient", "elbow_flex") == 16
    connected.bus.write("Homing_Offset", "elbow_flex", -1470)
    assert connected.bus.read("Homing_Offset", "elbow_flex") == -1470


def test_positions_are_in_the_units_of_the_calibration(connected) -> None:
    connected.joints["shoulder_pan"].angle_rad = radians(30)
    raw = connected.bus.read("Present_Position", "shoulder_pan", normalize=False)
    degrees = connected.bus.read("Present_Position", "shoulder_pan")
    assert raw == round(2047 + 4096 / 12)
    assert degrees == pytest.approx((raw - 2000) * 360 / 4095)
    assert connected.bus.read("Present_Position", "gripper") == pytest.approx(
        (2047 - 506) / (3494 - 506) * 100
    )


def test_writes_and_reads_all_at_once(connected) -> None:
    goals = {"shoulder_pan": 10.0, "elbow_flex": -20.0, "gripper": 50.0}
    connected.bus.sync_write("Goal_Position", goals)
    goals_read = connected.bus.sync_read("Goal_Position", goals)
    assert list(goals_read) == list(goals)
    assert goals_read == pytest.approx(goals, abs=0.1)


def test_the_byte_order_of_the_sdk_does_not_matter(connected) -> None:
    connected.bus.write("Goal_Position", "elbow_flex", 1234, normalize=False)
    try:
        SCS_SETEND(1)  # as a bus of the big-endian family in the same process does
        assert connected.bus.read("Goal_Position", "elbow_flex", normalize=False) == 1234
        assert connected.bus.ping("elbow_flex") == 777
        connected.bus.sync_write("Goal_Position", {"elbow_flex": 1000}, normalize=False)
        assert connected.bus.sync_read("Goal_Position", ["elbow_flex"], normalize=False) == {
            "elbow_flex": 1000
        }
    finally:
        SCS_SETEND(0)


@pytest.mark.parametrize(
    ("register", "value"),
    [("P_Coefficient", 256), ("Homing_Offset", 2048), ("Torque_Limit", -1), ("Lock", nan)],
)
def test_values_that_do_not_fit_are_refused(connected, register: str, value: float) -> None:
    with pytest.raises(RegisterValueInvalid, match=register):
        connected.bus.write(register, "elbow_flex", value)


def test_one_goal_that_does_not_fit_stops_all_of_them(connected) -> None:
    before = connected.bus.sync_read("Goal_Position")
    with pytest.raises(RegisterValueInvalid, match="servo 3"):
        connected.bus.sync_write("Goal_Position", {"shoulder_pan": 5.0, "elbow_flex": nan})
    assert connected.bus.sync_read("Goal_Position") == before


def test_read_only_registers_are_not_written(connected) -> None:
    with pytest.raises(ValueError, match="only be read"):
        connected.bus.write("Present_Position", "elbow_flex", 0)


def test_units_need_a_calibration(connected) -> None:
    del connected.bus.calibration["elbow_flex"]
    with pytest.raises(CalibrationMissing, match="elbow_flex"):
        connected.bus.read("Present_Position", "elbow_flex")
    assert connected.bus.read("Present_Position", "elbow_flex", normalize=False) == 2047


def test_asking_nobody_is_answered_by_nobody(connected) -> None:
    assert connected.bus.sync_read("Present_Position", []) == {}
    connected.bus.sync_write("Goal_Position", {})


def test_servos_say_how_they_are(connected) -> None:
    connected.chain.faults.volts = 6.1
    connected.chain.faults.celsius = {2: 48.0}
    connected.chain.faults.unplugged = {5}
    connected.chain.advance(0.01)
    connected.joints["shoulder_lift"].load = -0.25
    readings = connected.bus.read_servos()
    assert "wrist_roll" not in readings
    lift = readings["shoulder_lift"]
    assert lift.volts == pytest.approx(6.1)
    assert lift.celsius == 48
    assert lift.load_percent == pytest.approx(-25.0)
    assert lift.current_ma == pytest.approx(600, abs=7)


# Faults


def test_a_silent_servo_is_named(connected) -> None:
    connected.chain.faults.unplugged = {3}
    with pytest.raises(ServoNotResponding, match="Servo 3"):
        connected.bus.read("Present_Position", "elbow_flex")
    with pytest.raises(ServoNotResponding, match="Servo 3"):
        connected.bus.write("Goal_Position", "elbow_flex", 0.0)
    with pytest.raises(ServoNotResponding, match="Servo 3"):
        connected.bus.sync_read("Present_Position")


def test_a_damaged_reply_is_told_from_silence(connected) -> None:
    connected.chain.faults.corrupt_probability = 1.0
    with pytest.raises(BadReply, match="Servo 3"):
        connected.bus.read("Present_Position", "elbow_flex")


@pytest.mark.parametrize("silent", [1, 3, 6])
@pytest.mark.parametrize("skip_silent", [True, False])
def test_the_others_answer_around_a_silent_servo(connected, silent: int, skip_silent: bool) -> None:
    connected.chain.faults.unplugged = {silent}
    connected.chain.faults.skip_silent = skip_silent
    # Servos that wait for the silent one are lost once; then it is asked last.
    connected.bus.sync_read("Present_Position", allow_missing=True)
    readings = connected.bus.sync_read("Present_Position", allow_missing=True)
    others = {name for name, motor in connected.bus.motors.items() if motor.id != silent}
    assert set(readings) == others


def test_servos_that_skip_a_silent_one_are_not_lost_even_once(connected) -> None:
    connected.chain.faults.unplugged = {3}
    readings = connected.bus.sync_read("Present_Position", allow_missing=True)
    assert len(readings) == 5


def test_a_servo_that_is_back_is_heard_again(connected) -> None:
    connected.chain.faults.skip_silent = False
    connected.chain.faults.unplugged = {3}
    for _ in range(3):
        connected.bus.sync_read("Present_Position", allow_missing=True)
    connected.chain.faults.unplugged = set()
    assert list(connected.bus.sync_read("Present_Position")) == list(connected.bus.motors)


def test_the_last_reply_ends_the_wait(connected) -> None:
    connected.bus.configure_motors()
    connected.chain.faults.unplugged = {3}
    before = connected.link.now_s
    connected.bus.sync_read("Present_Position", allow_missing=True)
    assert connected.link.now_s - before < 0.002


@pytest.mark.parametrize("unplugged", [{1}, {6}, {1, 2, 3, 4, 5, 6}])
def test_a_lost_reply_costs_at_most_20_ms(connected, unplugged: set[int]) -> None:
    connected.chain.faults.unplugged = unplugged
    for _ in range(5):
        before = connected.link.now_s
        connected.bus.sync_read("Present_Position", allow_missing=True)
        assert connected.link.now_s - before <= LOST_REPLY_S
        before = connected.link.now_s
        connected.bus.read_servos()
        assert connected.link.now_s - before <= LOST_REPLY_S


def test_a_lost_acknowledgement_costs_at_most_20_ms(connected) -> None:
    connected.chain.faults.unplugged = {2}
    for _ in range(3):
        before = connected.link.now_s
        with pytest.raises(ServoNotResponding):
            connected.bus.write("Goal_Position", "shoulder_lift", 0.0)
        assert connected.link.now_s - before <= LOST_REPLY_S


def test_retries_help_and_are_counted(connected) -> None:
    connected.chain.faults.corrupt_probability = 0.3
    exchanges, _ = connected.bus.packets
    for _ in range(20):
        connected.bus.read("Present_Position", "elbow_flex", num_retry=20)
    now, lost = connected.bus.packets
    assert lost > 0
    assert now - exchanges == 20 + lost


def test_a_sync_read_retries_only_those_it_lacks(connected) -> None:
    connected.chain.faults.corrupt_probability = 0.3
    for _ in range(20):
        readings = connected.bus.sync_read("Present_Position", num_retry=20)
        assert list(readings) == list(connected.bus.motors)


def test_damaged_bytes_are_never_taken_for_a_position(connected) -> None:
    expected = connected.bus.sync_read("Present_Position", normalize=False)
    connected.chain.faults.corrupt_probability = 0.5
    for _ in range(300):
        readings = connected.bus.sync_read("Present_Position", normalize=False, allow_missing=True)
        assert readings.items() <= expected.items()


@pytest.mark.parametrize("late_s", [0.018, 0.019, 0.03, 0.036, 0.045])
def test_late_bytes_are_not_taken_for_the_next_reading(connected, late_s: float) -> None:
    connected.bus.configure_motors()
    for number, name in enumerate(connected.joints, 1):
        connected.chain.faults.delayed = {number: late_s}
        connected.joints[name].angle_rad = 0.0
        connected.bus.sync_read("Present_Position", allow_missing=True, normalize=False)
        connected.chain.faults.delayed = {}
        connected.joints[name].angle_rad = 0.5
        readings = connected.bus.sync_read("Present_Position", allow_missing=True, normalize=False)
        assert readings.get(name, 2373) == 2373
        assert set(readings) >= set(connected.joints) - {name}
        connected.link.now_s += 0.1


def test_a_late_acknowledgement_is_no_reading(connected) -> None:
    connected.chain.faults.extra_delay_s = 0.0185
    with pytest.raises(ServoNotResponding):
        connected.bus.write("Goal_Position", "elbow_flex", 0.0)
    connected.chain.faults.extra_delay_s = 0.0
    assert connected.bus.read("Goal_Velocity", "elbow_flex") == 0


def test_alarms_are_told_in_words(connected) -> None:
    connected.chain.faults.overloaded = {3}
    connected.chain.faults.celsius = {3: 90.0}
    connected.chain.advance(0.01)
    with pytest.raises(ServoAlarm, match="Servo 3 reports: too hot, overload"):
        connected.bus.read("Present_Position", "elbow_flex")
    assert len(connected.bus.sync_read("Present_Position")) == 6


def test_a_port_that_is_gone_is_told_and_can_be_closed(connected) -> None:
    connected.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        connected.bus.sync_read("Present_Position", allow_missing=True)
    with pytest.raises(PortLost):
        connected.bus.read("Present_Position", "elbow_flex")
    with pytest.raises(PortLost):
        connected.bus.disconnect()
    assert not connected.bus.is_connected


def test_a_port_that_comes_back_works_again(connected) -> None:
    connected.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        connected.bus.read("Present_Position", "elbow_flex")
    connected.chain.faults.adapter_gone = False
    connected.bus.read("Present_Position", "elbow_flex")


# Torque


def test_torque_locks_and_unlocks_the_eeprom(connected) -> None:
    connected.bus.enable_torque()
    assert set(connected.bus.sync_read("Torque_Enable").values()) == {1}
    assert set(connected.bus.sync_read("Lock").values()) == {1}
    connected.bus.disable_torque(["gripper"])
    assert connected.bus.read("Torque_Enable", "gripper") == 0
    assert connected.bus.read("Lock", "gripper") == 0
    assert connected.bus.read("Torque_Enable", "wrist_roll") == 1


def test_a_silent_servo_does_not_keep_the_others_stiff(connected) -> None:
    connected.bus.enable_torque()
    connected.chain.faults.unplugged = {1}
    with pytest.raises(ServoNotResponding, match="Servo 1"):
        connected.bus.disable_torque()
    others = list(connected.joints)[1:]
    assert set(connected.bus.sync_read("Torque_Enable", others).values()) == {0}


def test_an_alarm_does_not_keep_a_servo_stiff(connected) -> None:
    connected.bus.enable_torque()
    connected.chain.faults.overloaded = {2}
    connected.chain.advance(0.01)
    connected.bus.confirm_torque_off()
    assert connected.bus.sync_read("Torque_Enable")["shoulder_lift"] == 0


def test_torque_off_names_who_did_not_confirm_it(connected) -> None:
    connected.bus.enable_torque()
    connected.chain.faults.unplugged = {4}
    with pytest.raises(TorqueNotOff, match=r"wrist_flex \(servo 4\)"):
        connected.bus.confirm_torque_off()


def test_disconnecting_releases_the_arm(connected) -> None:
    connected.bus.enable_torque()
    connected.bus.disconnect()
    assert {servo.memory.get("Torque_Enable") for servo in connected.chain.servos} == {0}


# Configuration and calibration


def test_configuring_writes_what_is_kept(connected) -> None:
    connected.bus.disable_torque()
    connected.chain.servo(3).memory.set("Phase", 12 | 0x10)
    connected.bus.configure_motors()
    assert connected.bus.read("Phase", "elbow_flex") == 12
    assert set(connected.bus.sync_read("Acceleration").values()) == {254}
    connected.chain.power_cycle()
    assert set(connected.bus.sync_read("Return_Delay_Time").values()) == {0}
    assert set(connected.bus.sync_read("Maximum_Acceleration").values()) == {254}


def test_a_calibration_survives_a_power_cut(connected) -> None:
    assert not connected.bus.is_calibrated
    connected.bus.write_calibration(connected.bus.calibration)
    connected.chain.power_cycle()
    assert connected.bus.is_calibrated
    assert connected.bus.read_calibration() == connected.bus.calibration


def test_a_calibration_is_written_without_torque(connected) -> None:
    connected.bus.enable_torque()
    connected.bus.write_calibration(connected.bus.calibration)
    assert set(connected.bus.sync_read("Torque_Enable").values()) == {0}


def test_another_arm_is_not_calibrated(connected) -> None:
    connected.bus.write_calibration(connected.bus.calibration)
    connected.bus.calibration["gripper"] = MotorCalibration(6, 0, 0, 1, 2)
    assert not connected.bus.is_calibrated
    connected.bus.calibration = {}
    assert not connected.bus.is_calibrated


def test_the_sdk_is_the_one_whose_gaps_are_filled() -> None:
    """The bus relies on these names; a later release that moves them should be noticed here."""
    assert scservo_sdk.COMM_SUCCESS == 0
    assert scservo_sdk.COMM_RX_TIMEOUT == -6
