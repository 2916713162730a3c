"""Windows in time around a frame: which frames are asked for, and which lie outside.

Source: dataset format v3.0, section 9.
"""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from lerobot_core.errors import TimestampsInvalid

Offsets = NDArray[np.int64]
"""Frames before (negative) or after the frame that was asked for, shape (steps,)."""


def frame_offsets(
    delta_timestamps: Mapping[str, Sequence[float]], fps: int, tolerance_s: float
) -> dict[str, Offsets]:
    """Turn seconds into frames.

    Raises:
        TimestampsInvalid: seconds that are not on the grid of frames.
    """
    offsets: dict[str, Offsets] = {}
    for key, seconds in delta_timestamps.items():
        for value in seconds:
            if not isfinite(value) or abs(value * fps - round(value * fps)) / fps > tolerance_s:
                raise TimestampsInvalid(feature=key, value=float(value), fps=fps)
        offsets[key] = np.array([round(value * fps) for value in seconds], np.int64)
    return offsets


def window(
    index: int, offsets: Offsets, start: int, end: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The frames of a window around ``index`` in the episode [start, end).

    Returns:
        The frames, held at the ends of the episode, and where that was done, both (steps,).
    """
    wanted = index + offsets
    outside = (wanted < start) | (wanted >= end)
    return np.clip(wanted, start, end - 1), outside
