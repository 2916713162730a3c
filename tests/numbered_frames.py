"""Pictures with their number painted in, which survives video encoding; and a ring of them."""

import time
from pathlib import Path

import numpy as np

from lerobot_core.cameras.ring import FrameRingWriter
from lerobot_core.types import FrameStamp, Image

_BITS = 16


def paint(number: int, height: int = 64, width: int = 128) -> Image:
    """A picture whose columns are the bits of ``number``, black and white, highest first."""
    bits = [(number >> bit) & 1 for bit in reversed(range(_BITS))]
    row = np.repeat(np.array(bits, np.uint8) * 255, width // _BITS)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_of(frame: Image) -> int:
    """The number that was painted."""
    columns = frame.mean(axis=(0, 2)).reshape(_BITS, -1).mean(axis=1) > 127
    return int("".join("1" if column else "0" for column in columns), 2)


class NumberedRing:
    """A camera's ring whose frame n shows n."""

    def __init__(self, path: Path, *, height: int = 64, width: int = 128, slots: int = 8) -> None:
        self.path = path
        self._size = (height, width)
        self._writer = FrameRingWriter(path, height, width, slots=slots)
        self._number = 0
        self.newest = FrameStamp(0, 0)

    def write(self, frames: int = 1) -> FrameStamp:
        for _ in range(frames):
            self._number += 1
            picture = paint(self._number, *self._size)
            self.newest = self._writer.write(picture, time.monotonic_ns())
        return self.newest

    def close(self) -> None:
        self._writer.close()
