"""Giving the servos of an arm their ids: one by one, or in place where ids are distinct already.

Without prompts: ``IdSetup`` says which servo it wants plugged in, and is told to look and to
write. Nothing is written before the servo's model and its supply voltage are known to be right.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lerobot_core.errors import Facts, UnknownChoice
from lerobot_core.motors.arm_scan import call_strangers
from lerobot_core.motors.brands import brand_of_arm, heeds_broadcasts
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.findings import Finding, Severity
from lerobot_core.motors.scan import FoundServo, ScanResult, scan_bus
from lerobot_core.motors.servo_findings import judge_models, judge_strangers, judge_voltage
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.progress import Progress, stretch
from lerobot_core.serial.link import SerialLink

_ASKED = 0.8  # of the progress shown; the rest is for servos of other brands


@dataclass(frozen=True)
class Look:
    """Who is plugged in, and what speaks against writing to it."""

    servo: FoundServo | None  # None: nobody, or several
    findings: list[Finding]

    @property
    def can_write(self) -> bool:
        return self.servo is not None and not self.findings


class IdSetup:
    """One servo after the other, each plugged in alone.

    Args:
        motors: Joint → the servo it should be. All of one brand.
        order: Joints in the order of plugging in; default is from the far end of the cable, as
            upstream asks for them.
        done: Joints that are set up already, as when this goes on after an interruption.

    Raises:
        ValueError: the motors are of several brands. UnknownChoice: of none.
    """

    def __init__(
        self,
        link: SerialLink,
        motors: Mapping[str, Motor],
        *,
        order: Sequence[str] | None = None,
        done: Collection[str] = (),
        baudrate: int = DEFAULT_BAUDRATE,
    ) -> None:
        self._link = link
        self._brand = brand_of_arm(motors)
        self._motors = dict(motors)
        self._baudrate = baudrate
        self._order = tuple(reversed(self._motors) if order is None else order)
        self._done = [joint for joint in self._order if joint in done]
        self._left = [joint for joint in self._order if joint not in done]
        self._written: tuple[str, int] | None = None  # joint and id, until it is unplugged

    @property
    def order(self) -> tuple[str, ...]:
        """All joints to be set up, in the order of plugging in."""
        return self._order

    @property
    def wanted(self) -> str | None:
        """The joint whose servo is to be plugged in, alone. None: all are set up."""
        return self._left[0] if self._left else None

    @property
    def done(self) -> tuple[str, ...]:
        return tuple(self._done)

    def redo(self, joint: str) -> None:
        """Want this joint's servo next, whether it was set up or not. Raises UnknownChoice."""
        if joint not in self._motors:
            raise UnknownChoice(kind=joint, known=", ".join(self._motors))
        self._done = [other for other in self._done if other != joint]
        self._left = [joint, *(other for other in self._left if other != joint)]

    def skip(self) -> None:
        """Want the next joint's servo; this one's comes last."""
        joint = self._wanted_joint()
        self._left = [*(other for other in self._left if other != joint), joint]

    def look(self, progress: Progress | None = None) -> Look:
        """Who is plugged in? Only asks: at the usual baud rates, and at the others if nobody
        answers there.

        Raises:
            PortLost: the adapter is gone. CancelRequested: by ``progress``.
            ValueError: no servo is wanted.
        """
        joint = self._wanted_joint()
        usual = self._brand.usual_baudrates
        scan = self._scan(usual, stretch(progress, 0.0, 0.2))
        if not scan.servos:
            others = [rate for rate in self._brand.probe.baudrates if rate not in usual]
            scan = self._scan(others, stretch(progress, 0.2, _ASKED))
        servo = scan.servos[0] if len(scan.servos) == 1 else None
        return Look(servo, self._judge(joint, scan, progress))

    def write(self, progress: Progress | None = None) -> list[Finding]:
        """Set the wanted servo up. One finding ``setup_done``, or what is wrong.

        All baud rates are asked before: another servo may be hidden at one of them. After
        anything but ``setup_done`` the same servo is wanted still. The servo that was set up last
        has to be unplugged first: it would get the next one's id, were it told to write twice.

        Raises:
            PortLost: the adapter is gone. CancelRequested: by ``progress``, nothing is written.
            ValueError: no servo is wanted.
        """
        joint = self._wanted_joint()
        scan = self._scan(self._brand.probe.baudrates, stretch(progress, 0.0, _ASKED))
        findings = self._judge(joint, scan, progress)
        if not findings:
            findings = [self._set_up(joint, scan.servos[0])]
        if findings[0].severity is Severity.FINE:
            self._left.remove(joint)
            self._done.append(joint)
            self._written = joint, self._motors[joint].id
        return findings

    def _wanted_joint(self) -> str:
        if self.wanted is None:
            raise ValueError("all servos are set up")
        return self.wanted

    def _scan(self, baudrates: Sequence[int], progress: Progress | None) -> ScanResult:
        return scan_bus(
            self._link,
            self._brand.probe,
            baudrates=baudrates,
            every_id=not heeds_broadcasts(self._motors),
            progress=progress,
        )

    def _judge(self, joint: str, scan: ScanResult, progress: Progress | None) -> list[Finding]:
        if not scan.servos:
            strangers = call_strangers(self._link, self._brand, stretch(progress, _ASKED, 1.0))
            findings = judge_strangers(strangers, self._brand, self._link.address)
            self._written = None
            return findings or [Finding("setup_nobody", {"joint": joint})]
        last = self._written
        if last is not None and [servo.id for servo in scan.servos] != [last[1]]:
            last = self._written = None
        if last is not None and last[0] != joint:
            facts: Facts = {"servo_id": last[1], "last_joint": last[0], "joint": joint}
            return [Finding("setup_same_servo", facts, (last[1],))]
        return _judge_alone(joint, self._motors[joint], scan)

    def _set_up(self, joint: str, servo: FoundServo) -> Finding:
        motor = self._motors[joint]
        servo = _as_model(servo, motor)
        failed = self._brand.id_writer.assign(self._link, servo, motor.id, self._baudrate)
        return failed or _done(joint, motor.id)


