"""Which rigs use which calibration files."""

from collections.abc import Iterable
from pathlib import Path

from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration_library import ROBOTS, TELEOPERATORS, family_of
from lerobot_core.paths import calibration_home
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig


def calibration_paths(config: RobotConfig | TeleoperatorConfig) -> dict[str, Path]:
    """The file of each arm, whether it exists or not: “left” and “right”, or “” of one alone.

    Loads no driver.
    """
    shelf = ROBOTS if isinstance(config, RobotConfig) else TELEOPERATORS
    paths = {}
    for side, arm in config.arms.items():
        folder = arm.calibration_dir or calibration_home() / shelf / family_of(arm.kind)
        paths[side] = Path(folder) / f"{arm.id}.json"
    return paths


def arm_calibrations(rig: Rig) -> dict[str, Path]:
    """The files of all arms of a rig: “follower” and “leader”, or “left_follower” and so on."""
    return {
        f"{side}_{role}" if side else role: path
        for role, config in (("follower", rig.robot), ("leader", rig.teleoperator))
        for side, path in calibration_paths(config).items()
    }


def rigs_using(path: Path, rigs: Iterable[Rig]) -> list[str]:
    """Names of the rigs that would miss this file."""
    wanted = path.resolve()
    return [
        rig.name
        for rig in rigs
        if any(used.resolve() == wanted for used in arm_calibrations(rig).values())
    ]
