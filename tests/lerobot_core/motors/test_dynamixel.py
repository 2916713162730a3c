"""The Dynamixel bus against six simulated servos, as a Koch follower has them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lerobot_core.errors import (
    BadReply,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    RegisterValueInvalid,
    ServoAlarm,
    ServoNotResponding,
    ServoRefused,
    ServosMissing,
    TorqueNotOff,
    WrongServoModel,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.dynamixel_packets import encode_status
from lerobot_core.motors.dynamixel_wire import DynamixelWire
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import RAD_PER_TICK, DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.types import NormMode

JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
MOTORS = {
    name: Motor(
        number,
        "xl430-w250" if number < 3 else "xl330-m288",
        NormMode.RANGE_M100_100 if number < 6 else NormMode.RANGE_0_100,
    )
    for number, name in enumerate(JOINTS, 1)
}
CALIBRATION = {
    name: MotorCalibration(motor.id, 0, -10 * motor.id, 500 + motor.id, 3500 - motor.id)
    for name, motor in MOTORS.items()
}
LONGEST_LOSS_S = 0.02


@dataclass
class SixServos:
    chain: DynamixelChain
    joints: dict[str, HandJoint]
    link: ChainLink
    bus: DynamixelMotorsBus

    def advance(self, seconds: float, step: float = 0.01) -> None:
        for _ in range(round(seconds / step)):
            self.chain.advance(step)

    def memory(self, name: str, register: str) -> int:
        return self.chain.servo(MOTORS[name].id).memory.get(register)


def make_arm() -> SixServos:
    joints = {name: HandJoint() for name in JOINTS}
    servos = [
        DynamixelServo(
            motor.id, joints[name], model=motor.model, has_converter=motor.model == "xl330-m288"
        )
        for name, motor in MOTORS.items()
    ]
    chain = DynamixelChain(servos, volts=12.0)
    link = ChainLink(chain)
    bus = DynamixelMotorsBus(
        link.address, MOTORS, CALIBRATION, opener=lambda address, baudrate: link, clock=link.now
    )
    return SixServos(chain, joints, link, bus)


@pytest.fixture
def arm() -> Iterator[SixServos]:
    arm = make_arm()
    arm.bus.connect()
    yield arm
    if arm.bus.is_connected:
        arm.bus.disconnect(disable_torque=False)


# Connecting


def test_connecting_moves_and_changes_nothing() -> None:
    arm = make_arm()
    before = arm.chain.snapshot()
    arm.bus.connect()
    assert arm.bus.is_connected
    assert arm.chain.snapshot() == before
    with pytest.raises(DeviceAlreadyConnectedError):
        arm.bus.connect()
    arm.bus.disconnect()
    with pytest.raises(DeviceNotConnectedError):
        arm.bus.ping("gripper")


def test_missing_servos_are_all_named() -> None:
    arm = make_arm()
    arm.chain.faults.unplugged |= {2, 6}
    with pytest.raises(ServosMissing) as failure:
        arm.bus.connect()
    assert failure.value.facts["missing"] == "Servo 2 (shoulder_lift), Servo 6 (gripper)"
    assert not arm.bus.is_connected


def test_another_model_is_refused() -> None:
    arm = make_arm()
    arm.chain.servo(4).memory.set("Model_Number", 1190)
    with pytest.raises(WrongServoModel) as failure:
        arm.bus.connect()
    assert failure.value.facts["found"] == "xl330-m077"
    assert failure.value.facts["expected"] == "xl330-m288"


def test_two_motors_cannot_share_an_id() -> None:
    with pytest.raises(ValueError, match="same id"):
        DynamixelMotorsBus("port", {"a": MOTORS["gripper"], "b": MOTORS["gripper"]})


def test_everyone_answers_a_broadcast_ping(arm: SixServos) -> None:
    assert arm.bus.broadcast_ping() == {1: 1060, 2: 1060, 3: 1200, 4: 1200, 5: 1200, 6: 1200}


# Registers


def test_values_are_written_and_read(arm: SixServos) -> None:
    arm.bus.write("Goal_Position", "wrist_roll", 2100, normalize=False)
    assert arm.bus.read("Goal_Position", "wrist_roll", normalize=False) == 2100
    assert arm.bus.read("Homing_Offset", "gripper") == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(JOINTS), st.integers(-1_044_479, 1_044_479), min_size=1))
def test_groups_are_written_and_read(arm: SixServos, values: dict[str, int]) -> None:
    arm.bus.sync_write("Homing_Offset", values)
    assert arm.bus.sync_read("Homing_Offset", values) == values


@pytest.mark.parametrize("value", [0xFFFDFFFF, 0x00FDFFFF, 0xFDFFFF00])
def test_values_that_look_like_a_header_are_stuffed(arm: SixServos, value: int) -> None:
    """Profile_Velocity takes any four bytes; ``FF FF FD`` among them must not end the packet."""
    assert b"\xff\xff\xfd" in value.to_bytes(4, "little")
    arm.bus.write("Profile_Velocity", "gripper", value)
    assert arm.bus.read("Profile_Velocity", "gripper") == value
    arm.bus.sync_write("Profile_Velocity", dict.fromkeys(JOINTS, value))
    assert arm.bus.sync_read("Profile_Velocity") == dict.fromkeys(JOINTS, value)


def test_a_servo_turns_itself_round(arm: SixServos) -> None:
    """The drive mode of the file is in the servo; user values are not turned a second time."""
    arm.bus.calibration["elbow_flex"] = replace(CALIBRATION["elbow_flex"], drive_mode=1)
    arm.bus.write("Drive_Mode", "elbow_flex", 1)
    before = arm.bus.read("Present_Position", "elbow_flex")
    arm.joints["elbow_flex"].angle_rad += 100 * RAD_PER_TICK
    assert arm.bus.read("Present_Position", "elbow_flex") == pytest.approx(before - 6.68, abs=0.01)


@pytest.mark.parametrize(
    ("register", "value"), [("ID", 256), ("Goal_Position", float("nan")), ("Goal_Current", 40_000)]
)
def test_what_does_not_fit_is_not_sent(arm: SixServos, register: str, value: float) -> None:
    exchanges = arm.bus.packets[0]
    with pytest.raises(RegisterValueInvalid):
        arm.bus.write(register, "gripper", value)
    assert arm.bus.packets[0] == exchanges


def test_what_a_servo_finds_out_of_range_is_named(arm: SixServos) -> None:
    with pytest.raises(RegisterValueInvalid) as failure:
        arm.bus.write("Goal_Position", "gripper", 5000, normalize=False)
    assert failure.value.facts == {"value": "5000", "register": "Goal_Position", "servo_id": 6}


def test_the_eeprom_is_closed_under_torque(arm: SixServos) -> None:
    arm.bus.write("Torque_Enable", "gripper", 1)
    with pytest.raises(ServoRefused, match=r"gripper \(servo 6\) refuses Homing_Offset: the reg"):
        arm.bus.write("Homing_Offset", "gripper", 1)


def test_torque_that_stays_off_is_told(arm: SixServos) -> None:
    class Weak(DynamixelServo):
        def write(self, address: int, data: bytes) -> int:
            return 0 if (address, data) == (64, b"\x01") else super().write(address, data)

    arm.chain.servos[5] = Weak(6, HandJoint(), model="xl330-m288", has_converter=True)
    with pytest.raises(ServoRefused, match=r"gripper \(servo 6\) refuses torque: it stayed off"):
        arm.bus.enable_torque()


# Silence, damage, alarms


def test_a_lost_reply_costs_at_most_20_ms(arm: SixServos) -> None:
    arm.chain.faults.unplugged.add(6)
    start = arm.link.now_s
    with pytest.raises(ServoNotResponding):
        arm.bus.read("Present_Position", "gripper")
    assert arm.link.now_s - start <= LONGEST_LOSS_S
    start = arm.link.now_s
    found = arm.bus.sync_read("Present_Position", allow_missing=True)
    assert arm.link.now_s - start <= LONGEST_LOSS_S
    assert list(found) == list(JOINTS[:5])
    assert arm.bus.packets[1] == 2


def test_a_silent_servo_is_named(arm: SixServos) -> None:
    arm.chain.faults.unplugged.add(3)
    with pytest.raises(ServoNotResponding) as failure:
        arm.bus.sync_read("Present_Position")
    assert failure.value.facts["servo_id"] == 3


def test_servos_that_wait_for_a_silent_one_are_asked_before_it(arm: SixServos) -> None:
    arm.chain.faults.unplugged.add(2)
    arm.chain.faults.skip_silent = False
    arm.bus.sync_read("Present_Position", allow_missing=True)
    found = arm.bus.sync_read("Present_Position", allow_missing=True)
    assert set(found) == set(JOINTS) - {"shoulder_lift"}


def test_damage_is_noticed_and_asked_for_again(arm: SixServos) -> None:
    arm.chain.faults.corrupt_probability = 0.3
    for _ in range(50):
        found = arm.bus.sync_read("Present_Position", normalize=False, num_retry=9)
        assert found == dict.fromkeys(JOINTS, 2047)
    exchanges, lost = arm.bus.packets
    assert 0 < lost < exchanges


def test_late_replies_answer_no_later_question(arm: SixServos) -> None:
    arm.chain.servo(1).memory.set("Homing_Offset", 77)
    arm.chain.faults.delayed[1] = 0.019
    with pytest.raises(ServoNotResponding):
        arm.bus.read("Present_Position", "shoulder_pan", normalize=False)
    arm.chain.faults.delayed.clear()
    assert arm.bus.read("Homing_Offset", "shoulder_pan") == 77


@pytest.mark.parametrize("noise", [b"\xff", b"\x00", b"\xff\xff\xfd\x00\x01", b"\xff\xff\xfd"])
def test_a_wire_that_never_falls_silent_ends_the_wait(noise: bytes) -> None:
    class Noisy(ChainLink):
        def read(self, size: int, timeout_s: float) -> bytes:
            return (noise * size)[:size]

    wire = DynamixelWire(Noisy(DynamixelChain([])), lambda: 0.0)
    with pytest.raises(BadReply):
        wire.read(1, 132, 4)
    with pytest.raises(BadReply):
        wire.ping(1)
    assert wire.sync_read([1, 2], 132, 4) == {}


def test_a_damaged_length_takes_no_other_reply_with_it() -> None:
    damaged = bytearray(encode_status(1, 0, b"abcd"))
    damaged[5] += 1
    coming = bytearray(damaged + encode_status(2, 0, b"abcd") + encode_status(3, 0, b"abcd"))

    class Scripted(ChainLink):
        def discard_input(self) -> None: ...

        def read(self, size: int, timeout_s: float) -> bytes:
            data = bytes(coming[:size])
            del coming[:size]
            return data

    wire = DynamixelWire(Scripted(DynamixelChain([])), lambda: 0.0)
    assert wire.sync_read([1, 2, 3], 132, 4) == {2: b"abcd", 3: b"abcd"}


def test_an_alarm_is_put_in_words(arm: SixServos) -> None:
    arm.chain.faults.celsius[6] = 90.0
    arm.advance(0.02)
    with pytest.raises(ServoAlarm) as failure:
        arm.bus.read("Present_Position", "gripper")
    assert failure.value.facts == {"servo_id": 6, "alarm": "too hot"}
    assert "gripper" in arm.bus.sync_read("Present_Position")
    arm.chain.faults.celsius[6] = 30.0
    arm.advance(0.02)
    arm.bus.reboot("gripper")
    assert arm.bus.read("Hardware_Error_Status", "gripper") == 0


def test_readings_of_all_servos_come_in_one_exchange(arm: SixServos) -> None:
    exchanges = arm.bus.packets[0]
    readings = arm.bus.read_servos()
    assert arm.bus.packets[0] == exchanges + 1
    assert [readings[name].volts for name in JOINTS] == pytest.approx([12, 12, 5, 5, 5, 5])
    assert readings["gripper"].celsius == 25.0


def test_load_is_a_share_of_the_highest_current(arm: SixServos) -> None:
    arm.joints["gripper"].load = -0.5
    arm.joints["shoulder_pan"].load = 0.25
    readings = arm.bus.read_servos()
    assert (readings["gripper"].load_percent, readings["gripper"].current_ma) == (-50.0, 875.0)
    assert readings["shoulder_pan"].load_percent == 25.0


# Torque and watchdog


def test_torque_goes_on_and_off(arm: SixServos) -> None:
    arm.bus.enable_torque()
    assert set(arm.bus.sync_read("Torque_Enable").values()) == {1}
    arm.bus.confirm_torque_off()
    assert set(arm.bus.sync_read("Torque_Enable").values()) == {0}


def test_a_servo_that_shut_itself_down_takes_no_torque_but_is_limp(arm: SixServos) -> None:
    arm.bus.enable_torque()
    arm.chain.faults.overloaded.add(6)
    arm.advance(0.02)
    with pytest.raises(ServoAlarm, match="overload"):
        arm.bus.enable_torque()
    arm.bus.confirm_torque_off()


def test_a_servo_that_does_not_confirm_is_named(arm: SixServos) -> None:
    arm.bus.enable_torque()
    arm.chain.faults.unplugged.add(6)
    with pytest.raises(TorqueNotOff, match=r"gripper \(servo 6\)"):
        arm.bus.confirm_torque_off()


def test_a_bus_that_falls_silent_stops_the_servos(arm: SixServos) -> None:
    arm.bus.start_watchdog(0.1)
    arm.bus.enable_torque()
    arm.advance(0.2)
    assert set(arm.bus.sync_read("Bus_Watchdog").values()) == {-1}
    with pytest.raises(RegisterValueInvalid):
        arm.bus.write("Goal_Position", "gripper", 2000, normalize=False)
    arm.bus.stop_watchdog()
    arm.bus.write("Goal_Position", "gripper", 2000, normalize=False)


@pytest.mark.parametrize("seconds", [0.0, -1.0, 3.0])
def test_a_watchdog_needs_a_time_it_can_count(arm: SixServos, seconds: float) -> None:
    with pytest.raises(ValueError, match="watchdog"):
        arm.bus.start_watchdog(seconds)


# Set-up


def test_configuration_writes_only_what_differs(arm: SixServos) -> None:
    arm.chain.servo(3).memory.set("Drive_Mode", 0x0D)
    arm.bus.configure_motors()
    assert arm.memory("elbow_flex", "Drive_Mode") == 1
    assert {arm.memory(name, "Return_Delay_Time") for name in JOINTS} == {0}
    exchanges = arm.bus.packets[0]
    arm.bus.configure_motors()
    assert arm.bus.packets[0] - exchanges == 3 * len(JOINTS)  # reads alone


def test_modes_are_those_of_the_model(arm: SixServos) -> None:
    arm.bus.set_operating_mode("gripper", 5)
    assert arm.memory("gripper", "Operating_Mode") == 5
    with pytest.raises(RegisterValueInvalid):
        arm.bus.set_operating_mode("shoulder_pan", 5)


def test_a_calibration_goes_into_the_servos_and_comes_back(arm: SixServos) -> None:
    inverted = replace(CALIBRATION["elbow_flex"], drive_mode=1)
    calibration = CALIBRATION | {"elbow_flex": inverted}
    assert not arm.bus.is_calibrated
    arm.bus.enable_torque()
    arm.bus.write_calibration(calibration)
    assert arm.bus.read_calibration() == calibration
    assert arm.bus.is_calibrated
    arm.chain.power_cycle()
    assert arm.bus.is_calibrated
    arm.bus.write("Drive_Mode", "elbow_flex", 0)
    assert not arm.bus.is_calibrated
