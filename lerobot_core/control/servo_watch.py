"""Watches what servos bear: heat, load, current, supply; tells how long each can go on so.

Pure: it is given readings and the time, a few times a second, and touches no robot.

Temperatures come in whole degrees and creep, so their slope is that of a straight line through
the last 40 s. A motor warms ever more slowly, so the line runs ahead of it: the time it gives
is rather too short.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from lerobot_core.types import ServoLimits, ServoReading

WINDOW_S = 40.0
SAMPLE_S = 1.0
SLOPE_AFTER_S = 10.0  # of readings; fewer say nothing about a slope
SLOWEST = 0.01  # degrees per second: less is noise, and an hour away

WARN_WITHIN_S = 300.0
WARN_BELOW_LIMIT = 10.0  # degrees
SLOPE_COUNTS_BELOW_LIMIT = 25.0  # farther away, a slope is a warm-up and no concern
STOP_BELOW_LIMIT = 2.0  # degrees: the next whole degrees may be the servo's own limit
STILL = 2.0  # degrees by which a warned servo has to cool before it counts as fine

NEAR_OVERLOAD = 0.9  # share of the load or current at which the servo starts to count
STOP_BEFORE_OVERLOAD_S = 0.5  # two readings
SAG_VOLTS = 0.3  # above the lowest that the servo takes
SAGGED_FOR_S = 0.4  # a start under load pulls the supply down for one reading


class Level(IntEnum):
    FINE = 0
    WARN = 1
    CRITICAL = 2  # the arm is to be stopped while it still can be


class Concern(StrEnum):
    HEAT = "heat"
    OVERLOAD = "overload"
    CURRENT = "current"
    SUPPLY = "supply"


@dataclass(frozen=True)
class Finding:
    """What is the matter with one servo. ``value`` and ``limit`` are °C, percent, mA or volts."""

    joint: str
    concern: Concern
    level: Level
    value: float
    limit: float
    seconds_left: float | None = None  # until the servo protects itself; None: nobody can say


class ServoWatch:
    """Remembers what is needed of the past of each servo."""

    def __init__(self, limits: Mapping[str, ServoLimits]) -> None:
        self._servos = {joint: _Servo(joint, limit) for joint, limit in limits.items()}

    def take(self, readings: Mapping[str, ServoReading], now_s: float) -> None:
        """Servos without a reading keep what is known of them."""
        for joint, reading in readings.items():
            if joint in self._servos:
                self._servos[joint].take(reading, now_s)

    @property
    def findings(self) -> list[Finding]:
        """All that is not fine, the worst and most urgent first."""
        found = [finding for servo in self._servos.values() for finding in servo.findings]
        return sorted(found, key=_urgency)

    @property
    def seconds_left(self) -> dict[str, float]:
        """Joint → time until its servo's first limit, where one is in sight."""
        left: dict[str, float] = {}
        for finding in self.findings:
            if finding.seconds_left is not None:
                left[finding.joint] = min(
                    finding.seconds_left, left.get(finding.joint, finding.seconds_left)
                )
        return left

    def forget(self) -> None:
        """A stop ends all loads; the motors stay as warm as they are."""
        for servo in self._servos.values():
            servo.forget_load()


def _urgency(finding: Finding) -> tuple[int, float]:
    left = finding.seconds_left
    return -finding.level, float("inf") if left is None else left


@dataclass
class _Strain:
    """Something that a servo bears for a while only. ``bound`` None: it does not count that."""

    bound: float | None
    patience_s: float | None
    _since_s: float | None = None

    def seconds_left(self, value: float, now_s: float) -> float | None:
        """Until the servo protects itself; None while nothing is strained, at first sight too."""
        if self.bound is None or self.patience_s is None or value < self.bound * NEAR_OVERLOAD:
            self._since_s = None
            return None
        if self._since_s is None:
            self._since_s = now_s
            return None
        return max(self.patience_s - (now_s - self._since_s), 0.0)

    def forget(self) -> None:
        self._since_s = None


