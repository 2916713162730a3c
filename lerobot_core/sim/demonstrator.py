"""A scripted operator: picks the cube with the leader arm's handles, and drops it in the bin.

It moves only the leader's joints, as a person would, and watches the follower do it: whatever
control loop lies between, with its delays and speed limits, is waited for.
"""

import logging
from collections.abc import Generator, Mapping, Sequence

import numpy as np

from lerobot_core.kinematics.chain import Vector, forward
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.sim.grasping import (
    HOVER_HEIGHT_M,
    Grasp,
    plan_drop,
    plan_grasp,
    raised,
    random_place,
)
from lerobot_core.sim.hands import smooth
from lerobot_core.sim.physics import Physics
from lerobot_core.sim.world import BenchJoint

log = logging.getLogger(__name__)

Script = Generator[None, float, None]
"""What the operator does; each step is given the seconds that passed."""
Waiting = Generator[None, float, bool]
"""A wait; its value says whether it was worth it."""

_ARM = SO101.joints
_HOME_RAD = np.array([0.0, -0.9, 0.75, 1.15, 0.0])
_OPEN_RAD = 0.70
_CLOSED_RAD = 0.04  # 7° beyond the cube: the jaw presses, and the leader shows that it does
_HOME_JAW_RAD = 0.0

# Peaks of a smooth move are 1.875 times its mean: these stay below 95 °/s.
_MEAN_SPEED_RAD_S = 0.85
_MEAN_JAW_SPEED_RAD_S = 1.2
_SHORTEST_MOVE_S = 0.6

_ARRIVED_RAD = 0.03
_STILL_RAD_S = 0.15
_PATIENCE_S = 4.0
_SQUEEZE_S = 0.15  # both fingers on the cube for this long: it is held
_LIFTED_M = 0.03
_PAUSE_S = 0.4


class Demonstrator:
    """Plays pick and place over and over while it is running."""

    def __init__(self, leader: Mapping[str, BenchJoint], physics: Physics, seed: int = 0) -> None:
        self._leader = leader
        self._physics = physics
        self._random = np.random.default_rng(seed)
        self._script: Script | None = None
        self.phase = "resting"
        self.tries = 0
        self.successes = 0

    @property
    def running(self) -> bool:
        return self._script is not None

    def start(self, seed: int | None = None) -> None:
        """Begin with the approach, from wherever the arm is. With a seed, places repeat."""
        if seed is not None:
            self._random = np.random.default_rng(seed)
        if self._script is None:
            self._script = self._play()
            next(self._script)

    def stop(self) -> None:
        """Stay where the leader is."""
        self._script = None
        self.phase = "resting"

    def advance(self, seconds: float) -> None:
        if self._script is not None:
            self._script.send(seconds)

    def place_cube(self) -> None:
        """Put the cube at a new random place that the arm can reach."""
        self._physics.place_cube(*random_place(self._random))

    # The script

    def _play(self) -> Script:
        yield
        while True:
            yield from self._rise()
            grasp = self._grasp()
            if self._physics.cube_is_in_bin or grasp is None:
                self.place_cube()
                grasp = self._grasp()
            if grasp is not None:
                self.tries += 1
                yield from self._pick_and_place(grasp)
            yield from self._pause()

    def _grasp(self) -> Grasp | None:
        """None also while the cube is in the air or on its edge; it is put down again then."""
        x, y, z = self._physics.cube_m
        if z > HOVER_HEIGHT_M / 2:
            return None
        return plan_grasp(x, y, self._physics.cube_yaw_rad)

    def _rise(self) -> Script:
        """Get clear of the table before going anywhere."""
        self.phase = "rising"
        angles = self._arm_rad()
        missing = HOVER_HEIGHT_M - forward(SO101, angles)[2, 3]
        if missing > 0:
            yield from self._move([raised(angles, missing)])

    def _pick_and_place(self, grasp: Grasp) -> Script:
        self.phase = "approaching"
        yield from self._move([grasp.above_rad], _OPEN_RAD)
        if not (yield from self._follower_arrives()):
            return
        self.phase = "descending"
        yield from self._move(grasp.way_rad[1:])
        yield from self._follower_arrives()
        self.phase = "closing"
        yield from self._move([grasp.at_cube_rad], _CLOSED_RAD)
        yield from self._cube_is_held()
        self.phase = "lifting"
        yield from self._move(grasp.way_rad[-2::-1])
        yield from self._follower_arrives()
        if self._physics.cube_m[2] < _LIFTED_M:
            return  # it slipped: try again, from where it is now
        self.phase = "carrying"
        yield from self._move([plan_drop()])
        yield from self._follower_arrives()
        self.phase = "dropping"
        yield from self._move([self._arm_rad()], _OPEN_RAD)
        dropped = yield from self._cube_lands()
        self.successes += dropped
        self.phase = "returning"
        yield from self._move([_HOME_RAD], _HOME_JAW_RAD)
        yield from self._follower_arrives()

    def _pause(self) -> Script:
        self.phase = "pausing"
        waited = 0.0
        while waited < _PAUSE_S:
            waited += yield

    # Moves of the leader

    def _arm_rad(self) -> Vector:
        return np.array([self._leader[joint].angle_rad for joint in _ARM])

    def _move(self, way_rad: Sequence[Vector], jaw_rad: float | None = None) -> Script:
        """One smooth move through all angles (5,) of the way, and of the jaw at the same time."""
        points = np.array([self._arm_rad(), *way_rad])
        jaw_start = self._leader["gripper"].angle_rad
        jaw_end = jaw_start if jaw_rad is None else jaw_rad
        lengths = np.abs(np.diff(points, axis=0)).max(axis=1)
        duration = max(
            float(lengths.sum()) / _MEAN_SPEED_RAD_S,
            abs(jaw_end - jaw_start) / _MEAN_JAW_SPEED_RAD_S,
            _SHORTEST_MOVE_S,
        )
        at = np.concatenate([[0.0], np.cumsum(lengths)]) / max(float(lengths.sum()), 1e-9)
        elapsed = 0.0
        while elapsed < duration:
            elapsed += yield
            way = smooth(elapsed / duration)
            for index, joint in enumerate(_ARM):
                self._leader[joint].hold(float(np.interp(way, at, points[:, index])))
            self._leader["gripper"].hold(jaw_start + (jaw_end - jaw_start) * way)

    # Watching the follower and the cube

    def _follower_arrives(self) -> Waiting:
        waited = 0.0
        while not self._follower_is_there():
            waited += yield
            if waited > _PATIENCE_S:
                log.info("%s: the follower did not come along", self.phase)
                return False
        return True

    def _follower_is_there(self) -> bool:
        followers = [self._physics.joints[joint] for joint in _ARM]
        gaps = [
            abs(follower.angle_rad - self._leader[joint].angle_rad)
            for joint, follower in zip(_ARM, followers, strict=True)
        ]
        speeds = [abs(follower.velocity_rad_s) for follower in followers]
        return max(gaps) < _ARRIVED_RAD and max(speeds) < _STILL_RAD_S

    def _cube_is_held(self) -> Waiting:
        waited = held = 0.0
        while held < _SQUEEZE_S:
            seconds = yield
            waited += seconds
            held = held + seconds if self._physics.fingers_on_cube == 2 else 0.0
            if waited > _PATIENCE_S:
                return False
        return True

    def _cube_lands(self) -> Waiting:
        waited = 0.0
        while not self._physics.cube_is_in_bin:
            waited += yield
            if waited > _PATIENCE_S:
                return False
        return True
