"""What every camera can do."""

from pathlib import Path
from typing import Protocol

from lerobot_core.types import FrameStamp, Image


class Camera(Protocol):
    """A camera whose pictures arrive in a ring, whoever looks at them."""

    @property
    def name(self) -> str: ...

    @property
    def ring(self) -> Path:
        """The ring of frames that other processes may map (``FrameRingReader``)."""
        ...

    @property
    def is_connected(self) -> bool: ...

    def connect(self) -> None:
        """Open the device and wait for its first picture.

        Raises:
            CameraNotFound: it is not there, or sends nothing.
            DeviceAlreadyConnectedError: it is open.
        """
        ...

    def newest(self) -> FrameStamp:
        """The stamp of the newest picture. Raises DeviceNotConnectedError."""
        ...

    def read_latest(self, max_age_ms: float = 500.0) -> Image:
        """The newest picture, shape (height, width, 3), RGB. Never waits.

        Raises:
            CameraLost: the newest picture is older than ``max_age_ms``.
            DeviceNotConnectedError: it is not open.
        """
        ...

    def disconnect(self) -> None: ...
