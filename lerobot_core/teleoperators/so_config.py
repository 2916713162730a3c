"""Descriptions of the SO-100 and SO-101 leader arms. Importing them loads no driver."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lerobot_core.teleoperators.bench_hand import bench_of
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.demonstrator import Demonstrator
    from lerobot_core.teleoperators.so_leader import SOLeader


@dataclass(frozen=True, kw_only=True)
class SOLeaderSettings:
    """What both arms are told. Retries are for reads outside the control loop."""

    port: str
    use_degrees: bool = True
    num_read_retries: int = 2

    def __post_init__(self) -> None:
        if self.num_read_retries < 0:
            raise ValueError("num_read_retries must not be negative")

    @property
    def addresses(self) -> list[str]:
        return [self.port]


@dataclass(frozen=True, kw_only=True)
class SO100LeaderConfig(SOLeaderSettings, TeleoperatorConfig, kind="so100_leader"):
    """An SO-100 arm that is moved by hand."""

    def build(self) -> "SOLeader":
        from lerobot_core.teleoperators.so_leader import SOLeader

        return SOLeader(self)


@dataclass(frozen=True, kw_only=True)
class SO101LeaderConfig(SOLeaderSettings, TeleoperatorConfig, kind="so101_leader"):
    """An SO-101 arm that is moved by hand."""

    def build(self) -> "SOLeader":
        from lerobot_core.teleoperators.so_leader import SOLeader

        return SOLeader(self)


@dataclass(frozen=True, kw_only=True)
class DemonstratorConfig(SOLeaderSettings, TeleoperatorConfig, kind="demonstrator"):
    """A leader arm of the virtual bench, whose hand plays a demonstration while engaged."""

    port: str = "sim://default/leader"

    def __post_init__(self) -> None:
        SOLeaderSettings.__post_init__(self)
        if not self.bench:
            raise ValueError(f"{self.port} is no sim://<bench>/<chain>")

    @property
    def bench(self) -> str:
        """Name of the bench that moves the hand."""
        return bench_of(self.port)

    def build(self) -> "Demonstrator":
        from lerobot_core.teleoperators.demonstrator import Demonstrator

        return Demonstrator(self)
