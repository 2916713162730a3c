"""The solids of an arm as corners and faces. Pure: no Qt."""

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from app.widgets.arm_shapes import ArmShape, Solid
from lerobot_core.kinematics.chain import pose_matrix

Points = NDArray[np.float64]

_SIDES = 12  # of a cylinder


@dataclass(frozen=True)
class Mesh:
    """All solids of an arm as faces. Corners and faces of one solid stand together."""

    corners: Points  # (corners, 3), in the link's frame
    corner_link: NDArray[np.intp]  # (corners,)
    first_corner: NDArray[np.intp]  # (solids,)
    faces: tuple[tuple[int, ...], ...]  # the corners of each face, counter-clockwise from outside
    face_corner: NDArray[np.intp]  # (faces,) one corner of each face
    normals: Points  # (faces, 3), in the link's frame
    face_link: NDArray[np.intp]  # (faces,)
    face_solid: NDArray[np.intp]  # (faces,)
    first_face: NDArray[np.intp]  # (solids,)
    materials: tuple[str, ...]  # of each solid
    joints: tuple[str | None, ...]  # that moves the link of each solid


def mesh_of(shape: ArmShape) -> Mesh:
    """All solids of all links."""
    corners: list[Points] = []
    faces: list[NDArray[np.intp]] = []
    normals: list[Points] = []
    links: list[int] = []
    solids = [(number, solid) for number, link in enumerate(shape.links) for solid in link.solids]
    first_corner, first_face = [], []
    for number, solid in solids:
        start = sum(len(part) for part in corners)
        first_corner.append(start)
        first_face.append(len(faces))
        points, outlines = _faces_of(solid)
        corners.append(points)
        for outline in outlines:
            faces.append(outline + start)
            normals.append(_normal(points[outline]))
            links.append(number)
    counts = [len(part) for part in corners]
    per_solid = np.diff([*first_face, len(faces)])
    return Mesh(
        np.concatenate(corners),
        np.repeat([number for number, _ in solids], counts),
        np.array(first_corner),
        tuple(tuple(face.tolist()) for face in faces),
        np.array([face[0] for face in faces]),
        np.array(normals),
        np.array(links),
        np.repeat(np.arange(len(solids)), per_solid),
        np.array(first_face),
        tuple(solid.material for _, solid in solids),
        tuple(shape.links[number].joint for number, _ in solids),
    )


def _faces_of(solid: Solid) -> tuple[Points, list[NDArray[np.intp]]]:
    """Corners (corners, 3) of a solid in its link's frame, and the corners of each face."""
    if solid.kind == "box":
        x, y, half = solid.size_m
        outline = np.array(((-x, -y), (x, -y), (x, y), (-x, y)))
    else:
        radius, half = solid.size_m
        turns = np.arange(_SIDES) * 2 * pi / _SIDES
        outline = radius * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    count = len(outline)
    bottom = np.column_stack((outline, np.full(count, -half)))
    corners = np.concatenate((bottom, bottom * (1, 1, -1)))
    ring = np.arange(count)
    sides = [np.array((i, (i + 1) % count, (i + 1) % count + count, i + count)) for i in ring]
    turn = _euler_matrix(*solid.euler_rad)
    placed = corners @ turn.T + np.asarray(solid.position_m, dtype=float)
    return placed, [ring[::-1], ring + count, *sides]


def _euler_matrix(about_x: float, about_y: float, about_z: float) -> Points:
    half_x, half_y, half_z = about_x / 2, about_y / 2, about_z / 2
    turn_x = pose_matrix((0, 0, 0), (cos(half_x), sin(half_x), 0, 0))
    turn_y = pose_matrix((0, 0, 0), (cos(half_y), 0, sin(half_y), 0))
    turn_z = pose_matrix((0, 0, 0), (cos(half_z), 0, 0, sin(half_z)))
    return np.asarray((turn_x @ turn_y @ turn_z)[:3, :3])


def _normal(face: Points) -> Points:
    normal = np.cross(face[1] - face[0], face[2] - face[0])
    return np.asarray(normal / np.linalg.norm(normal))
