"""What arms that follow are told, whatever their brand. Importing it loads no driver.

Names and defaults are upstream's, so that its configs carry over; ``max_speed`` is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

DEFAULT_MAX_GAP = 60.0  # degrees, or percent of the gripper's travel
DEFAULT_MAX_SPEED = 200.0  # the same per second; an STS3215 without load reaches about 330 degrees


@dataclass(frozen=True, kw_only=True)
class FollowerSettings:
    """What every arm that follows is told.

    ``max_relative_target`` is how far a target may be from the measured position: for every
    joint, or by joint name. ``None`` means ``DEFAULT_MAX_GAP`` here, not “unlimited”.
    Retries are for reads outside the control loop; in the loop a lost reading is not waited
    for again, the joint keeps its last value.
    """

    port: str
    disable_torque_on_disconnect: bool = True
    max_relative_target: float | Mapping[str, float] | None = None
    max_speed: float = DEFAULT_MAX_SPEED
    num_read_retries: int = 2

    def __post_init__(self) -> None:
        if not isfinite(self.max_speed) or self.max_speed <= 0:
            raise ValueError("max_speed must be a positive number")
        gap = self.max_relative_target
        gaps = list(gap.values()) if isinstance(gap, Mapping) else [] if gap is None else [gap]
        if any(not isfinite(entry) or entry <= 0 for entry in gaps):
            raise ValueError("max_relative_target must be positive numbers")
        if self.num_read_retries < 0:
            raise ValueError("num_read_retries must not be negative")

    def max_gap(self, motor: str) -> float:
        """How far a target for this motor may be from where it is, in its user units."""
        gap = self.max_relative_target
        if isinstance(gap, Mapping):
            return float(gap.get(motor, DEFAULT_MAX_GAP))
        return DEFAULT_MAX_GAP if gap is None else float(gap)

    @property
    def addresses(self) -> list[str]:
        return [self.port]