def give_ids_in_place(
    link: SerialLink,
    motors: Mapping[str, Motor],
    present_ids: Mapping[str, int],
    *,
    baudrate: int = DEFAULT_BAUDRATE,
    progress: Progress | None = None,
) -> list[Finding]:
    """Change the ids of servos that stay plugged in. ``setup_done`` of each, or what is wrong.

    At no moment do two servos have the same id, so after a failure, or a pulled plug, the arm
    can be scanned and the rest done again.

    Args:
        present_ids: Joint → the id that its servo has now.

    Raises:
        PortLost: the adapter is gone. CancelRequested: by ``progress``, nothing is written.
        ValueError: the joints differ, or an id is given twice.
    """
    if set(motors) != set(present_ids) or len(set(present_ids.values())) < len(present_ids):
        raise ValueError(f"{dict(present_ids)} are no ids of {list(motors)}")
    brand = brand_of_arm(motors)
    scan = scan_bus(
        link,
        brand.probe,
        expected_ids=present_ids.values(),
        every_id=not heeds_broadcasts(motors),
        progress=progress,
    )
    moves = {present_ids[joint]: motor.id for joint, motor in motors.items()}
    findings = _judge_in_place(motors, present_ids, scan, moves)
    if findings:
        return findings
    models = {present_ids[joint]: motor for joint, motor in motors.items()}
    servos = {
        servo.id: _as_model(servo, models[servo.id]) if servo.id in models else servo
        for servo in scan.servos
    }
    steps = [(number, number) for number in moves if moves[number] == number]
    for old, new in [*steps, *order_moves(moves, servos)]:
        failed = brand.id_writer.assign(link, servos[old], new, baudrate)
        if failed is not None:
            return [failed]
        servos[new] = replace(servos.pop(old), id=new, baudrate=baudrate)
    return [_done(joint, motor.id) for joint, motor in motors.items()]


