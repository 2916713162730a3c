"""The border between a simulated servo and the joint it moves."""

from typing import Protocol, runtime_checkable


class JointPlant(Protocol):
    """A joint as the servo on it feels it. Angles in radians, 0 in the middle of its travel."""

    @property
    def angle_rad(self) -> float: ...

    @property
    def velocity_rad_s(self) -> float: ...

    @property
    def load(self) -> float:
        """Torque that the servo gives now, as a share of its maximum, −1 to 1."""
        ...

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        """Pull towards ``target_rad`` with at most ``torque_share`` (0 to 1) of full torque.

        None: torque is off, the joint is limp.
        """
        ...


@runtime_checkable
class MovingPlant(JointPlant, Protocol):
    """A joint that no physics engine moves: its servo hands time on to it."""

    def advance(self, seconds: float) -> None: ...


class HandJoint:
    """A joint without mass: limp until it is driven, and moved by hand at any time.

    ``is_blocked`` puts an obstacle in its way: it stays where it is, and the servo strains.
    """

    def __init__(self, angle_rad: float = 0.0, max_speed_rad_s: float = 6.0) -> None:
        self.angle_rad = angle_rad  # writing it is moving the joint by hand
        self.velocity_rad_s = 0.0
        self.load = 0.0
        self.is_blocked = False
        self._max_speed = max_speed_rad_s
        self._target_rad: float | None = None
        self._torque_share = 0.0

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        self._target_rad = target_rad
        self._torque_share = torque_share

    def advance(self, seconds: float) -> None:
        """Follow the target as fast as the joint may."""
        before = self.angle_rad
        gap = 0.0 if self._target_rad is None else self._target_rad - self.angle_rad
        reach = self._max_speed * seconds
        if not self.is_blocked and self._torque_share > 0:
            self.angle_rad += min(max(gap, -reach), reach)
        self.velocity_rad_s = (self.angle_rad - before) / seconds if seconds > 0 else 0.0
        left = 0.0 if self._target_rad is None else self._target_rad - self.angle_rad
        strain = left / _STRAIN_RAD
        self.load = min(max(strain, -self._torque_share), self._torque_share)


class LooseJoint(HandJoint):
    """A joint without weight between two stops: it stays where a hand leaves it, unless its servo
    pulls. A hand is stronger than any servo."""

    def __init__(self, travel_rad: tuple[float, float], angle_rad: float = 0.0) -> None:
        super().__init__(angle_rad)
        self.travel_rad = travel_rad
        self._held_rad: float | None = None
        self.is_jammed = False
        """Something is in its way."""

    def hold(self, angle_rad: float | None) -> None:
        self._held_rad = None if angle_rad is None else self._within(angle_rad)

    def block(self, blocked: bool) -> None:
        self.is_jammed = blocked

    def place(self, angle_rad: float) -> None:
        self.angle_rad = self._within(angle_rad)
        self.velocity_rad_s = 0.0

    def advance(self, seconds: float) -> None:
        before = self.angle_rad
        self.is_blocked = self.is_jammed or self._held_rad is not None
        if self._held_rad is not None and not self.is_jammed:
            self.angle_rad = self._held_rad
        super().advance(seconds)
        self.angle_rad = self._within(self.angle_rad)
        self.velocity_rad_s = (self.angle_rad - before) / seconds if seconds > 0 else 0.0

    def _within(self, angle_rad: float) -> float:
        low, high = self.travel_rad
        return min(max(angle_rad, low), high)


_STRAIN_RAD = 0.2  # a servo this far from its target pulls with all it has
