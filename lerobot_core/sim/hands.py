"""Virtual hands: they hold the leader arm, and can take hold of any joint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lerobot_core.sim.physics import MujocoJoint
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.so101 import RANGES_RAD

_HAND_SPEED_RAD_S = 1.0
_SHORTEST_MOVE_S = 0.3

# A hand is stronger than a servo, and springy.
_HAND_STIFFNESS_NM_PER_RAD = 60.0
_HAND_TORQUE_NM = 9.0
_HOLD_S = 0.3  # how long the hand stays at the end, so that the joint arrives too


def smooth(fraction: float) -> float:
    """The way done after a fraction of the time: minimum jerk, as hands move."""
    fraction = min(max(fraction, 0.0), 1.0)
    return fraction**3 * (10 - 15 * fraction + 6 * fraction**2)


class LeaderJoint(HandJoint):
    """A joint of the leader arm: it stays where a hand holds it, unless its servo pulls."""

    def __init__(self, joint: str, angle_rad: float = 0.0) -> None:
        super().__init__(angle_rad)
        self._low, self._high = RANGES_RAD[joint]
        self._held_rad: float | None = None

    def hold(self, angle_rad: float | None) -> None:
        """A hand moves the joint here and keeps it; None lets it go."""
        self._held_rad = None if angle_rad is None else min(max(angle_rad, self._low), self._high)

    def advance(self, seconds: float) -> None:
        before = self.angle_rad
        self.is_blocked = self._held_rad is not None
        if self._held_rad is not None:
            self.angle_rad = self._held_rad
        super().advance(seconds)
        self.angle_rad = min(max(self.angle_rad, self._low), self._high)
        self.velocity_rad_s = (self.angle_rad - before) / seconds if seconds > 0 else 0.0


class Grip(Protocol):
    """A hand's hold on one joint of either arm."""

    def move_to(self, angle_rad: float) -> None: ...

    def release(self) -> None: ...


@dataclass(frozen=True)
class LeaderGrip:
    joint: LeaderJoint

    def move_to(self, angle_rad: float) -> None:
        self.joint.hold(angle_rad)

    def release(self) -> None:
        self.joint.hold(None)


@dataclass(frozen=True)
class FollowerGrip:
    """Pulls like a spring: the servo, the table and gravity pull as well."""

    joint: MujocoJoint

    def move_to(self, angle_rad: float) -> None:
        torque = _HAND_STIFFNESS_NM_PER_RAD * (angle_rad - self.joint.angle_rad)
        self.joint.push(min(max(torque, -_HAND_TORQUE_NM), _HAND_TORQUE_NM))

    def release(self) -> None:
        self.joint.push(0.0)


@dataclass
class _Move:
    grip: Grip
    start_rad: float
    end_rad: float
    duration_s: float
    elapsed_s: float = 0.0


class Hands:
    """Moves single joints by hand, smoothly, several at a time."""

    def __init__(
        self, leader: Mapping[str, LeaderJoint], follower: Mapping[str, MujocoJoint]
    ) -> None:
        self._joints: dict[tuple[str, str], tuple[Grip, LeaderJoint | MujocoJoint]] = {}
        for name, handle in leader.items():
            self._joints["leader", name] = LeaderGrip(handle), handle
        for name, joint in follower.items():
            self._joints["follower", name] = FollowerGrip(joint), joint
        self._moves: dict[tuple[str, str], _Move] = {}

    @property
    def busy(self) -> bool:
        return bool(self._moves)

    def move(self, chain: str, joint: str, angle_rad: float) -> float:
        """Start to move a joint. Returns the seconds until the hand lets go. Raises KeyError."""
        grip, held = self._joints[chain, joint]
        low, high = RANGES_RAD[joint]
        end = min(max(angle_rad, low), high)
        duration = max(abs(end - held.angle_rad) / _HAND_SPEED_RAD_S * 1.875, _SHORTEST_MOVE_S)
        self._moves[chain, joint] = _Move(grip, held.angle_rad, end, duration)
        return duration + _HOLD_S

    def advance(self, seconds: float) -> None:
        for key, move in list(self._moves.items()):
            move.elapsed_s += seconds
            if move.elapsed_s > move.duration_s + _HOLD_S:
                move.grip.release()
                del self._moves[key]
                continue
            way = smooth(move.elapsed_s / move.duration_s)
            move.grip.move_to(move.start_rad + (move.end_rad - move.start_rad) * way)
