"""Description of the Koch v1.1 leader arm. Importing it loads no driver."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

if TYPE_CHECKING:
    from lerobot_core.teleoperators.koch_leader import KochLeader


@dataclass(frozen=True, kw_only=True)
class KochLeaderConfig(TeleoperatorConfig, kind="koch_leader"):
    """A Koch v1.1 arm that is moved by hand. Names and defaults are upstream's.

    ``gripper_open_pos`` is where the trigger springs back to, in percent of its travel.
    Retries are for reads outside the control loop.
    """

    port: str
    gripper_open_pos: float = 50.0
    num_read_retries: int = 2

    def __post_init__(self) -> None:
        if not isfinite(self.gripper_open_pos) or not 0 <= self.gripper_open_pos <= 100:
            raise ValueError("gripper_open_pos must be 0 to 100")
        if self.num_read_retries < 0:
            raise ValueError("num_read_retries must not be negative")

    @property
    def addresses(self) -> list[str]:
        return [self.port]

    def build(self) -> "KochLeader":
        from lerobot_core.teleoperators.koch_leader import KochLeader

        return KochLeader(self)
