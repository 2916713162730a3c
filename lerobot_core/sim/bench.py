"""The virtual bench, whole, in one process: arms, cameras, hands and faults."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.sim.assembly import BenchChain, assemble
from lerobot_core.sim.commands import COMMANDS
from lerobot_core.sim.hands import Hands
from lerobot_core.sim.twins import CAMERAS, DEFAULT_KIND, Twin, twin_of
from lerobot_core.sim.world import BenchJoint, Operator, Renderer, World
from lerobot_core.types import Image

if TYPE_CHECKING:
    from lerobot_core.sim.physics import Physics
    from lerobot_core.sim.scene_world import SceneWorld

SLICE_S = 0.004
"""Servos look at their goals and their joints this often."""


class Bench:
    """Time passes only in ``advance``.

    Args:
        seed: Of what the scripted operator does.
        kind: A key of ``twins.TWINS``. Raises UnknownChoice.
    """

    def __init__(self, seed: int = 0, *, kind: str = DEFAULT_KIND) -> None:
        self.twin = twin_of(kind)
        self.world = _world(self.twin, seed)
        self.chains: dict[str, BenchChain] = {
            name: assemble(arm, self.world.arms[name]) for name, arm in self.twin.arms.items()
        }
        self.cables = {name: name for name in self.chains}
        """Chain's address → the arm that is plugged in there."""
        self.hands = Hands(self.world.arms)
        self.denied_ports: set[str] = set()
        self.frozen_cameras: set[str] = set()
        self.missing_cameras: set[str] = set()
        self.now_s = 0.0
        self._unspent_s = 0.0
        self._renderer: Renderer | None = None

    # Time

    def advance(self, seconds: float) -> None:
        """Let time pass, in slices; less than a slice is kept for the next call."""
        self._unspent_s += seconds
        while self._unspent_s >= SLICE_S - 1e-9:
            self._unspent_s -= SLICE_S
            self._advance_slice()

    def _advance_slice(self) -> None:
        self.demonstrator.advance(SLICE_S)
        self.hands.advance(SLICE_S)
        for chain in self.chains.values():
            chain.advance(SLICE_S)
        self.world.advance(SLICE_S)
        self.now_s += SLICE_S

    # What is on it

    @property
    def demonstrator(self) -> Operator:
        return self.world.operator

    @property
    def leader(self) -> Mapping[str, BenchJoint]:
        """The joints of the first leader."""
        return self.world.arms[self.twin.leaders[0]]

    @property
    def physics(self) -> "Physics":
        """The follower, the cube and the bin. Raises SettingInvalid on a bench without them."""
        return self._scene.physics

    def reset_scene(self, seed: int) -> None:
        """Put the cube at the place that belongs to this seed. Raises SettingInvalid."""
        self._scene.reset(seed)

    @property
    def _scene(self) -> "SceneWorld":
        if not self.twin.has_scene:
            raise SettingInvalid(setting=self.twin.label, reason="its bench has no scene")
        return cast("SceneWorld", self.world)

    def swap_cables(self, chain: str, other: str) -> None:
        """Plug each arm into the adapter of the other: servos answer at the other's address."""
        self.chains[chain].swap_servos(self.chains[other])
        self.cables[chain], self.cables[other] = self.cables[other], self.cables[chain]

    # Pictures

    def render(self, camera: str, height: int = 480, width: int = 640) -> Image:
        """What a camera sees now, shape (height, width, 3). Raises UnknownChoice."""
        if camera not in CAMERAS:
            raise UnknownChoice(kind=camera, known=", ".join(CAMERAS))
        if self._renderer is None or self._renderer.size != (height, width):
            self._close_renderer()
            self._renderer = self.open_renderer(height, width)
        return self._renderer.render(camera, self.positions())

    def open_renderer(self, height: int, width: int) -> Renderer:
        """One for the calling thread."""
        return self.world.open_renderer(height, width)

    def positions(self) -> NDArray[np.float64]:
        """All that a picture depends on, shape (coordinates,). A copy."""
        return self.world.positions()

    @property
    def renderer_name(self) -> str:
        """Which renderer made the last picture; empty before the first."""
        return "" if self._renderer is None else self._renderer.name

    # Commands and memory

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Do what a client asks: see ``commands.COMMANDS``.

        Raises:
            UnknownChoice: there is no such command, chain, camera, joint or servo.
            SettingInvalid: an argument is missing or has an impossible value.
        """
        if name not in COMMANDS:
            raise UnknownChoice(kind=name, known=", ".join(COMMANDS))
        return COMMANDS[name](self, arguments)

    def snapshot(self) -> dict[str, Any]:
        """What outlives the bench: EEPROMs and where things are, for a JSON file."""
        return {
            "kind": self.twin.kind,
            "cables": dict(self.cables),
            "chains": {name: chain.snapshot() for name, chain in self.chains.items()},
            **self.world.snapshot(),
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Take a snapshot back. Raises KeyError, TypeError or ValueError when it is none."""
        self.world.restore(snapshot)
        self._restore_cables(snapshot.get("cables", {}))
        for name, chain in self.chains.items():
            chain.restore(snapshot["chains"][name])

    def _restore_cables(self, cables: Mapping[str, str]) -> None:
        for chain, arm in cables.items():
            if self.cables[chain] != arm:
                self.swap_cables(chain, {held: at for at, held in self.cables.items()}[arm])

    def close(self) -> None:
        self._close_renderer()

    def _close_renderer(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None


def _world(twin: Twin, seed: int) -> World:
    """Only a bench with a scene loads MuJoCo, which takes a while."""
    if twin.has_scene:
        from lerobot_core.sim.scene_world import SceneWorld

        return SceneWorld(twin, seed)
    from lerobot_core.sim.schematic_world import SchematicWorld

    return SchematicWorld(twin, seed)
