"""Descriptions of two followers that are one robot. Importing them loads no driver.

Names and prefixes are upstream's, so that its configs carry over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar, cast

from lerobot_core.cameras.config import CameraConfig
from lerobot_core.registry import Choice
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.robots.so_config import SO100FollowerConfig, SO101FollowerConfig

if TYPE_CHECKING:
    from lerobot_core.robots.bimanual import BimanualFollower

SIDES = ("left", "right")

_Config = TypeVar("_Config", bound=Choice)


def arm_id(pair_id: str | None, side: str) -> str:
    """The id of one arm of a pair; arms of a pair without a name still get two files."""
    return f"{pair_id}_{side}" if pair_id else side


class PairedArm(Protocol):
    """What is looked at in the description of one arm of a pair."""

    @property
    def id(self) -> str | None: ...

    @property
    def calibration_dir(self) -> str | None: ...


def check_arm(arm: PairedArm, side: str, kinds: tuple[type, ...]) -> None:
    """Raises ValueError if it is another kind of arm, or told what follows from the pair."""
    if not isinstance(arm, kinds):
        raise ValueError(f"the {side} arm is of another kind")
    if arm.id is not None or arm.calibration_dir is not None:
        raise ValueError(f"the {side} arm has no id and no calibration_dir of its own")


def read_arms(values: Mapping[str, Any], kinds: Sequence[type[_Config]]) -> dict[str, _Config]:
    """The entries of both arms, built; the first kind where one does not say what it is.

    Raises:
        ValueError: an arm is not described. SettingInvalid, UnknownChoice: it is impossible.
    """
    arms = {}
    for side in SIDES:
        described = values.get(f"{side}_arm_config")
        if not isinstance(described, Mapping):
            raise ValueError(f"the {side} arm is not described")
        arms[f"{side}_arm_config"] = kinds[0].from_dict({"type": kinds[0].kind, **described})
    return arms


def single_arms(
    arms: Mapping[str, _Config], pair_id: str | None, folder: str | None
) -> dict[str, _Config]:
    """Each arm by itself, with the id and the folder that it has in this pair."""
    return {
        side: replace(cast(Any, arm), id=arm_id(pair_id, side), calibration_dir=folder)
        for side, arm in arms.items()
    }


@dataclass(frozen=True, kw_only=True)
class BimanualFollowerConfig(RobotConfig):
    """What all pairs are told.

    An arm's cameras become cameras of the robot, called ``left_<name>`` and ``right_<name>``.
    """

    left_arm_config: RobotConfig
    right_arm_config: RobotConfig

    arm_kinds: ClassVar[tuple[type[RobotConfig], ...]] = ()
    """What an arm may be; the first one if its description does not say."""

    def __post_init__(self) -> None:
        cameras = dict(self.cameras)
        for side in SIDES:
            arm: RobotConfig = getattr(self, f"{side}_arm_config")
            check_arm(arm, side, self.arm_kinds)
            self._take_cameras(cameras, arm.cameras, side)
            object.__setattr__(self, f"{side}_arm_config", replace(arm, cameras={}))
        object.__setattr__(self, "cameras", cameras)

    @staticmethod
    def _take_cameras(
        cameras: dict[str, CameraConfig], of_arm: Mapping[str, CameraConfig], side: str
    ) -> None:
        for name, camera in of_arm.items():
            if f"{side}_{name}" in cameras:
                raise ValueError(f"two cameras are called {side}_{name}")
            cameras[f"{side}_{name}"] = camera

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        return super().from_values({**values, **read_arms(values, cls.arm_kinds)})

    @property
    def arms(self) -> dict[str, RobotConfig]:
        """Side → that arm by itself, with the id and the folder that it has in this pair."""
        arms = {"left": self.left_arm_config, "right": self.right_arm_config}
        return single_arms(arms, self.id, self.calibration_dir)

    @property
    def addresses(self) -> list[str]:
        return [address for arm in self.arms.values() for address in arm.addresses]

    def build(self) -> "BimanualFollower":
        from lerobot_core.robots.bimanual import BimanualFollower

        return BimanualFollower(self)


SOArmConfig = SO100FollowerConfig | SO101FollowerConfig


@dataclass(frozen=True, kw_only=True)
class BiSOFollowerConfig(BimanualFollowerConfig, kind="bi_so_follower"):
    """Two SO-100 or SO-101 arms that follow."""

    left_arm_config: SOArmConfig
    right_arm_config: SOArmConfig

    arm_kinds = (SO101FollowerConfig, SO100FollowerConfig)


@dataclass(frozen=True, kw_only=True)
class BiKochFollowerConfig(BimanualFollowerConfig, kind="bi_koch_follower"):
    """Two Koch v1.1 arms that follow."""

    left_arm_config: KochFollowerConfig
    right_arm_config: KochFollowerConfig

    arm_kinds = (KochFollowerConfig,)
