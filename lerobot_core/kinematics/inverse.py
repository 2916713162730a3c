"""Joint angles for a pose of the tool point, by damped least squares within joint limits."""

from dataclasses import dataclass

import numpy as np

from lerobot_core.kinematics.chain import ArmChain, Matrix, Vector, forward, forward_with_axes
from lerobot_core.kinematics.rotation import angle_between, rotation_vector

_ORIENTATION_WEIGHT_M = 0.02
"""Metres of position error that one radian of orientation error counts for.

An arm of five joints cannot reach every orientation: position has to win, by this much.
"""

_DAMPING = 1e-3
_MAX_STEP_RAD = 0.2
_SETTLED_RAD = 5e-5


@dataclass(frozen=True)
class Reach:
    """The best angles found, and how far from the wanted pose they leave the tool."""

    angles_rad: Vector  # (joints,)
    position_error_m: float
    orientation_error_rad: float


def inverse(
    chain: ArmChain,
    pose: Matrix,
    near_rad: Vector,
    iterations: int = 200,
    *,
    orientation_weight_m: float = _ORIENTATION_WEIGHT_M,
    settled_rad: float = _SETTLED_RAD,
) -> Reach:
    """Find angles that bring the tool to ``pose`` (4, 4), starting from ``near_rad`` (joints,).

    The result is always within the joint limits; the caller judges its errors. Where position and
    orientation cannot both be had, ``orientation_weight_m`` says what a radian is worth. The search
    is over when no joint moves by more than ``settled_rad``.
    """
    low, high = chain.low_rad, chain.high_rad
    angles = np.clip(np.asarray(near_rad, dtype=float), low, high)
    for _ in range(iterations):
        error, jacobian = _linearized(chain, angles, pose, orientation_weight_m)
        step = _damped_step(jacobian, error, angles, low, high)
        angles = np.clip(angles + step, low, high)
        if np.abs(step).max() < settled_rad:
            break
    tool = forward(chain, angles)
    return Reach(
        angles,
        position_error_m=float(np.linalg.norm(pose[:3, 3] - tool[:3, 3])),
        orientation_error_rad=angle_between(pose[:3, :3], tool[:3, :3]),
    )


def _linearized(
    chain: ArmChain, angles: Vector, pose: Matrix, weight_m: float
) -> tuple[Vector, Matrix]:
    """The weighted error (6,) and its Jacobian (6, joints)."""
    tool, origins, axes = forward_with_axes(chain, angles)
    error = np.empty(6)
    error[:3] = pose[:3, 3] - tool[:3, 3]
    error[3:] = rotation_vector(pose[:3, :3] @ tool[:3, :3].T) * weight_m
    jacobian = np.empty((6, len(angles)))
    jacobian[:3] = _cross(axes.T, (tool[:3, 3] - origins).T)
    jacobian[3:] = axes.T * weight_m
    return error, jacobian


def _cross(one: Matrix, other: Matrix) -> Matrix:
    """Vector products of columns, shape (3, n); ``np.cross`` takes five times as long."""
    return np.asarray(one[[1, 2, 0]] * other[[2, 0, 1]] - one[[2, 0, 1]] * other[[1, 2, 0]])


def _damped_step(
    jacobian: Matrix, error: Vector, angles: Vector, low: Vector, high: Vector
) -> Vector:
    """One step that leaves out joints which would only push further into their limit."""
    step = _solved(jacobian, error)
    free = np.ones(len(angles), dtype=bool)
    for _ in range(len(angles)):
        stuck = free & (((angles <= low) & (step < 0)) | ((angles >= high) & (step > 0)))
        if not stuck.any() or stuck.sum() == free.sum():
            break
        free &= ~stuck
        step = np.zeros(len(angles))
        step[free] = _solved(jacobian[:, free], error)
    largest = float(np.abs(step).max())
    return step * min(1.0, _MAX_STEP_RAD / largest) if largest > 0 else step


def _solved(jacobian: Matrix, error: Vector) -> Vector:
    normal = jacobian.T @ jacobian
    normal.flat[:: len(normal) + 1] += _DAMPING**2
    return np.asarray(np.linalg.solve(normal, jacobian.T @ error))
