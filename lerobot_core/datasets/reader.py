"""Reading a dataset as NumPy arrays. ``LeRobotDataset`` gives the same as tensors."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lerobot_core.datasets.frame_store import FrameStore
from lerobot_core.datasets.layout import TASKS
from lerobot_core.datasets.metadata import DatasetMetadata
from lerobot_core.datasets.video_reader import VideoReader
from lerobot_core.datasets.windows import Offsets, frame_offsets, window
from lerobot_core.errors import DatasetDamaged, SettingInvalid

Frame = dict[str, Any]
"""Feature → value; ``<feature>_is_pad`` of windows; ``task``. Pictures are (…, height, width, 3),
0 to 255; windows have a leading time axis."""


class DatasetReader:
    """Frames of a dataset by number, with windows in time around them.

    Args:
        root: The folder of the dataset.
        episodes: Read only these; frame numbers then count within them.
        delta_timestamps: Feature → seconds before (negative) or after the frame. At the ends
            of an episode the first or last frame stands in, and ``<feature>_is_pad`` says so.
        tolerance_s: How far the time of a picture may be from the time of its row.

    Raises:
        DatasetNotFound, DatasetDamaged: it is not there, or a file of it is broken.
        TimestampsInvalid, SettingInvalid: windows or episodes that the dataset does not have.
    """

    def __init__(
        self,
        root: str | Path,
        *,
        episodes: Sequence[int] | None = None,
        delta_timestamps: Mapping[str, Sequence[float]] | None = None,
        tolerance_s: float = 1e-4,
    ) -> None:
        self.metadata = DatasetMetadata(Path(root).expanduser())
        self.episodes = _checked_episodes(episodes, len(self.metadata.episodes))
        self._offsets = self._checked_offsets(delta_timestamps or {}, tolerance_s)
        self._store = FrameStore(self.metadata, self.episodes)
        self._videos = VideoReader(tolerance_s)
        lengths = self.metadata.episodes.length[self.episodes]
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths

    def _checked_offsets(
        self, wanted: Mapping[str, Sequence[float]], tolerance_s: float
    ) -> dict[str, Offsets]:
        info = self.metadata.info
        unknown = [key for key in wanted if key not in info.features]
        if unknown:
            raise SettingInvalid(
                setting="delta_timestamps", reason=f"the dataset has no feature {unknown[0]}"
            )
        return frame_offsets(wanted, info.fps, tolerance_s)

    def __len__(self) -> int:
        return len(self._store)

    def __getitem__(self, number: int) -> Frame:
        """One frame. Raises IndexError, VideoDamaged, DatasetDamaged."""
        row = range(len(self))[number]
        part = int(np.searchsorted(self._ends, row, side="right"))
        frame: Frame = {}
        for key in self._store.features:
            self._add_numbers(frame, key, row, part)
        for key in self.metadata.info.image_keys:
            self._add_pictures(frame, key, row, part)
        for key in self.metadata.info.video_keys:
            self._add_video(frame, key, row, part)
        frame["task"] = self._task(int(frame_value(self._store.columns["task_index"], row)))
        return frame

    def __iter__(self) -> Iterator[Frame]:
        return (self[number] for number in range(len(self)))

    def _window(self, frame: Frame, key: str, row: int, part: int) -> NDArray[np.int64] | None:
        """The rows of a feature's window, whose padding is noted; None if it has no window."""
        if key not in self._offsets:
            return None
        rows, is_pad = window(
            row, self._offsets[key], int(self._starts[part]), int(self._ends[part])
        )
        frame[f"{key}_is_pad"] = is_pad
        return rows

    def _add_numbers(self, frame: Frame, key: str, row: int, part: int) -> None:
        column = self._store.columns[key]
        rows = self._window(frame, key, row, part)
        if rows is None:
            frame[key] = frame_value(column, row)
        elif isinstance(column, list):
            frame[key] = [column[each] for each in rows]
        else:
            frame[key] = column[rows]

    def _add_pictures(self, frame: Frame, key: str, row: int, part: int) -> None:
        rows = self._window(frame, key, row, part)
        if rows is None:
            frame[key] = self._store.picture(key, row)
        else:
            frame[key] = np.stack([self._store.picture(key, int(each)) for each in rows])

    def _add_video(self, frame: Frame, key: str, row: int, part: int) -> None:
        rows = self._window(frame, key, row, part)
        wanted = np.array([row]) if rows is None else rows
        episode = self.episodes[part]
        from_s = self.metadata.episodes.video_span(key, episode).from_s
        timestamps = np.asarray(self._store.columns["timestamp"])[wanted]
        path = self.metadata.video_path(key, episode)
        pictures = self._videos.read(path, [from_s + float(each) for each in timestamps])
        # A window of one picture loses its time axis, as in the reference.
        frame[key] = pictures[0] if len(pictures) == 1 else pictures

    def _task(self, number: int) -> str:
        tasks = self.metadata.tasks
        if not 0 <= number < len(tasks):
            path = self.metadata.root / TASKS
            raise DatasetDamaged(path=str(path), reason=f"it has no task {number}")
        return tasks[number]

    def close(self) -> None:
        """Close open videos; reading on opens them again."""
        self._videos.close()


def frame_value(column: Any, row: int) -> Any:
    """One row of a column: an array (with no axes for a single number), or a text."""
    value = column[row]
    return value if isinstance(column, list) else np.asarray(value)


def _checked_episodes(wanted: Sequence[int] | None, total: int) -> list[int]:
    if wanted is None:
        return list(range(total))
    episodes = sorted({int(episode) for episode in wanted})
    outside = [episode for episode in episodes if not 0 <= episode < total]
    if outside:
        raise SettingInvalid(setting="episodes", reason=f"there is no episode {outside[0]}")
    return episodes
