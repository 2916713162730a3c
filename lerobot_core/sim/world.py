"""What a bench of any kind is made of: joints, somebody who moves leaders, and pictures."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.plant import JointPlant
from lerobot_core.types import Image

Pose = Mapping[str, float]
"""Joint → angle in radians."""


class BenchJoint(JointPlant, Protocol):
    """A joint that hands can take hold of and things can get in the way of."""

    @property
    def travel_rad(self) -> tuple[float, float]:
        """Its stops."""
        ...

    def hold(self, angle_rad: float | None) -> None:
        """A hand pulls it there, now; None lets it go."""
        ...

    @property
    def is_jammed(self) -> bool:
        """Something is in its way."""
        ...

    def block(self, blocked: bool) -> None:
        """Something is in its way on both sides: neither servo nor hand can move it."""
        ...

    def place(self, angle_rad: float) -> None:
        """Put it there, at rest."""
        ...


class Operator(Protocol):
    """A scripted person who moves the leaders of a bench."""

    phase: str
    tries: int
    successes: int

    @property
    def running(self) -> bool: ...

    def start(self, seed: int | None = None) -> None:
        """Begin from wherever the leaders are. With a seed, everything repeats."""
        ...

    def stop(self) -> None:
        """Stay where the leaders are."""
        ...

    def advance(self, seconds: float) -> None: ...


class Renderer(Protocol):
    """Turns positions into pictures; belongs to the thread that opened it."""

    name: str
    size: tuple[int, int]
    """Height and width of its pictures."""

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image: ...

    def close(self) -> None: ...


class World(Protocol):
    """Everything on a bench but servos and hands."""

    @property
    def arms(self) -> Mapping[str, Mapping[str, BenchJoint]]:
        """Chain → joint → what its servo moves."""
        ...

    @property
    def operator(self) -> Operator: ...

    def advance(self, seconds: float) -> None:
        """Let time pass for what servos do not move on by themselves."""
        ...

    def positions(self) -> NDArray[np.float64]:
        """All that a picture depends on, shape (coordinates,). A copy."""
        ...

    def open_renderer(self, height: int, width: int) -> Renderer: ...

    def sweep(self, chain: str, joints: Sequence[str]) -> list[Pose]:
        """Poses that take these joints to both stops without anything being hit on the way."""
        ...

    def snapshot(self) -> dict[str, Any]: ...

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Raises KeyError, TypeError or ValueError when it is no snapshot of this world."""
        ...


def sweep_freely(joints: Mapping[str, BenchJoint], names: Sequence[str]) -> list[Pose]:
    """The sweep of an arm that can hit nothing: all joints at once, and back."""
    lows = {name: joints[name].travel_rad[0] for name in names}
    highs = {name: joints[name].travel_rad[1] for name in names}
    return [lows, highs, {name: joints[name].angle_rad for name in names}]
