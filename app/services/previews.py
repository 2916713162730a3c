"""Camera pictures for the screen: the newest frame of each ring, as often as eyes need it."""

import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.types import FrameStamp, Image
from lerobot_core.workers.protocol import CameraReady

DISPLAY_RATES_HZ = (5, 10, 15, 30)
_FPS_WINDOW_NS = 2_000_000_000


@dataclass(frozen=True)
class PreviewFrame:
    """One picture to paint, and how the camera was doing when it was taken out of the ring."""

    camera: str
    stamp: FrameStamp
    pixels: Image  # shape (height, width, 3), RGB; the one copy, made out of the ring
    fps: float  # of the camera, over the last two seconds; not of the screen
    age_ms: float


@dataclass(frozen=True)
class PreviewLost:
    """No new picture has come for half a second."""

    camera: str
    since_s: float  # time of the last picture, seconds since the epoch; 0 if there was none


class Previews(QObject):
    """Watches the cameras of the running session while somebody looks.

    Viewers say ``add_viewer`` when shown and ``remove_viewer`` when hidden; without viewers
    nothing is read. A ring that is replaced (the session was restarted) is opened again.
    """

    frame_ready = Signal(object)  # PreviewFrame
    frame_lost = Signal(object)  # PreviewLost, once a loss

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feeds: dict[str, _Feed] = {}
        self._viewers: set[int] = set()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self.rate_hz = 15
        self.set_rate(self.rate_hz)

    @property
    def cameras(self) -> list[str]:
        return list(self._feeds)

    def set_rate(self, rate_hz: int) -> None:
        """How often pictures are shown; capture and recording do not change."""
        self.rate_hz = rate_hz
        self._timer.setInterval(round(1000 / rate_hz))

    def add_viewer(self, viewer: QObject) -> None:
        self._viewers.add(id(viewer))
        for feed in self._feeds.values():
            feed.forget_shown()  # a viewer that was hidden missed what was shown meanwhile
        self._timer.start()

    def remove_viewer(self, viewer: QObject) -> None:
        self._viewers.discard(id(viewer))
        if not self._viewers:
            self._timer.stop()

    @Slot(object)
    def on_event(self, event: object) -> None:
        """Learn of cameras from the session's events."""
        if isinstance(event, CameraReady):
            self.watch(event.name, Path(event.ring))

    def watch(self, camera: str, ring: Path) -> None:
        if camera in self._feeds:
            self._feeds[camera].close()
        self._feeds[camera] = _Feed(camera, ring)

    def clear(self) -> None:
        """Forget all cameras and let go of their rings."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()

    @Slot()
    def refresh(self) -> None:
        """Show what is new, now."""
        for feed in self._feeds.values():
            news = feed.look(time.monotonic_ns())
            if isinstance(news, PreviewFrame):
                self.frame_ready.emit(news)
            elif isinstance(news, PreviewLost):
                self.frame_lost.emit(news)


class _Feed:
    """One camera's ring, opened when it is there, and what was last seen in it."""

    _LOST_AFTER_MS = 500.0

    def __init__(self, camera: str, ring: Path) -> None:
        self._camera = camera
        self._path = ring
        self._reader: FrameRingReader | None = None
        self._inode = 0
        self._last = FrameStamp(0, 0)
        self._is_shown = False
        self._is_lost = False
        self._seen: deque[tuple[int, int]] = deque()  # capture time, sequence

    def look(self, now_ns: int) -> PreviewFrame | PreviewLost | None:
        reader = self._current_reader()
        stamp = reader.newest() if reader else FrameStamp(0, 0)
        if reader and stamp.sequence and (stamp != self._last or not self._is_shown):
            pixels = reader.read(stamp.sequence)
            if pixels is not None:
                return self._frame(stamp, pixels, now_ns)
        return self._loss(now_ns)

    def forget_shown(self) -> None:
        self._is_shown = self._is_lost = False

    def close(self) -> None:
        if self._reader:
            self._reader.close()
            self._reader = None

    def _frame(self, stamp: FrameStamp, pixels: Image, now_ns: int) -> PreviewFrame | PreviewLost:
        self._last, self._is_shown = stamp, True
        self._seen.append((stamp.captured_ns, stamp.sequence))
        while self._seen[0][0] < stamp.captured_ns - _FPS_WINDOW_NS:
            self._seen.popleft()
        self._is_lost = False
        return PreviewFrame(self._camera, stamp, pixels, self._fps(), stamp.age_ms(now_ns))

    def _fps(self) -> float:
        first, last = self._seen[0], self._seen[-1]
        seconds = (last[0] - first[0]) / 1e9
        return (last[1] - first[1]) / seconds if seconds > 0 else 0.0

    def _loss(self, now_ns: int) -> PreviewLost | None:
        if self._is_lost or self._last.age_ms(now_ns) < self._LOST_AFTER_MS:
            return None
        self._is_lost = True
        captured = self._last.captured_ns
        since_s = time.time() - (now_ns - captured) / 1e9 if captured else 0.0
        return PreviewLost(self._camera, since_s)

    def _current_reader(self) -> FrameRingReader | None:
        """The reader of the file that has the ring's name now, or the last one while none has."""
        try:
            inode = self._path.stat().st_ino
            if self._reader is None or inode != self._inode:
                reader = FrameRingReader(self._path)
                self.close()
                self._reader, self._inode = reader, inode
                self._seen.clear()
        except (OSError, ValueError):  # gone, or not written yet: the next look tries again
            pass
        return self._reader
