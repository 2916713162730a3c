"""Joint angles for a pose of the tool point, by damped least squares within joint limits."""

from dataclasses import dataclass

import numpy as np

from lerobot_core.kinematics.chain import ArmChain, Matrix, Vector, forward_with_axes

_ORIENTATION_WEIGHT_M = 0.02
"""Metres of position error that one radian of orientation error counts for.

An arm of five joints cannot reach every orientation: position has to win, by this much.
"""

_DAMPING = 1e-3
_MAX_STEP_RAD = 0.2
_CONVERGED_STEP_RAD = 5e-5


@dataclass(frozen=True)
class Reach:
    """The best angles found, and how far from the wanted pose they leave the tool."""

    angles_rad: Vector  # (joints,)
    position_error_m: float
    orientation_error_rad: float


def inverse(chain: ArmChain, pose: Matrix, near_rad: Vector, iterations: int = 200) -> Reach:
    """Find angles that bring the tool to ``pose`` (4, 4), starting from ``near_rad`` (joints,).

    The result is always within the joint limits; the caller judges its errors.
    """
    low, high = chain.low_rad, chain.high_rad
    angles = np.clip(np.asarray(near_rad, dtype=float), low, high)
    for _ in range(iterations):
        error, jacobian = _linearized(chain, angles, pose)
        step = _damped_step(jacobian, error, angles, low, high)
        angles = np.clip(angles + step, low, high)
        if np.abs(step).max() < _CONVERGED_STEP_RAD:
            break
    error, _ = _linearized(chain, angles, pose)
    return Reach(
        angles,
        position_error_m=float(np.linalg.norm(error[:3])),
        orientation_error_rad=float(np.linalg.norm(error[3:])) / _ORIENTATION_WEIGHT_M,
    )


def _linearized(chain: ArmChain, angles: Vector, pose: Matrix) -> tuple[Vector, Matrix]:
    """The weighted error (6,) and its Jacobian (6, joints)."""
    tool, origins, axes = forward_with_axes(chain, angles)
    turn = _rotation_vector(pose[:3, :3] @ tool[:3, :3].T)
    error = np.concatenate([pose[:3, 3] - tool[:3, 3], turn * _ORIENTATION_WEIGHT_M])
    moves = np.cross(axes, tool[:3, 3] - origins)
    return error, np.vstack([moves.T, axes.T * _ORIENTATION_WEIGHT_M])


def _damped_step(
    jacobian: Matrix, error: Vector, angles: Vector, low: Vector, high: Vector
) -> Vector:
    """One step that leaves out joints which would only push further into their limit."""
    free = np.ones(len(angles), dtype=bool)
    step = np.zeros(len(angles))
    for _ in range(len(angles)):
        reduced = jacobian[:, free]
        normal = reduced.T @ reduced + _DAMPING**2 * np.eye(int(free.sum()))
        step[:] = 0.0
        step[free] = np.linalg.solve(normal, reduced.T @ error)
        stuck = free & (((angles <= low) & (step < 0)) | ((angles >= high) & (step > 0)))
        if not stuck.any() or stuck.sum() == free.sum():
            break
        free &= ~stuck
    largest = np.abs(step).max()
    return step * min(1.0, _MAX_STEP_RAD / largest) if largest > 0 else step


def _rotation_vector(rotation: Matrix) -> Vector:
    """Axis times angle (3,) of a rotation matrix (3, 3)."""
    cosine = float(np.clip((np.trace(rotation) - 1) / 2, -1.0, 1.0))
    axis = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    length = float(np.linalg.norm(axis))
    angle = float(np.arctan2(length / 2, cosine))
    if length > 1e-9:
        return axis / length * angle
    if cosine > 0:
        return np.zeros(3)
    # Half a turn: the axis is the direction that the rotation leaves as it is.
    column = int(np.argmax(np.diag(rotation)))
    straight = rotation[:, column] + np.eye(3)[column]
    return np.asarray(straight / np.linalg.norm(straight) * np.pi)
