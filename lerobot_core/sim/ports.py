"""The chains and cameras of virtual benches, listed like devices. Starts no bench."""

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.cameras.discovery import FoundCamera
from lerobot_core.paths import home
from lerobot_core.serial.discovery import FoundPort
from lerobot_core.sim.places import DEFAULT_BENCH
from lerobot_core.sim.so101 import CAMERAS
from lerobot_core.sim.twins import kind_of, twin_of


def list_ports() -> list[FoundPort]:
    """The default bench's chains, and those of every other bench that was ever started here."""
    return [_port(bench, chain) for bench in _benches() for chain in _chains(bench)]


def list_cameras() -> list[FoundCamera]:
    """The cameras of the same benches."""
    return [_camera(bench, camera) for bench in _benches() for camera in CAMERAS]


def _benches() -> list[str]:
    folder = home() / "bench"
    kept = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return [DEFAULT_BENCH, *sorted(kept - {DEFAULT_BENCH})]


def _chains(bench: str) -> list[str]:
    return list(twin_of(kind_of(bench)).arms)


def _port(bench: str, chain: str) -> FoundPort:
    arm = twin_of(kind_of(bench)).arms[chain]
    address = f"sim://{bench}/{chain}"
    place = "" if bench == DEFAULT_BENCH else f" on bench {bench}"
    return FoundPort(
        address=address,
        stable_address=address,
        adapter=f"Virtual {arm.label} {chain.replace('_', ' ')}{place}",
        is_virtual=True,
    )


def _camera(bench: str, camera: str) -> FoundCamera:
    address = f"sim://{bench}/{camera}"
    place = "" if bench == DEFAULT_BENCH else f" on bench {bench}"
    return FoundCamera(
        name=f"Virtual camera {camera}{place}",
        config=SimCameraConfig(url=address),
        address=address,
        stable_address=address,
        is_virtual=True,
    )
