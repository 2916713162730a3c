"""USB cameras, and video files that stand in for one, through OpenCV."""

import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

from lerobot_core.cameras.config import OpenCVCameraConfig
from lerobot_core.cameras.ring import FrameRingReader, FrameRingWriter
from lerobot_core.cameras.watching import newest_picture
from lerobot_core.errors import (
    CameraLost,
    CameraNotFound,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    SettingInvalid,
)
from lerobot_core.paths import mapped_file
from lerobot_core.types import FrameStamp, Image

log = logging.getLogger(__name__)

_FAILED_READS = 10  # in a row, then the camera counts as unplugged


class OpenCVCamera:
    """Captures on a thread of its own into a ring that any process may map."""

    def __init__(self, name: str, config: OpenCVCameraConfig) -> None:
        self._name = name
        self.config = config
        self._capture: _Capture | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def ring(self) -> Path:
        return self._open_capture().reader.path

    @property
    def is_connected(self) -> bool:
        return self._capture is not None

    def connect(self) -> None:
        """Raises what ``Camera.connect`` does, and SettingInvalid for a size it does not have."""
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self._name)
        self._capture = _Capture(self._name, self.config)

    def newest(self) -> FrameStamp:
        return self._open_capture().reader.newest()

    def read_latest(self, max_age_ms: float = 500.0) -> Image:
        capture = self._open_capture()
        if capture.has_ended:
            raise CameraLost(camera=self._name)
        return newest_picture(self._name, capture.reader, max_age_ms, time.monotonic_ns())

    def disconnect(self) -> None:
        if self._capture is not None:
            self._capture.close()
            self._capture = None

    def _open_capture(self) -> "_Capture":
        if self._capture is None:
            raise DeviceNotConnectedError(device=self._name)
        return self._capture


class _Capture:
    """An open device, its ring, and the thread between them."""

    def __init__(self, name: str, config: OpenCVCameraConfig) -> None:
        self._device = _open_device(name, config)
        try:
            frame = self._read()
            if frame is None:
                raise CameraNotFound(camera=name, address=config.address)
            _check_size(name, config, frame)
            path = mapped_file("camera", name)
            self._writer = FrameRingWriter(path, config.height, config.width)
        except BaseException:
            self._device.release()
            raise
        self._writer.write(frame, time.monotonic_ns())
        self.reader = FrameRingReader(path)
        # A camera's read waits for the next picture; a file's does not.
        self._frame_s = 1 / config.fps if Path(config.address).is_file() else 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"camera-{name}", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._device.release()
        self.reader.close()
        self._writer.close()

    def _run(self) -> None:
        failed = 0
        due = time.monotonic()
        while failed < _FAILED_READS:
            due += self._frame_s
            if self._stop.wait(max(0.0, due - time.monotonic()) if self._frame_s else 0.0):
                return
            frame = self._read()
            captured_ns = time.monotonic_ns()
            failed = 0 if frame is not None else failed + 1
            if frame is not None:
                self._writer.write(frame, captured_ns)
        log.info("%s sends no more pictures", self.reader.path.name)

    def _read(self) -> Image | None:
        import cv2

        try:
            has_frame, frame = self._device.read()
            if not has_frame:
                return None
            return cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)  # type: ignore[no-any-return]
        except cv2.error as error:
            log.info("a picture could not be read: %s", error)
            return None


def _open_device(name: str, config: OpenCVCameraConfig) -> Any:
    """The ``cv2.VideoCapture``, asked for the size and rate that are wanted."""
    import cv2

    source = config.index_or_path
    is_device = isinstance(source, int) or source.startswith("/dev/")
    backend = cv2.CAP_V4L2 if is_device and sys.platform == "linux" else cv2.CAP_ANY
    device = cv2.VideoCapture(source, backend)
    if not device.isOpened():
        device.release()
        raise CameraNotFound(camera=name, address=config.address)
    device.set(cv2.CAP_PROP_FRAME_WIDTH, config.width)
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, config.height)
    device.set(cv2.CAP_PROP_FPS, config.fps)
    return device


def _check_size(name: str, config: OpenCVCameraConfig, frame: Image) -> None:
    height, width = frame.shape[:2]
    if (height, width) != (config.height, config.width):
        raise SettingInvalid(
            setting=f"Camera “{name}”",
            reason=f"it gives {width}×{height} pixels, not {config.width}×{config.height}",
        )
