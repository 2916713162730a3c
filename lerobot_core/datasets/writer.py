"""Recording a dataset: rows are added, an episode is saved whole or not at all.

While recording every episode has files of its own. An episode counts from the moment that
``meta/info.json`` is replaced; everything it counts is safe on disk before that.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from lerobot_core.datasets.commit import Commit, make_folder
from lerobot_core.datasets.episode_buffer import EpisodeBuffer, Value
from lerobot_core.datasets.episode_table import EpisodeRow, VideoSpan, encode_episodes, to_table
from lerobot_core.datasets.frame_table import encode_frames
from lerobot_core.datasets.info import DatasetInfo
from lerobot_core.datasets.layout import (
    EPISODES_TEMPLATE,
    INFO,
    STAGING,
    STATS,
    TASKS,
    FileLocation,
    PathTemplate,
    check_repo_id,
    dataset_root,
)
from lerobot_core.datasets.metadata import DatasetMetadata, episode_files, location_of
from lerobot_core.datasets.recovery import recover
from lerobot_core.datasets.schema import Feature, dataset_features
from lerobot_core.datasets.stats import DatasetStats, aggregate_all, encode_stats, from_lists
from lerobot_core.datasets.tasks import encode_tasks
from lerobot_core.datasets.video import ClipFacts, count_frames, video_info
from lerobot_core.errors import DatasetExists, EpisodeEmpty, FrameMismatch
from lerobot_core.files import disk_errors, staged_folder, sync_folder, write_whole

_EPISODES = PathTemplate(EPISODES_TEMPLATE)
_ROWS_PER_FILE = 100
"""Episodes in one metadata file: it is written anew for each, which must stay quick."""


@dataclass(frozen=True)
class EpisodeFacts:
    """An episode that was saved."""

    index: int
    frames: int
    seconds: float
    from_index: int
    tasks: list[str]
    size_bytes: int  # of its data and video files


@dataclass(frozen=True)
class _Places:
    """The files that the next episode goes to."""

    data: FileLocation
    videos: dict[str, FileLocation]
    own: FileLocation

    def after_episode(self, chunks_size: int, *, next_own: bool) -> "_Places":
        videos = {key: location.next(chunks_size) for key, location in self.videos.items()}
        own = self.own.next(chunks_size) if next_own else self.own
        return _Places(self.data.next(chunks_size), videos, own)


class DatasetWriter:
    """Writes episodes into one dataset. Made by ``create`` or ``open``."""

    def __init__(self, metadata: DatasetMetadata, *, is_new: bool) -> None:
        self.root = metadata.root
        self.info: DatasetInfo = metadata.info
        self._is_new = is_new
        self._tasks = metadata.tasks
        self._stats = metadata.stats
        self._places = _next_places(metadata)
        self._rows: pa.Table | None = None  # of the metadata file in progress
        self._buffer = EpisodeBuffer(self.info.features)
        self._refused_clips: list[Path] = []  # of a save that failed
        self._is_finalized = False

    @classmethod
    def create(
        cls,
        repo_id: str,
        fps: int,
        features: Mapping[str, Feature | Mapping[str, Any]],
        root: str | Path | None = None,
        robot_type: str | None = None,
    ) -> Self:
        """Start a new dataset in ``root``, or under the datasets' home by its name.

        Raises:
            DatasetNameInvalid, DatasetExists: nothing was made.
            FrameMismatch: a feature cannot be recorded.
            DiskFull
        """
        check_repo_id(repo_id)
        folder = dataset_root(repo_id, root)
        if folder.exists() or folder.is_symlink():
            raise DatasetExists(name=repo_id)
        info = DatasetInfo.create(int(fps), dataset_features(features), robot_type)
        with disk_errors(folder), staged_folder(folder) as staging:
            make_folder(staging / INFO.parent)
            write_whole(staging / INFO, info.to_json())
        sync_folder(folder.parent)
        return cls(DatasetMetadata(folder), is_new=True)

    @classmethod
    def open(cls, root: str | Path) -> Self:
        """Go on recording an existing dataset. What a crash left behind is moved aside first.

        Raises:
            DatasetNotFound, DatasetDamaged, DiskFull
        """
        folder = Path(root).expanduser()
        recover(folder)
        return cls(DatasetMetadata(folder), is_new=False)

    @property
    def frames(self) -> int:
        """Rows of the episode in progress."""
        return self._buffer.frames

    def staging_folder(self) -> Path:
        """Where clips of the episode in progress are to be written: on the dataset's disk."""
        folder = self.root / STAGING
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def add_row(self, values: Mapping[str, Value], task: str) -> None:
        """Add one frame: a value for every feature that is neither a video nor a default one.

        Raises:
            TaskMissing, FrameMismatch: nothing was added.
        """
        if self._is_finalized:
            raise RuntimeError("the dataset is finalized; open it to go on")
        self._buffer.add(values, task)

    def save_episode(self, clips: Mapping[str, ClipFacts] | None = None) -> EpisodeFacts:
        """Make the frames added so far an episode, with one clip for each video feature.

        Raises:
            EpisodeEmpty: there are no frames.
            FrameMismatch: a clip is missing, unknown, or does not fit the rows.
            DiskFull: nothing was changed; save it again, or clear it.
        """
        clips = dict(clips or {})
        if not self.frames:
            raise EpisodeEmpty
        self._check_clips(clips)
        clips = {key: clips[key] for key in self.info.video_keys}  # columns have one order
        self._refused_clips = [Path(clip.path) for clip in clips.values()]
        facts = self._commit(clips)
        self.clear_episode()
        return facts

    def clear_episode(self) -> None:
        """Throw away the frames added so far, and clips that a failed save was given."""
        for path in self._refused_clips:
            path.unlink(missing_ok=True)
        self._refused_clips = []
        self._buffer = EpisodeBuffer(self.info.features)

    def finalize(self) -> None:
        """Recording is over. Frames that were not saved are dropped.

        A dataset that was created here and got no episode is removed: no reader could open it,
        and its name stays free.
        """
        if self._is_finalized:
            return
        self.clear_episode()
        self._is_finalized = True
        shutil.rmtree(self.root / STAGING, ignore_errors=True)
        if self._is_new and not self.info.total_episodes:
            shutil.rmtree(self.root, ignore_errors=True)

    def _check_clips(self, clips: Mapping[str, ClipFacts]) -> None:
        if set(clips) != set(self.info.video_keys):
            wrong = sorted(set(clips) ^ set(self.info.video_keys))
            raise FrameMismatch(reason=f"{wrong[0]} has no clip, or is no video feature")
        for key, clip in clips.items():
            height, width, _ = self.info.features[key].shape
            if (clip.height, clip.width, clip.fps) != (height, width, self.info.fps):
                raise FrameMismatch(
                    reason=f"{key} was encoded with {clip.height} × {clip.width} pixels at "
                    f"{clip.fps} frames per second"
                )
            stored = count_frames(Path(clip.path))
            if not stored == clip.frames == self.frames:
                raise FrameMismatch(
                    reason=f"{key} has {stored} pictures, but {self.frames} rows were recorded"
                )

    def _commit(self, clips: Mapping[str, ClipFacts]) -> EpisodeFacts:
        tasks = list(dict.fromkeys([*self._tasks, *self._buffer.tasks]))
        columns = self._buffer.columns(
            self.info.fps,
            self.info.total_episodes,
            self.info.total_frames,
            {task: number for number, task in enumerate(tasks)},
        )
        row = self._episode_row(clips, self._episode_stats(clips, columns))
        rows = _append(self._rows, to_table(row))
        stats = aggregate_all([self._stats, row.stats] if self._stats else [row.stats])
        info = self._info_with(row, clips, total_tasks=len(tasks))
        data = encode_frames(self.info.features, columns)
        with Commit() as commit:
            commit.write(self.root / self.info.data_path.path(row.data), data)
            for key, clip in clips.items():
                commit.move(Path(clip.path), self._video_path(key, row))
            if tasks != self._tasks:
                commit.write(self.root / TASKS, encode_tasks(tasks))
            commit.write(self.root / _EPISODES.path(row.own), encode_episodes(rows))
            commit.write(self.root / STATS, encode_stats(stats))
            commit.write(self.root / INFO, info.to_json())
            commit.publish()
        self._remember(info, tasks, stats, rows)
        size = len(data) + sum(clip.size_bytes for clip in clips.values())
        seconds = row.length / info.fps
        return EpisodeFacts(row.index, row.length, seconds, row.from_index, row.tasks, size)

    def _episode_stats(
        self, clips: Mapping[str, ClipFacts], columns: Mapping[str, Any]
    ) -> DatasetStats:
        stats = self._buffer.stats(columns, self.info.fps)
        stats |= from_lists({key: clip.stats for key, clip in clips.items()})
        return {key: stats[key] for key in self.info.features if key in stats}

    def _episode_row(self, clips: Mapping[str, ClipFacts], stats: DatasetStats) -> EpisodeRow:
        seconds = self.frames / self.info.fps
        return EpisodeRow(
            index=self.info.total_episodes,
            tasks=self._buffer.tasks,
            length=self.frames,
            data=self._places.data,
            from_index=self.info.total_frames,
            videos={key: VideoSpan(self._places.videos[key], 0.0, seconds) for key in clips},
            own=self._places.own,
            stats=stats,
        )

    def _info_with(
        self, row: EpisodeRow, clips: Mapping[str, ClipFacts], total_tasks: int
    ) -> DatasetInfo:
        info = replace(
            self.info,
            total_episodes=row.index + 1,
            total_frames=row.to_index,
            total_tasks=total_tasks,
        )
        for key, clip in clips.items():
            if info.features[key].info is None:
                info = info.with_feature_info(key, video_info(clip))
        return info

    def _video_path(self, key: str, row: EpisodeRow) -> Path:
        assert self.info.video_path is not None  # there are video features
        return self.root / self.info.video_path.path(row.videos[key].location, key)

    def _remember(
        self, info: DatasetInfo, tasks: list[str], stats: DatasetStats, rows: pa.Table
    ) -> None:
        self.info, self._tasks, self._stats = info, tasks, stats
        is_full = len(rows) >= _ROWS_PER_FILE
        self._rows = None if is_full else rows
        self._places = self._places.after_episode(info.chunks_size, next_own=is_full)


def _append(rows: pa.Table | None, row: pa.Table) -> pa.Table:
    if rows is None:
        return row
    return pa.concat_tables([rows, row]).combine_chunks()


def _next_places(metadata: DatasetMetadata) -> _Places:
    """New files after all that exist: what is on disk already is never reopened for writing."""
    chunks_size = metadata.info.chunks_size
    episodes = metadata.episodes
    numbers = range(len(episodes))

    def after(used: list[FileLocation]) -> FileLocation:
        return max(used).next(chunks_size) if used else FileLocation()

    return _Places(
        data=after([episodes.data_location(number) for number in numbers]),
        videos={
            key: after([episodes.video_span(key, number).location for number in numbers])
            for key in metadata.info.video_keys
        },
        own=after([location_of(path) for path in episode_files(metadata.root)]),
    )
