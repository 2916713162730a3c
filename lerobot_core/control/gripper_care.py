"""A gripper that has closed on something is asked for less, to spare its motor and the thing.

Pure: a rule over targets, positions and loads. It holds for both directions, since some grippers
hold things from within. What it makes of the target is what is sent, and so what is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lerobot_core.types import Action, JointValues, ServoLimits, ServoReading

PUSHING = 4.0  # percent of its travel: a target this far beyond it is pushed towards
STILL = 1.0  # percent: a gripper that moved less in STALLED_AFTER_S has not moved
STALLED_AFTER_S = 0.3
LOADED_PERCENT = 15.0  # of its maximal torque; a gripper that pushes with less is not straining
GRIP = 2.0  # percent beyond where it is: what holds an object with moderate force (an estimate)
SMALLEST_GRIP = 0.5
EASED = 0.7  # the grip shrinks by this much at a reading that is still too high
CEILING_PERCENT = 40.0  # of its maximal torque, where the servo names no load of its own
BELOW_OVERLOAD = 0.8  # share of the load at which the servo would protect itself


def is_gripper(joint: str) -> bool:
    """``gripper.pos``, ``left_gripper.pos``."""
    return joint.removesuffix(".pos").endswith("gripper")


@dataclass
class _Jaw:
    """One gripper: how long it has been still, and how it holds, if it does."""

    ceiling: float
    still_since_s: float
    still_at: float
    held_at: float | None = None
    direction: int = 0
    grip: float = GRIP


class GripperCare:
    """Remembers the grippers of one robot while it follows."""

    def __init__(self, limits: Mapping[str, ServoLimits]) -> None:
        self._limits = limits
        self._jaws: dict[str, _Jaw] = {}
        self._loads: dict[str, float] = {}

    @property
    def held(self) -> frozenset[str]:
        """Grippers whose target is relaxed now."""
        return frozenset(joint for joint, jaw in self._jaws.items() if jaw.held_at is not None)

    def take(self, readings: Mapping[str, ServoReading]) -> None:
        """New loads: a grip that is still too hard is eased."""
        for joint, reading in readings.items():
            if not is_gripper(joint):
                continue
            self._loads[joint] = load = abs(reading.load_percent)
            jaw = self._jaws.get(joint)
            if jaw is not None and jaw.held_at is not None and load > jaw.ceiling:
                jaw.grip = max(jaw.grip * EASED, SMALLEST_GRIP)

    def relaxed(self, wanted: Action, measured: Action, now_s: float) -> JointValues:
        """``wanted``, but grippers that push in vain are to go just beyond where they are.

        One is free again where the operator opens it, or what it held gave way.
        """
        targets = dict(wanted)
        for joint in filter(is_gripper, wanted):
            targets[joint] = self._cared_for(joint, wanted[joint], measured[joint], now_s)
        return targets

    def forget(self) -> None:
        """The arm stopped: whatever begins anew begins without a grip."""
        self._jaws.clear()

    def _cared_for(self, joint: str, wanted: float, here: float, now_s: float) -> float:
        jaw = self._jaws.get(joint)
        if jaw is None:
            jaw = self._jaws[joint] = _Jaw(self._ceiling(joint), now_s, here)
        if jaw.held_at is None:
            self._notice_stall(jaw, joint, wanted, here, now_s)
        elif (here - jaw.held_at) * jaw.direction > GRIP / 2:  # it gave way, or slipped out
            jaw.held_at, jaw.still_since_s, jaw.still_at = None, now_s, here
        if jaw.held_at is None:
            return wanted
        relaxed = jaw.held_at + jaw.direction * jaw.grip
        if not (wanted - relaxed) * jaw.direction > 0:  # the operator opens; NaN is passed on
            jaw.held_at, jaw.still_since_s, jaw.still_at = None, now_s, here
            return wanted
        return relaxed

    def _notice_stall(
        self, jaw: _Jaw, joint: str, wanted: float, here: float, now_s: float
    ) -> None:
        pushes = abs(wanted - here) >= PUSHING
        if not pushes or abs(here - jaw.still_at) >= STILL:
            jaw.still_since_s, jaw.still_at = now_s, here
            return
        is_loaded = self._loads.get(joint, LOADED_PERCENT) >= LOADED_PERCENT
        if is_loaded and now_s - jaw.still_since_s >= STALLED_AFTER_S:
            jaw.held_at, jaw.direction = here, 1 if wanted > here else -1
            jaw.grip = GRIP

    def _ceiling(self, joint: str) -> float:
        limits = self._limits.get(joint)
        overload = None if limits is None else limits.overload_percent
        return CEILING_PERCENT if overload is None else overload * BELOW_OVERLOAD
