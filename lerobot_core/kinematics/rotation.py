"""Rotations as matrices (3, 3), as axis times angle (3,), and as roll, pitch and yaw."""

from collections.abc import Sequence
from math import acos, atan2, cos, hypot, pi, sin, sqrt

import numpy as np

from lerobot_core.kinematics.chain import Matrix, Vector

_STRAIGHT = 1e-9  # shorter than this, an axis has no direction


def rotation_vector(rotation: Matrix) -> Vector:
    """Axis times angle (3,), the angle in 0 … π."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation.tolist()
    x, y, z = zy - yz, xz - zx, yx - xy  # the axis times twice the angle's sine
    length = sqrt(x * x + y * y + z * z)
    cosine = min(max((xx + yy + zz - 1) / 2, -1.0), 1.0)
    if length > _STRAIGHT:
        share = atan2(length / 2, cosine) / length
        return np.array([x * share, y * share, z * share])
    if cosine > 0:
        return np.zeros(3)
    # Half a turn: the axis is the direction that the rotation leaves as it is.
    column = int(np.argmax(np.diag(rotation)))
    straight = rotation[:, column] + np.eye(3)[column]
    return np.asarray(straight / np.linalg.norm(straight) * pi)


def rotation_about(vector: Sequence[float] | Vector) -> Matrix:
    """The rotation (3, 3) about the direction of ``vector`` (3,) by its length in radians."""
    x, y, z = (float(part) for part in vector)
    angle = hypot(x, y, z)
    if angle < _STRAIGHT:
        return np.eye(3)
    x, y, z = x / angle, y / angle, z / angle
    s, c = sin(angle), cos(angle)
    d = 1 - c
    return np.array(
        [
            [c + d * x * x, d * x * y - s * z, d * x * z + s * y],
            [d * x * y + s * z, c + d * y * y, d * y * z - s * x],
            [d * x * z - s * y, d * y * z + s * x, c + d * z * z],
        ]
    )


def roll_pitch_yaw(roll_rad: float, pitch_rad: float, yaw_rad: float) -> Matrix:
    """Turned about the fixed x axis first, then about y, then about z; shape (3, 3)."""
    about_x = rotation_about((roll_rad, 0.0, 0.0))
    about_y = rotation_about((0.0, pitch_rad, 0.0))
    return rotation_about((0.0, 0.0, yaw_rad)) @ about_y @ about_x


def angle_between(one: Matrix, other: Matrix) -> float:
    """How far one rotation is turned from another, in radians."""
    cosine = (float(np.vdot(one, other)) - 1) / 2
    return acos(min(max(cosine, -1.0), 1.0))
