"""Which picture of a camera belongs to which row of a recording. Pure."""

from collections.abc import Callable

from lerobot_core.types import FrameStamp

_OLDEST_PERIODS = 1.4  # a picture older than this is let go, and the next one taken


class FramePicker:
    """Follows one camera through an episode, one picture a row.

    A camera that runs at the rate of the rows drifts past them. Whoever takes its newest picture
    gets one twice, or misses one, whenever the two nearly coincide, since neither is exact. So
    each row takes the picture after the last row's, unless that is too old, and the first is
    chosen in the middle of what may come: trembling by a fifth of a period costs nothing, and
    slow drift one picture each time the camera has slipped by a whole one.
    """

    def __init__(self, camera_fps: float, row_fps: float) -> None:
        self._period_ns = 1e9 / camera_fps
        self._step = max(1, round(camera_fps / row_fps))
        self._last = 0

    def restart(self) -> None:
        """A new episode begins."""
        self._last = 0

    def pick(
        self,
        newest: FrameStamp,
        stamp_of: Callable[[int], FrameStamp | None],
        now_ns: int,
    ) -> int:
        """The sequence of the picture for a row now; 0 while the camera has sent none."""
        if newest.sequence == 0:
            return 0
        wanted = self._last + self._step if self._last else self._first(newest, stamp_of, now_ns)
        wanted = min(wanted, newest.sequence)
        while wanted < newest.sequence and self._is_too_old(stamp_of(wanted), now_ns):
            wanted += 1
        self._last = wanted
        return wanted

    def _first(
        self, newest: FrameStamp, stamp_of: Callable[[int], FrameStamp | None], now_ns: int
    ) -> int:
        before = stamp_of(newest.sequence - 1) if newest.sequence > 1 else None
        if before is None:
            return newest.sequence
        wanted_ns = now_ns - _OLDEST_PERIODS / 2 * self._period_ns
        nearest = min(newest, before, key=lambda stamp: abs(stamp.captured_ns - wanted_ns))
        return nearest.sequence

    def _is_too_old(self, stamp: FrameStamp | None, now_ns: int) -> bool:
        """Also when the ring has moved past it."""
        return stamp is None or now_ns - stamp.captured_ns > _OLDEST_PERIODS * self._period_ns
