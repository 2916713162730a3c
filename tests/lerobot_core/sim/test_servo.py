from math import pi, radians

import pytest

from lerobot_core.motors.encoding import encode_register
from lerobot_core.motors.tables import STS_SMS
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.protection import OVERHEAT, OVERLOAD, VOLTAGE
from lerobot_core.sim.servo import SimulatedServo

STEP_S = 0.005


@pytest.fixture
def joint() -> HandJoint:
    return HandJoint()


@pytest.fixture
def servo(joint: HandJoint) -> SimulatedServo:
    return SimulatedServo(1, joint)


def write(servo: SimulatedServo, register: str, value: int) -> None:
    place = STS_SMS[register]
    servo.write(place.address, encode_register(place, value, "little"))


def read(servo: SimulatedServo, register: str) -> int:
    place = STS_SMS[register]
    servo.read(place.address, place.size)
    return servo.memory.get(register)


def advance(servo: SimulatedServo, seconds: float) -> None:
    for _ in range(round(seconds / STEP_S)):
        servo.advance(STEP_S)


# Positions


@pytest.mark.parametrize(("direction", "ticks"), [(1, 2047 + 1024), (-1, 2047 - 1024)])
def test_counts_grow_with_the_angle_or_against_it(direction: int, ticks: int) -> None:
    servo = SimulatedServo(1, HandJoint(pi / 2), direction=direction)
    assert read(servo, "Present_Position") == ticks


def test_the_homing_offset_is_taken_off(servo: SimulatedServo) -> None:
    write(servo, "Homing_Offset", 100)
    assert read(servo, "Present_Position") == 1947
    write(servo, "Homing_Offset", -100)
    assert read(servo, "Present_Position") == 2147


def test_positions_stay_within_one_turn(joint: HandJoint, servo: SimulatedServo) -> None:
    joint.angle_rad = pi
    assert read(servo, "Present_Position") == 2047 + 2048
    joint.angle_rad = pi + radians(1)
    assert read(servo, "Present_Position") == 10


def test_positions_run_below_zero_when_one_turn_is_not_asked_for(servo: SimulatedServo) -> None:
    write(servo, "Phase", 12 | 0x10)
    write(servo, "Homing_Offset", 2047)
    servo.plant.angle_rad = radians(-10)
    assert read(servo, "Present_Position") == -114


@pytest.mark.parametrize("direction", [1, -1])
def test_makes_the_present_position_the_middle(direction: int) -> None:
    servo = SimulatedServo(1, HandJoint(0.7), direction=direction)
    servo.write(STS_SMS["Torque_Enable"].address, b"\x80")
    assert read(servo, "Present_Position") == 2048
    assert read(servo, "Torque_Enable") == 0
    servo.power_off()
    servo.power_on()
    assert read(servo, "Present_Position") == 2048


# Memory


def test_what_is_written_while_locked_is_lost_without_power(servo: SimulatedServo) -> None:
    write(servo, "P_Coefficient", 16)
    assert read(servo, "P_Coefficient") == 16
    servo.power_off()
    servo.power_on()
    assert read(servo, "P_Coefficient") == 32
    write(servo, "Lock", 0)
    write(servo, "P_Coefficient", 16)
    servo.power_off()
    servo.power_on()
    assert read(servo, "P_Coefficient") == 16


def test_ram_is_fresh_after_power_on(servo: SimulatedServo) -> None:
    write(servo, "Lock", 0)
    write(servo, "Max_Torque_Limit", 500)
    write(servo, "Torque_Enable", 1)
    write(servo, "Goal_Position", 100)
    servo.power_off()
    servo.power_on()
    assert read(servo, "Torque_Enable") == 0
    assert read(servo, "Goal_Position") == 2047
    assert read(servo, "Torque_Limit") == 500
    assert read(servo, "Lock") == 1


def test_read_only_bytes_stay(servo: SimulatedServo) -> None:
    write(servo, "Model_Number", 1)
    assert read(servo, "Model_Number") == 777


def test_foreign_memory_is_refused(servo: SimulatedServo) -> None:
    with pytest.raises(ValueError, match="memory"):
        servo.restore(b"short")


# Motion


def test_is_limp_without_torque(joint: HandJoint, servo: SimulatedServo) -> None:
    write(servo, "Goal_Position", 3000)
    advance(servo, 1.0)
    assert joint.angle_rad == 0.0


def test_a_stale_goal_counts_the_moment_torque_comes_on(
    joint: HandJoint, servo: SimulatedServo
) -> None:
    write(servo, "Goal_Position", 3000)
    joint.angle_rad = -0.5
    write(servo, "Torque_Enable", 1)
    advance(servo, 2.0)
    assert read(servo, "Present_Position") == 3000


