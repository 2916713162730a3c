"""Who is on a wire: every id at every baud rate, and what each servo says of itself.

Only asks. Nothing is written to a servo, and the link keeps the baud rate it had. What differs
between brands is a ``Probe``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from lerobot_core.errors import SettingInvalid
from lerobot_core.progress import Progress
from lerobot_core.serial.link import SerialLink
from lerobot_core.types import Alarm


class Answer(Enum):
    """To a single ping."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    SILENCE = "silence"


@dataclass(frozen=True)
class Roll:
    """Who answered a call to all."""

    answers: Counter[int]  # by id; more than one where two servos share it
    damaged_bytes: int = 0  # that were no part of a whole reply


@dataclass(frozen=True)
class FoundServo:
    """A servo, as far as it could be read. None where it could not."""

    id: int
    baudrate: int
    model: str | None = None  # a key of its brand's models
    model_number: int | None = None
    firmware: str | None = None
    volts: float | None = None
    min_volts: float | None = None  # its own limits, which differ between variants of a model
    max_volts: float | None = None
    celsius: float | None = None
    position: int | None = None  # in counts
    has_torque: bool | None = None
    alarms: tuple[Alarm, ...] = ()
    table: str | None = None  # a key of its brand's models whose registers it has
    answers: int = 1  # to the one call to all
    damaged: int = 0  # replies, out of a handful

    @property
    def looks_doubled(self) -> bool:
        """Two servos seem to have this id: both answer, and their replies spoil each other.

        One damaged reply may be a disturbance; several from one id are not.
        """
        return self.answers > 1 or self.damaged > 1


@dataclass(frozen=True)
class RateScan:
    """What was heard at one baud rate."""

    baudrate: int
    servos: tuple[FoundServo, ...]
    damaged_bytes: int = 0  # of the answers to the call to all


@dataclass(frozen=True)
class Stranger:
    """A servo of another brand than that of the scan."""

    brand: str  # as its maker writes it
    servo: FoundServo


@dataclass(frozen=True)
class ScanResult:
    """What was heard at all baud rates, in the order of asking. Plain data."""

    rates: tuple[RateScan, ...]
    expected_ids: tuple[int, ...] = ()
    skipped_baudrates: tuple[int, ...] = ()  # which the adapter cannot do
    all_baudrates: bool = True  # of the brand were asked, but for those skipped
    brand: str = ""  # that was asked for, a key of brands.BRANDS
    strangers: tuple[Stranger, ...] = ()

    @property
    def servos(self) -> list[FoundServo]:
        return [servo for rate in self.rates for servo in rate.servos]

    @property
    def silent_ids(self) -> list[int]:
        """Expected ids that answered nowhere."""
        found = {servo.id for servo in self.servos}
        return [servo_id for servo_id in self.expected_ids if servo_id not in found]


class Probe(Protocol):
    """How servos of one brand are asked. All methods only read, and raise PortLost."""

    @property
    def baudrates(self) -> Sequence[int]:
        """All that servos of the brand can have, the usual ones first."""
        ...

    @property
    def ids(self) -> Sequence[int]:
        """All that a servo can have."""
        ...

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        """Broadcast a ping. ``still_wanted`` is called several times a second; it may raise."""
        ...

    def ping(self, link: SerialLink, servo_id: int) -> Answer: ...

    def identify(self, link: SerialLink, servo_id: int) -> FoundServo: ...

    def locate(self, link: SerialLink, servo: FoundServo) -> FoundServo:
        """Torque and position afresh, None where it does not tell; all else as it was.

        One exchange, or a few where replies are lost.
        """
        ...


def scan_bus(
    link: SerialLink,
    probe: Probe,
    *,
    expected_ids: Iterable[int] = (),
    baudrates: Sequence[int] | None = None,
    every_id: bool = False,
    progress: Progress | None = None,
) -> ScanResult:
    """Ask at each baud rate: a call to all, then one by one those who did not answer it.

    Args:
        expected_ids: Asked one by one as well, for servos that missed the call.
        baudrates: Only these; default are all of the brand.
        every_id: Ask all possible ids one by one: for servos that heed no broadcast. Takes
            some seconds for each baud rate.

    Raises:
        PortLost: the adapter is gone.
        CancelRequested: by ``progress``, which is asked at least four times a second.
    """
    rates = tuple(probe.baudrates if baudrates is None else baudrates)
    expected = tuple(expected_ids)
    asked = tuple(probe.ids) if every_id else expected
    before = link.baudrate
    found: list[RateScan] = []
    skipped: list[int] = []
    try:
        for number, rate in enumerate(rates):
            report = _share_of(progress, number, len(rates), f"Asking at {rate} baud")
            report(0.0)
            try:
                link.set_baudrate(rate)
            except SettingInvalid:
                skipped.append(rate)
                continue
            found.append(_scan_rate(link, probe, rate, asked, report))
    finally:
        link.set_baudrate(before)
    if progress is not None:
        progress.report(1.0, "")
    return ScanResult(tuple(found), expected, tuple(skipped), set(probe.baudrates) <= set(rates))


def _scan_rate(
    link: SerialLink,
    probe: Probe,
    baudrate: int,
    asked: Sequence[int],
    report: Callable[[float], None],
) -> RateScan:
    roll = probe.call_all(link, lambda: report(0.0))
    answers = Counter(roll.answers)
    damaged: Counter[int] = Counter()
    missing = [servo_id for servo_id in asked if servo_id not in answers]
    for number, servo_id in enumerate(missing):
        report(number / len(missing))
        answer = probe.ping(link, servo_id)
        if answer is not Answer.SILENCE:
            answers[servo_id] = 1
            damaged[servo_id] = int(answer is Answer.DAMAGED)
    servos = []
    for servo_id in sorted(answers):
        report(1.0)
        servo = probe.identify(link, servo_id)
        servos.append(
            replace(servo, answers=answers[servo_id], damaged=servo.damaged + damaged[servo_id])
        )
    return RateScan(baudrate, tuple(servos), roll.damaged_bytes)


def _share_of(
    progress: Progress | None, number: int, count: int, doing: str
) -> Callable[[float], None]:
    """Reports of one of ``count`` parts of the work."""

    def report(fraction: float) -> None:
        if progress is not None:
            progress.report((number + fraction) / count, doing)

    return report
