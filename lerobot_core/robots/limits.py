"""The rule that every target passes before it reaches a servo."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from lerobot_core.errors import UnsafeAction
from lerobot_core.types import Action, JointValues

LONGEST_STEP_S = 0.1


@dataclass(frozen=True)
class MotionLimit:
    """Bounds of one joint, in its user units (degrees, or percent for a gripper)."""

    max_speed: float  # units per second between one command and the next
    max_gap: float  # units between the command and the measured position
    low: float
    high: float

    def __post_init__(self) -> None:
        if not all(
            isfinite(bound) for bound in (self.max_speed, self.max_gap, self.low, self.high)
        ):
            raise ValueError("limits must be finite")
        if self.max_speed <= 0 or self.max_gap <= 0 or self.low >= self.high:
            raise ValueError("limits must leave room to move")


def limit_targets(
    wanted: Action,
    last: Action,
    measured: Action,
    limits: Mapping[str, MotionLimit],
    seconds: float,
) -> JointValues:
    """Return ``wanted``, held to the speed, gap and range of each joint.

    Args:
        last: The last command, or the measured position before there was one.
        measured: Where the joints are.
        seconds: Time since the last command. More than ``LONGEST_STEP_S`` counts as that much,
            so that nothing jumps after a pause.

    Raises:
        UnsafeAction: a target is not a finite number (a clamp would let NaN through).
    """
    require_finite(wanted)
    step_s = min(max(seconds, 0.0), LONGEST_STEP_S)
    return {
        joint: _limited(target, last[joint], measured[joint], limits[joint], step_s)
        for joint, target in wanted.items()
    }


def require_finite(wanted: Action) -> None:
    """Raises UnsafeAction."""
    for joint, target in wanted.items():
        if not isfinite(target):
            raise UnsafeAction(joint=joint.removesuffix(".pos"), value=str(target))


def slowed(limits: Mapping[str, MotionLimit], fraction: float) -> dict[str, MotionLimit]:
    """The same limits with every speed at ``fraction`` (above 0, up to 1) of its own."""
    return {
        joint: replace(limit, max_speed=limit.max_speed * fraction)
        for joint, limit in limits.items()
    }


def _limited(
    target: float, last: float, measured: float, limit: MotionLimit, seconds: float
) -> float:
    step = limit.max_speed * seconds
    target = min(max(target, last - step), last + step)
    target = min(max(target, measured - limit.max_gap), measured + limit.max_gap)
    return min(max(target, limit.low), limit.high)
