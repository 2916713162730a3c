"""What is wrong with an arm's wire, and where: decided from what a scan found.

``diagnose`` is a pure function. Severe and general findings come first: one who mends them in
order looks for no servo on a wire without power.
"""

from collections.abc import Mapping, Sequence
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
from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.brands import BRANDS, brand_of, brand_of_arm
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import FoundServo, ScanResult
from lerobot_core.motors.servo_findings import (
    judge_alarms,
    judge_baudrates,
    judge_firmware,
    judge_models,
    judge_strangers,
    judge_voltage,
    listed,
)
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
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
    access = next((port.access for port in ports if _is_at(port, address)), ALLOWED)
    others = tuple(
        port.address
        for port in ports
        if port.may_be_arm and not port.is_virtual and not _is_at(port, address)
    )
    return PortState(address, _PROBLEMS[type(error)] if error else None, access, others)


def _is_at(port: FoundPort, address: str) -> bool:
    return address in (port.address, port.stable_address)


def diagnose(
    expected: Mapping[str, Motor],
    scan: ScanResult | None,
    port: PortState,
    baudrate: int = DEFAULT_BAUDRATE,
    *,
    other_arms: Mapping[str, Mapping[str, Motor]] | None = None,
) -> list[Finding]:
    """Findings on an arm, never none.

    Args:
        expected: Joint → servo, in the order of the cable from the adapter on; of one brand.
        scan: May be None where ``port`` has a problem, which is then the finding.
        baudrate: What the servos should be set to.
        other_arms: Kind → its motors: arms that this one may be mistaken for, as a leader for
            its follower.
    """
    if port.problem is not None:
        return [_port_finding(port), *_other_ports(port)]
    if scan is None:
        raise ValueError("a port without a problem can be scanned")
    brand = _brand(expected, scan)
    strangers = judge_strangers(scan.strangers, brand, port.address, beside=scan.servos)
    if not scan.servos:
        return [*(strangers or [_silence(scan, port)]), *_other_ports(port)]
    found_ids = {servo.id for servo in scan.servos}
    if expected and found_ids.isdisjoint(motor.id for motor in expected.values()):
        facts: Facts = {
            "port": port.address,
            "found": listed(sorted(found_ids)),
            "expected": listed(motor.id for motor in expected.values()),
        }
        wrong = Finding("wrong_port", facts, tuple(sorted(found_ids)))
        return [*strangers, wrong, *_other_ports(port)]
    other_arm = _other_arm(expected, scan.servos, other_arms or {})
    if other_arm is not None:
        ids = tuple(servo.id for servo in scan.servos)
        facts = {"port": port.address, "arm": other_arm}
        return [*strangers, Finding("other_arm", facts, ids), *_other_ports(port)]
    findings = [*strangers, *_servo_findings(expected, scan.servos, baudrate, brand)]
    return findings or [Finding("all_fine", {"count": len(scan.servos)})]


def _brand(expected: Mapping[str, Motor], scan: ScanResult) -> ServoBrand | None:
    """That was looked for; of an unknown arm, the one that was found."""
    if expected:
        return brand_of_arm(expected)
    if scan.brand:
        return BRANDS[scan.brand]
    model = next((servo.model for servo in scan.servos if servo.model is not None), None)
    return None if model is None else brand_of(model)


def _other_arm(
    expected: Mapping[str, Motor],
    servos: Sequence[FoundServo],
    other_arms: Mapping[str, Mapping[str, Motor]],
) -> str | None:
    """The kind of arm that all servos fit, where they do not fit the expected one."""
    known = {servo.id: servo.model for servo in servos if servo.model is not None}
    if len(known) < 2 or not expected or _fits(known, expected):
        return None
    return next((kind for kind, motors in other_arms.items() if _fits(known, motors)), None)


def _fits(models: Mapping[int, str], arm: Mapping[str, Motor]) -> bool:
    wanted = {motor.id: motor.model for motor in arm.values()}
    return all(wanted.get(servo_id) == model for servo_id, model in models.items())


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
    rates = listed(rate.baudrate for rate in scan.rates)
    return Finding("nothing_answers_so_far", {"port": port.address, "baudrates": rates})


# The servos


def _servo_findings(
    expected: Mapping[str, Motor],
    servos: Sequence[FoundServo],
    baudrate: int,
    brand: ServoBrand | None,
) -> list[Finding]:
    doubled = _doubled_ids(servos)
    single = [servo for servo in servos if servo.id not in doubled]
    joints = {motor.id: (joint, motor) for joint, motor in expected.items()}
    members = [servo for servo in single if servo.id in joints or not expected]
    return [
        *judge_voltage(single),
        *(Finding("duplicate_id", {"servo_id": number}, (number,)) for number in doubled),
        *_missing(expected, {servo.id for servo in servos}, doubled),
        *judge_alarms(single),
        *judge_baudrates(members, baudrate),
        *judge_models(members, joints),
        *judge_firmware(members, brand),
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
                {"silent": listed(silent), "duplicates": listed(doubled)},
                tuple(silent),
            )
        ]
    if silent and extra:
        return [
            Finding(
                "silent_beside_extra",
                {"silent": listed(silent), "extra": listed(extra)},
                (*silent, *extra),
            )
        ]
    if extra:
        return [Finding("extra_servos", {"extra": listed(extra)}, tuple(extra))]
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
