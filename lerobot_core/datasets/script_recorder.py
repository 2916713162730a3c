"""Recording from a script: whole frames with pictures, encoded as they come."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lerobot_core.datasets.schema import Feature
from lerobot_core.datasets.video import ClipFacts, VideoEncoder
from lerobot_core.datasets.writer import DatasetWriter, EpisodeFacts
from lerobot_core.errors import FrameMismatch, TaskMissing
from lerobot_core.types import Image


class ScriptRecorder:
    """Feeds a DatasetWriter and one encoder a camera, in the caller's thread."""

    def __init__(self, writer: DatasetWriter) -> None:
        self._writer = writer
        self._encoders: dict[str, VideoEncoder] = {}
        self._clips: dict[str, ClipFacts] = {}  # finished, waiting to be saved

    def add_frame(self, frame: Mapping[str, Any]) -> None:
        values = {key: _as_array(value) for key, value in frame.items() if key != "task"}
        features = self._writer.info.features
        for key, feature in features.items():
            if feature.is_camera and key in values:
                values[key] = as_image(key, feature, values[key])
        pictures = {key: values.pop(key) for key in self._writer.info.video_keys if key in values}
        missing = [key for key in self._writer.info.video_keys if key not in pictures]
        if missing:
            raise FrameMismatch(reason=f"{missing[0]} is missing")
        if "task" not in frame:
            raise TaskMissing
        if self._clips:
            raise RuntimeError("the episode is finished: save it again, or clear it")
        self._writer.add_row(values, str(frame["task"]))
        for key, picture in pictures.items():
            self._encoder(key).add(picture)

    def save_episode(self) -> EpisodeFacts:
        # Clips of a save that found the disk full are still there, and are saved now.
        for key in list(self._encoders):
            self._clips[key] = self._encoders[key].close()
            del self._encoders[key]
        facts = self._writer.save_episode(self._clips)
        self._clips = {}
        return facts

    def clear_episode(self) -> None:
        for encoder in self._encoders.values():
            encoder.discard()
        self._encoders, self._clips = {}, {}
        self._writer.clear_episode()

    def finalize(self) -> None:
        self.clear_episode()
        self._writer.finalize()

    def _encoder(self, key: str) -> VideoEncoder:
        if key not in self._encoders:
            height, width, _ = self._writer.info.features[key].shape
            path = self._writer.staging_folder() / f"{key}.mp4"
            self._encoders[key] = VideoEncoder(path, self._writer.info.fps, height, width)
        return self._encoders[key]


def _as_array(value: Any) -> Any:
    """Tensors, pictures of PIL, lists and numbers as arrays; texts as they are."""
    if isinstance(value, str):
        return value
    return value.numpy(force=True) if hasattr(value, "numpy") else np.asarray(value)


def as_image(key: str, feature: Feature, picture: Any) -> Image:
    """A picture as it is stored, from (height, width, 3) or (3, height, width).

    Floats are taken to be from 0 to 1, as upstream takes them.

    Raises:
        FrameMismatch: it has another shape, type or range.
    """
    height, width, channels = feature.shape
    array = np.asarray(picture)
    if array.shape == (channels, height, width):
        array = np.moveaxis(array, 0, -1)
    if array.shape != feature.shape:
        raise FrameMismatch(
            reason=f"{key} has shape {list(array.shape)}, expected was {list(feature.shape)}"
        )
    if array.dtype.kind == "f":
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise FrameMismatch(reason=f"{key} is of floats that are not from 0 to 1")
        array = np.round(array * 255).astype(np.uint8)
    if array.dtype != np.uint8:
        raise FrameMismatch(reason=f"{key} has type {array.dtype}, expected was uint8")
    return np.ascontiguousarray(array)
