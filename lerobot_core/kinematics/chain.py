"""An arm as data: frames, each turning about one axis of its own, up to a tool point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """One link as it sits in its parent while its joint is at 0."""

    name: str
    position_m: tuple[float, float, float]
    quaternion: tuple[float, float, float, float]  # w x y z
    joint: str | None = None  # turns about the frame's own z axis; None: fixed
    low_rad: float = 0.0
    high_rad: float = 0.0


@dataclass(frozen=True)
class ArmChain:
    """The frames from the base to the tool point, each the parent of the next."""

    frames: tuple[Frame, ...]

    @property
    def joints(self) -> tuple[str, ...]:
        return tuple(frame.joint for frame in self.frames if frame.joint is not None)

    @property
    def low_rad(self) -> Vector:
        """Lower limits, shape (joints,)."""
        return np.array([frame.low_rad for frame in self.frames if frame.joint is not None])

    @property
    def high_rad(self) -> Vector:
        """Upper limits, shape (joints,)."""
        return np.array([frame.high_rad for frame in self.frames if frame.joint is not None])


def forward(chain: ArmChain, angles_rad: Sequence[float] | Vector) -> Matrix:
    """The pose of the tool point in the base, shape (4, 4), for angles of shape (joints,)."""
    return forward_with_axes(chain, angles_rad)[0]


def forward_with_axes(
    chain: ArmChain, angles_rad: Sequence[float] | Vector
) -> tuple[Matrix, Matrix, Matrix]:
    """The tool's pose, and where each joint's axis is and points.

    Returns:
        The pose (4, 4), points on the axes (joints, 3), and unit axes (joints, 3), in the base.

    Raises:
        ValueError: the number of angles is not the number of joints.
    """
    if len(angles_rad) != len(chain.joints):
        raise ValueError(f"{len(angles_rad)} angles were given for {len(chain.joints)} joints")
    pose = np.eye(4)
    origins: list[Vector] = []
    axes: list[Vector] = []
    remaining = iter(angles_rad)
    for frame in chain.frames:
        pose = pose @ _in_parent(frame)
        if frame.joint is not None:
            origins.append(pose[:3, 3].copy())
            axes.append(pose[:3, 2].copy())
            pose = pose @ _turn_about_z(float(next(remaining)))
    return pose, np.array(origins), np.array(axes)


def pose_matrix(position_m: Sequence[float], quaternion: Sequence[float]) -> Matrix:
    """A homogeneous matrix (4, 4) from a position and a quaternion w x y z of any length."""
    w, x, y, z = np.asarray(quaternion, dtype=float) / np.linalg.norm(quaternion)
    pose = np.eye(4)
    pose[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    pose[:3, 3] = position_m
    return pose


@cache
def _in_parent(frame: Frame) -> Matrix:
    return pose_matrix(frame.position_m, frame.quaternion)


def _turn_about_z(angle_rad: float) -> Matrix:
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.eye(4)
    turn[:2, :2] = [[cosine, -sine], [sine, cosine]]
    return turn
