"""``meta/info.json``: what a dataset holds, how much of it counts, and where its files are.

Source: dataset format v3.0, section 2; order of keys as the reference writes it.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from lerobot_core.datasets.layout import DATA_TEMPLATE, INFO, VIDEO_TEMPLATE, PathTemplate
from lerobot_core.datasets.schema import Features, features_from_dict
from lerobot_core.errors import DatasetDamaged, DatasetNotFound

VERSION = "v3.0"


@dataclass(frozen=True)
class DatasetInfo:
    """The contents of info.json. Entries that are not known here are kept in ``entries``."""

    fps: int
    features: Features
    robot_type: str | None = None
    total_episodes: int = 0
    total_frames: int = 0
    total_tasks: int = 0
    chunks_size: int = 1000  # files in a chunk folder
    data_files_size_in_mb: int = 100
    video_files_size_in_mb: int = 200
    data_path: PathTemplate = field(default_factory=lambda: PathTemplate(DATA_TEMPLATE))
    video_path: PathTemplate | None = None
    entries: dict[str, Any] = field(default_factory=dict)  # as read, in their order

    @classmethod
    def create(cls, fps: int, features: Features, robot_type: str | None) -> Self:
        has_video = any(feature.is_video for feature in features.values())
        video_path = PathTemplate(VIDEO_TEMPLATE) if has_video else None
        return cls(fps, features, robot_type, video_path=video_path)

    @classmethod
    def from_dict(cls, entries: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the entries describe no dataset."""
        video_path = entries.get("video_path")
        return cls(
            fps=_positive(entries, "fps"),
            features=features_from_dict(entries["features"]),
            robot_type=entries.get("robot_type"),
            total_episodes=_count(entries, "total_episodes"),
            total_frames=_count(entries, "total_frames"),
            total_tasks=_count(entries, "total_tasks"),
            chunks_size=_positive(entries, "chunks_size", 1000),
            data_files_size_in_mb=_positive(entries, "data_files_size_in_mb", 100),
            video_files_size_in_mb=_positive(entries, "video_files_size_in_mb", 200),
            data_path=PathTemplate(entries["data_path"]),
            video_path=PathTemplate(video_path) if video_path else None,
            entries=entries,
        )

    def to_dict(self) -> dict[str, Any]:
        written: dict[str, Any] = {
            "codebase_version": VERSION,
            "robot_type": self.robot_type,
            "total_episodes": self.total_episodes,
            "total_frames": self.total_frames,
            "total_tasks": self.total_tasks,
            "chunks_size": self.chunks_size,
            "data_files_size_in_mb": self.data_files_size_in_mb,
            "video_files_size_in_mb": self.video_files_size_in_mb,
            "fps": self.fps,
            "splits": {"train": f"0:{self.total_episodes}"} if self.total_episodes else {},
            "data_path": self.data_path.text,
            "video_path": self.video_path.text if self.video_path else None,
            "features": {key: feature.to_dict() for key, feature in self.features.items()},
        }
        return {**self.entries, **written}

    def to_json(self) -> bytes:
        return json.dumps(self.to_dict(), indent=4, ensure_ascii=False).encode()

    def with_feature_info(self, key: str, facts: dict[str, Any]) -> Self:
        """The same, with ``info`` of one video feature filled in."""
        features = {**self.features, key: replace(self.features[key], info=facts)}
        return replace(self, features=features)

    @property
    def video_keys(self) -> list[str]:
        return [key for key, feature in self.features.items() if feature.is_video]

    @property
    def image_keys(self) -> list[str]:
        return [key for key, feature in self.features.items() if feature.is_image]

    @property
    def camera_keys(self) -> list[str]:
        return [key for key, feature in self.features.items() if feature.is_camera]


def read_info(root: Path) -> DatasetInfo:
    """Read ``meta/info.json`` of the dataset at ``root``.

    Raises:
        DatasetNotFound: there is no such file.
        DatasetDamaged: it cannot be understood, or is of a version that is not read here.
    """
    path = root / INFO
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        version = str(entries["codebase_version"])
        if not version.startswith("v3."):
            raise ValueError(f"it is of version {version}, and v3.0 is read here")
        info = DatasetInfo.from_dict(entries)
        if info.video_keys and info.video_path is None:
            raise ValueError("it has video features, but no video_path")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DatasetNotFound(path=str(root)) from error
    except KeyError as error:
        raise DatasetDamaged(path=str(path), reason=f"it has no {error}") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error
    return info


def _count(entries: dict[str, Any], key: str) -> int:
    number = entries[key]
    if isinstance(number, bool) or not isinstance(number, int | float) or number != int(number):
        raise ValueError(f"{key} is no whole number")
    if number < 0:
        raise ValueError(f"{key} is negative")
    return int(number)


def _positive(entries: dict[str, Any], key: str, default: int | None = None) -> int:
    if default is not None and key not in entries:
        return default
    number = _count(entries, key)
    if number == 0:
        raise ValueError(f"{key} is zero")
    return number
