"""Virtual hands: they can take hold of any joint of any arm."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from lerobot_core.sim.world import BenchJoint, Pose

_HAND_SPEED_RAD_S = 1.0
_SWEEP_SPEED_RAD_S = 2.0
_PEAK = 1.875  # of the speed of a smooth move, against its mean
_SHORTEST_MOVE_S = 0.3
_HOLD_S = 0.3  # how long the hand stays at the end, so that the joint arrives too


def smooth(fraction: float) -> float:
    """The way done after a fraction of the time: minimum jerk, as hands move."""
    fraction = min(max(fraction, 0.0), 1.0)
    return fraction**3 * (10 - 15 * fraction + 6 * fraction**2)


@dataclass
class _Move:
    """One joint on its way through some angles."""

    joint: BenchJoint
    angles_rad: Sequence[float]  # the start first
    ends_s: Sequence[float]  # when each further angle is reached
    elapsed_s: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.elapsed_s > self.ends_s[-1] + _HOLD_S

    def target_rad(self) -> float:
        piece = min(bisect_left(self.ends_s, self.elapsed_s), len(self.ends_s) - 1)
        begins_s = self.ends_s[piece - 1] if piece else 0.0
        way = smooth((self.elapsed_s - begins_s) / (self.ends_s[piece] - begins_s))
        start, end = self.angles_rad[piece], self.angles_rad[piece + 1]
        return start + (end - start) * way


class Hands:
    """Moves joints by hand, smoothly, several at a time."""

    def __init__(self, arms: Mapping[str, Mapping[str, BenchJoint]]) -> None:
        self._arms = arms
        self._moves: dict[tuple[str, str], _Move] = {}

    @property
    def busy(self) -> bool:
        return bool(self._moves)

    def move(self, chain: str, joint: str, angle_rad: float) -> float:
        """Start to move a joint. Returns the seconds until the hand lets go. Raises KeyError."""
        held = self._arms[chain][joint]
        low, high = held.travel_rad
        end = min(max(angle_rad, low), high)
        return self._go(chain, [{joint: end}], _HAND_SPEED_RAD_S, None)

    def follow(self, chain: str, poses: Sequence[Pose], seconds: float | None = None) -> float:
        """Take an arm through poses, in ``seconds`` or at a speed of the hand's own.

        Joints that a pose leaves out stay where the pose before had them. Returns the seconds
        until the hand lets go.
        """
        return self._go(chain, poses, _SWEEP_SPEED_RAD_S, seconds)

    def let_go(self, chain: str) -> None:
        """Take the hands off an arm."""
        for key in [key for key in self._moves if key[0] == chain]:
            self._moves.pop(key).joint.hold(None)

    def advance(self, seconds: float) -> None:
        for key, move in list(self._moves.items()):
            move.elapsed_s += seconds
            if move.is_over:
                move.joint.hold(None)
                del self._moves[key]
            else:
                move.joint.hold(move.target_rad())

    def _go(
        self, chain: str, poses: Sequence[Pose], speed_rad_s: float, seconds: float | None
    ) -> float:
        joints = self._arms[chain]
        names = dict.fromkeys(name for pose in poses for name in pose)
        whole = [{name: joints[name].angle_rad for name in names}]
        for pose in poses:
            whole.append({**whole[-1], **pose})
        steps = [
            max(_distance_rad(before, after) / speed_rad_s * _PEAK, _SHORTEST_MOVE_S)
            for before, after in pairwise(whole)
        ]
        stretch = 1.0 if seconds is None else seconds / sum(steps)
        ends = list(accumulate(step * stretch for step in steps))
        for name in names:
            angles = [pose[name] for pose in whole]
            self._moves[chain, name] = _Move(joints[name], angles, ends)
        return ends[-1] + _HOLD_S


def _distance_rad(before: Pose, after: Pose) -> float:
    """How far the joint goes that goes furthest."""
    return max(abs(after[name] - before[name]) for name in after)
