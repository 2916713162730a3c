"""Moving the tool of an arm through space, a small step at a time.

The pose that is meant is kept from step to step, so that many steps make one straight line,
and the last angles are where the next search begins, so that joints do not jump.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

import numpy as np

from lerobot_core.errors import UnsafeAction
from lerobot_core.kinematics.chain import ArmChain, Matrix, Vector, forward
from lerobot_core.kinematics.inverse import inverse
from lerobot_core.kinematics.rotation import (
    angle_between,
    roll_pitch_yaw,
    rotation_about,
    rotation_vector,
)

_ORIENTATION_WEIGHT_M = 0.005  # a line stays straight though the orientation cannot be kept
_ITERATIONS = 6  # a pose within a step is found in three or four
_SETTLED_RAD = 5e-4
_POSITION_TOLERANCE_M = 3e-4
_ORIENTATION_LEASH_RAD = 0.3  # the orientation that is meant stays this near to the real one
_SHRINK = (1, 2, 3)  # powers: beside a singular posture the way goes with the square of the angle
_LEAST_SHARE = 1e-3
_DONE_SHARE = 0.9
_UNBEND_RAD = 0.05
_ROUNDING = 1 + 1e-9


class Axes(StrEnum):
    """Whose x, y and z a step is meant in."""

    BASE = "base"
    TOOL = "tool"


class StepOutcome(StrEnum):
    DONE = "done"
    SHORTENED = "shortened"  # as far as one step may go; asked again, it goes on
    BLOCKED = "blocked"  # out of reach, at the limit of a joint, or a turn the arm cannot make


@dataclass(frozen=True)
class ToolDelta:
    """A small movement: metres along x, y and z; roll, pitch and yaw in radians."""

    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 0.0
    roll_rad: float = 0.0
    pitch_rad: float = 0.0
    yaw_rad: float = 0.0

    @property
    def move_m(self) -> Vector:
        return np.array([self.x_m, self.y_m, self.z_m])

    @property
    def turn_rad(self) -> Vector:
        """The same turn as axis times angle, shape (3,)."""
        return rotation_vector(roll_pitch_yaw(self.roll_rad, self.pitch_rad, self.yaw_rad))


@dataclass(frozen=True)
class StepLimits:
    """How far one step may go. At 60 steps a second these are 0.6 m/s, 6 and 6 rad/s."""

    move_m: float = 0.01
    turn_rad: float = 0.1
    joint_rad: float = 0.1

    def __post_init__(self) -> None:
        if not all(
            isfinite(most) and most > 0 for most in (self.move_m, self.turn_rad, self.joint_rad)
        ):
            raise ValueError("limits of a step must be finite and leave room to move")


@dataclass(frozen=True)
class ToolStep:
    """What came of a step."""

    angles_rad: Vector  # (joints,), within the joint limits
    outcome: StepOutcome
    moved_share: float  # of the way that was asked for, 0 to 1; 1 when none was
    turned_share: float
    position_error_m: float  # of the tool, from where it is meant to be
    orientation_error_rad: float
    joints_at_limit: tuple[str, ...]


DEFAULT_LIMITS = StepLimits()


class ToolStepper:
    """Turns small movements of the tool into joint angles.

    Args:
        chain: The arm.
        angles_rad: Where its joints are, shape (joints,).
    """

    def __init__(
        self,
        chain: ArmChain,
        angles_rad: Vector,
        limits: StepLimits = DEFAULT_LIMITS,
    ) -> None:
        self._chain = chain
        self._limits = limits
        self.start_from(angles_rad)

    @property
    def angles_rad(self) -> Vector:
        """The angles of the last step, shape (joints,). A copy."""
        return self._angles.copy()

    @property
    def wanted_pose(self) -> Matrix:
        """Where the tool is meant to be, shape (4, 4). A copy."""
        return np.array(self._wanted, dtype=float)

    def start_from(self, angles_rad: Vector) -> None:
        """Begin anew at these angles: after a pause, or when the arm did not follow.

        Raises:
            UnsafeAction: an angle is not a finite number.
            ValueError: the number of angles is not the number of joints.
        """
        angles = np.asarray(angles_rad, dtype=float)
        _require_finite(dict(zip(self._chain.joints, angles.tolist(), strict=False)))
        self._wanted = forward(self._chain, angles)
        self._angles: Vector = np.clip(angles, self._chain.low_rad, self._chain.high_rad)

    def step(self, delta: ToolDelta, axes: Axes = Axes.BASE) -> ToolStep:
        """Move the tool on, as far as the limits and the arm allow.

        Raises:
            UnsafeAction: a number of ``delta`` is not finite.
        """
        _require_finite(vars(delta))
        move, turn = self._in_base(delta, axes)
        allowed = self._allowed_share(move, turn)
        share, angles = self._furthest(move, turn, allowed)
        done = self._take(angles, share * move, share * turn)
        moved = _share_done(done[:3], move)
        turned = _share_done(done[3:], turn)
        outcome = _outcome(min(moved, turned), share, allowed)
        self._settle(outcome)
        return self._told(outcome, moved, turned)

    def _in_base(self, delta: ToolDelta, axes: Axes) -> tuple[Vector, Vector]:
        move, turn = delta.move_m, delta.turn_rad
        if axes is Axes.TOOL:
            rotation = self._wanted[:3, :3]
            return rotation @ move, rotation @ turn
        return move, turn

    def _allowed_share(self, move: Vector, turn: Vector) -> float:
        """How much of what is asked fits into one step."""
        ways = (
            (float(np.linalg.norm(move)), self._limits.move_m),
            (float(np.linalg.norm(turn)), self._limits.turn_rad),
        )
        return min([1.0, *(most / way for way, most in ways if way > most)])

    def _furthest(self, move: Vector, turn: Vector, allowed: float) -> tuple[float, Vector]:
        """The largest share found that leaves neither the line nor the limits, and its angles."""
        share = allowed
        for power in (*_SHRINK, 0):  # nothing follows the last try
            angles, error_m = self._reach(_moved(self._wanted, share * move, share * turn))
            change = float(np.abs(angles - self._angles).max())
            is_slow = change <= self._limits.joint_rad * _ROUNDING
            if is_slow and error_m <= _POSITION_TOLERANCE_M:
                return share, angles
            slower = 0.9 * min(1.0, self._limits.joint_rad / change)
            smaller = share if is_slow else share * slower**power
            if error_m > _POSITION_TOLERANCE_M:
                smaller = min(smaller, 0.9 * self._share_towards(angles, move, share))
            if smaller < _LEAST_SHARE:
                break
            share = smaller
        return 0.0, self._angles

    def _reach(self, pose: Matrix) -> tuple[Vector, float]:
        reach = self._search(pose, self._angles)
        if reach[1] <= _POSITION_TOLERANCE_M:
            return reach
        # Stretched out, no joint alone brings the tool nearer: look from a bent posture too.
        middle = (self._chain.low_rad + self._chain.high_rad) / 2
        unbent = np.clip(middle - self._angles, -_UNBEND_RAD, _UNBEND_RAD)
        other = self._search(pose, self._angles + unbent)
        return other if other[1] <= _POSITION_TOLERANCE_M else reach

    def _search(self, pose: Matrix, near: Vector) -> tuple[Vector, float]:
        reach = inverse(
            self._chain,
            pose,
            near,
            _ITERATIONS,
            orientation_weight_m=_ORIENTATION_WEIGHT_M,
            settled_rad=_SETTLED_RAD,
        )
        return reach.angles_rad, reach.position_error_m

    def _share_towards(self, angles: Vector, move: Vector, share: float) -> float:
        """How far along ``move`` these angles bring the tool: as far as it might get."""
        length2 = float(move @ move)
        if length2 == 0.0:
            return share / 2
        way = forward(self._chain, angles)[:3, 3] - self._wanted[:3, 3]
        return min(max(float(way @ move) / length2, 0.0), share)

    def _take(self, angles: Vector, move: Vector, turn: Vector) -> Vector:
        """Go there. Returns how the tool moved and turned, shape (6,)."""
        before = forward(self._chain, self._angles)
        after = forward(self._chain, angles)
        self._angles = np.array(angles)
        self._wanted = _moved(self._wanted, move, turn)
        turned = rotation_vector(after[:3, :3] @ before[:3, :3].T)
        return np.concatenate([after[:3, 3] - before[:3, 3], turned])

    def _settle(self, outcome: StepOutcome) -> None:
        """What cannot be reached is not meant any longer: else the way back would begin there."""
        here = forward(self._chain, self._angles)
        if outcome is StepOutcome.BLOCKED:
            self._wanted = here
            return
        apart = rotation_vector(self._wanted[:3, :3] @ here[:3, :3].T)
        angle = float(np.linalg.norm(apart))
        if angle > _ORIENTATION_LEASH_RAD:
            kept = rotation_about(apart * (_ORIENTATION_LEASH_RAD / angle))
            self._wanted[:3, :3] = kept @ here[:3, :3]

    def _told(self, outcome: StepOutcome, moved: float, turned: float) -> ToolStep:
        here = forward(self._chain, self._angles)
        at_limit = (self._angles <= self._chain.low_rad) | (self._angles >= self._chain.high_rad)
        return ToolStep(
            self._angles.copy(),
            outcome,
            moved_share=moved,
            turned_share=turned,
            position_error_m=float(np.linalg.norm(self._wanted[:3, 3] - here[:3, 3])),
            orientation_error_rad=angle_between(self._wanted[:3, :3], here[:3, :3]),
            joints_at_limit=tuple(
                joint for joint, is_at in zip(self._chain.joints, at_limit, strict=True) if is_at
            ),
        )


def _outcome(done: float, share: float, allowed: float) -> StepOutcome:
    """``done`` of what was asked, where ``share`` was tried for and ``allowed`` fits a step."""
    if done >= _DONE_SHARE:
        return StepOutcome.DONE
    if share > 0 and done >= _DONE_SHARE * share:
        return StepOutcome.SHORTENED
    return StepOutcome.BLOCKED


def _moved(pose: Matrix, move: Vector, turn: Vector) -> Matrix:
    """``pose`` moved by metres and turned by axis times angle, both in the base's axes."""
    moved = np.array(pose)
    moved[:3, 3] += move
    moved[:3, :3] = rotation_about(turn) @ pose[:3, :3]
    return moved


def _share_done(done: Vector, asked: Vector) -> float:
    length2 = float(asked @ asked)
    return 1.0 if length2 == 0.0 else min(max(float(done @ asked) / length2, 0.0), 1.0)


def _require_finite(values: dict[str, float]) -> None:
    for name, value in values.items():
        if not isfinite(value):
            raise UnsafeAction(joint=name, value=str(value))
