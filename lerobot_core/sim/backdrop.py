"""What lies behind the arm in a camera's picture: table, wall, and the shadows on the table."""

from dataclasses import replace
from math import pi, tan
from typing import Any

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.floor import Floor
from lerobot_core.sim.shadows import cast_shadows
from lerobot_core.sim.view import View
from lerobot_core.types import Image

Points = NDArray[np.float64]

_SIDES = 10  # of a round shape's shadow
HIDDEN_GROUP = 3  # geoms that only collide


class Backdrop:
    """Backgrounds for the cameras of one model. A camera that stands still is painted once."""

    def __init__(self, model: Any, height: int, width: int) -> None:
        self._model = model
        self._size = (height, width)
        self._floor = Floor()
        self._still: dict[str, Image] = {}
        shown = [geom for geom in range(model.ngeom) if model.geom_group[geom] != HIDDEN_GROUP]
        corners = [_corners(int(model.geom_type[geom]), model.geom_size[geom]) for geom in shown]
        self._corners = np.concatenate(corners)
        self._geoms = np.repeat(shown, [len(part) for part in corners])
        self._ends = np.cumsum([len(part) for part in corners])[:-1]

    def paint(self, data: Any, camera: str) -> tuple[Image, View]:
        """A new picture (height, width, 3) for where everything is now, and the camera's view."""
        index = self._model.camera(camera).id
        height, width = self._size
        view = View(
            eye=np.array(data.cam_xpos[index]),
            axes=np.array(data.cam_xmat[index]).reshape(3, 3),
            focal=height / 2 / tan(self._model.cam_fovy[index] * pi / 360),
            height=height,
            width=width,
        )
        stands_still = self._model.cam_bodyid[index] == 0
        picture = self._still_floor(camera, view) if stands_still else self._moving_floor(view)
        cast_shadows(picture, view, self._standing(data))
        return picture, view

    def _still_floor(self, camera: str, view: View) -> Image:
        if camera not in self._still:
            self._still[camera] = self._floor.paint(view)
        return self._still[camera].copy()

    def _moving_floor(self, view: View) -> Image:
        """At half the resolution, which costs a third: from near, the table has no more detail."""
        half = replace(view, focal=view.focal / 2, height=view.height // 2, width=view.width // 2)
        floor = cv2.resize(self._floor.paint(half), (view.width, view.height))
        return np.asarray(floor, dtype=np.uint8)

    def _standing(self, data: Any) -> list[Points]:
        """Corners (corners, 3) of every shape."""
        turns = data.geom_xmat.reshape(-1, 3, 3)[self._geoms]
        world = np.einsum("vij,vj->vi", turns, self._corners) + data.geom_xpos[self._geoms]
        return np.split(world, self._ends)


def _corners(kind: int, size: Points) -> Points:
    if kind == mujoco.mjtGeom.mjGEOM_BOX:
        signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T
        return np.asarray(signs * size)
    turns = np.arange(_SIDES) * 2 * pi / _SIDES
    circle = np.stack([np.cos(turns) * size[0], np.sin(turns) * size[0]], axis=1)
    ends = [np.column_stack([circle, np.full(_SIDES, side * size[1])]) for side in (-1, 1)]
    return np.vstack(ends)
