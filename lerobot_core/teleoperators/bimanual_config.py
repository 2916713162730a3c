"""Descriptions of two leader arms that are one teleoperator. Importing them loads no driver."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lerobot_core.robots.bimanual_config import SIDES, check_arm, read_arms, single_arms
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.so_config import SO100LeaderConfig, SO101LeaderConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.bimanual import BimanualLeader


@dataclass(frozen=True, kw_only=True)
class BimanualLeaderConfig(TeleoperatorConfig):
    """What all pairs are told."""

    left_arm_config: TeleoperatorConfig
    right_arm_config: TeleoperatorConfig

    arm_kinds: ClassVar[tuple[type[TeleoperatorConfig], ...]] = ()
    """What an arm may be; the first one if its description does not say."""

    def __post_init__(self) -> None:
        for side in SIDES:
            check_arm(getattr(self, f"{side}_arm_config"), side, self.arm_kinds)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        return super().from_values({**values, **read_arms(values, cls.arm_kinds)})

    @property
    def arms(self) -> dict[str, TeleoperatorConfig]:
        """Side → that arm by itself, with the id and the folder that it has in this pair."""
        arms = {"left": self.left_arm_config, "right": self.right_arm_config}
        return single_arms(arms, self.id, self.calibration_dir)

    @property
    def addresses(self) -> list[str]:
        return [address for arm in self.arms.values() for address in arm.addresses]

    def build(self) -> "BimanualLeader":
        from lerobot_core.teleoperators.bimanual import BimanualLeader

        return BimanualLeader(self)


SOArmConfig = SO100LeaderConfig | SO101LeaderConfig


@dataclass(frozen=True, kw_only=True)
class BiSOLeaderConfig(BimanualLeaderConfig, kind="bi_so_leader"):
    """Two SO-100 or SO-101 arms that are moved by hand."""

    left_arm_config: SOArmConfig
    right_arm_config: SOArmConfig

    arm_kinds = (SO101LeaderConfig, SO100LeaderConfig)


@dataclass(frozen=True, kw_only=True)
class BiKochLeaderConfig(BimanualLeaderConfig, kind="bi_koch_leader"):
    """Two Koch v1.1 arms that are moved by hand."""

    left_arm_config: KochLeaderConfig
    right_arm_config: KochLeaderConfig

    arm_kinds = (KochLeaderConfig,)