@pytest.mark.parametrize("direction", [1, -1])
def test_goes_to_its_goal_and_stays(direction: int) -> None:
    servo = SimulatedServo(1, HandJoint(0.2), zero_ticks=1500, direction=direction)
    write(servo, "Homing_Offset", -300)
    write(servo, "Acceleration", 254)
    write(servo, "Goal_Position", 2500)
    write(servo, "Torque_Enable", 1)
    advance(servo, 2.0)
    assert read(servo, "Present_Position") == 2500
    assert read(servo, "Moving") == 0


def test_no_load_speed_is_that_of_the_data_sheet(joint: HandJoint, servo: SimulatedServo) -> None:
    write(servo, "Goal_Position", 2047 + 1365)
    write(servo, "Torque_Enable", 1)
    advance(servo, 0.18)
    assert joint.angle_rad == pytest.approx(radians(60), abs=radians(2))


def test_goal_velocity_bounds_the_speed(joint: HandJoint, servo: SimulatedServo) -> None:
    write(servo, "Goal_Velocity", 400)
    write(servo, "Goal_Position", 4000)
    write(servo, "Torque_Enable", 1)
    advance(servo, 1.0)
    assert read(servo, "Present_Position") == pytest.approx(2447, abs=5)
    assert read(servo, "Present_Velocity") == pytest.approx(400, abs=2)
    assert read(servo, "Moving") == 1


def test_acceleration_makes_the_start_soft(joint: HandJoint, servo: SimulatedServo) -> None:
    write(servo, "Acceleration", 10)
    write(servo, "Goal_Position", 4000)
    write(servo, "Torque_Enable", 1)
    advance(servo, 0.2)
    assert read(servo, "Present_Position") == pytest.approx(2047 + 0.5 * 1000 * 0.2**2, abs=5)


def test_goals_are_held_within_the_limits(servo: SimulatedServo) -> None:
    write(servo, "Min_Position_Limit", 1500)
    write(servo, "Max_Position_Limit", 2500)
    write(servo, "Torque_Enable", 1)
    for goal, reached in ((4000, 2500), (0, 1500)):
        write(servo, "Goal_Position", goal)
        advance(servo, 2.0)
        assert read(servo, "Present_Position") == reached


def test_turns_in_velocity_mode(joint: HandJoint, servo: SimulatedServo) -> None:
    write(servo, "Operating_Mode", 1)
    write(servo, "Goal_Velocity", -500)
    write(servo, "Torque_Enable", 1)
    advance(servo, 1.0)
    assert read(servo, "Present_Velocity") == pytest.approx(-500, abs=2)
    assert joint.angle_rad == pytest.approx(-500 * 2 * pi / 4096, rel=0.02)


# Protection


def test_reports_a_supply_voltage_beyond_its_limits(servo: SimulatedServo) -> None:
    servo.supply_volts = 12.0
    advance(servo, 0.1)
    assert servo.error == VOLTAGE
    assert read(servo, "Present_Voltage") == 120
    servo.supply_volts = 7.4
    advance(servo, 0.1)
    assert servo.error == 0


def test_a_blocked_joint_is_spared_after_a_while(joint: HandJoint, servo: SimulatedServo) -> None:
    joint.is_blocked = True
    write(servo, "Goal_Position", 3500)
    write(servo, "Torque_Enable", 1)
    advance(servo, 1.0)
    assert servo.error == 0
    assert read(servo, "Present_Load") == 1000
    advance(servo, 2.0)
    assert servo.error == OVERLOAD
    assert read(servo, "Present_Load") == 200


def test_torque_off_ends_an_overload(joint: HandJoint, servo: SimulatedServo) -> None:
    joint.is_blocked = True
    write(servo, "Goal_Position", 3500)
    write(servo, "Torque_Enable", 1)
    advance(servo, 3.0)
    joint.is_blocked = False
    write(servo, "Torque_Enable", 0)
    write(servo, "Torque_Enable", 1)
    advance(servo, 2.0)
    assert servo.error == 0
    assert read(servo, "Present_Position") == 3500


def test_warms_slowly_under_load_and_gives_up_when_too_hot(
    joint: HandJoint, servo: SimulatedServo
) -> None:
    write(servo, "Overload_Torque", 200)  # never: the motor is to get hot
    joint.is_blocked = True
    write(servo, "Goal_Position", 3500)
    write(servo, "Torque_Enable", 1)
    for _ in range(60):
        servo.advance(1.0)
    assert 30 < read(servo, "Present_Temperature") < 60
    for _ in range(1200):
        servo.advance(1.0)
        if servo.error:
            break
    assert servo.error == OVERHEAT
    servo.advance(1.0)
    assert read(servo, "Torque_Enable") == 0


def test_the_torque_limit_bounds_the_load(joint: HandJoint, servo: SimulatedServo) -> None:
    joint.is_blocked = True
    write(servo, "Torque_Limit", 300)
    write(servo, "Goal_Position", 0)
    write(servo, "Torque_Enable", 1)
    advance(servo, 1.0)
    assert read(servo, "Present_Load") == -300
