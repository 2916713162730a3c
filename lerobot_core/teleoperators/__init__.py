"""Teleoperators: what the operator holds, or what stands in for an operator.

Configs are loaded at once, the drivers behind them on first use.
"""

from typing import TYPE_CHECKING

from lerobot_core.teleoperators.so_config import (
    DemonstratorConfig,
    SO100LeaderConfig,
    SO101LeaderConfig,
)
from lerobot_core.teleoperators.teleoperator import Teleoperator, TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.demonstrator import Demonstrator
    from lerobot_core.teleoperators.so_leader import SO100Leader, SO101Leader

__all__ = [
    "Demonstrator",
    "DemonstratorConfig",
    "SO100Leader",
    "SO100LeaderConfig",
    "SO101Leader",
    "SO101LeaderConfig",
    "Teleoperator",
    "TeleoperatorConfig",
]


def __getattr__(name: str) -> object:
    if name in ("SO100Leader", "SO101Leader"):
        from lerobot_core.teleoperators import so_leader

        return getattr(so_leader, name)
    if name == "Demonstrator":
        from lerobot_core.teleoperators.demonstrator import Demonstrator

        return Demonstrator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
