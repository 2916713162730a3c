"""Looking at one arm's wire: a whole scan with a diagnosis, or its servos again and again."""

import time
from collections.abc import Mapping
from contextlib import ExitStack, closing

from lerobot_core.errors import DeviceError
from lerobot_core.motors.arm_scan import scan_any, scan_arm
from lerobot_core.motors.brands import brand_of_arm
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import PortState, diagnose, port_state
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import FoundServo, Probe, RateScan, ScanResult
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.serial.discovery import list_ports
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    FindingSeen,
    ScanArm,
    ScanBegan,
    ServoSeen,
    WatchArm,
)
from lerobot_core.workers.setup.arms import arm_at, kinds_with, single_arms
from lerobot_core.workers.setup.desk import Desk

_WATCH_EVERY_S = 0.5


class Scan:
    """Ask every id at every baud rate, and say what is wrong."""

    def __init__(self, asked: ScanArm) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        address, kind = self._asked.address, self._asked.kind
        motors = arm_at(address, kind).motors if kind else {}
        desk.tell(ScanBegan(address, kind, servos_seen(motors, None)))
        started_s = time.monotonic()
        scan, error = None, None
        try:
            scan = self._scan(desk, motors)
        except DeviceError as failure:
            error = failure
        findings = diagnose(
            motors, scan, port_state(address, list_ports(), error), other_arms=single_arms()
        )
        desk.tell(
            ArmScanned(
                address=address,
                kind=kind,
                servos=servos_seen(motors, scan),
                findings=[finding_seen(finding) for finding in findings],
                seconds=time.monotonic() - started_s,
                baudrates=0 if scan is None else len(scan.rates),
                looks_like=[] if scan is None else _looks_like(scan),
            )
        )

    def _scan(self, desk: Desk, motors: Mapping[str, Motor]) -> ScanResult:
        with ExitStack() as stack:
            desk.take(stack, self._asked.address)
            link = stack.enter_context(closing(open_link(self._asked.address, DEFAULT_BAUDRATE)))
            if motors:
                return scan_arm(link, motors, progress=desk)
            return scan_any(link, progress=desk)


class Watch:
    """Read voltage, temperature and position of an arm's servos, until told to end."""

    def __init__(self, asked: WatchArm) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        address = self._asked.address
        motors = arm_at(address, self._asked.kind).motors
        probe = brand_of_arm(motors).probe
        with ExitStack() as stack:
            desk.take(stack, address)
            link = stack.enter_context(closing(open_link(address, DEFAULT_BAUDRATE)))
            while True:
                servos = {}
                for joint, motor in motors.items():
                    desk.check()
                    servos[joint] = _identified(probe, link, motor.id)
                desk.tell(_watched(address, motors, servos))
                desk.next(_WATCH_EVERY_S)


def _identified(probe: Probe, link: SerialLink, servo_id: int) -> FoundServo:
    """Silent for once is not silent: a packet may be lost."""
    servo = probe.identify(link, servo_id)
    return servo if _answers(servo) else probe.identify(link, servo_id)


def _watched(
    address: str, motors: Mapping[str, Motor], servos: Mapping[str, FoundServo]
) -> ArmWatched:
    answering = tuple(servo for servo in servos.values() if _answers(servo))
    scan = ScanResult((RateScan(DEFAULT_BAUDRATE, answering),), all_baudrates=False)
    findings = diagnose(motors, scan, PortState(address))
    return ArmWatched(
        address,
        [servo_seen(servo, joint) for joint, servo in servos.items()],
        [finding_seen(finding) for finding in findings],
    )


def servos_seen(motors: Mapping[str, Motor], scan: ScanResult | None) -> list[ServoSeen]:
    """Those expected, in the order of the chain, silent or not; then all others."""
    found = {} if scan is None else {servo.id: servo for servo in scan.servos}
    seen = [
        servo_seen(found.pop(motor.id), joint)
        if motor.id in found
        else ServoSeen(motor.id, 0, joint, answers=False)
        for joint, motor in motors.items()
    ]
    strangers = [] if scan is None else [stranger.servo for stranger in scan.strangers]
    return seen + [servo_seen(servo) for servo in [*found.values(), *strangers]]


def _looks_like(scan: ScanResult) -> list[str]:
    return kinds_with({servo.id: servo.model or "" for servo in scan.servos})


def servo_seen(servo: FoundServo, joint: str = "") -> ServoSeen:
    return ServoSeen(
        servo_id=servo.id,
        baudrate=servo.baudrate,
        joint=joint,
        model=servo.model or servo.table or "",
        firmware=servo.firmware or "",
        volts=servo.volts,
        celsius=servo.celsius,
        position=servo.position,
        has_torque=servo.has_torque,
        answers=_answers(servo),
    )


def _answers(servo: FoundServo) -> bool:
    return servo.model_number is not None or servo.volts is not None


def finding_seen(finding: Finding) -> FindingSeen:
    return FindingSeen(
        finding.code, finding.severity.value, dict(finding.facts), list(finding.servo_ids)
    )
