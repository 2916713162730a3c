"""Teleoperators: what the operator holds, or what stands in for an operator.

Configs are loaded at once, the drivers behind them on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from lerobot_core.teleoperators.bimanual_config import BiKochLeaderConfig, BiSOLeaderConfig
from lerobot_core.teleoperators.demonstrated_config import DemonstratedLeaderConfig
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.so_config import (
    DemonstratorConfig,
    SO100LeaderConfig,
    SO101LeaderConfig,
)
from lerobot_core.teleoperators.teleoperator import Teleoperator, TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.bimanual import BiKochLeader, BiSOLeader
    from lerobot_core.teleoperators.demonstrated import DemonstratedLeader
    from lerobot_core.teleoperators.demonstrator import Demonstrator
    from lerobot_core.teleoperators.koch_leader import KochLeader
    from lerobot_core.teleoperators.so_leader import SO100Leader, SO101Leader

__all__ = [
    "BiKochLeader",
    "BiKochLeaderConfig",
    "BiSOLeader",
    "BiSOLeaderConfig",
    "DemonstratedLeader",
    "DemonstratedLeaderConfig",
    "Demonstrator",
    "DemonstratorConfig",
    "KochLeader",
    "KochLeaderConfig",
    "SO100Leader",
    "SO100LeaderConfig",
    "SO101Leader",
    "SO101LeaderConfig",
    "Teleoperator",
    "TeleoperatorConfig",
]

_DRIVERS = {
    "BiKochLeader": "bimanual",
    "BiSOLeader": "bimanual",
    "DemonstratedLeader": "demonstrated",
    "Demonstrator": "demonstrator",
    "KochLeader": "koch_leader",
    "SO100Leader": "so_leader",
    "SO101Leader": "so_leader",
}


def __getattr__(name: str) -> object:
    if name not in _DRIVERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DRIVERS[name]}"), name)
