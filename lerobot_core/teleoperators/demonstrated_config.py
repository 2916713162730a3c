"""Description of leaders on a virtual bench whose hands play a demonstration. Loads no driver."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from lerobot_core.teleoperators.bench_hand import bench_of
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.demonstrated import DemonstratedLeader


@dataclass(frozen=True, kw_only=True)
class DemonstratedLeaderConfig(TeleoperatorConfig, kind="demonstrated_leader"):
    """A leader of any kind, or a pair of them, on a bench that moves it while it is engaged.

    The id and the folder of calibrations are given here, and not to ``leader``.
    """

    leader: TeleoperatorConfig

    def __post_init__(self) -> None:
        if isinstance(self.leader, DemonstratedLeaderConfig):
            raise ValueError("a demonstrated leader is no leader to be demonstrated")
        if self.leader.id is not None or self.leader.calibration_dir is not None:
            raise ValueError("the leader has no id and no calibration_dir of its own")
        if not self.bench:
            raise ValueError(f"{', '.join(self.addresses)} is not on one bench")

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        leader = values.get("leader")
        if not isinstance(leader, Mapping):
            raise ValueError("the leader is not described")
        return super().from_values({**values, "leader": TeleoperatorConfig.from_dict(leader)})

    @property
    def bench(self) -> str:
        """Name of the bench that moves the hands."""
        benches = {bench_of(address) for address in self.addresses}
        return benches.pop() if len(benches) == 1 else ""

    @property
    def by_itself(self) -> TeleoperatorConfig:
        """The leader with the id and the folder that it has here."""
        return replace(self.leader, id=self.id, calibration_dir=self.calibration_dir)

    @property
    def arms(self) -> Mapping[str, TeleoperatorConfig]:
        return self.by_itself.arms

    @property
    def addresses(self) -> list[str]:
        return self.leader.addresses

    def build(self) -> "DemonstratedLeader":
        from lerobot_core.teleoperators.demonstrated import DemonstratedLeader

        return DemonstratedLeader(self)
