"""Soft shadows on the table, drawn over its picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.scene import LIGHT_FROM
from lerobot_core.sim.view import NEAREST_M, Points, View
from lerobot_core.types import Image

_BRIGHTNESS = 0.52  # what is left in shadow
_SCALE = 2  # shadows are soft: half the resolution is enough
_BLUR = 7

Mask = NDArray[np.uint8]


def cast_shadows(picture: Image, view: View, shapes: list[Points]) -> None:
    """Darken the table where convex shapes, each corners (corners, 3), keep the light off."""
    mask = _shadow_mask(view, shapes)
    x, y, width, height = cv2.boundingRect(mask)
    if width == 0:
        return
    rows = slice(max(y - _BLUR, 0), min(y + height + _BLUR, mask.shape[0]))
    columns = slice(max(x - _BLUR, 0), min(x + width + _BLUR, mask.shape[1]))
    light = _light(np.ascontiguousarray(mask[rows, columns]))
    part = picture[_larger(rows), _larger(columns)]
    cv2.multiply(part, light, dst=part, scale=1 / 255)


def _shadow_mask(view: View, shapes: list[Points]) -> Mask:
    """255 where the light does not reach the table, at a smaller scale."""
    mask = np.zeros((view.height // _SCALE, view.width // _SCALE), dtype=np.uint8)
    ends = np.cumsum([len(shape) for shape in shapes])[:-1]
    corners = np.concatenate(shapes)
    corners = corners - np.array(LIGHT_FROM) * (corners[:, 2:] / LIGHT_FROM[2])
    places, distances = view.project(corners)
    pixels = np.clip(places / _SCALE, -8000, 8000).astype(np.int32)
    for outline, depths in zip(np.split(pixels, ends), np.split(distances, ends), strict=True):
        if depths.min() > NEAREST_M:
            cv2.fillConvexPoly(mask, cv2.convexHull(outline), 255)
    return mask


def _light(mask: Mask) -> Image:
    """How bright the table is, 255 where it is lit, at the picture's scale."""
    soft = cv2.GaussianBlur(mask, (_BLUR, _BLUR), 0)
    light = cv2.convertScaleAbs(soft, alpha=_BRIGHTNESS - 1, beta=255)
    height, width = mask.shape
    light = cv2.resize(light, (width * _SCALE, height * _SCALE))
    return np.asarray(cv2.cvtColor(light, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _larger(part: slice) -> slice:
    return slice(part.start * _SCALE, part.stop * _SCALE)
