"""Time as a value, and the pace of a loop."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

LATE_AFTER_S = 0.005
"""A tick that starts this much after its deadline counts as late (design: 5 ms at p99)."""

_ROUNDING = 1e-6  # periods: a deadline that is missed by a hair's breadth is missed
_WINDOW = 1200  # ticks whose lateness is remembered: 20 s at 60 Hz
_RATE_WINDOW_S = 1.0


class Clock(Protocol):
    """Seconds that only go forward."""

    def now(self) -> float: ...

    def sleep_until(self, due_s: float) -> None:
        """Return at ``due_s``, or at once if that has passed."""
        ...


class WallClock:
    """CLOCK_MONOTONIC, the clock of capture stamps and heartbeats."""

    def now(self) -> float:
        return time.monotonic()

    def sleep_until(self, due_s: float) -> None:
        # Python sleeps to an absolute deadline, so a signal on the way does not add to it.
        while (spare := due_s - time.monotonic()) > 0:
            time.sleep(spare)


class ManualClock:
    """Moves only when told to, so that tests take no time."""

    def __init__(self, time_s: float = 0.0) -> None:
        self.time_s = time_s

    def now(self) -> float:
        return self.time_s

    def advance(self, seconds: float) -> None:
        self.time_s += seconds

    def sleep_until(self, due_s: float) -> None:
        self.time_s = max(self.time_s, due_s)


@dataclass(frozen=True)
class Lateness:
    """How long after their deadlines the recent ticks started."""

    p50_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0


class Pace:
    """Absolute deadlines on a grid that starts with the first tick.

    A tick that comes late starts at once; one whose whole period has passed is skipped, since
    a burst of ticks would jerk the arm. The grid never moves, so the rate does not drift.
    """

    def __init__(self, rate_hz: float, clock: Clock, late_after_s: float = LATE_AFTER_S) -> None:
        self.rate_hz = rate_hz
        self.ticks = 0
        self.late_ticks = 0
        self.skipped_ticks = 0
        self._clock = clock
        self._late_after_s = late_after_s
        self._started_s = clock.now()
        self._next = 0  # index of the next deadline on the grid
        self._lateness_s: deque[float] = deque(maxlen=_WINDOW)
        self._starts_s: deque[float] = deque(maxlen=max(2, round(rate_hz * _RATE_WINDOW_S)))

    def wait(self) -> float:
        """Wait for the next deadline, and return it."""
        behind = self._clock.now() - self._due_s(self._next)
        missed = int(behind * self.rate_hz + _ROUNDING) if behind > 0 else 0
        self._next += missed
        self.skipped_ticks += missed
        due_s = self._due_s(self._next)
        self._clock.sleep_until(due_s)
        now = self._clock.now()
        self._note(now - due_s)
        self._starts_s.append(now)
        self._next += 1
        return due_s

    def recent_hz(self) -> float:
        """Ticks per second over the last second; 0 until there are two."""
        if len(self._starts_s) < 2:
            return 0.0
        return (len(self._starts_s) - 1) / (self._starts_s[-1] - self._starts_s[0])

    def lateness(self) -> Lateness:
        if not self._lateness_s:
            return Lateness()
        late_ms = np.fromiter(self._lateness_s, float) * 1000
        p50, p99 = np.percentile(late_ms, (50, 99))
        return Lateness(float(p50), float(p99), float(late_ms.max()))

    def _due_s(self, index: int) -> float:
        return self._started_s + index / self.rate_hz

    def _note(self, late_s: float) -> None:
        self.ticks += 1
        self.late_ticks += late_s > self._late_after_s
        self._lateness_s.append(late_s)


def run_at(
    rate_hz: float,
    tick: Callable[[float], None],
    stop_requested: Callable[[], bool],
    clock: Clock,
) -> Pace:
    """Call ``tick`` with its deadline at a steady rate until asked to stop."""
    pace = Pace(rate_hz, clock)
    while not stop_requested():
        tick(pace.wait())
    return pace
