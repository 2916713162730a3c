"""The rig that works with nothing plugged in."""

from pathlib import Path

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.paths import home
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.sim.so101 import CAMERAS, CHAINS, factory_calibration
from lerobot_core.teleoperators.so_config import DemonstratorConfig

VIRTUAL_RIG_NAME = "Virtual SO-101"


def virtual_rig(bench: str = "default") -> Rig:
    """A follower and two cameras on a bench, and a leader that demonstrates by itself."""
    folder = str(_calibration_folder())
    cameras = {name: SimCameraConfig(url=f"sim://{bench}/{name}") for name in CAMERAS}
    return Rig(
        name=VIRTUAL_RIG_NAME,
        robot=SO101FollowerConfig(
            id="virtual_follower",
            port=f"sim://{bench}/follower",
            calibration_dir=folder,
            cameras=cameras,
        ),
        teleoperator=DemonstratorConfig(
            id="virtual_leader", port=f"sim://{bench}/leader", calibration_dir=folder
        ),
    )


def install_virtual_calibrations() -> None:
    """Put the factory calibrations where ``virtual_rig`` looks, unless there are some already."""
    for chain in CHAINS:
        path = _calibration_folder() / f"virtual_{chain}.json"
        if not path.exists():
            save_calibration(path, factory_calibration(chain))


def _calibration_folder() -> Path:
    return home() / "calibration" / "virtual"
