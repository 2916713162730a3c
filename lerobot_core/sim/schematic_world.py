"""The world of arms of which no dimensions are published: joints without weight, and a drawing."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.plant import LooseJoint
from lerobot_core.sim.twins import Twin
from lerobot_core.sim.wave import Wave
from lerobot_core.sim.world import BenchJoint, Pose, Renderer, sweep_freely


class SchematicWorld:
    def __init__(self, twin: Twin, seed: int = 0) -> None:
        self._twin = twin
        self._joints = {
            chain: {
                part.joint: LooseJoint((part.low_rad, part.high_rad), part.rest_rad)
                for part in arm.parts
            }
            for chain, arm in twin.arms.items()
        }
        self.arms: Mapping[str, Mapping[str, BenchJoint]] = self._joints
        self.operator = Wave({chain: self._joints[chain] for chain in twin.leaders}, seed)

    def advance(self, seconds: float) -> None:
        """The servos move their joints themselves."""

    def positions(self) -> NDArray[np.float64]:
        return np.array(
            [joint.angle_rad for arm in self._joints.values() for joint in arm.values()]
        )

    def open_renderer(self, height: int, width: int) -> Renderer:
        from lerobot_core.sim.schematic_renderer import SchematicRenderer

        return SchematicRenderer(self._twin, height, width)

    def sweep(self, chain: str, joints: Sequence[str]) -> list[Pose]:
        return sweep_freely(self._joints[chain], joints)

    def snapshot(self) -> dict[str, Any]:
        return {
            "angles_rad": {
                chain: {name: joint.angle_rad for name, joint in arm.items()}
                for chain, arm in self._joints.items()
            }
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        angles = {
            chain: {name: float(snapshot["angles_rad"][chain][name]) for name in arm}
            for chain, arm in self._joints.items()
        }
        if not all(isfinite(angle) for arm in angles.values() for angle in arm.values()):
            raise ValueError("an angle is no number")
        for chain, arm in self._joints.items():
            for name, joint in arm.items():
                joint.place(angles[chain][name])
