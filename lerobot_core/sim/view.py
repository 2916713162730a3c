"""How a camera of the scene turns places into pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Matrix = NDArray[np.float64]

NEAREST_M = 0.01
"""What is nearer to a camera than this is not seen."""


@dataclass(frozen=True)
class View:
    """A camera's place and lens, and the size of its pictures."""

    eye: Points  # (3,)
    axes: Matrix  # (3, 3), columns right, up, back
    focal: float  # pixels
    height: int
    width: int

    def project(self, points: Points) -> tuple[Points, Points]:
        """Pixels (…, 2) and depths (…) of points (…, 3)."""
        seen = (points - self.eye) @ self.axes
        depths = -seen[..., 2]
        safe = np.maximum(depths, NEAREST_M)
        x = self.width / 2 + self.focal * seen[..., 0] / safe
        y = self.height / 2 - self.focal * seen[..., 1] / safe
        return np.stack([x, y], axis=-1), depths

    def table_to_pixels(self) -> Matrix:
        """The homography (3, 3) of the plane z = 0; its third row gives the depth."""
        lens = np.array(
            [
                [self.focal, 0.0, -self.width / 2],
                [0.0, -self.focal, -self.height / 2],
                [0.0, 0.0, -1.0],
            ]
        )
        turn = self.axes.T
        return np.asarray(lens @ np.column_stack([turn[:, 0], turn[:, 1], -turn @ self.eye]))
