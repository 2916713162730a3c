"""The table under the arm, as a picture: wood, and a cutting mat with lines.

The table is flat, so it is not rendered: one picture of it, made once, is laid into each camera's
view by a homography. That costs a fraction of textures and shadow maps in software OpenGL.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.scene import MAT_M, TABLE_M
from lerobot_core.sim.view import View
from lerobot_core.types import Image

Matrix = NDArray[np.float64]

_PIXELS_PER_M = 1000
_GRID_M = 0.025
_WOOD, _MAT, _LINE, _STRONG_LINE = (176, 132, 88), (22, 92, 74), (52, 124, 102), (92, 156, 134)
_WALL_LOW, _WALL_HIGH = (158, 160, 162), (204, 207, 210)
_PLANK_M = 0.13


class Floor:
    """Paints what lies behind everything that stands on the table."""

    def __init__(self) -> None:
        self._picture = _paint_table()
        low = np.array([TABLE_M[0], TABLE_M[2]])
        self._pixels_to_table = np.array(
            [[1 / _PIXELS_PER_M, 0, low[0]], [0, 1 / _PIXELS_PER_M, low[1]], [0, 0, 1]]
        )

    def paint(self, view: View) -> Image:
        """The table and the wall behind it, shape (height, width, 3)."""
        homography = view.table_to_pixels()
        wall = _wall(view.height, view.width)
        picture = cv2.warpPerspective(
            self._picture,
            homography @ self._pixels_to_table,
            (view.width, view.height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
            dst=wall.copy(),
        )
        sky = _above_horizon(homography, view)
        if sky is not None:  # there the homography would show the table behind the camera
            mask = np.zeros((view.height, view.width), dtype=np.uint8)
            cv2.fillConvexPoly(mask, sky, 255)
            cv2.copyTo(wall, mask, picture)
        return np.asarray(picture)


def _paint_table() -> Image:
    """The table from above, shape (along y, along x, 3): rows follow y, columns x."""
    x_low, x_high, y_low, y_high = TABLE_M
    height = round((y_high - y_low) * _PIXELS_PER_M)
    width = round((x_high - x_low) * _PIXELS_PER_M)
    picture = _wood(height, width)
    columns = [round((x - x_low) * _PIXELS_PER_M) for x in MAT_M[:2]]
    rows = [round((y - y_low) * _PIXELS_PER_M) for y in MAT_M[2:]]
    _paint_mat(picture[rows[0] : rows[1], columns[0] : columns[1]])
    return picture


def _wood(height: int, width: int) -> Image:
    """Planks along x, with grain and seams."""
    random = np.random.default_rng(7)
    grain = _streaks(random, height, width, length=40, thickness=1.2)
    broad = _streaks(random, height, width, length=200, thickness=7)
    planks = (np.arange(height) // round(_PLANK_M * _PIXELS_PER_M)).astype(int)
    tone = random.uniform(-0.05, 0.05, planks.max() + 1)[planks].astype(np.float32)
    brightness = 1 + 0.10 * grain + 0.10 * broad + tone[:, None]
    seams = np.flatnonzero(np.diff(planks))
    brightness[seams] *= 0.72
    brightness[seams + 1] *= 0.85
    return np.asarray(np.clip(brightness[..., None] * np.array(_WOOD), 0, 255), dtype=np.uint8)


def _streaks(
    random: np.random.Generator, height: int, width: int, length: float, thickness: float
) -> NDArray[np.float32]:
    """Noise between −1 and 1 that is drawn out along x; sizes in pixels."""
    narrow = random.normal(0, 1, (height, width // 8)).astype(np.float32)
    blurred = cv2.GaussianBlur(narrow, (0, 0), length / 8, sigmaY=thickness)
    streaks = cv2.resize(blurred / float(np.abs(blurred).max()), (width, height))
    return np.asarray(streaks, dtype=np.float32)


def _paint_mat(mat: Image) -> None:
    mat[:] = _MAT
    step = _GRID_M * _PIXELS_PER_M
    height, width = mat.shape[:2]
    for axis, length in ((0, height), (1, width)):
        for index in range(1, round(length / step)):
            at = round(index * step)
            strong = index % 4 == 0
            lines = slice(at - 1, at + (2 if strong else 1))
            colour = _STRONG_LINE if strong else _LINE
            if axis == 0:
                mat[lines] = colour
            else:
                mat[:, lines] = colour
    mat[:4] = mat[-4:] = mat[:, :4] = mat[:, -4:] = _STRONG_LINE


@cache
def _wall(height: int, width: int) -> Image:
    """A plain backdrop, lighter above."""
    shades = np.linspace(_WALL_HIGH, _WALL_LOW, height).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shades[:, None], (height, width, 3)))


def _above_horizon(homography: Matrix, view: View) -> NDArray[np.int32] | None:
    """Corners (corners, 2) of the part of the picture that cannot show the table."""
    rows = np.linalg.inv(homography)[2]
    frame = [(0, 0), (view.width, 0), (view.width, view.height), (0, view.height)]
    below = [float(rows @ (x, y, 1.0)) for x, y in frame]
    corners: list[tuple[float, float]] = []
    for index, (start, end) in enumerate(zip(frame, frame[1:] + frame[:1], strict=True)):
        first, second = below[index], below[(index + 1) % 4]
        if first <= 0:
            corners.append(start)
        if (first <= 0) != (second <= 0):
            way = first / (first - second)
            corners.append(
                (start[0] + (end[0] - start[0]) * way, start[1] + (end[1] - start[1]) * way)
            )
    return np.array(corners).round().astype(np.int32) if corners else None
