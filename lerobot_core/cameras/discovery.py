"""The cameras of this machine, with names that stay with them.

Only lists: no camera is opened, so it may run beside whatever uses them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from lerobot_core.cameras.config import CameraConfig, OpenCVCameraConfig
from lerobot_core.serial.access import ALLOWED, Access, port_access

_VIDEO_CLASS = Path("/sys/class/video4linux")
_LINKS_BY_ID, _LINKS_BY_PATH = Path("/dev/v4l/by-id"), Path("/dev/v4l/by-path")

# Resolved on use: virtual cameras come from a higher layer. Each function takes nothing and
# returns a list of FoundCamera.
_PROVIDERS = ("lerobot_core.sim.ports:list_cameras",)


@dataclass(frozen=True)
class FoundCamera:
    """A camera, and the description to open it with."""

    name: str  # as the device calls itself
    config: CameraConfig
    address: str  # today's
    stable_address: str  # the same camera has it after replugging, as far as the system can say
    serial_number: str = ""
    access: Access = ALLOWED
    is_virtual: bool = False


@dataclass(frozen=True)
class CameraFacts:
    """What the operating system says of a video device that captures pictures."""

    path: str
    name: str
    serial_number: str = ""


def list_cameras() -> list[FoundCamera]:
    """Real cameras first, then virtual ones."""
    real = describe_cameras(
        _system_cameras(), _links(_LINKS_BY_ID), _links(_LINKS_BY_PATH), port_access
    )
    return [*real, *(camera for provider in _PROVIDERS for camera in _provided(provider))]


def describe_cameras(
    cameras: Sequence[CameraFacts],
    by_id: Mapping[str, str],
    by_path: Mapping[str, str],
    access: Callable[[str], Access],
) -> list[FoundCamera]:
    """Put together what is known of each camera.

    A name by id belongs to the camera itself, but many cheap cameras of one model share a
    serial number, or have none: then the socket that it is plugged into tells them apart.

    Args:
        by_id, by_path: Device path → a link to it whose name stays.
        access: Says of a path whether this user may open it.
    """
    found = []
    for camera in cameras:
        twins = [other for other in cameras if _makes_same_link(other, camera)]
        own = by_id.get(camera.path) if camera.serial_number and len(twins) == 1 else None
        stable = own or by_path.get(camera.path) or camera.path
        found.append(
            FoundCamera(
                name=camera.name,
                config=OpenCVCameraConfig(index_or_path=stable),
                address=camera.path,
                stable_address=stable,
                serial_number=camera.serial_number,
                access=access(camera.path),
            )
        )
    return found


def _makes_same_link(one: CameraFacts, other: CameraFacts) -> bool:
    return (one.name, one.serial_number) == (other.name, other.serial_number)


# Asking the system


def _system_cameras(folder: Path = _VIDEO_CLASS) -> list[CameraFacts]:
    """Capture devices: a camera has further nodes, for its metadata, with a higher index."""
    try:
        nodes = sorted(folder.iterdir(), key=lambda node: (len(node.name), node.name))
    except FileNotFoundError:  # no camera was ever plugged in, or this is no Linux
        return []
    return [
        CameraFacts(
            path=f"/dev/{node.name}",
            name=_read(node / "name") or node.name,
            # The node's device is an interface of the USB device, which has the serial number.
            serial_number=_read((node / "device").resolve().parent / "serial"),
        )
        for node in nodes
        if _read(node / "index") in ("", "0")
    ]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _links(folder: Path) -> dict[str, str]:
    """Device path → link, where the system keeps such links."""
    try:
        return {str(link.resolve()): str(link) for link in sorted(folder.iterdir(), reverse=True)}
    except FileNotFoundError:
        return {}


def _provided(provider: str) -> Sequence[FoundCamera]:
    module, _, function = provider.partition(":")
    return cast(Sequence[FoundCamera], getattr(import_module(module), function)())
