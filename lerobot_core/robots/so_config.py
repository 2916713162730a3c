"""Descriptions of the SO-100 and SO-101 follower arms. Importing them loads no driver.

Names and defaults are upstream's, so that its configs carry over.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lerobot_core.robots.follower_settings import (
    DEFAULT_MAX_GAP,
    DEFAULT_MAX_SPEED,
    FollowerSettings,
)
from lerobot_core.robots.robot import RobotConfig

if TYPE_CHECKING:
    from lerobot_core.robots.so_follower import SOFollower


__all__ = [
    "DEFAULT_MAX_GAP",
    "DEFAULT_MAX_SPEED",
    "SO100FollowerConfig",
    "SO101FollowerConfig",
    "SOFollowerConfig",
    "SOFollowerSettings",
]


@dataclass(frozen=True, kw_only=True)
class SOFollowerSettings(FollowerSettings):
    """What both arms are told."""

    use_degrees: bool = True
    position_p_coefficient: int = 16
    position_i_coefficient: int = 0
    position_d_coefficient: int = 32


@dataclass(frozen=True, kw_only=True)
class SO100FollowerConfig(SOFollowerSettings, RobotConfig, kind="so100_follower"):
    """An SO-100 arm that follows."""

    def build(self) -> "SOFollower":
        from lerobot_core.robots.so_follower import SOFollower

        return SOFollower(self)


@dataclass(frozen=True, kw_only=True)
class SO101FollowerConfig(SOFollowerSettings, RobotConfig, kind="so101_follower"):
    """An SO-101 arm that follows."""

    def build(self) -> "SOFollower":
        from lerobot_core.robots.so_follower import SOFollower

        return SOFollower(self)


SOFollowerConfig = SO100FollowerConfig | SO101FollowerConfig
