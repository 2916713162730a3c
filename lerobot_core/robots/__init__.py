"""Robots: the arms that are driven.

Configs are loaded at once, the drivers behind them on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from lerobot_core.robots.bimanual_config import BiKochFollowerConfig, BiSOFollowerConfig
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.robots.so_config import SO100FollowerConfig, SO101FollowerConfig

if TYPE_CHECKING:
    from lerobot_core.robots.bimanual import BiKochFollower, BiSOFollower
    from lerobot_core.robots.koch_follower import KochFollower
    from lerobot_core.robots.so_follower import SO100Follower, SO101Follower

__all__ = [
    "BiKochFollower",
    "BiKochFollowerConfig",
    "BiSOFollower",
    "BiSOFollowerConfig",
    "KochFollower",
    "KochFollowerConfig",
    "Robot",
    "RobotConfig",
    "SO100Follower",
    "SO100FollowerConfig",
    "SO101Follower",
    "SO101FollowerConfig",
]

_DRIVERS = {
    "BiKochFollower": "bimanual",
    "BiSOFollower": "bimanual",
    "KochFollower": "koch_follower",
    "SO100Follower": "so_follower",
    "SO101Follower": "so_follower",
}


def __getattr__(name: str) -> object:
    if name not in _DRIVERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DRIVERS[name]}"), name)
