"""Following error: a joint that stays behind its target and does not get on is held up.

Pure: targets, positions and the time in, the name of a joint out.
"""

from collections.abc import Collection

from lerobot_core.control.gripper_care import is_gripper
from lerobot_core.types import Action

BEHIND = 10.0  # units: gravity and friction leave a healthy joint a few behind
STUCK = 1.5  # units: a joint that moved less has not moved
BLOCKED_AFTER_S = 1.0  # a joint that starts or turns round under load is still for less


class FollowingWatch:
    """Remembers since when each joint has been behind without getting on.

    Grippers are left out: that they do not reach their target is what holding is.
    """

    def __init__(self) -> None:
        self._since: dict[str, tuple[float, float]] = {}  # joint → since when, where

    def blocked_joint(
        self, sent: Action, measured: Action, unknown: Collection[str], now_s: float
    ) -> str | None:
        """The joint that something holds up. ``unknown`` were not heard of this time.

        ``sent`` lies within the calibrated range, so a joint on its stop is not behind.
        """
        for joint, target in sent.items():
            if is_gripper(joint) or joint in unknown:
                continue
            here = measured[joint]
            since_s, where = self._since.get(joint, (now_s, here))
            if abs(target - here) < BEHIND or abs(here - where) >= STUCK:
                self._since[joint] = (now_s, here)
                continue
            self._since[joint] = (since_s, where)
            if now_s - since_s >= BLOCKED_AFTER_S:
                return joint
        return None

    def forget(self) -> None:
        self._since.clear()
