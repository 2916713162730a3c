"""Robots: the arms that are driven.

Configs are loaded at once, the drivers behind them on first use.
"""

from typing import TYPE_CHECKING

from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.robots.so_config import SO100FollowerConfig, SO101FollowerConfig

if TYPE_CHECKING:
    from lerobot_core.robots.koch_follower import KochFollower
    from lerobot_core.robots.so_follower import SO100Follower, SO101Follower

__all__ = [
    "KochFollower",
    "KochFollowerConfig",
    "Robot",
    "RobotConfig",
    "SO100Follower",
    "SO100FollowerConfig",
    "SO101Follower",
    "SO101FollowerConfig",
]


def __getattr__(name: str) -> object:
    if name in ("SO100Follower", "SO101Follower"):
        from lerobot_core.robots import so_follower

        return getattr(so_follower, name)
    if name == "KochFollower":
        from lerobot_core.robots.koch_follower import KochFollower

        return KochFollower
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
