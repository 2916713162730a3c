"""A simple picture of the scene without OpenGL: shaded faces, painted from far to near."""

from dataclasses import dataclass
from math import pi, tan
from typing import Any

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from lerobot_core.types import Image

Points = NDArray[np.float64]

_SIDES = 10  # of a round shape
_NEAREST_M = 0.01
_SKY = (176, 179, 182)
_LIGHT = np.array([0.28, -0.42, 1.0]) / np.linalg.norm([0.28, -0.42, 1.0])
_AMBIENT, _DIFFUSE = 0.55, 0.50
_FLOOR_DEPTH_M = 100.0  # what lies flat on the table is painted before all that stands on it


@dataclass(frozen=True)
class _Faces:
    """Flat faces of all shapes, as corners in the shape's own frame."""

    corners: Points  # (faces, corners, 3); short faces repeat their last corner
    normals: Points  # (faces, 3)
    shape: NDArray[np.intp]  # (faces,) the geom each face belongs to
    colour: Points  # (faces, 3), 0 to 255
    behind: Points  # (faces,) metres to add to the depth when sorting


class Painter:
    """Needs nothing but arithmetic; hides shapes behind shapes only roughly."""

    name = "software"

    def __init__(self, model: Any, height: int, width: int) -> None:
        self.size = (height, width)
        self._model = model
        self._data: Any = mujoco.MjData(model)
        self._faces = _faces(model)

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image:
        self._data.qpos[:] = positions
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        height, width = self.size
        picture = np.full((height, width, 3), _SKY, dtype=np.uint8)
        index = self._model.camera(camera).id
        pixels, depths, facing = self._project(index)
        shade = _AMBIENT + _DIFFUSE * np.clip(self._normals() @ _LIGHT, 0.0, 1.0)
        colours = np.clip(self._faces.colour * shade[:, None], 0, 255)
        visible = np.flatnonzero(facing & (depths.min(axis=1) > _NEAREST_M))
        order = np.argsort(-(depths.mean(axis=1) + self._faces.behind)[visible])
        for face in visible[order]:
            cv2.fillConvexPoly(picture, pixels[face], colours[face].tolist(), cv2.LINE_AA)
        return picture

    def close(self) -> None:
        """Nothing is held."""

    def _normals(self) -> Points:
        turns = self._data.geom_xmat.reshape(-1, 3, 3)[self._faces.shape]
        return np.asarray(np.einsum("fij,fj->fi", turns, self._faces.normals))

    def _project(self, camera: int) -> tuple[NDArray[np.int32], Points, NDArray[np.bool_]]:
        """Pixels (faces, corners, 2), depths (faces, corners) and whether a face looks here."""
        faces = self._faces
        turns = self._data.geom_xmat.reshape(-1, 3, 3)[faces.shape]
        world = np.einsum("fij,fcj->fci", turns, faces.corners)
        world += self._data.geom_xpos[faces.shape][:, None, :]
        eye = self._data.cam_xpos[camera]
        seen = (world - eye) @ self._data.cam_xmat[camera].reshape(3, 3)
        depths = -seen[..., 2]
        height, width = self.size
        focal = height / 2 / tan(self._model.cam_fovy[camera] * pi / 360)
        safe = np.maximum(depths, _NEAREST_M)
        pixels = np.stack(
            [width / 2 + focal * seen[..., 0] / safe, height / 2 - focal * seen[..., 1] / safe], -1
        )
        facing = np.einsum("fi,fi->f", self._normals(), eye - world[:, 0]) > 0
        return np.clip(pixels, -20000, 20000).astype(np.int32), depths, facing


def _faces(model: Any) -> _Faces:
    corners: list[Points] = []
    shapes: list[int] = []
    for shape in range(model.ngeom):
        if model.geom_group[shape] != 3:
            for face in _shape_faces(int(model.geom_type[shape]), model.geom_size[shape]):
                corners += _tiles(face)
                shapes += [shape] * (len(corners) - len(shapes))
    longest = max(len(face) for face in corners)
    padded = np.array([np.vstack([face, *[face[-1:]] * (longest - len(face))]) for face in corners])
    normals = np.array([_normal(face) for face in corners])
    index = np.array(shapes)
    materials = model.geom_matid[index]
    flat = np.isin(index, [model.geom(name).id for name in ("table", "mat", "wall")])
    return _Faces(
        padded, normals, index, model.mat_rgba[materials, :3] * 255, flat * _FLOOR_DEPTH_M
    )


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


def _tiles(face: Points, longest_m: float = 0.2) -> list[Points]:
    """A large face in pieces: one that reaches behind the camera would be left out whole."""
    if len(face) != 4:
        return [face]
    a, b, _, d = face
    across = max(1, int(np.ceil(np.linalg.norm(b - a) / longest_m)))
    along = max(1, int(np.ceil(np.linalg.norm(d - a) / longest_m)))
    u, v = (b - a) / across, (d - a) / along
    return [
        np.array([corner := a + i * u + j * v, corner + u, corner + u + v, corner + v])
        for i in range(across)
        for j in range(along)
    ]


def _normal(face: Points) -> Points:
    normal = np.cross(face[1] - face[0], face[2] - face[0])
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-12))
