"""The world of a single SO arm: MuJoCo's follower, cube and bin, and a leader without weight."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.demonstrator import Demonstrator
from lerobot_core.sim.grasping import random_place
from lerobot_core.sim.physics import Physics
from lerobot_core.sim.plant import LooseJoint
from lerobot_core.sim.renderer import open_renderer
from lerobot_core.sim.so101 import RANGES_RAD, REST_POSE_RAD
from lerobot_core.sim.titles import TitledRenderer
from lerobot_core.sim.twins import Twin
from lerobot_core.sim.world import BenchJoint, Pose, Renderer, sweep_freely

_UPRIGHT = {
    "shoulder_pan": 0.0,
    "shoulder_lift": 0.0,
    "elbow_flex": -1.69,
    "wrist_flex": 0.0,
    "wrist_roll": 0.0,
    "gripper": 0.5,
}
"""From here most joints can be swept without meeting the table."""

_AROUND = ("shoulder_pan", "wrist_flex", "wrist_roll", "gripper")
_ELBOW_DOWN = {"shoulder_lift": -0.5, "elbow_flex": 1.69, "wrist_flex": -1.6}
_LIFT_BACK = {"shoulder_lift": -1.7453, "elbow_flex": 0.0}
_BEYOND_STOP_RAD = 0.05  # a hand pushes against the stops


class SceneWorld:
    def __init__(self, twin: Twin, seed: int = 0) -> None:
        self._note = twin.note
        self.physics = Physics()
        self.leader = {
            joint: LooseJoint(travel, REST_POSE_RAD[joint]) for joint, travel in RANGES_RAD.items()
        }
        self.arms: dict[str, Mapping[str, BenchJoint]] = {
            "follower": self.physics.joints,
            "leader": self.leader,
        }
        self.operator = Demonstrator(self.leader, self.physics, seed)

    def advance(self, seconds: float) -> None:
        self.physics.advance(seconds)

    def reset(self, seed: int) -> None:
        """Put the cube at the place that belongs to this seed."""
        self.physics.place_cube(*random_place(np.random.default_rng(seed)))

    def positions(self) -> NDArray[np.float64]:
        return self.physics.positions()

    def open_renderer(self, height: int, width: int) -> Renderer:
        renderer = open_renderer(self.physics.model, height, width)
        return TitledRenderer(renderer, self._note) if self._note else renderer

    def sweep(self, chain: str, joints: Sequence[str]) -> list[Pose]:
        if chain == "leader":
            return sweep_freely(self.leader, joints)
        start = {name: joint.angle_rad for name, joint in self.physics.joints.items()}
        around = [name for name in joints if name in _AROUND]
        way: list[Pose] = [_UPRIGHT]
        if around:
            way += [{name: self._stop(name, end) for name in around} for end in (0, 1)]
            way.append(_UPRIGHT)
        if "elbow_flex" in joints:
            way += [
                {"elbow_flex": self._stop("elbow_flex", 0)},
                {**_ELBOW_DOWN, "elbow_flex": self._stop("elbow_flex", 1)},
                _UPRIGHT,
            ]
        if "shoulder_lift" in joints:
            way += [
                {**_LIFT_BACK, "shoulder_lift": self._stop("shoulder_lift", 0)},
                _UPRIGHT,
                {"shoulder_lift": self._stop("shoulder_lift", 1)},
                _UPRIGHT,
            ]
        return [*way, {**start, "gripper": _UPRIGHT["gripper"]}, start]

    def _stop(self, joint: str, end: int) -> float:
        stop = RANGES_RAD[joint][end]
        return stop + (_BEYOND_STOP_RAD if end else -_BEYOND_STOP_RAD)

    def snapshot(self) -> dict[str, Any]:
        return {
            "scene": self.physics.snapshot(),
            "leader_rad": {name: joint.angle_rad for name, joint in self.leader.items()},
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        angles = {joint: float(snapshot["leader_rad"][joint]) for joint in self.leader}
        self.physics.restore(snapshot["scene"])
        for joint, angle in angles.items():
            self.leader[joint].place(angle)
