"""Virtual hands: they hold the leader arm, and can take hold of any joint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lerobot_core.sim.physics import MujocoJoint
from lerobot_core.sim.so101 import RANGES_RAD, STS3215

_SERVO_SPEED_RAD_S = 5.8  # STS3215 at 7.4 V: 0.18 s for 60°
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


class HandJoint:
    """A joint of the leader arm: it stays where a hand puts it, unless its servo pulls."""

    def __init__(self, joint: str, angle_rad: float = 0.0) -> None:
        self._low, self._high = RANGES_RAD[joint]
        self.angle_rad = angle_rad
        self.velocity_rad_s = 0.0
        self.load = 0.0
        self._held_rad: float | None = None
        self._pull: tuple[float, float] | None = None

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        self._pull = None if target_rad is None or torque_share <= 0 else (target_rad, torque_share)

    def hold(self, angle_rad: float | None) -> None:
        """A hand moves the joint here and keeps it; None lets it go."""
        self._held_rad = None if angle_rad is None else min(max(angle_rad, self._low), self._high)

    def advance(self, seconds: float) -> None:
        before = self.angle_rad
        if self._held_rad is not None:
            self.angle_rad = self._held_rad
        elif self._pull is not None:
            step = _SERVO_SPEED_RAD_S * seconds
            target = min(max(self._pull[0], self._low), self._high)
            self.angle_rad = min(max(target, before - step), before + step)
        self.velocity_rad_s = (self.angle_rad - before) / seconds if seconds > 0 else 0.0
        self.load = self._load()

    def _load(self) -> float:
        """The servo's share of its torque; a hand that holds against it feels the rest."""
        if self._pull is None:
            return 0.0
        target, share = self._pull
        torque = STS3215.gain_nm_per_rad * (target - self.angle_rad) / STS3215.max_torque_nm
        return min(max(torque, -share), share)


class Grip(Protocol):
    """A hand's hold on one joint of either arm."""

    def move_to(self, angle_rad: float) -> None: ...

    def release(self) -> None: ...


@dataclass(frozen=True)
class LeaderGrip:
    joint: HandJoint

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
        self, leader: Mapping[str, HandJoint], follower: Mapping[str, MujocoJoint]
    ) -> None:
        self._joints: dict[tuple[str, str], tuple[Grip, HandJoint | MujocoJoint]] = {}
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
