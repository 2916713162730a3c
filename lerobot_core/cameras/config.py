"""Descriptions of cameras. Importing them loads no driver."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lerobot_core.registry import Choice

if TYPE_CHECKING:
    from lerobot_core.cameras.camera import Camera


@dataclass(frozen=True, kw_only=True)
class CameraConfig(Choice):
    """One camera: what to ask it for. All kinds have these three."""

    width: int = 640
    height: int = 480
    fps: int = 30

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.fps) <= 0:
            raise ValueError("width, height and fps must be positive")

    def build(self, name: str) -> "Camera":
        """The camera, not yet open."""
        raise TypeError(f"{type(self).__name__} is a family, not a camera")

    @property
    def address(self) -> str:
        """What identifies the device on this machine."""
        return ""


@dataclass(frozen=True, kw_only=True)
class SimCameraConfig(CameraConfig, kind="sim"):
    """A camera of the virtual bench, ``sim://<bench>/<camera>``."""

    url: str

    @property
    def address(self) -> str:
        return self.url

    def build(self, name: str) -> "Camera":
        from lerobot_core.cameras.sim_camera import SimCamera

        return SimCamera(name, self)


@dataclass(frozen=True, kw_only=True)
class OpenCVCameraConfig(CameraConfig, kind="opencv"):
    """A USB camera, by index or by device path."""

    index_or_path: int | str

    @property
    def address(self) -> str:
        return str(self.index_or_path)

    def build(self, name: str) -> "Camera":
        from lerobot_core.cameras.opencv_camera import OpenCVCamera

        return OpenCVCamera(name, self)


def cameras_from_dict(data: Mapping[str, Mapping[str, object]]) -> dict[str, CameraConfig]:
    """Read the cameras of a robot config."""
    return {name: CameraConfig.from_dict(entry) for name, entry in data.items()}
