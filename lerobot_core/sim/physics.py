"""The scene in motion: MuJoCo steps it, and servos feel its joints."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, sin
from typing import Any

# Without this MuJoCo loads a window library, which complains where there is no display.
os.environ.setdefault("MUJOCO_GL", "disable")

import mujoco
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.scene import (
    BIN_CENTRE_M,
    BIN_HEIGHT_M,
    BIN_RADIUS_M,
    CUBE_HALF_M,
    TIMESTEP_S,
    build_scene,
)
from lerobot_core.sim.so101 import JOINTS, REST_POSE_RAD, STS3215

CUBE_START_M = (0.23, -0.07)

# A hand is stronger than a servo, and springy.
_HAND_NM_PER_RAD = 60.0
_HAND_NM = 9.0
_JAMMED_NM = 50.0

_FINGERS = ("finger_fixed", "finger_moving")


class Physics:
    """The follower arm, the cube and the bin. Advances in whole time steps of ``TIMESTEP_S``."""

    def __init__(self) -> None:
        self.model: Any = mujoco.MjModel.from_xml_string(build_scene())
        self._data: Any = mujoco.MjData(self.model)
        self.joints = {joint: MujocoJoint(self.model, self._data, joint) for joint in JOINTS}
        self._cube: int = self.model.joint("cube").qposadr[0]
        self._cube_velocity: int = self.model.joint("cube").dofadr[0]
        self._cube_geom: int = self.model.geom("cube").id
        self._finger_geoms = {name: self.model.geom(name).id for name in _FINGERS}
        self._unspent_s = 0.0
        self.pose_arm(REST_POSE_RAD)
        self.place_cube(*CUBE_START_M, 0.3)

    def advance(self, seconds: float) -> None:
        """Let time pass; what is left of a time step is kept for the next call."""
        self._unspent_s += seconds
        steps = int(self._unspent_s / TIMESTEP_S + 1e-6)
        if steps:
            mujoco.mj_step(self.model, self._data, steps)
            self._unspent_s -= steps * TIMESTEP_S

    @property
    def cube_m(self) -> tuple[float, float, float]:
        """Centre of the cube in the base's frame, which is the table's."""
        x, y, z = self._data.qpos[self._cube : self._cube + 3]
        return float(x), float(y), float(z)

    @property
    def cube_yaw_rad(self) -> float:
        w, x, y, z = self._data.qpos[self._cube + 3 : self._cube + 7]
        return float(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))

    def place_cube(self, x: float, y: float, yaw_rad: float) -> None:
        """Set the cube down on the table, at rest."""
        half = yaw_rad / 2
        self._data.qpos[self._cube : self._cube + 7] = (
            x, y, CUBE_HALF_M, cos(half), 0.0, 0.0, sin(half),
        )  # fmt: skip
        self._data.qvel[self._cube_velocity : self._cube_velocity + 6] = 0.0
        mujoco.mj_forward(self.model, self._data)

    def pose_arm(self, angles_rad: Mapping[str, float]) -> None:
        """Put the follower where it is told, at rest."""
        for joint, angle in angles_rad.items():
            self.joints[joint].place(angle)
        mujoco.mj_forward(self.model, self._data)

    @property
    def fingers_on_cube(self) -> int:
        """How many of the two fingers touch the cube."""
        touching: set[int] = set()
        for contact in self._data.contact:
            pair = (int(contact.geom1), int(contact.geom2))
            if self._cube_geom in pair:
                touching.update(pair)
        return sum(geom in touching for geom in self._finger_geoms.values())

    @property
    def cube_is_in_bin(self) -> bool:
        """The cube lies inside the bin, and the gripper has let it go."""
        x, y, z = self.cube_m
        away = hypot(x - BIN_CENTRE_M[0], y - BIN_CENTRE_M[1])
        return away < BIN_RADIUS_M and z < BIN_HEIGHT_M and self.fingers_on_cube == 0

    def positions(self) -> NDArray[np.float64]:
        """All that a picture depends on, shape (coordinates,). A copy."""
        return np.array(self._data.qpos)

    def snapshot(self) -> dict[str, Any]:
        """Where everything is, as numbers for a JSON file."""
        angles = {name: joint.angle_rad for name, joint in self.joints.items()}
        return {"arm_rad": angles, "cube": self._data.qpos[self._cube : self._cube + 7].tolist()}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Raises KeyError, TypeError or ValueError when it is no snapshot of this scene."""
        cube = np.array(snapshot["cube"], dtype=float)
        angles = {joint: float(snapshot["arm_rad"][joint]) for joint in JOINTS}
        if cube.shape != (7,) or not np.isfinite([*cube, *angles.values()]).all():
            raise ValueError("positions are missing or are no numbers")
        self._data.qvel[:] = 0.0
        self._data.qpos[self._cube : self._cube + 7] = cube
        self.pose_arm(angles)


@dataclass
class _Command:
    target_rad: float | None = None
    torque_share: float = 0.0


class MujocoJoint:
    """A ``JointPlant`` of the scene: the servo's target goes to a position actuator."""

    def __init__(self, model: Any, data: Any, joint: str) -> None:
        index = int(model.joint(joint).qposadr[0])
        dof = int(model.joint(joint).dofadr[0])
        actuator = int(model.actuator(joint).id)
        # Views of single numbers: looking them up in the model costs more than a whole step.
        self._position = data.qpos[index : index + 1]
        self._velocity = data.qvel[dof : dof + 1]
        self._force = data.actuator_force[actuator : actuator + 1]
        self._target = data.ctrl[actuator : actuator + 1]
        self._hand = data.qfrc_applied[dof : dof + 1]
        self._force_range = model.actuator_forcerange[actuator]
        self.travel_rad = (float(model.joint(joint).range[0]), float(model.joint(joint).range[1]))
        self._friction = model.dof_frictionloss[dof : dof + 1]
        self._command = _Command()
        self._force_range[:] = 0.0

    @property
    def angle_rad(self) -> float:
        return float(self._position[0])

    @property
    def velocity_rad_s(self) -> float:
        return float(self._velocity[0])

    @property
    def load(self) -> float:
        return float(self._force[0]) / STS3215.max_torque_nm

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        command = _Command(target_rad, torque_share)
        if command == self._command:
            return
        self._command = command
        torque = 0.0 if target_rad is None else STS3215.max_torque_nm * torque_share
        self._force_range[:] = (-torque, torque)
        self._target[0] = self.angle_rad if target_rad is None else target_rad

    def hold(self, angle_rad: float | None) -> None:
        """A hand pulls like a spring: the servo, the table and gravity pull as well."""
        torque = 0.0 if angle_rad is None else _HAND_NM_PER_RAD * (angle_rad - self.angle_rad)
        self._hand[0] = min(max(torque, -_HAND_NM), _HAND_NM)

    @property
    def is_jammed(self) -> bool:
        return float(self._friction[0]) == _JAMMED_NM

    def block(self, blocked: bool) -> None:
        self._friction[0] = _JAMMED_NM if blocked else STS3215.friction_loss_nm

    def place(self, angle_rad: float) -> None:
        low, high = self.travel_rad
        self._position[0] = min(max(angle_rad, low), high)
        self._velocity[0] = 0.0
