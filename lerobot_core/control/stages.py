"""How long the stages of a tick take."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lerobot_core.control.clock import Clock

_WINDOW = 300  # ticks: 5 s at 60 Hz


@dataclass(frozen=True)
class StageTime:
    """Over the recent ticks."""

    p50_ms: float
    p95_ms: float


class Stages:
    """Remembers the recent durations of each named stage."""

    def __init__(self, clock: Clock, window: int = _WINDOW) -> None:
        self._clock = clock
        self._window = window
        self._seconds: dict[str, deque[float]] = {}

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Time the block. A stage that raised is not counted: it tells of no tick."""
        started_s = self._clock.now()
        yield
        seconds = self._seconds.setdefault(stage, deque(maxlen=self._window))
        seconds.append(self._clock.now() - started_s)

    def summary(self) -> dict[str, StageTime]:
        return {stage: _summary(seconds) for stage, seconds in self._seconds.items()}


def _summary(seconds: deque[float]) -> StageTime:
    p50, p95 = np.percentile(np.fromiter(seconds, float) * 1000, (50, 95))
    return StageTime(float(p50), float(p95))
