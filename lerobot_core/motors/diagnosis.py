"""What is wrong with an arm's wire, and where: decided from what a scan found.

``diagnose`` is a pure function. Severe and general findings come first: one who mends them in
order looks for no servo on a wire without power.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lerobot_core.errors import (
    DeviceError,
    Facts,
    PortBusy,
    PortLost,
    PortNotFound,
    PortPermissionDenied,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import FoundServo, ScanResult
from lerobot_core.motors.tables import DEFAULT_BAUDRATE, MODELS
from lerobot_core.serial.access import ALLOWED, Access, Obstacle
from lerobot_core.serial.discovery import FoundPort


class PortProblem(StrEnum):
    """Why a port could not be scanned."""

    MISSING = "missing"
    DENIED = "denied"
    BUSY = "busy"
    LOST = "lost"


_PROBLEMS: dict[type[DeviceError], PortProblem] = {
    PortNotFound: PortProblem.MISSING,
    PortPermissionDenied: PortProblem.DENIED,
    PortBusy: PortProblem.BUSY,
    PortLost: PortProblem.LOST,
}


@dataclass(frozen=True)
class PortState:
    """The port that was scanned, or could not be."""

    address: str
    problem: PortProblem | None = None
    access: Access = ALLOWED
    other_ports: tuple[str, ...] = ()  # where an arm may be as well


def port_state(
    address: str, ports: Sequence[FoundPort], error: DeviceError | None = None
) -> PortState:
    """From the list of ports, and from what opening or scanning raised.

    Raises:
        DeviceError: ``error`` itself, where it does not speak of the port.
    """
    if error is not None and type(error) not in _PROBLEMS:
        raise error
    access = next((port.access for port in ports if port.address == address), ALLOWED)
    others = tuple(
        port.address
        for port in ports
        if port.may_be_arm and not port.is_virtual and port.address != address
    )
    return PortState(address, _PROBLEMS[type(error)] if error else None, access, others)


def diagnose(
    expected: Mapping[str, Motor],
    scan: ScanResult | None,
    port: PortState,
    baudrate: int = DEFAULT_BAUDRATE,
) -> list[Finding]:
    """Findings on an arm, never none.

    Args:
        expected: Joint → servo, in the order of the cable from the adapter on.
        scan: May be None where ``port`` has a problem, which is then the finding.
        baudrate: What the servos should be set to.
    """
    if port.problem is not None:
        return [_port_finding(port), *_other_ports(port)]
    if scan is None:
        raise ValueError("a port without a problem can be scanned")
    if not scan.servos:
        return [_silence(scan, port), *_other_ports(port)]
    found_ids = {servo.id for servo in scan.servos}
    if expected and found_ids.isdisjoint(motor.id for motor in expected.values()):
        facts: Facts = {
            "port": port.address,
            "found": _listed(sorted(found_ids)),
            "expected": _listed(motor.id for motor in expected.values()),
        }
        return [Finding("wrong_port", facts, tuple(sorted(found_ids))), *_other_ports(port)]
    return _servo_findings(expected, scan.servos, baudrate) or [
        Finding("all_fine", {"count": len(scan.servos)})
    ]


# The port


def _port_finding(port: PortState) -> Finding:
    if port.problem is not PortProblem.DENIED:
        return Finding(f"port_{port.problem}", {"port": port.address})
    if "://" in port.address:  # no command opens what is no device
        return Finding("port_refused", {"port": port.address})
    access = port.access
    if access.obstacle is Obstacle.NOT_IN_GROUP:
        return Finding(
            "port_denied_not_in_group",
            {"port": port.address, "group": access.group, "command": access.command},
        )
    if access.obstacle is Obstacle.LOGIN_NEEDED:
        return Finding("port_denied_login_needed", {"port": port.address, "group": access.group})
    command = access.command or f"sudo chmod a+rw {port.address}"
    return Finding("port_denied", {"port": port.address, "command": command})


def _other_ports(port: PortState) -> list[Finding]:
    if not port.other_ports:
        return []
    return [Finding("other_ports", {"ports": ", ".join(port.other_ports)})]


def _silence(scan: ScanResult, port: PortState) -> Finding:
    if any(rate.damaged_bytes for rate in scan.rates):
        return Finding("only_noise", {"port": port.address})
    if scan.all_baudrates:
        return Finding("nothing_answers", {"port": port.address})
    rates = _listed(rate.baudrate for rate in scan.rates)
    return Finding("nothing_answers_so_far", {"port": port.address, "baudrates": rates})


# The servos


def _servo_findings(
    expected: Mapping[str, Motor], servos: Sequence[FoundServo], baudrate: int
) -> list[Finding]:
    doubled = _doubled_ids(servos)
    single = [servo for servo in servos if servo.id not in doubled]
    joints = {motor.id: (joint, motor) for joint, motor in expected.items()}
    members = [servo for servo in single if servo.id in joints or not expected]
    return [
        *judge_voltage(single),
        *(Finding("duplicate_id", {"servo_id": number}, (number,)) for number in doubled),
        *_missing(expected, {servo.id for servo in servos}, doubled),
        *_baudrates(members, baudrate),
        *judge_models(members, joints),
        *_firmware(members),
    ]


def _doubled_ids(servos: Sequence[FoundServo]) -> list[int]:
    """Ids of more than one servo: at one baud rate or at two."""
    ids = [servo.id for servo in servos]
    return sorted({servo.id for servo in servos if servo.looks_doubled or ids.count(servo.id) > 1})


def _missing(expected: Mapping[str, Motor], found: set[int], doubled: list[int]) -> list[Finding]:
    """Who is silent and why, and who answers without being expected."""
    chain = [(motor.id, joint) for joint, motor in expected.items()]
    silent = [servo_id for servo_id, _ in chain if servo_id not in found]
    extra = sorted(found - {servo_id for servo_id, _ in chain}) if chain else []
    if silent and doubled:
        return [
            Finding(
                "silent_beside_duplicates",
                {"silent": _listed(silent), "duplicates": _listed(doubled)},
                tuple(silent),
            )
        ]
    if silent and extra:
        return [
            Finding(
                "silent_beside_extra",
                {"silent": _listed(silent), "extra": _listed(extra)},
                (*silent, *extra),
            )
        ]
    if extra:
        return [Finding("extra_servos", {"extra": _listed(extra)}, tuple(extra))]
    return _silent_places(chain, set(silent))


def _silent_places(chain: list[tuple[int, str]], silent: set[int]) -> list[Finding]:
    """Where the cable is out, and which servos are silent by themselves.

    Some servo of the chain answers: those behind the last such one share a cause.
    """
    if not silent:
        return []
    last = max(place for place, (servo_id, _) in enumerate(chain) if servo_id not in silent)
    findings = [
        Finding("silent_between", {"servo_id": servo_id, "joint": joint}, (servo_id,))
        for servo_id, joint in chain[:last]
        if servo_id in silent
    ]
    behind = chain[last + 1 :]
    if behind:
        (last_id, last_joint), (first_id, first_joint) = chain[last], behind[0]
        facts: Facts = {
            "last": last_id,
            "last_joint": last_joint,
            "first": first_id,
            "first_joint": first_joint,
        }
        ids = tuple(servo_id for servo_id, _ in behind)
        findings.insert(0, Finding("silent_behind", facts, ids))
    return findings


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
                "servos": _listed(servo.id for servo in members),
                "volts": _span([servo.volts for servo in members if servo.volts is not None]),
                side: limit,
            },
            tuple(servo.id for servo in members),
        )
        for (side, limit), members in sorted(groups.items())
    ]


def _baudrates(servos: Sequence[FoundServo], expected: int) -> list[Finding]:
    groups: dict[int, list[int]] = {}
    for servo in servos:
        if servo.baudrate != expected:
            groups.setdefault(servo.baudrate, []).append(servo.id)
    return [
        Finding(
            "wrong_baudrate",
            {"servos": _listed(ids), "baudrate": baudrate, "expected": expected},
            tuple(ids),
        )
        for baudrate, ids in sorted(groups.items())
    ]


def judge_models(
    servos: Sequence[FoundServo], joints: Mapping[int, tuple[str, Motor]]
) -> list[Finding]:
    findings = []
    for servo in servos:
        if servo.model_number is None:
            findings.append(Finding("unreadable", {"servo_id": servo.id}, (servo.id,)))
            continue
        joint, motor = joints.get(servo.id, ("", None))
        if motor is None or MODELS[motor.model].number in (None, servo.model_number):
            continue
        facts: Facts = {
            "servo_id": servo.id,
            "joint": joint,
            "found": servo.model or str(servo.model_number),
            "expected": motor.model,
        }
        findings.append(Finding("wrong_model", facts, (servo.id,)))
    return findings


def _firmware(servos: Sequence[FoundServo]) -> list[Finding]:
    versions: dict[str, list[int]] = {}
    for servo in servos:
        if servo.firmware is not None:
            versions.setdefault(servo.firmware, []).append(servo.id)
    if len(versions) < 2:
        return []
    words = ", ".join(f"{version} ({_listed(ids)})" for version, ids in sorted(versions.items()))
    # Those in the minority are marked: they are the ones to be updated.
    usual = max(versions.values(), key=len)
    odd = [servo.id for servo in servos if servo.firmware is not None and servo.id not in usual]
    return [Finding("mixed_firmware", {"versions": words}, tuple(odd))]


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}–{high}"
