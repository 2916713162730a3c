"""An arm as data: frames, each turning about one axis of its own, up to a tool point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def joints(self) -> tuple[str, ...]:
        return tuple(frame.joint for frame in self.frames if frame.joint is not None)

    @cached_property
    def low_rad(self) -> Vector:
        """Lower limits, shape (joints,). Not to be written to."""
        return _fixed([frame.low_rad for frame in self.frames if frame.joint is not None])

    @cached_property
    def high_rad(self) -> Vector:
        """Upper limits, shape (joints,). Not to be written to."""
        return _fixed([frame.high_rad for frame in self.frames if frame.joint is not None])

    @cached_property
    def segments(self) -> Matrix:
        """From the base to the first joint, from joint to joint, and from the last to the tool.

        Shape (joints + 1, 4, 4), all joints at 0. Not to be written to.
        """
        segments = [np.eye(4)]
        for frame in self.frames:
            segments[-1] = segments[-1] @ pose_matrix(frame.position_m, frame.quaternion)
            if frame.joint is not None:
                segments.append(np.eye(4))
        return _fixed(segments)


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
    count = len(chain.joints)
    if len(angles_rad) != count:
        raise ValueError(f"{len(angles_rad)} angles were given for {count} joints")
    segments = chain.segments
    moved = _turns_about_z(np.asarray(angles_rad, dtype=float)) @ segments[1:]
    poses = np.empty((count + 1, 4, 4))
    poses[0] = segments[0]
    for index in range(count):
        np.dot(poses[index], moved[index], out=poses[index + 1])
    return poses[count], poses[:count, :3, 3], poses[:count, :3, 2]


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


def _turns_about_z(angles_rad: Vector) -> Matrix:
    """Shape (joints, 4, 4)."""
    turns = np.zeros((len(angles_rad), 4, 4))
    turns[:, 0, 0] = turns[:, 1, 1] = np.cos(angles_rad)
    turns[:, 1, 0] = np.sin(angles_rad)
    turns[:, 0, 1] = -turns[:, 1, 0]
    turns[:, 2, 2] = turns[:, 3, 3] = 1.0
    return turns


def _fixed(values: Sequence[float] | Sequence[Matrix]) -> NDArray[np.float64]:
    array = np.array(values)
    array.setflags(write=False)
    return array
