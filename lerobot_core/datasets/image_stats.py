"""Statistics of pictures, gathered while they are encoded.

Source: dataset format v3.0, section 8. Which frames count is known only at the end, so the
histogram of each frame is kept (1.5 kB) until then.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.datasets.stats import QUANTILES, FeatureStats, column_quantiles
from lerobot_core.types import Image

Counts = NDArray[np.unsignedinteger[Any]]
"""How often each level occurs in each channel, shape (3, 256)."""

_LEVELS = 256
_MOST_KEPT = 20_000  # histograms; twice the most frames that are ever sampled


def sampled_frames(frames: int) -> NDArray[np.int64]:
    """Which of ``frames`` frames are looked at: all up to 100, ever fewer of more."""
    count = max(min(100, frames), min(int(frames**0.75), 10_000))
    return np.round(np.linspace(0, frames - 1, count)).astype(np.int64)


def pixel_stride(height: int, width: int) -> int:
    """Every how many pixels a picture is looked at, in both directions."""
    if max(height, width) < 300:
        return 1
    return int(width / 150) if width > height else int(height / 150)


class ImageStatistics:
    """Counts the levels 0 to 255 of each channel of an episode's pictures."""

    def __init__(self) -> None:
        self._frames = 0
        self._every = 1
        self._kept: list[Counts] = []  # of frames 0, every, 2·every …

    def add(self, rgb: Image) -> None:
        """Look at one picture of shape (height, width, 3)."""
        if self._frames % self._every == 0:
            self._keep(_histogram(rgb))
        self._frames += 1

    def _keep(self, histogram: Counts) -> None:
        self._kept.append(histogram)
        if len(self._kept) == _MOST_KEPT:  # bounds memory in an episode of hours
            self._kept = self._kept[::2]
            self._every *= 2

    def result(self) -> FeatureStats:
        """Statistics of shape (3, 1, 1), 0 to 1; ``count`` is the number of sampled frames."""
        sampled = sampled_frames(self._frames)
        kept = np.minimum((sampled + self._every // 2) // self._every, len(self._kept) - 1)
        counts = np.zeros((3, _LEVELS), np.int64)
        for index in kept:
            counts += self._kept[index]
        channels = [_channel_stats(channel) for channel in counts]
        stats = {
            name: np.array([channel[name] for channel in channels]).reshape(3, 1, 1)
            for name in channels[0]
        }
        return {
            **{name: stats[name] for name in ("min", "max", "mean", "std")},
            "count": np.array([len(sampled)]),
            **{name: stats[name] for name in QUANTILES},
        }


def _histogram(rgb: Image) -> Counts:
    stride = pixel_stride(*rgb.shape[:2])
    pixels = rgb[::stride, ::stride]
    channels = [np.bincount(pixels[..., index].ravel(), minlength=_LEVELS) for index in range(3)]
    smallest = np.uint16 if pixels[..., 0].size < 2**16 else np.uint32
    return np.stack(channels).astype(smallest)


def _channel_stats(counts: NDArray[np.int64]) -> dict[str, float]:
    levels = np.flatnonzero(counts).astype(np.float64)
    weights = counts[counts > 0]
    mean = float(np.average(levels, weights=weights))
    spread = float(np.average(levels**2, weights=weights)) - mean**2
    quantiles = column_quantiles(levels, weights)
    stats = {
        "min": levels[0],
        "max": levels[-1],
        "mean": mean,
        "std": float(np.sqrt(max(0.0, spread))),
    }
    stats |= dict(zip(QUANTILES, quantiles, strict=True))
    return {name: float(level) / 255 for name, level in stats.items()}
