"""One camera in the media process: opened, followed, watched, and its frames handed on."""

import logging
import threading
import time
import traceback
from collections import deque

from lerobot_core.cameras.camera import Camera
from lerobot_core.cameras.config import CameraConfig
from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.errors import CameraLost, WorkbenchError
from lerobot_core.types import Image
from lerobot_core.workers.protocol import (
    CameraReady,
    CameraStatus,
    Problem,
    ProblemSolved,
    problem,
)
from lerobot_core.workers.runner import Send

log = logging.getLogger(__name__)

KEEP_S = 2.5  # of frames for an encoder that lags
FROZEN_MS = 500.0
_FOLLOW_S = 0.015  # a ring of 8 frames at 30 fps is overwritten after 0.23 s
_STATUS_S = 0.5
_FPS_WINDOW_S = 1.0
_CLOSE_TIMEOUT_S = 3.0


class FrameBuffer:
    """The last frames of a camera, waiting for an encoder. The oldest give way to new ones."""

    def __init__(self, limit: int) -> None:
        self._frames: deque[tuple[int, Image]] = deque(maxlen=limit)
        self._changed = threading.Condition()

    def append(self, sequence: int, frame: Image) -> None:
        with self._changed:
            self._frames.append((sequence, frame))
            self._changed.notify()

    def pick(self, sequence: int, timeout_s: float) -> tuple[int, Image] | None:
        """The frame of this number, or the nearest newer one when it is gone.

        Waits for a frame that is still to come; if it does not, the newest there is is given,
        and None if there is none at all. Frames older than the one given are forgotten.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._reaches(sequence), timeout_s)
            while len(self._frames) > 1 and self._frames[0][0] < sequence:
                self._frames.popleft()
            return self._frames[0] if self._frames else None

    def _reaches(self, sequence: int) -> bool:
        return bool(self._frames) and self._frames[-1][0] >= sequence


class CameraFeed:
    """Opens a camera on a thread of its own, follows its ring and reports its state.

    A driver that hangs blocks this thread alone.
    """

    def __init__(self, name: str, config: CameraConfig, send: Send) -> None:
        self.name = name
        self._config = config
        self._send = send
        self._camera: Camera | None = None
        self._reader: FrameRingReader | None = None
        self._buffers: list[FrameBuffer] = []
        self._lock = threading.Lock()  # of the reader, the buffers and what was followed
        self._followed = 0
        self._health = _Health(name, send)
        self._open_wanted = True
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed-{name}", daemon=True)
        self._thread.start()

    def reopen(self, config: CameraConfig) -> None:
        self._config = config
        self._open_wanted = True
        self._wake.set()

    def subscribe(self) -> tuple[FrameBuffer, tuple[int, int]]:
        """A buffer that gets every frame from now on, and those still in the ring.

        Returns it with the frames' (height, width).

        Raises:
            CameraLost: the camera is not open.
        """
        with self._lock:
            if self._reader is None:
                raise CameraLost(camera=self.name)
            buffer = FrameBuffer(round(KEEP_S * self._config.fps))
            newest = self._reader.newest().sequence
            for sequence in range(max(1, newest - self._reader.slots + 2), newest + 1):
                if (frame := self._reader.read(sequence)) is not None:
                    buffer.append(sequence, frame)
            self._pass_on(self._followed + 1, newest)
            self._followed = newest
            self._buffers.append(buffer)
            self._wake.set()
            return buffer, self._reader.shape[:2]

    def unsubscribe(self, buffer: FrameBuffer) -> None:
        with self._lock:
            self._buffers.remove(buffer)

    def close(self) -> None:
        """Close the camera; one whose driver hangs is left to the end of the process."""
        self._stop.set()
        self._wake.set()
        self._thread.join(_CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            if self._open_wanted:
                self._open_wanted = False
                self._open()
            self._follow()
            self._wake.wait(_FOLLOW_S if self._buffers else _STATUS_S / 5)
        self._disconnect()

    def _open(self) -> None:
        self._disconnect()
        try:
            camera = self._config.build(self.name)
            camera.connect()
            self._camera = camera
            reader = FrameRingReader(camera.ring)
        except WorkbenchError as error:
            self._health.fail(problem(error, self.name))
        except Exception:  # a driver's surprise must not end the other cameras
            log.exception("camera %s could not be opened", self.name)
            self._health.fail(
                Problem(WorkbenchError.code, device=self.name, details=traceback.format_exc())
            )
        else:
            with self._lock:
                self._reader, self._followed = reader, reader.newest().sequence
            height, width, _ = reader.shape
            self._send(CameraReady(self.name, str(reader.path), height, width))
            self._health.restart()

    def _disconnect(self) -> None:
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        if self._camera is not None:
            self._camera.disconnect()
            self._camera = None

    def _follow(self) -> None:
        with self._lock:
            if self._reader is None:
                return
            newest = self._reader.newest()
            self._pass_on(max(self._followed + 1, newest.sequence - self._reader.slots + 2),
                          newest.sequence)  # fmt: skip
            self._followed = newest.sequence
        now_ns = time.monotonic_ns()
        self._health.look(newest.sequence, newest.age_ms(now_ns), now_ns)

    def _pass_on(self, first: int, last: int) -> None:
        if not self._buffers or self._reader is None:
            return
        for sequence in range(first, last + 1):
            frame = self._reader.read(sequence)
            if frame is None:
                continue  # overwritten meanwhile; whoever named it gets the next one
            for buffer in self._buffers:
                buffer.append(sequence, frame)


class _Health:
    """Frame rate and age of a camera, and one report when it goes bad or good again."""

    def __init__(self, name: str, send: Send) -> None:
        self._name = name
        self._send = send
        self._seen: deque[tuple[int, int]] = deque()  # (time in ns, sequence)
        self._due_ns = 0
        self._is_bad = False

    def restart(self) -> None:
        self._seen.clear()
        self._due_ns = 0

    def fail(self, report: Problem) -> None:
        self._is_bad = True
        self._send(report)

    def look(self, sequence: int, age_ms: float, now_ns: int) -> None:
        self._judge(is_frozen=age_ms > FROZEN_MS)
        if now_ns < self._due_ns:
            return
        self._due_ns = now_ns + round(_STATUS_S * 1e9)
        self._seen.append((now_ns, sequence))
        while now_ns - self._seen[0][0] > _FPS_WINDOW_S * 1.2e9:
            self._seen.popleft()
        self._send(CameraStatus(self._name, self._fps(), age_ms))

    def _judge(self, *, is_frozen: bool) -> None:
        if is_frozen and not self._is_bad:
            self.fail(problem(CameraLost(camera=self._name), self._name))
        elif self._is_bad and not is_frozen:
            self._is_bad = False
            self._send(ProblemSolved(self._name))

    def _fps(self) -> float:
        (first_ns, first), (last_ns, last) = self._seen[0], self._seen[-1]
        return (last - first) / ((last_ns - first_ns) / 1e9) if last_ns > first_ns else 0.0
