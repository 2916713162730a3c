"""Features: what a frame of a dataset holds. Nothing heavy is imported here.

Source: dataset format v3.0, section 3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lerobot_core.errors import FrameMismatch

STATE = "observation.state"
ACTION = "action"
IMAGES = "observation.images"

_IMAGE_NAMES = ["height", "width", "channels"]
_KNOWN_KEYS = ("dtype", "shape", "names", "info")
_KEY = re.compile(r"[^/\\\0]+")


@dataclass(frozen=True)
class Feature:
    """One entry of ``features`` in info.json."""

    dtype: str  # a NumPy dtype name, or "video", "image", "string", "language"
    shape: tuple[int, ...]
    names: Any = None
    info: dict[str, Any] | None = None  # of a video: its codec, size and rate
    other: dict[str, Any] = field(default_factory=dict)  # entries of other versions, kept

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the entry describes no feature."""
        shape = tuple(int(size) for size in entry["shape"])
        if not shape or min(shape) < 1:
            raise ValueError(f"a shape of {list(shape)} is impossible")
        other = {key: value for key, value in entry.items() if key not in _KNOWN_KEYS}
        return cls(str(entry["dtype"]), shape, entry.get("names"), entry.get("info"), other)

    def to_dict(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "dtype": self.dtype,
            "shape": list(self.shape),
            "names": self.names,
        }
        if self.info is not None:
            entry["info"] = self.info
        return entry | self.other

    @property
    def is_video(self) -> bool:
        return self.dtype == "video"

    @property
    def is_image(self) -> bool:
        return self.dtype == "image"

    @property
    def is_camera(self) -> bool:
        return self.is_video or self.is_image

    @property
    def is_text(self) -> bool:
        return self.dtype == "string"

    @property
    def is_numeric(self) -> bool:
        return not (self.is_camera or self.is_text or self.dtype == "language")

    @property
    def is_scalar(self) -> bool:
        return self.shape == (1,)


Features = dict[str, Feature]

DEFAULT_FEATURES: Features = {
    "timestamp": Feature("float32", (1,)),
    "frame_index": Feature("int64", (1,)),
    "episode_index": Feature("int64", (1,)),
    "index": Feature("int64", (1,)),
    "task_index": Feature("int64", (1,)),
}
"""Columns of every dataset, after the user's; filled in by the writer."""


def features_from_dict(entries: Mapping[str, Mapping[str, Any]]) -> Features:
    """Read ``features``. Raises ValueError with the feature's name when one is impossible."""
    features: Features = {}
    for key, entry in entries.items():
        try:
            if not _KEY.fullmatch(key) or key in (".", ".."):
                raise ValueError("it could not name a folder")
            features[key] = Feature.from_dict(entry)
            if features[key].is_numeric:
                np.dtype(features[key].dtype)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"feature “{key}” is not understood ({error})") from error
    return features


def dataset_features(wanted: Mapping[str, Feature | Mapping[str, Any]]) -> Features:
    """The features of a new dataset: those wanted, then the default ones.

    Raises:
        FrameMismatch: one is impossible, or has the name of a default one.
    """
    entries = {
        key: entry.to_dict() if isinstance(entry, Feature) else entry
        for key, entry in wanted.items()
    }
    try:
        features = features_from_dict(entries)
    except ValueError as error:
        raise FrameMismatch(reason=str(error)) from error
    for key in DEFAULT_FEATURES:
        features.pop(key, None)  # taken over from another dataset's features: ours are the same
    for key, feature in features.items():
        _check_writable(key, feature)
    return features | DEFAULT_FEATURES


def _check_writable(key: str, feature: Feature) -> None:
    if feature.is_camera and (len(feature.shape) != 3 or feature.shape[2] != 3):
        raise FrameMismatch(reason=f"{key} has shape {list(feature.shape)}, not height × width × 3")
    if feature.is_video and (feature.shape[0] % 2 or feature.shape[1] % 2):
        raise FrameMismatch(reason=f"{key} has an odd height or width, which video cannot hold")
    if feature.dtype == "language" or (feature.is_text and not feature.is_scalar):
        raise FrameMismatch(reason=f"{key} is of a kind that is not recorded ({feature.dtype})")
    if feature.is_numeric and np.dtype(feature.dtype).kind not in "fiub":
        raise FrameMismatch(reason=f"{key} has type {feature.dtype}, which is no number")
    if feature.is_numeric and len(feature.shape) > 5:
        raise FrameMismatch(reason=f"{key} has more than five dimensions")


def features_from_hardware(
    observation_features: Mapping[str, type | tuple[int, ...]],
    action_features: Mapping[str, type | tuple[int, ...]],
    *,
    use_videos: bool = True,
) -> Features:
    """The features that a robot's hardware description leads to.

    Floats are concatenated in their order into ``observation.state`` and ``action``; pictures
    (height, width, 3) become ``observation.images.<camera>``.

    Raises:
        FrameMismatch: a camera has another number of channels.
    """
    features: Features = {}
    if joints := _float_keys(observation_features):
        features[STATE] = Feature("float32", (len(joints),), joints)
    if joints := _float_keys(action_features):
        features[ACTION] = Feature("float32", (len(joints),), joints)
    for name, shape in observation_features.items():
        if isinstance(shape, tuple):
            camera = Feature("video" if use_videos else "image", shape, list(_IMAGE_NAMES))
            _check_writable(f"{IMAGES}.{name}", camera)
            features[f"{IMAGES}.{name}"] = camera
    return features


def _float_keys(hardware: Mapping[str, type | tuple[int, ...]]) -> list[str]:
    return [key for key, kind in hardware.items() if kind is float]


def pack_vector(
    key: str, feature: Feature, values: Mapping[str, float]
) -> NDArray[np.floating[Any]]:
    """Put hardware values in the order of a feature's names, shape (names,).

    Raises:
        FrameMismatch: a name has no value.
    """
    missing = [name for name in feature.names if name not in values]
    if missing:
        raise FrameMismatch(reason=f"{key} has no value for {', '.join(missing)}")
    return np.array([values[name] for name in feature.names], dtype=feature.dtype)


def row_from_hardware(
    features: Features, observed: Mapping[str, float], sent: Mapping[str, float]
) -> dict[str, NDArray[np.floating[Any]]]:
    """The numbers of one frame: joints as observed, and the action that was sent."""
    sources = {STATE: observed, ACTION: sent}
    return {
        key: pack_vector(key, features[key], values)
        for key, values in sources.items()
        if key in features
    }
