"""The rows of the episode in progress: checked one by one, kept until it is saved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.datasets.frame_table import Column
from lerobot_core.datasets.image_stats import ImageStatistics
from lerobot_core.datasets.schema import DEFAULT_FEATURES, Feature, Features
from lerobot_core.datasets.stats import DatasetStats, vector_stats
from lerobot_core.errors import FrameMismatch, TaskMissing

Value = NDArray[Any] | float | int | bool | str


class EpisodeBuffer:
    """Collects frames. Video features are not part of it: their pictures are in clips."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._recorded = {
            key: feature
            for key, feature in features.items()
            if key not in DEFAULT_FEATURES and not feature.is_video
        }
        self._values: dict[str, list[Any]] = {key: [] for key in self._recorded}
        self._pictures = {
            key: ImageStatistics() for key, feature in self._recorded.items() if feature.is_image
        }
        self.frame_tasks: list[str] = []

    @property
    def frames(self) -> int:
        return len(self.frame_tasks)

    @property
    def tasks(self) -> list[str]:
        """Each task once, in the order of its first frame."""
        return list(dict.fromkeys(self.frame_tasks))

    def add(self, values: Mapping[str, Value], task: str) -> None:
        """Take one frame, or nothing of it.

        Raises:
            TaskMissing: the task is empty.
            FrameMismatch: a feature is missing, unknown, or of another shape or type.
        """
        if not task.strip():
            raise TaskMissing
        self._check_keys(values)
        checked = {
            key: check_value(key, feature, values[key]) for key, feature in self._recorded.items()
        }
        for key, value in checked.items():
            self._values[key].append(self._stored(key, value))
        self.frame_tasks.append(task)

    def _check_keys(self, values: Mapping[str, Value]) -> None:
        if missing := [key for key in self._recorded if key not in values]:
            raise FrameMismatch(reason=f"{missing[0]} is missing")
        if unknown := [key for key in values if key not in self._recorded]:
            raise FrameMismatch(reason=f"{unknown[0]} is not recorded here")

    def _stored(self, key: str, value: Any) -> Any:
        if key not in self._pictures:
            return value
        from lerobot_core.datasets.pictures import encode_png

        self._pictures[key].add(value)
        return {"bytes": encode_png(value), "path": f"frame-{self.frames:06d}.png"}

    def columns(
        self, fps: int, episode_index: int, from_index: int, task_numbers: Mapping[str, int]
    ) -> dict[str, Column]:
        """All columns of the episode, the default ones included."""
        columns: dict[str, Column] = {}
        for key, feature in self._recorded.items():
            values = self._values[key]
            columns[key] = np.stack(values) if feature.is_numeric else values
        numbers = np.arange(self.frames, dtype=np.int64)
        columns["timestamp"] = (numbers / fps).astype(np.float32)
        columns["frame_index"] = numbers
        columns["episode_index"] = np.full(self.frames, episode_index, np.int64)
        columns["index"] = from_index + numbers
        columns["task_index"] = np.array([task_numbers[task] for task in self.frame_tasks])
        return columns

    def stats(self, columns: Mapping[str, Column], fps: int) -> DatasetStats:
        """Statistics of all but videos and texts, in the order of the features."""
        stats: DatasetStats = {}
        for key in self._features:
            if key in self._pictures:
                stats[key] = self._pictures[key].result()
            elif key == "timestamp":  # not rounded to float32, as in the reference
                stats[key] = vector_stats(np.arange(self.frames) / fps)
            elif isinstance(column := columns.get(key), np.ndarray):
                stats[key] = vector_stats(column)
        return stats


def check_value(key: str, feature: Feature, value: Value) -> Any:
    """The value as it is stored: an array of the feature's shape and type, or a text.

    Raises:
        FrameMismatch: it has another shape or type, or is not finite.
    """
    if feature.is_text:
        if not isinstance(value, str):
            raise FrameMismatch(reason=f"{key} is no text")
        return value
    array = np.asarray(value)
    if feature.is_scalar and array.shape == ():
        array = array.reshape(1)
    wanted = np.dtype(np.uint8 if feature.is_image else feature.dtype)
    if array.shape != feature.shape:
        raise FrameMismatch(
            reason=f"{key} has shape {list(array.shape)}, expected was {list(feature.shape)}"
        )
    if not _fits(array, wanted):
        raise FrameMismatch(reason=f"{key} has type {array.dtype}, expected was {wanted}")
    if wanted.kind == "f" and not np.isfinite(array).all():
        raise FrameMismatch(reason=f"{key} holds a value that is not a number")
    return np.array(array, wanted)  # a copy: the caller may reuse its buffer


def _fits(array: NDArray[Any], wanted: np.dtype[Any]) -> bool:
    """Numbers may become less precise, but floats never integers."""
    return array.dtype.kind in "fiub" and np.can_cast(array.dtype, wanted, casting="same_kind")
