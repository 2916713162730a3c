"""From an arm's shape and angles to flat, shaded faces in the order to paint them. Pure: no Qt.

Every solid is convex. So of two solids, the plane of some face of one that keeps them apart says
which is nearer to the eye; that order is exact where solids are apart, and a good guess where
they stick in each other. Sorting faces by depth alone would let long plates cut each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from app.widgets.arm_mesh import Mesh, Points, mesh_of
from app.widgets.arm_shapes import ArmShape
from lerobot_core.kinematics.chain import pose_matrix

_EYE_DISTANCE = 4.0  # in radii of the arm: a mild perspective
_LIGHT = np.array((-0.28, 0.62, 0.73))  # right, up, to the eye: over the left shoulder
_AMBIENT, _DIFFUSE = 0.44, 0.58


@dataclass(frozen=True)
class View:
    """From where one looks at a point."""

    azimuth_rad: float
    elevation_rad: float
    target: tuple[float, float, float]
    distance_m: float

    @property
    def eye(self) -> Points:
        return np.array(self.target) + self._back() * self.distance_m

    @property
    def light(self) -> Points:
        """The way to the light, shape (3,)."""
        return np.asarray(_LIGHT / np.linalg.norm(_LIGHT) @ self._axes())

    def _back(self) -> Points:
        flat = cos(self.elevation_rad)
        return np.array(
            (flat * cos(self.azimuth_rad), flat * sin(self.azimuth_rad), sin(self.elevation_rad))
        )

    def _axes(self) -> Points:
        """Right, up and to the eye, as rows (3, 3)."""
        back = self._back()
        right = np.array((-sin(self.azimuth_rad), cos(self.azimuth_rad), 0.0))
        return np.stack((right, np.cross(back, right), back))

    def project(self, points: Points) -> Points:
        """Points (n, 3) to the picture's plane (n, 2), x right and y down, not yet to scale."""
        seen = (points - self.target) @ self._axes().T * (1, -1, 1)
        depth = 1 - seen[:, 2:] / self.distance_m
        return np.asarray(seen[:, :2] / np.maximum(depth, 0.05))


@dataclass(frozen=True)
class Face:
    """One face to paint."""

    points: list[list[float]]  # x and y of each corner, as ``View.project`` gives them
    shade: float  # 0 to 1
    material: str
    joint: str | None  # that moves it


class ArmScene:
    """One arm in whatever pose, seen from wherever."""

    def __init__(self, shape: ArmShape) -> None:
        self.shape = shape
        self._mesh: Mesh = mesh_of(shape)
        self._in_parent = [pose_matrix(link.position_m, link.quaternion) for link in shape.links]
        names = [link.name for link in shape.links]
        self._parents = [
            None if link.parent is None else names.index(link.parent) for link in shape.links
        ]
        corners = self.corners({})
        self._low, self._high = corners.min(axis=0), corners.max(axis=0)

    def view(self, azimuth_rad: float, elevation_rad: float) -> View:
        """A view from where all of the arm can be seen, whatever its pose."""
        middle = (self._low + self._high) / 2
        distance_m = _EYE_DISTANCE * float(np.linalg.norm(self._high - self._low)) / 2
        return View(azimuth_rad, elevation_rad, (middle[0], middle[1], middle[2]), distance_m)

    def corners(self, angles_rad: Mapping[str, float]) -> Points:
        """All corners (corners, 3) in the frame of the base."""
        return self._placed(self._link_poses(angles_rad))

    def faces(self, angles_rad: Mapping[str, float], view: View) -> list[Face]:
        """The faces that look to the eye, those behind first; a joint without an angle is at 0."""
        mesh, poses = self._mesh, self._link_poses(angles_rad)
        corners = self._placed(poses)
        normals = np.einsum("fij,fj->fi", poses[mesh.face_link, :3, :3], mesh.normals)
        planes = _Planes(normals, np.einsum("fi,fi->f", normals, corners[mesh.face_corner]))
        picture = view.project(corners)
        shades = np.clip(_AMBIENT + _DIFFUSE * (normals @ view.light), 0.2, 1.0).tolist()
        is_seen = planes.seen_from(view.eye).tolist()
        points = picture.tolist()  # plain numbers: there are few, and each is looked at alone
        ends = [*mesh.first_face[1:], len(mesh.faces)]
        order = _painting_order(mesh, corners, planes, picture, view)
        return [
            Face(
                [points[corner] for corner in mesh.faces[number]],
                shades[number],
                mesh.materials[solid],
                mesh.joints[solid],
            )
            for solid in order
            for number in range(mesh.first_face[solid], ends[solid])
            if is_seen[number]
        ]

    def _link_poses(self, angles_rad: Mapping[str, float]) -> Points:
        """Where every link is, shape (links, 4, 4)."""
        poses: list[Points] = []
        for link, parent, pose in zip(
            self.shape.links, self._parents, self._in_parent, strict=True
        ):
            if link.joint is not None:
                pose = pose @ _turned_about_z(angles_rad.get(link.joint, 0.0))
            poses.append(pose if parent is None else poses[parent] @ pose)
        return np.array(poses)

    def _placed(self, poses: Points) -> Points:
        of_corner = poses[self._mesh.corner_link]
        turned = np.einsum("cij,cj->ci", of_corner[:, :3, :3], self._mesh.corners)
        return np.asarray(turned + of_corner[:, :3, 3])


