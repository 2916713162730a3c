"""The last ten seconds of every joint, for plots. Pure: no Qt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lerobot_core.workers.protocol import Telemetry

SPAN_S = 10.0
_CAPACITY = 1024  # samples; ten seconds at up to 50 a second, and as many to move seldom


class History:
    """The last samples of every joint, oldest first."""

    def __init__(self, joints: Sequence[str]) -> None:
        self._columns = {joint: number for number, joint in enumerate(joints)}
        self._times = np.full(_CAPACITY, np.nan)
        # (samples, joints, 2): position and goal
        self._values = np.full((_CAPACITY, len(self._columns), 2), np.nan, dtype=np.float32)
        self._count = 0

    def add(self, telemetry: Telemetry) -> None:
        if self._count == _CAPACITY:
            half = _CAPACITY // 2
            self._times[:half] = self._times[half:]
            self._values[:half] = self._values[half:]
            self._count = half
        self._times[self._count] = telemetry.time_s
        for joint, place in self._columns.items():
            now = telemetry.joints.get(joint)
            position = None if now is None or now.stale else now.position
            goal = None if now is None else now.goal
            self._values[self._count, place] = (_or_nan(position), _or_nan(goal))
        self._count += 1

    def window(self, joint: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Seconds before now (negative), shape (samples,), and values, shape (samples, 2)."""
        if self._count == 0:
            return self._times[:0], self._values[:0, 0]
        now = self._times[self._count - 1]
        first = int(np.searchsorted(self._times[: self._count], now - SPAN_S))
        chosen = slice(first, self._count)
        return self._times[chosen] - now, self._values[chosen, self._columns[joint]]


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
