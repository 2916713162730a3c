"""A simple picture of the scene without OpenGL: shaded faces, painted from far to near."""

from dataclasses import dataclass
from math import pi
from typing import Any

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.backdrop import Backdrop
from lerobot_core.sim.scene import LIGHT_FROM
from lerobot_core.sim.view import NEAREST_M, View
from lerobot_core.types import Image

Points = NDArray[np.float64]

_SIDES = 10  # of a round shape
_LIGHT = np.array(LIGHT_FROM) / np.linalg.norm(LIGHT_FROM)
_AMBIENT, _DIFFUSE = 0.55, 0.50


@dataclass(frozen=True)
class _Faces:
    """Flat faces of all shapes, as corners in the shape's own frame."""

    corners: Points  # (faces, corners, 3); short faces repeat their last corner
    normals: Points  # (faces, 3)
    shape: NDArray[np.intp]  # (faces,) the geom each face belongs to
    colour: Points  # (faces, 3), 0 to 255


class Painter:
    """Needs nothing but arithmetic; hides shapes behind shapes only roughly."""

    name = "software"

    def __init__(self, model: Any, height: int, width: int) -> None:
        self.size = (height, width)
        self._model = model
        self._data: Any = mujoco.MjData(model)
        self._faces = _faces(model)
        self._backdrop = Backdrop(model, height, width)

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image:
        self._data.qpos[:] = positions
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        picture, view = self._backdrop.paint(self._data, camera)
        pixels, depths, facing = self._project(view)
        shade = _AMBIENT + _DIFFUSE * np.clip(self._normals() @ _LIGHT, 0.0, 1.0)
        colours = np.clip(self._faces.colour * shade[:, None], 0, 255)
        visible = np.flatnonzero(facing & (depths.min(axis=1) > NEAREST_M))
        order = np.argsort(-depths.mean(axis=1)[visible])
        for face in visible[order]:
            cv2.fillConvexPoly(picture, pixels[face], colours[face].tolist(), cv2.LINE_AA)
        return picture

    def close(self) -> None:
        """Nothing is held."""

    def _normals(self) -> Points:
        turns = self._data.geom_xmat.reshape(-1, 3, 3)[self._faces.shape]
        return np.asarray(np.einsum("fij,fj->fi", turns, self._faces.normals))

    def _project(self, view: View) -> tuple[NDArray[np.int32], Points, NDArray[np.bool_]]:
        """Pixels (faces, corners, 2), depths (faces, corners) and whether a face looks here."""
        faces = self._faces
        turns = self._data.geom_xmat.reshape(-1, 3, 3)[faces.shape]
        world = np.einsum("fij,fcj->fci", turns, faces.corners)
        world += self._data.geom_xpos[faces.shape][:, None, :]
        pixels, depths = view.project(world)
        facing = np.einsum("fi,fi->f", self._normals(), view.eye - world[:, 0]) > 0
        return np.clip(pixels, -20000, 20000).astype(np.int32), depths, facing


def _faces(model: Any) -> _Faces:
    corners: list[Points] = []
    shapes: list[int] = []
    for shape in range(model.ngeom):
        if model.geom_group[shape] != 3:
            for face in _shape_faces(int(model.geom_type[shape]), model.geom_size[shape]):
                corners.append(face)
                shapes.append(shape)
    longest = max(len(face) for face in corners)
    padded = np.array([np.vstack([face, *[face[-1:]] * (longest - len(face))]) for face in corners])
    normals = np.array([_normal(face) for face in corners])
    index = np.array(shapes)
    colours = model.mat_rgba[model.geom_matid[index], :3] * 255.0
    return _Faces(padded, normals, index, colours)


def _shape_faces(kind: int, size: Points) -> list[Points]:
    if kind == mujoco.mjtGeom.mjGEOM_BOX:
        return _prism(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size[:2], size[2])
    turns = np.arange(_SIDES) * 2 * pi / _SIDES
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1) * size[0]
    return _prism(circle, size[1])


def _prism(outline: Points, half: float) -> list[Points]:
    """Top, bottom and sides over an outline (corners, 2) that runs counter-clockwise."""
    top = np.column_stack([outline, np.full(len(outline), half)])
    bottom = top * (1, 1, -1)
    sides = [np.array([bottom[i - 1], bottom[i], top[i], top[i - 1]]) for i in range(len(outline))]
    return [top, bottom[::-1], *sides]


def _normal(face: Points) -> Points:
    normal = np.cross(face[1] - face[0], face[2] - face[0])
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-12))
