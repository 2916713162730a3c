"""``LeRobotDataset`` with upstream's names: frames as torch tensors, and recording by script.

torch is loaded when the first frame is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from lerobot_core.datasets.layout import dataset_root
from lerobot_core.datasets.metadata import DatasetMetadata, Episodes
from lerobot_core.datasets.reader import DatasetReader
from lerobot_core.datasets.schema import Feature
from lerobot_core.datasets.script_recorder import ScriptRecorder
from lerobot_core.datasets.stats import DatasetStats
from lerobot_core.datasets.writer import DatasetWriter, EpisodeFacts
from lerobot_core.errors import LibraryMissing

ImageTransform = Callable[[Any], Any]


class LeRobotDatasetMetadata:
    """What a dataset says of itself.

    Raises:
        DatasetNotFound, DatasetDamaged, DatasetNameInvalid
    """

    def __init__(self, repo_id: str, root: str | Path | None = None) -> None:
        self.repo_id = repo_id
        self.root = dataset_root(repo_id, root)
        self._metadata = DatasetMetadata(self.root)

    @property
    def info(self) -> dict[str, Any]:
        return self._metadata.info.to_dict()

    @property
    def features(self) -> dict[str, dict[str, Any]]:
        """Feature → dtype, shape (a tuple), names."""
        return {
            key: {**feature.to_dict(), "shape": feature.shape}
            for key, feature in self._metadata.features.items()
        }

    @property
    def fps(self) -> int:
        return self._metadata.info.fps

    @property
    def robot_type(self) -> str | None:
        return self._metadata.info.robot_type

    @property
    def total_episodes(self) -> int:
        return self._metadata.info.total_episodes

    @property
    def total_frames(self) -> int:
        return self._metadata.info.total_frames

    @property
    def total_tasks(self) -> int:
        return self._metadata.info.total_tasks

    @property
    def tasks(self) -> list[str]:
        """Task texts in the order of their numbers."""
        return self._metadata.tasks

    @property
    def episodes(self) -> Episodes:
        return self._metadata.episodes

    @property
    def stats(self) -> DatasetStats:
        return self._metadata.stats

    @property
    def camera_keys(self) -> list[str]:
        return self._metadata.info.camera_keys

    @property
    def video_keys(self) -> list[str]:
        return self._metadata.info.video_keys

    @property
    def image_keys(self) -> list[str]:
        return self._metadata.info.image_keys

    @property
    def names(self) -> dict[str, Any]:
        return {key: feature.names for key, feature in self._metadata.features.items()}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {key: feature.shape for key, feature in self._metadata.features.items()}


class LeRobotDataset:
    """A dataset in ``root``, or under the datasets' home by its name.

    Indexing gives one frame: pictures as float32 (channels, height, width) from 0 to 1, numbers
    as tensors, ``task`` as text; windows of ``delta_timestamps`` have a leading time axis.

    Raises:
        DatasetNotFound, DatasetDamaged, DatasetNameInvalid, TimestampsInvalid, SettingInvalid
    """

    def __init__(
        self,
        repo_id: str,
        root: str | Path | None = None,
        episodes: Sequence[int] | None = None,
        image_transforms: ImageTransform | None = None,
        delta_timestamps: Mapping[str, Sequence[float]] | None = None,
        tolerance_s: float = 1e-4,
    ) -> None:
        self.repo_id = repo_id
        self.root = dataset_root(repo_id, root)
        self.image_transforms = image_transforms
        self.delta_timestamps = delta_timestamps
        self._episodes = episodes
        self._tolerance_s = tolerance_s
        self._recorder: ScriptRecorder | None = None
        self._reader: DatasetReader | None = None
        self._meta: LeRobotDatasetMetadata | None = None
        self._open_reader()

    @classmethod
    def create(
        cls,
        repo_id: str,
        fps: int,
        features: Mapping[str, Feature | Mapping[str, Any]],
        root: str | Path | None = None,
        robot_type: str | None = None,
        use_videos: bool = True,
        tolerance_s: float = 1e-4,
    ) -> Self:
        """Start a new dataset, to be filled with ``add_frame`` and ``save_episode``.

        Raises:
            DatasetExists, DatasetNameInvalid, FrameMismatch, DiskFull
        """
        wanted = dict(features) if use_videos else _as_images(features)
        dataset = cls.__new__(cls)
        dataset._recorder = ScriptRecorder(
            DatasetWriter.create(repo_id, fps, wanted, root, robot_type)
        )
        dataset.repo_id = repo_id
        dataset.root = dataset_root(repo_id, root)
        dataset.image_transforms = None
        dataset.delta_timestamps = None
        dataset._episodes = None
        dataset._tolerance_s = tolerance_s
        dataset._reader = None
        dataset._meta = None
        return dataset

    # Reading

    def _open_reader(self) -> DatasetReader:
        if self._reader is None:
            self._reader = DatasetReader(
                self.root,
                episodes=self._episodes,
                delta_timestamps=self.delta_timestamps,
                tolerance_s=self._tolerance_s,
            )
        return self._reader

    @property
    def meta(self) -> LeRobotDatasetMetadata:
        if self._meta is None:
            self._meta = LeRobotDatasetMetadata(self.repo_id, self.root)
        return self._meta

    @property
    def features(self) -> dict[str, dict[str, Any]]:
        return self.meta.features

    @property
    def fps(self) -> int:
        return self.meta.fps

    @property
    def num_frames(self) -> int:
        """Frames of the episodes that were chosen."""
        return len(self._open_reader())

    @property
    def num_episodes(self) -> int:
        """Episodes that were chosen."""
        return len(self._open_reader().episodes)

    def __len__(self) -> int:
        return self.num_frames

    def __getitem__(self, index: int) -> dict[str, Any]:
        """One frame. Raises IndexError, VideoDamaged, DatasetDamaged, LibraryMissing."""
        torch = _torch()
        cameras = self.meta.camera_keys
        item: dict[str, Any] = {}
        for key, value in self._open_reader()[index].items():
            if key in cameras:
                item[key] = self._image_tensor(torch, value)
            elif isinstance(value, np.ndarray):
                item[key] = torch.from_numpy(_as_upstream(value))
            else:
                item[key] = value
        return item

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(len(self)))

    def _image_tensor(self, torch: Any, pictures: Any) -> Any:
        """(…, height, width, 3) from 0 to 255 → float32 (…, 3, height, width) from 0 to 1."""
        planes = np.moveaxis(pictures, -1, -3)
        # Divided, not multiplied by 1/255: that would differ in the last bit.
        tensor = torch.from_numpy(np.divide(planes, np.float32(255), dtype=np.float32, order="C"))
        return self.image_transforms(tensor) if self.image_transforms else tensor

    def __repr__(self) -> str:
        return (
            f"LeRobotDataset({self.repo_id!r}, episodes={self.meta.total_episodes}, "
            f"frames={self.meta.total_frames}, features={list(self.meta.features)})"
        )

    # Recording

    def add_frame(self, frame: Mapping[str, Any]) -> None:
        """Add one frame: a value for each feature, pictures included, and ``task``.

        Raises:
            TaskMissing, FrameMismatch: nothing was added.
            DiskFull
        """
        self._recording().add_frame(frame)

    def save_episode(self) -> EpisodeFacts:
        """Make the frames added so far an episode.

        Raises:
            EpisodeEmpty, FrameMismatch
            DiskFull: nothing was changed; save it again, or clear it.
        """
        facts = self._recording().save_episode()
        self._reader = self._meta = None  # there is more to be read now
        return facts

    def clear_episode_buffer(self) -> None:
        """Throw away the frames added so far."""
        self._recording().clear_episode()

    def finalize(self) -> None:
        """Recording is over; frames that were not saved are dropped."""
        if self._recorder is not None:
            self._recorder.finalize()

    def _recording(self) -> ScriptRecorder:
        if self._recorder is None:
            raise RuntimeError("this dataset was opened for reading; LeRobotDataset.create records")
        return self._recorder


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise LibraryMissing(library="torch", extra="train") from error
    return torch


def _as_upstream(value: Any) -> Any:
    """Numbers in the types that upstream's tensors have: float32, int64, bool."""
    wanted = {"f": np.float32, "i": np.int64, "u": np.int64}.get(value.dtype.kind)
    return np.array(value, wanted)  # a copy: a tensor may be changed by whoever gets it


def _as_images(features: Mapping[str, Feature | Mapping[str, Any]]) -> dict[str, Any]:
    """The same features, with videos replaced by pictures inside the parquet files."""
    entries = {
        key: feature.to_dict() if isinstance(feature, Feature) else dict(feature)
        for key, feature in features.items()
    }
    for entry in entries.values():
        if entry.get("dtype") == "video":
            entry["dtype"] = "image"
    return entries