def order_moves(moves: Mapping[int, int], taken: Iterable[int]) -> list[tuple[int, int]]:
    """Old and new id of each change, so that no two servos ever have the same id.

    Where ids only change places, one of them waits at a spare id.

    Args:
        moves: Present id → wanted id; equal where nothing is to change.
        taken: All ids on the wire.

    Raises:
        ValueError: two want the same id, or one that stays taken, or there is no spare id.
    """
    pending = {old: new for old, new in moves.items() if old != new}
    taken_now = set(taken) | set(moves)
    staying = taken_now - set(pending)
    if len(set(pending.values()) - staying) < len(pending):
        raise ValueError(f"{dict(moves)} would give one id to two servos")
    steps: list[tuple[int, int]] = []
    while pending:
        free = next((old for old in sorted(pending) if pending[old] not in taken_now), None)
        old = min(pending) if free is None else free
        target = pending.pop(old)
        new = target if free is not None else _spare_id(taken_now)
        if free is None:
            pending[new] = target
        steps.append((old, new))
        taken_now = taken_now - {old} | {new}
    return steps


def _spare_id(taken: set[int]) -> int:
    # From the far end: an arm that is unplugged now is not mistaken for a complete one.
    for servo_id in range(MAX_SERVO_ID, 0, -1):
        if servo_id not in taken:
            return servo_id
    raise ValueError("all ids are taken")


def _as_model(servo: FoundServo, motor: Motor) -> FoundServo:
    """A number that is not known counts as a member of the series that was expected."""
    return servo if servo.model is not None else replace(servo, model=motor.model)


# Judging before anything is written


def _judge_alone(joint: str, motor: Motor, scan: ScanResult) -> list[Finding]:
    """What speaks against writing to the only servo on the wire."""
    servos = scan.servos
    ids = tuple(servo.id for servo in servos)
    if len(servos) > 1:
        found = ", ".join(map(str, ids))
        return [Finding("setup_several", {"found": found, "joint": joint}, ids)]
    return _judge_servo(servos[0], joint, motor)


def _judge_in_place(
    motors: Mapping[str, Motor],
    present_ids: Mapping[str, int],
    scan: ScanResult,
    moves: Mapping[int, int],
) -> list[Finding]:
    if scan.silent_ids:
        silent = ", ".join(map(str, scan.silent_ids))
        return [Finding("setup_silent", {"silent": silent}, tuple(scan.silent_ids))]
    ids = [servo.id for servo in scan.servos]
    doubled = sorted({number for number in ids if ids.count(number) > 1})
    if doubled:
        return [Finding("duplicate_id", {"servo_id": number}, (number,)) for number in doubled]
    strangers = set(ids) - set(moves)
    occupied = sorted(strangers & set(moves.values()))
    if occupied:
        return [Finding("setup_occupied", {"servo_id": number}, (number,)) for number in occupied]
    servos = {servo.id: servo for servo in scan.servos}
    return [
        finding
        for joint, number in present_ids.items()
        for finding in _judge_servo(servos[number], joint, motors[joint])
    ]


def _judge_servo(servo: FoundServo, joint: str, motor: Motor) -> list[Finding]:
    if servo.looks_doubled:
        return [Finding("duplicate_id", {"servo_id": servo.id}, (servo.id,))]
    if servo.model_number is None or None in (servo.volts, servo.min_volts, servo.max_volts):
        return [Finding("unreadable", {"servo_id": servo.id}, (servo.id,))]
    return [*judge_voltage([servo]), *judge_models([servo], {servo.id: (joint, motor)})]


def _done(joint: str, servo_id: int) -> Finding:
    return Finding("setup_done", {"servo_id": servo_id, "joint": joint}, (servo_id,))
