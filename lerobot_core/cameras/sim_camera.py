"""A camera of the virtual bench, which fills the ring itself."""

import time
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.cameras.watching import newest_picture, wait_for_first_picture
from lerobot_core.errors import (
    CameraNotFound,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    SettingInvalid,
)
from lerobot_core.types import FrameStamp, Image

# By name, since the bench is a higher layer.
_ATTACH = "lerobot_core.sim.client:open_camera"


class _Attachment(Protocol):
    """Keeps the bench running while it is open."""

    def close(self) -> None: ...


class SimCamera:
    """Attaches to the ring that the bench renders into."""

    def __init__(self, name: str, config: SimCameraConfig) -> None:
        self._name = name
        self.config = config
        self._reader: FrameRingReader | None = None
        self._attachment: _Attachment | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def ring(self) -> Path:
        return self._open_reader().path

    @property
    def is_connected(self) -> bool:
        return self._reader is not None

    def connect(self) -> None:
        """Raises what ``Camera.connect`` does, and BenchUnavailable, SettingInvalid."""
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self._name)
        path, self._attachment = _attach(self.config.url)
        try:
            self._reader = FrameRingReader(path)
            self._check_size(self._reader.shape)
            wait_for_first_picture(self._name, self.config.address, self._reader)
        except (OSError, ValueError) as error:
            self.disconnect()
            raise CameraNotFound(camera=self._name, address=self.config.url) from error
        except BaseException:
            self.disconnect()
            raise

    def newest(self) -> FrameStamp:
        return self._open_reader().newest()

    def read_latest(self, max_age_ms: float = 500.0) -> Image:
        return newest_picture(self._name, self._open_reader(), max_age_ms, time.monotonic_ns())

    def disconnect(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._attachment is not None:
            self._attachment.close()
            self._attachment = None

    def _open_reader(self) -> FrameRingReader:
        if self._reader is None:
            raise DeviceNotConnectedError(device=self._name)
        return self._reader

    def _check_size(self, shape: tuple[int, int, int]) -> None:
        if shape[:2] != (self.config.height, self.config.width):
            raise SettingInvalid(
                setting=f"Camera “{self._name}”",
                reason=f"the bench renders {shape[1]}×{shape[0]} pixels",
            )


def _attach(url: str) -> tuple[Path, _Attachment]:
    module, _, function = _ATTACH.partition(":")
    return cast(tuple[Path, _Attachment], getattr(import_module(module), function)(url))
