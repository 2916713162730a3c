"""Giving the servos of an arm their ids, one by one (in place: ``id_moves``).

Without prompts: ``IdSetup`` says which servo it wants plugged in, and is told to look and to
write. Nothing is written before the servo's model and its supply voltage are known to be right.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lerobot_core.errors import Facts, UnknownChoice
from lerobot_core.motors.arm_scan import call_strangers
from lerobot_core.motors.brands import brand_of_arm, heeds_broadcasts
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding, Severity
from lerobot_core.motors.id_judging import as_model, judge_servo, setup_done
from lerobot_core.motors.scan import FoundServo, ScanResult, scan_bus
from lerobot_core.motors.servo_findings import judge_strangers
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
        servo = as_model(servo, motor)
        failed = self._brand.id_writer.assign(self._link, servo, motor.id, self._baudrate)
        return failed or setup_done(joint, motor.id)


def _judge_alone(joint: str, motor: Motor, scan: ScanResult) -> list[Finding]:
    """What speaks against writing to the only servo on the wire."""
    servos = scan.servos
    ids = tuple(servo.id for servo in servos)
    if len(servos) > 1:
        found = ", ".join(map(str, ids))
        return [Finding("setup_several", {"found": found, "joint": joint}, ids)]
    return judge_servo(servos[0], joint, motor)