class _Servo:
    """One servo's recent past."""

    def __init__(self, joint: str, limits: ServoLimits) -> None:
        self._joint = joint
        self._limits = limits
        self._warmth: deque[tuple[float, float]] = deque()  # time, °C
        self._is_warned_of_heat = False
        self._strain = _Strain(limits.overload_percent, limits.overload_s)
        self._draw = _Strain(limits.current_ma, limits.current_s)
        self._sags_since_s: float | None = None
        self._found: dict[Concern, Finding] = {}

    @property
    def findings(self) -> list[Finding]:
        return list(self._found.values())

    def take(self, reading: ServoReading, now_s: float) -> None:
        self._judge(Concern.HEAT, self._heat(reading.celsius, now_s))
        load, current = abs(reading.load_percent), abs(reading.current_ma)
        self._judge(Concern.OVERLOAD, self._bears(self._strain, Concern.OVERLOAD, load, now_s))
        self._judge(Concern.CURRENT, self._bears(self._draw, Concern.CURRENT, current, now_s))
        self._judge(Concern.SUPPLY, self._supply(reading.volts, now_s))

    def forget_load(self) -> None:
        self._strain.forget()
        self._draw.forget()
        self._sags_since_s = None
        for concern in (Concern.OVERLOAD, Concern.CURRENT, Concern.SUPPLY):
            self._found.pop(concern, None)

    def _judge(self, concern: Concern, finding: Finding | None) -> None:
        if finding is None:
            self._found.pop(concern, None)
        else:
            self._found[concern] = finding

    # Heat

    def _heat(self, celsius: float, now_s: float) -> Finding | None:
        self._remember(celsius, now_s)
        limit = self._limits.celsius
        left_s = self._seconds_to(limit)
        room = limit - celsius
        is_soon = left_s is not None and left_s <= WARN_WITHIN_S
        warns = room <= WARN_BELOW_LIMIT or (is_soon and room <= SLOPE_COUNTS_BELOW_LIMIT)
        still = self._is_warned_of_heat and room <= WARN_BELOW_LIMIT + STILL
        self._is_warned_of_heat = warns or still
        if not self._is_warned_of_heat:
            return None
        level = Level.CRITICAL if room <= STOP_BELOW_LIMIT else Level.WARN
        return Finding(self._joint, Concern.HEAT, level, celsius, limit, left_s)

    def _remember(self, celsius: float, now_s: float) -> None:
        if not self._warmth or now_s - self._warmth[-1][0] >= SAMPLE_S:
            self._warmth.append((now_s, celsius))
        while now_s - self._warmth[0][0] > WINDOW_S:
            self._warmth.popleft()

    def _seconds_to(self, limit: float) -> float | None:
        """None: it does not get warmer, or too little is known."""
        (first_s, _), (last_s, celsius) = self._warmth[0], self._warmth[-1]
        if last_s - first_s < SLOPE_AFTER_S:
            return None
        slope = _slope(self._warmth)
        return max((limit - celsius) / slope, 0.0) if slope >= SLOWEST else None

    # Load and current

    def _bears(
        self, strain: "_Strain", concern: Concern, value: float, now_s: float
    ) -> Finding | None:
        left_s = strain.seconds_left(value, now_s)
        if left_s is None or strain.bound is None:
            return None
        level = Level.CRITICAL if left_s <= STOP_BEFORE_OVERLOAD_S else Level.WARN
        return Finding(self._joint, concern, level, value, strain.bound, left_s)

    # Supply

    def _supply(self, volts: float, now_s: float) -> Finding | None:
        low, high = self._limits.low_volts, self._limits.high_volts
        if low + SAG_VOLTS <= volts <= high:
            self._sags_since_s = None
            return None
        if self._sags_since_s is None:
            self._sags_since_s = now_s
        is_outside = not low <= volts <= high
        lasts = now_s - self._sags_since_s >= SAGGED_FOR_S
        if not lasts:
            return None
        level = Level.CRITICAL if is_outside else Level.WARN
        return Finding(self._joint, Concern.SUPPLY, level, volts, high if volts > high else low)


def _slope(points: Collection[tuple[float, float]]) -> float:
    """Of the straight line nearest to the points, least squares; they differ in time."""
    count = len(points)
    mean_s = sum(time_s for time_s, _ in points) / count
    mean = sum(value for _, value in points) / count
    spread = sum((time_s - mean_s) ** 2 for time_s, _ in points)
    return sum((time_s - mean_s) * (value - mean) for time_s, value in points) / spread
