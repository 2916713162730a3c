"""What speaks against writing an id to a servo, and how a servo that got one is told."""

from dataclasses import replace

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import FoundServo
from lerobot_core.motors.servo_findings import judge_models, judge_voltage


def judge_servo(servo: FoundServo, joint: str, motor: Motor) -> list[Finding]:
    """Nothing is written to a servo that is not the expected model at its right supply."""
    if servo.looks_doubled:
        return [Finding("duplicate_id", {"servo_id": servo.id}, (servo.id,))]
    if servo.model_number is None or None in (servo.volts, servo.min_volts, servo.max_volts):
        return [Finding("unreadable", {"servo_id": servo.id}, (servo.id,))]
    return [*judge_voltage([servo]), *judge_models([servo], {servo.id: (joint, motor)})]


def as_model(servo: FoundServo, motor: Motor) -> FoundServo:
    """A number that is not known counts as a member of the series that was expected."""
    return servo if servo.model is not None else replace(servo, model=motor.model)


def setup_done(joint: str, servo_id: int) -> Finding:
    """It has its id, and was read back."""
    return Finding("setup_done", {"servo_id": servo_id, "joint": joint}, (servo_id,))
