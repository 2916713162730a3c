"""Where the arm has to be to pick the cube and to drop it, and where the cube may lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np

from lerobot_core.kinematics.chain import Matrix, Vector, forward
from lerobot_core.kinematics.inverse import inverse
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.sim.scene import BIN_CENTRE_M, BIN_RADIUS_M, CUBE_HALF_M

# A posture from which every pose over the mat is found: elbow up, gripper down.
_START_RAD = np.array([0.0, 0.1, 0.1, 1.3, 0.0])
_LARGEST_ERROR_M = 0.0015
_LARGEST_TILT_RAD = 0.09  # the CAD's own twist of the gripper is half of this

_FINGER_GAP_M = 0.006  # between the fixed finger and the cube before the jaw closes
GRASP_HEIGHT_M = 0.009  # of the tool point
HOVER_HEIGHT_M = 0.075
DROP_HEIGHT_M = 0.090

# Where the virtual hand puts the cube: well within reach, on the mat, and away from the bin.
_NEAREST_M, _FARTHEST_M = 0.17, 0.275
_LARGEST_BEARING_RAD = 0.85
_CLEAR_OF_BIN_M = BIN_RADIUS_M + 0.065


@dataclass(frozen=True)
class Grasp:
    """Joint angles (5,) of the way down to the cube, from above to between the fingers."""

    way_rad: tuple[Vector, ...]

    @property
    def above_rad(self) -> Vector:
        return self.way_rad[0]

    @property
    def at_cube_rad(self) -> Vector:
        return self.way_rad[-1]


def plan_grasp(x: float, y: float, yaw_rad: float, steps: int = 5) -> Grasp | None:
    """How to take a cube that lies flat, with as little turning of the wrist as possible.

    None: it is out of reach.
    """
    bearing = atan2(y, x)
    # With the wrist straight the jaw closes along the bearing. A cube has four equal sides.
    turn = (yaw_rad - bearing + pi / 4) % (pi / 2) - pi / 4
    near = np.array([-bearing, *_START_RAD[1:4], turn])
    way = []
    for height in np.linspace(HOVER_HEIGHT_M, GRASP_HEIGHT_M, steps):
        pose = _tool_pose(x, y, float(height), bearing + turn, CUBE_HALF_M + _FINGER_GAP_M)
        reached = _reach(pose, near)
        if reached is None:
            return None
        way.append(reached)
        near = reached
    return Grasp(tuple(way))


def plan_drop() -> Vector:
    """Angles (5,) with the held cube over the middle of the bin."""
    x, y = BIN_CENTRE_M
    bearing = atan2(y, x)
    reached = _reach(_tool_pose(x, y, DROP_HEIGHT_M, bearing, offset_m=CUBE_HALF_M), _START_RAD)
    if reached is None:  # fixed by the tables of the scene, and tested
        raise ValueError("the bin is out of reach")
    return reached


def random_place(random: np.random.Generator) -> tuple[float, float, float]:
    """A place for the cube that the arm can reach: x, y and yaw."""
    while True:
        distance = random.uniform(_NEAREST_M, _FARTHEST_M)
        bearing = random.uniform(-_LARGEST_BEARING_RAD, _LARGEST_BEARING_RAD)
        x, y = distance * cos(bearing), distance * sin(bearing)
        yaw = random.uniform(-pi / 4, pi / 4)
        clear = hypot(x - BIN_CENTRE_M[0], y - BIN_CENTRE_M[1]) > _CLEAR_OF_BIN_M
        if clear and plan_grasp(x, y, yaw, steps=2) is not None:
            return float(x), float(y), float(yaw)


def raised(angles_rad: Sequence[float] | Vector, metres: float) -> Vector:
    """Angles (5,) with the tool straight above, as far as the arm reaches."""
    pose = forward(SO101, angles_rad)
    pose[2, 3] += metres
    return inverse(SO101, pose, np.asarray(angles_rad)).angles_rad


def _reach(pose: Matrix, near: Vector) -> Vector | None:
    reach = inverse(SO101, pose, near)
    within = reach.position_error_m < _LARGEST_ERROR_M
    return reach.angles_rad if within and reach.orientation_error_rad < _LARGEST_TILT_RAD else None


def _tool_pose(x: float, y: float, height: float, closing_rad: float, offset_m: float) -> Matrix:
    """The tool (4, 4) pointing down beside a point; the jaw closes along ``closing_rad``.

    The tool point is on the fixed finger: it stands ``offset_m`` before the point.
    """
    closing = np.array([cos(closing_rad), sin(closing_rad), 0.0])
    down = np.array([0.0, 0.0, -1.0])
    pose = np.eye(4)
    pose[:3, 0] = down
    pose[:3, 1] = np.cross(closing, down)
    pose[:3, 2] = closing
    pose[:3, 3] = np.array([x, y, height]) - closing * offset_m
    return pose
