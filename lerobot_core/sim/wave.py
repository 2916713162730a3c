"""A scripted operator for arms without a scene: waves all leaders, gently and smoothly."""

from collections.abc import Mapping
from math import pi, sin
from random import Random

from lerobot_core.sim.hands import smooth
from lerobot_core.sim.world import BenchJoint

_SHARE = 0.15  # of the travel, to either side of its middle
_PERIOD_S = 6.0
_APPROACH_RAD_S = 0.6  # mean speed of the way to the first pose
_SHORTEST_APPROACH_S = 0.8


class Wave:
    """Each joint swings round the middle of its travel; the phases come from the seed."""

    def __init__(self, leaders: Mapping[str, Mapping[str, BenchJoint]], seed: int = 0) -> None:
        self._joints = [joint for arm in leaders.values() for joint in arm.values()]
        self._random = Random(seed)
        self._phases: list[float] = []
        self._starts_rad: list[float] = []
        self._approach_s = 0.0
        self._elapsed_s = 0.0
        self.phase = "resting"
        self.tries = 0
        self.successes = 0

    @property
    def running(self) -> bool:
        return self.phase != "resting"

    def start(self, seed: int | None = None) -> None:
        if seed is not None:
            self._random = Random(seed)
        if self.running:
            return
        self._phases = [self._random.uniform(0, 2 * pi) for _ in self._joints]
        self._starts_rad = [joint.angle_rad for joint in self._joints]
        furthest = max(
            abs(target - start)
            for target, start in zip(self._targets_rad(0.0), self._starts_rad, strict=True)
        )
        self._approach_s = max(furthest / _APPROACH_RAD_S, _SHORTEST_APPROACH_S)
        self._elapsed_s = 0.0
        self.phase = "approaching"

    def stop(self) -> None:
        for joint in self._joints:
            joint.hold(None)
        self.phase = "resting"

    def advance(self, seconds: float) -> None:
        if not self.running:
            return
        self._elapsed_s += seconds
        # The swing fades in over the approach, so that nothing jerks where one becomes the other.
        way = smooth(self._elapsed_s / self._approach_s)
        if self._elapsed_s >= self._approach_s:
            self.phase = "waving"
        targets = self._targets_rad(self._elapsed_s)
        for joint, start, target in zip(self._joints, self._starts_rad, targets, strict=True):
            joint.hold(start + (target - start) * way)

    def _targets_rad(self, elapsed_s: float) -> list[float]:
        turn = 2 * pi * elapsed_s / _PERIOD_S
        return [
            (low + high) / 2 + _SHARE * (high - low) * sin(turn + phase)
            for phase, (low, high) in zip(
                self._phases, (joint.travel_rad for joint in self._joints), strict=True
            )
        ]
