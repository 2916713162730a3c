"""What a simulated Dynamixel servo does with what is written to it, and by itself."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.dynamixel_tables import X_SERIES
from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import RAD_PER_TICK, DynamixelServo
from lerobot_core.sim.plant import HandJoint

OK, RANGE, LENGTH, LIMIT, ACCESS = 0, 4, 5, 6, 7
POSITION, EXTENDED, CURRENT_POSITION = 3, 4, 5


@pytest.fixture
def joint() -> HandJoint:
    return HandJoint()


@pytest.fixture
def servo(joint: HandJoint) -> DynamixelServo:
    return DynamixelServo(1, joint)


def write(servo: DynamixelServo, register: str, value: int) -> int:
    place = X_SERIES[register]
    return servo.write(place.address, encode_register(place, value, "little"))


def read(servo: DynamixelServo, register: str) -> int:
    place = X_SERIES[register]
    return decode_register(place, servo.read(place.address, place.size) or b"", "little")


def pass_time(servo: DynamixelServo, seconds: float, *, with_packets: bool = False) -> None:
    for _ in range(round(seconds / 0.01)):
        if with_packets:
            servo.hear()
        servo.advance(0.01)


# What is refused


def test_the_eeprom_is_closed_while_there_is_torque(servo: DynamixelServo) -> None:
    assert write(servo, "Torque_Enable", 1) == OK
    assert write(servo, "Homing_Offset", 5) == ACCESS
    assert read(servo, "Homing_Offset") == 0
    assert write(servo, "Torque_Enable", 0) == OK
    assert write(servo, "Homing_Offset", 5) == OK


@pytest.mark.parametrize(
    ("register", "value", "error"),
    [
        ("Model_Number", 1, ACCESS),
        ("Present_Position", 1, ACCESS),
        ("ID", 253, LIMIT),
        ("Homing_Offset", 1_044_480, LIMIT),
        ("Max_Position_Limit", 4096, LIMIT),
        ("Goal_Position", 4096, LIMIT),
        ("Goal_Position", -1, LIMIT),
        ("Goal_Current", 1751, LIMIT),
        ("Goal_PWM", -886, LIMIT),
        ("Operating_Mode", 2, RANGE),
        ("Bus_Watchdog", -1, LIMIT),
        ("Torque_Enable", 2, LIMIT),
    ],
)
def test_what_is_refused(servo: DynamixelServo, register: str, value: int, error: int) -> None:
    before = read(servo, register)
    assert write(servo, register, value) == error
    assert read(servo, register) == before


def test_a_part_of_a_register_is_no_value(servo: DynamixelServo) -> None:
    assert servo.write(116, b"\0\0") == LENGTH
    assert servo.write(117, b"\0\0\0") == LENGTH
    assert servo.write(146, b"\0\0") == ACCESS


def test_a_model_without_current_has_no_current_modes(joint: HandJoint) -> None:
    servo = DynamixelServo(1, joint, model="xl430-w250")
    assert write(servo, "Operating_Mode", CURRENT_POSITION) == RANGE
    assert write(servo, "Operating_Mode", EXTENDED) == OK


# Positions


@given(st.integers(-1_000_000, 1_000_000), st.floats(-3.0, 3.0), st.sampled_from([1, -1]))
def test_present_is_actual_plus_offset(offset: int, angle: float, direction: int) -> None:
    servo = DynamixelServo(1, HandJoint(angle), direction=direction)
    actual = read(servo, "Present_Position")
    assert 0 <= actual <= 4096
    assert write(servo, "Homing_Offset", offset) == OK
    assert read(servo, "Present_Position") == actual + offset


def test_drive_mode_turns_the_counts_round(servo: DynamixelServo, joint: HandJoint) -> None:
    assert write(servo, "Drive_Mode", 1) == OK
    before = read(servo, "Present_Position")
    joint.angle_rad += 100 * RAD_PER_TICK
    assert read(servo, "Present_Position") == before - 100


def test_turns_are_counted_until_power_is_lost(servo: DynamixelServo, joint: HandJoint) -> None:
    write(servo, "Operating_Mode", EXTENDED)
    joint.angle_rad = 4 * pi
    assert read(servo, "Present_Position") == 2047 + 2 * 4096
    servo.reboot()
    assert read(servo, "Present_Position") == 2047
    assert read(servo, "Operating_Mode") == EXTENDED


def test_position_mode_knows_one_turn_once_it_has_torque(
    servo: DynamixelServo, joint: HandJoint
) -> None:
    joint.angle_rad = 4 * pi
    assert write(servo, "Torque_Enable", 1) == OK
    assert read(servo, "Present_Position") == 2047


# Motion


@pytest.mark.parametrize("mode", [POSITION, EXTENDED, CURRENT_POSITION])
@pytest.mark.parametrize("drive_mode", [0, 1])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_goal_is_reached(mode: int, drive_mode: int, direction: int) -> None:
    servo = DynamixelServo(1, HandJoint(), direction=direction)
    write(servo, "Operating_Mode", mode)
    write(servo, "Drive_Mode", drive_mode)
    write(servo, "Homing_Offset", 50)
    assert write(servo, "Torque_Enable", 1) == OK
    assert write(servo, "Goal_Position", 2500) == OK
    pass_time(servo, 2.0)
    assert read(servo, "Present_Position") == pytest.approx(2500, abs=1)


@pytest.mark.parametrize("mode", [0, 1, 16])
def test_other_modes_stay_limp(servo: DynamixelServo, joint: HandJoint, mode: int) -> None:
    write(servo, "Operating_Mode", mode)
    write(servo, "Torque_Enable", 1)
    write(servo, "Goal_Position", 3000)
    pass_time(servo, 1.0)
    assert joint.angle_rad == 0.0


def test_a_goal_of_before_is_gone_to_when_torque_comes(servo: DynamixelServo) -> None:
    write(servo, "Goal_Position", 2100)
    pass_time(servo, 1.0)
    assert read(servo, "Present_Position") == 2047
    write(servo, "Torque_Enable", 1)
    pass_time(servo, 1.0)
    assert read(servo, "Present_Position") == 2100


def test_goal_current_bounds_the_force(servo: DynamixelServo, joint: HandJoint) -> None:
    write(servo, "Operating_Mode", CURRENT_POSITION)
    write(servo, "Goal_Current", 350)
    write(servo, "Torque_Enable", 1)
    joint.is_blocked = True
    write(servo, "Goal_Position", 3500)
    pass_time(servo, 5.0)
    assert read(servo, "Present_Current") == 350
    assert read(servo, "Hardware_Error_Status") == 0


# Watching over the bus and itself


def test_a_silent_bus_stops_a_servo(servo: DynamixelServo) -> None:
    write(servo, "Bus_Watchdog", 5)
    write(servo, "Profile_Velocity", 20)
    write(servo, "Torque_Enable", 1)
    write(servo, "Goal_Position", 4000)
    pass_time(servo, 0.5, with_packets=True)
    assert read(servo, "Bus_Watchdog") == 5
    pass_time(servo, 0.3)
    assert read(servo, "Bus_Watchdog") == -1
    stopped = read(servo, "Present_Position")
    pass_time(servo, 1.0)
    assert read(servo, "Present_Position") == pytest.approx(stopped, abs=1)
    assert write(servo, "Goal_Position", 3000) == RANGE
    assert write(servo, "Bus_Watchdog", 0) == OK
    assert write(servo, "Goal_Position", stopped) == OK


def test_a_limp_servo_does_not_watch_the_bus(servo: DynamixelServo) -> None:
    write(servo, "Bus_Watchdog", 5)
    pass_time(servo, 1.0)
    assert read(servo, "Bus_Watchdog") == 5


def test_overload_ends_torque_until_a_reboot(servo: DynamixelServo, joint: HandJoint) -> None:
    write(servo, "Torque_Enable", 1)
    joint.is_blocked = True
    write(servo, "Goal_Position", 3500)
    pass_time(servo, 5.0)
    assert read(servo, "Hardware_Error_Status") == 0x20
    assert read(servo, "Torque_Enable") == 0
    assert servo.alert == 0x80
    assert write(servo, "Torque_Enable", 1) == ACCESS
    servo.reboot()
    assert write(servo, "Torque_Enable", 1) == OK
    assert servo.alert == 0


def test_supply_and_heat_are_reported(joint: HandJoint) -> None:
    direct, converted = DynamixelServo(1, joint), DynamixelServo(2, joint, has_converter=True)
    chain = DynamixelChain([direct, converted], volts=12.0)
    chain.faults.celsius[2] = 80.0
    chain.advance(0.01)
    assert [read(servo, "Present_Input_Voltage") for servo in chain.servos] == [120, 50]
    assert [read(servo, "Hardware_Error_Status") for servo in chain.servos] == [0x01, 0x04]
    assert read(converted, "Present_Temperature") == 80
