"""What is wrong with servos, each judged by what it says of itself: pure functions."""

from collections.abc import Iterable, Mapping, Sequence

from lerobot_core.errors import Facts
from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.brands import model_of
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import FoundServo, Stranger
from lerobot_core.types import Alarm


def judge_voltage(servos: Sequence[FoundServo]) -> list[Finding]:
    """Supplies outside the servos' own limits; one finding for all that agree."""
    groups: dict[tuple[str, float], list[FoundServo]] = {}
    for servo in servos:
        if servo.volts is None or servo.min_volts is None or servo.max_volts is None:
            continue
        if servo.volts < servo.min_volts:
            groups.setdefault(("low", servo.min_volts), []).append(servo)
        elif servo.volts > servo.max_volts:
            groups.setdefault(("high", servo.max_volts), []).append(servo)
    return [
        Finding(
            f"voltage_{side}",
            {
                "servos": listed(servo.id for servo in members),
                "volts": _span([servo.volts for servo in members if servo.volts is not None]),
                side: limit,
            },
            tuple(servo.id for servo in members),
        )
        for (side, limit), members in sorted(groups.items())
    ]


def judge_baudrates(servos: Sequence[FoundServo], expected: int) -> list[Finding]:
    groups: dict[int, list[int]] = {}
    for servo in servos:
        if servo.baudrate != expected:
            groups.setdefault(servo.baudrate, []).append(servo.id)
    return [
        Finding(
            "wrong_baudrate",
            {"servos": listed(ids), "baudrate": baudrate, "expected": expected},
            tuple(ids),
        )
        for baudrate, ids in sorted(groups.items())
    ]


def judge_models(
    servos: Sequence[FoundServo], joints: Mapping[int, tuple[str, Motor]]
) -> list[Finding]:
    """Servos of another model than their joint's, and those that do not tell."""
    findings = []
    for servo in servos:
        if servo.model_number is None:
            findings.append(Finding("unreadable", {"servo_id": servo.id}, (servo.id,)))
            continue
        joint, motor = joints.get(servo.id, ("", None))
        if motor is None or _is_model(servo, motor.model):
            continue
        facts: Facts = {
            "servo_id": servo.id,
            "joint": joint,
            "found": servo.model or str(servo.model_number),
            "expected": motor.model,
        }
        findings.append(Finding("wrong_model", facts, (servo.id,)))
    return findings


def _is_model(servo: FoundServo, expected: str) -> bool:
    """Of a series, all members will do, and those whose number is not known."""
    model = model_of(expected)
    if model.number is not None:
        return servo.model_number == model.number
    return servo.model is None or model_of(servo.model).registers is model.registers


_ALARM_CODES = {
    Alarm.VOLTAGE: "alarm_voltage",
    Alarm.SENSOR: "alarm_sensor",
    Alarm.HEAT: "alarm_heat",
    Alarm.CURRENT: "alarm_current",
    Alarm.SHOCK: "alarm_shock",
    Alarm.OVERLOAD: "alarm_overload",
}


def judge_alarms(servos: Sequence[FoundServo]) -> list[Finding]:
    """What servos report of themselves; a wrong supply only if it is over, told otherwise."""
    findings = []
    for alarm, code in _ALARM_CODES.items():
        ids = tuple(
            servo.id
            for servo in servos
            if alarm in servo.alarms and not (alarm is Alarm.VOLTAGE and judge_voltage([servo]))
        )
        if ids:
            findings.append(Finding(code, {"servos": listed(ids)}, ids))
    return findings


def judge_strangers(
    strangers: Sequence[Stranger],
    brand: ServoBrand | None,
    port: str,
    *,
    beside: Sequence[FoundServo] = (),
) -> list[Finding]:
    """Servos of other brands, instead of the expected ones or ``beside`` them."""
    findings = []
    for name in dict.fromkeys(stranger.brand for stranger in strangers):
        ids = tuple(stranger.servo.id for stranger in strangers if stranger.brand == name)
        expected = brand.name if brand is not None else ""
        facts: Facts = {"port": port, "found": name, "ids": listed(ids), "expected": expected}
        findings.append(Finding("mixed_brands" if beside else "other_brand", facts, ids))
    return findings


def judge_firmware(servos: Sequence[FoundServo], brand: ServoBrand | None) -> list[Finding]:
    """Different firmware, where an arm with it is not connected."""
    if brand is None or not brand.firmware_must_agree:
        return []
    versions: dict[str, list[int]] = {}
    for servo in servos:
        if servo.firmware is not None:
            versions.setdefault(servo.firmware, []).append(servo.id)
    if len(versions) < 2:
        return []
    words = ", ".join(f"{version} ({listed(ids)})" for version, ids in sorted(versions.items()))
    # Those in the minority are marked: they are the ones to be updated.
    usual = max(versions.values(), key=len)
    odd = [servo.id for servo in servos if servo.firmware is not None and servo.id not in usual]
    facts: Facts = {"versions": words, "program": brand.update_program}
    return [Finding("mixed_firmware", facts, tuple(odd))]


def listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}–{high}"
