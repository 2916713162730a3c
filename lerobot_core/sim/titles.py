"""Words in pictures, so that a drawing is taken for nothing else."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.world import Renderer
from lerobot_core.types import Image

Colour = tuple[int, int, int]

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_DOT = "·"  # the font has none: it is painted
_TITLE_BACK: Colour = (250, 244, 214)
_TITLE_INK: Colour = (60, 52, 20)
_MARGIN = 8


def write(picture: Image, words: str, place: tuple[int, int], scale: float, colour: Colour) -> None:
    """Words whose lower left corner is at ``place`` (x, y)."""
    x, y = place
    for index, part in enumerate(words.split(_DOT)):
        if index:
            radius = max(round(3 * scale), 1)
            cv2.circle(picture, (x + radius, y - round(7 * scale)), radius, colour, cv2.FILLED)
            x += 2 * radius
        cv2.putText(picture, part, (x, y), _FONT, scale, colour, 1, cv2.LINE_AA)
        x += _width(part, scale)


def write_title(picture: Image, words: str) -> None:
    """A label in the upper left corner."""
    scale = picture.shape[0] / 900
    height = round(30 * scale)
    right = 2 * _MARGIN + _width(words.replace(_DOT, "-"), scale)
    cv2.rectangle(picture, (0, 0), (right, height + _MARGIN), _TITLE_BACK, cv2.FILLED)
    write(picture, words, (_MARGIN, height), scale, _TITLE_INK)


def _width(words: str, scale: float) -> int:
    return int(cv2.getTextSize(words, _FONT, scale, 1)[0][0])


class TitledRenderer:
    """Another renderer's pictures with a title in them."""

    def __init__(self, renderer: Renderer, title: str) -> None:
        self._renderer = renderer
        self._title = title
        self.name = renderer.name
        self.size = renderer.size

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image:
        picture = self._renderer.render(camera, positions)
        write_title(picture, self._title)
        return picture

    def close(self) -> None:
        self._renderer.close()
