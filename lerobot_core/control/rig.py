"""A rig: one saved choice of robot, teleoperator, cameras and limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from lerobot_core.errors import SettingInvalid
from lerobot_core.files import write_json
from lerobot_core.paths import home, safe_name
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig


@dataclass(frozen=True)
class Rig:
    """What a session opens. The robot's config holds the cameras."""

    name: str
    robot: RobotConfig
    teleoperator: TeleoperatorConfig
    control_hz: int = 60
    ease_in_s: float = 1.0
    speed_fraction: float = 0.6  # of the robot's own speed limits
    on_silence: str = "hold"  # what the guard does when the session is silent: hold or release
    rest_pose: Mapping[str, float] | None = None  # joint key → units; None: the pose at connect

    def __post_init__(self) -> None:
        if self.on_silence not in ("hold", "release"):
            raise SettingInvalid(setting="on_silence", reason="it is neither hold nor release")
        if self.control_hz <= 0 or self.ease_in_s < 0 or not 0 < self.speed_fraction <= 1:
            raise SettingInvalid(setting=self.name, reason="a rate or a limit is impossible")
        if not all(isfinite(target) for target in (self.rest_pose or {}).values()):
            raise SettingInvalid(setting="The rest pose", reason="a position is no number")

    @property
    def addresses(self) -> list[str]:
        """Every device this rig opens."""
        cameras = [camera.address for camera in self.robot.cameras.values()]
        return [*self.robot.addresses, *self.teleoperator.addresses, *cameras]

    @property
    def is_virtual(self) -> bool:
        return any(address.startswith("sim://") for address in self.addresses)

    def to_dict(self) -> dict[str, Any]:
        rest = None if self.rest_pose is None else dict(self.rest_pose)
        return {
            "name": self.name,
            "robot": self.robot.to_dict(),
            "teleoperator": self.teleoperator.to_dict(),
            "control_hz": self.control_hz,
            "ease_in_s": self.ease_in_s,
            "speed_fraction": self.speed_fraction,
            "on_silence": self.on_silence,
            "rest_pose": rest,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Rig":
        """Raises SettingInvalid or UnknownChoice for anything that is not a rig."""
        try:
            values = dict(data)
            robot = RobotConfig.from_dict(values.pop("robot"))
            teleoperator = TeleoperatorConfig.from_dict(values.pop("teleoperator"))
            return cls(robot=robot, teleoperator=teleoperator, **values)
        except (KeyError, TypeError) as error:
            raise SettingInvalid(
                setting="The rig", reason=f"{error} is wrong or missing"
            ) from error


def rig_folder() -> Path:
    return home() / "rigs"


def rig_path(name: str) -> Path:
    """Where a rig of this name is saved."""
    return rig_folder() / f"{safe_name(name)}.json"


def save_rig(rig: Rig) -> Path:
    rig_folder().mkdir(parents=True, exist_ok=True)
    path = rig_path(rig.name)
    write_json(path, rig.to_dict())
    return path


def load_rig(path: Path) -> Rig:
    """Raises SettingInvalid when the file is missing, damaged, or describes no rig."""
    try:
        return Rig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        raise SettingInvalid(setting=str(path), reason=str(error)) from error


def remember_rest_pose(rig: Rig, pose: Mapping[str, float]) -> None:
    """Keep where the arm lay before it was driven, for a session that finds it held in the air."""
    path = _rest_pose_path(rig)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, dict(pose))


def record_rest_pose(rig: Rig, pose: Mapping[str, float]) -> Rig:
    """The rig with the rest pose that its operator wants, saved."""
    changed = replace(rig, rest_pose=dict(pose))
    save_rig(changed)
    return changed


def known_rest_pose(rig: Rig) -> dict[str, float] | None:
    """The rig's own rest pose, else the remembered one; None when there is neither."""
    if rig.rest_pose is not None:
        return dict(rig.rest_pose)
    try:
        pose = json.loads(_rest_pose_path(rig).read_text(encoding="utf-8"))
        return {str(joint): _finite(value) for joint, value in pose.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _rest_pose_path(rig: Rig) -> Path:
    return home() / "rest-poses" / f"{safe_name(rig.name)}.json"


def _finite(value: object) -> float:
    if not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r} is no position")
    return float(value)
