"""Which rigs use which calibration files."""

from collections.abc import Iterable
from pathlib import Path

from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration_library import ROBOTS, TELEOPERATORS, family_of
from lerobot_core.paths import calibration_home
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig


def calibration_path(config: RobotConfig | TeleoperatorConfig) -> Path:
    """The file that an arm reads, whether it exists or not. Loads no driver."""
    shelf = ROBOTS if isinstance(config, RobotConfig) else TELEOPERATORS
    folder = config.calibration_dir or calibration_home() / shelf / family_of(config.kind)
    return Path(folder) / f"{config.id}.json"


def arm_calibrations(rig: Rig) -> dict[str, Path]:
    """The file of each single arm: “follower” or “left_follower” and so on → path."""
    roles = (("follower", rig.robot.arms), ("leader", rig.teleoperator.arms))
    return {
        f"{side}_{role}" if side else role: calibration_path(arm)
        for role, arms in roles
        for side, arm in arms.items()
    }


def rigs_using(path: Path, rigs: Iterable[Rig]) -> list[str]:
    """Names of the rigs that would miss this file."""
    wanted = path.resolve()
    return [
        rig.name
        for rig in rigs
        if any(file.resolve() == wanted for file in arm_calibrations(rig).values())
    ]
