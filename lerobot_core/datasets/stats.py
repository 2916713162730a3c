"""Statistics of features: one set an episode, and their sum over a dataset.

Source: dataset format v3.0, section 8. Vectors have shape (D,), and so have matrices, where D is
their last axis; cameras (channels, 1, 1) in the range 0 to 1; ``count`` has shape (1,).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.errors import DatasetDamaged

Array = NDArray[Any]
FeatureStats = dict[str, Array]
DatasetStats = dict[str, FeatureStats]

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
STATISTICS = ("min", "max", "mean", "std", "count", *QUANTILES)

_BINS = 5000
_EDGE = 1e-10  # how far the outer bins reach beyond the values


def vector_stats(rows: Array) -> FeatureStats:
    """Statistics of ``rows``, shape (frames,) or (frames, ..., D), over all axes but the last."""
    flat = rows.reshape(-1, rows.shape[-1] if rows.ndim > 1 else 1)
    values = flat.astype(np.float64)
    quantiles = np.stack([column_quantiles(column) for column in values.T], axis=1)
    return {
        "min": _extreme(flat.min(axis=0)),
        "max": _extreme(flat.max(axis=0)),
        "mean": values.mean(axis=0),
        "std": values.std(axis=0),
        "count": np.array([len(rows)]),
        **dict(zip(QUANTILES, quantiles, strict=True)),
    }


def _extreme(values: Array) -> Array:
    """As the reference stores it: truth values and whole numbers stay what they are."""
    return values.astype(
        {"b": np.bool_, "i": np.int64, "u": np.int64}.get(values.dtype.kind, float)
    )


def column_quantiles(values: Array, weights: Array | None = None) -> Array:
    """The quantiles of numbers, shape (5,), read off a histogram of 5000 bins.

    Args:
        values: Shape (n,).
        weights: How often each occurs, shape (n,); once each if not given.
    """
    counts = np.ones(len(values), np.int64) if weights is None else weights
    total = int(counts.sum())
    if total < 2:
        return np.full(len(QUANTILES), np.average(values, weights=counts))
    low, high = float(values.min()) - _EDGE, float(values.max()) + _EDGE
    edges = np.linspace(low, high, _BINS + 1)
    if not edges[0] < edges[-1]:  # numbers so large that the margin is lost in rounding
        return np.full(len(QUANTILES), low)
    bins = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, _BINS - 1)
    below = np.cumsum(np.bincount(bins, weights=counts, minlength=_BINS))
    return np.array([_quantile(fraction * total, edges, below) for fraction in QUANTILES.values()])


def _quantile(target: float, edges: Array, below: Array) -> float:
    """Interpolate inside the bin where the cumulative count ``below`` reaches ``target``."""
    bin_index = int(np.searchsorted(below, target))
    if bin_index == 0:
        return float(edges[0])
    before = below[bin_index - 1]
    fraction = (target - before) / (below[bin_index] - before)
    return float(edges[bin_index] + fraction * (edges[bin_index + 1] - edges[bin_index]))


def aggregate(parts: Sequence[FeatureStats]) -> FeatureStats:
    """Statistics of the union, weighted by ``count``.

    Quantiles are an envelope: the lowest of the low ones and of the medians, the highest of the
    high ones; left out unless every part has them.
    """
    counts = np.array([float(part["count"][0]) for part in parts])
    means = np.stack([np.asarray(part["mean"], np.float64) for part in parts])
    spreads = np.stack([np.asarray(part["std"], np.float64) ** 2 for part in parts])
    weights = (counts / counts.sum()).reshape(-1, *[1] * (means.ndim - 1))
    mean = (weights * means).sum(axis=0)
    variance = (weights * (spreads + (means - mean) ** 2)).sum(axis=0)
    combined: FeatureStats = {
        "min": np.min([part["min"] for part in parts], axis=0),
        "max": np.max([part["max"] for part in parts], axis=0),
        "mean": mean,
        "std": np.sqrt(variance),
        "count": np.array([int(counts.sum())]),
    }
    for name, fraction in QUANTILES.items():
        if all(name in part for part in parts):
            extreme = np.min if fraction <= 0.5 else np.max
            combined[name] = extreme([part[name] for part in parts], axis=0)
    return combined


def aggregate_all(parts: Sequence[DatasetStats]) -> DatasetStats:
    """``aggregate`` for every feature that occurs, in the order of the first part."""
    keys = {key: None for part in parts for key in part}
    return {key: aggregate([part[key] for part in parts if key in part]) for key in keys}


def to_lists(stats: Mapping[str, Mapping[str, Array]]) -> dict[str, dict[str, list[Any]]]:
    return {
        key: {name: np.asarray(values).tolist() for name, values in entry.items()}
        for key, entry in stats.items()
    }


def from_lists(entries: Mapping[str, Mapping[str, Any]]) -> DatasetStats:
    """Raises ValueError or AttributeError when something in there is no number."""
    stats = {
        key: {name: np.asarray(values) for name, values in entry.items()}
        for key, entry in entries.items()
    }
    for key, entry in stats.items():
        for name, values in entry.items():
            if values.dtype.kind not in "fiub":
                raise ValueError(f"{name} of {key} is no number")
    return stats


def encode_stats(stats: DatasetStats) -> bytes:
    return json.dumps(to_lists(stats), indent=4, ensure_ascii=False).encode()


def read_stats(path: Path) -> DatasetStats:
    """Statistics of a whole dataset; empty while nothing was recorded. Raises DatasetDamaged."""
    try:
        return from_lists(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error