@dataclass(frozen=True)
class _Planes:
    """The planes of all faces: outer normals (faces, 3), distances from the origin (faces,)."""

    normals: Points
    offsets: Points

    def seen_from(self, eye: Points) -> NDArray[np.bool_]:
        return np.asarray(self.normals @ eye > self.offsets)


def _painting_order(
    mesh: Mesh, corners: Points, planes: _Planes, picture: Points, view: View
) -> list[int]:
    """The solids, those behind first."""
    beyond = np.minimum.reduceat(
        # Not as a product of matrices: that one wakes threads, which on a busy machine wait for
        # each other far longer than this takes.
        np.einsum("fi,ci->fc", planes.normals, corners),
        mesh.first_corner,
        axis=1,
    )
    apart = beyond - planes.offsets[:, None]
    seen = planes.seen_from(view.eye)[:, None]
    beyond_front = np.maximum.reduceat(np.where(seen, apart, -1.0), mesh.first_face, axis=0)
    beyond_back = np.maximum.reduceat(np.where(seen, -1.0, apart), mesh.first_face, axis=0)
    # [a, b]: how far a plane keeps b before a, as the eye sees them; negative: they overlap.
    before = np.maximum(beyond_front, beyond_back.T)
    low = np.minimum.reduceat(picture, mesh.first_corner, axis=0)
    high = np.maximum.reduceat(picture, mesh.first_corner, axis=0)
    meet = np.all((low[:, None] < high[None]) & (low[None] < high[:, None]), axis=2)
    covers = (before > before.T) & meet  # [a, b]: b covers a, so a is painted first
    counts = np.diff([*mesh.first_corner, len(corners)])
    centres = np.add.reduceat(corners, mesh.first_corner, axis=0) / counts[:, None]
    return _sorted(covers, np.linalg.norm(centres - view.eye, axis=1))


def _sorted(covers: NDArray[np.bool_], distance: Points) -> list[int]:
    """Solids so that what covers comes later; a ring of covers is cut where it is farthest."""
    waits_for = covers.sum(axis=0)
    is_left = np.ones(len(distance), dtype=bool)
    order: list[int] = []
    for _ in range(len(distance)):
        fewest = waits_for[is_left].min()
        ready = is_left & (waits_for == fewest)
        chosen = int(np.argmax(np.where(ready, distance, -1.0)))
        order.append(chosen)
        is_left[chosen] = False
        waits_for = waits_for - covers[chosen]
    return order


def _turned_about_z(angle_rad: float) -> Points:
    half = angle_rad / 2
    return pose_matrix((0, 0, 0), (cos(half), 0, 0, sin(half)))
