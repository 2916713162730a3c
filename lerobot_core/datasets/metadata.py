"""What a dataset says of itself, read from ``meta/``."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lerobot_core.datasets.episode_table import VideoSpan
from lerobot_core.datasets.info import DatasetInfo, read_info
from lerobot_core.datasets.layout import STATS, TASKS, FileLocation
from lerobot_core.datasets.schema import Features
from lerobot_core.datasets.stats import DatasetStats, from_lists, read_stats
from lerobot_core.datasets.tasks import read_tasks
from lerobot_core.errors import DatasetDamaged

Integers = NDArray[np.int64]

_PLACES = ("length", "data/chunk_index", "data/file_index", "dataset_from_index")

_NUMBERED = re.compile(r"/chunk-([0-9]+)/file-([0-9]+)\.parquet$")
VIDEO_PLACES = ("chunk_index", "file_index", "from_timestamp", "to_timestamp")


class Episodes:
    """The episodes of a dataset, as columns in the order of their index.

    ``episodes[3]`` is a dictionary of one episode, ``episodes["length"]`` a column.
    """

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.length: Integers = self._numbers("length")
        self.from_index: Integers = self._numbers("dataset_from_index")
        self._spans: dict[str, tuple[NDArray[Any], ...]] = {}
        self._data = (self._numbers("data/chunk_index"), self._numbers("data/file_index"))

    def _numbers(self, column: str) -> Integers:
        numbers: Integers = self._table[column].to_numpy().astype(np.int64)
        return numbers

    @cached_property
    def tasks(self) -> list[list[str]]:
        """The tasks of each episode; empty lists where a tool has left the column out."""
        if "tasks" not in self._table.column_names:
            return [[] for _ in range(len(self))]
        return [list(tasks or []) for tasks in self._table["tasks"].to_pylist()]

    def data_location(self, episode: int) -> FileLocation:
        chunks, files = self._data
        return FileLocation(int(chunks[episode]), int(files[episode]))

    def video_span(self, key: str, episode: int) -> VideoSpan:
        """Where an episode is in the videos of a feature."""
        chunks, files, starts, ends = self._spans.get(key) or self._load_spans(key)
        location = FileLocation(int(chunks[episode]), int(files[episode]))
        return VideoSpan(location, float(starts[episode]), float(ends[episode]))

    def _load_spans(self, key: str) -> tuple[NDArray[Any], ...]:
        columns = tuple(self._table[f"videos/{key}/{place}"].to_numpy() for place in VIDEO_PLACES)
        self._spans[key] = columns
        return columns

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, wanted: int | str) -> Any:
        if isinstance(wanted, str):
            return self._table[wanted].to_pylist()
        row: dict[str, Any] = self._table.slice(range(len(self))[wanted], 1).to_pylist()[0]
        return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(len(self)))


class DatasetMetadata:
    """Counts, features, tasks, episodes and statistics of the dataset at ``root``.

    Raises:
        DatasetNotFound: there is no dataset.
        DatasetDamaged: a file of ``meta`` is missing, cut short, or contradicts another.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.info: DatasetInfo = read_info(root)
        self.tasks: list[str] = read_tasks(root / TASKS)
        self.episodes = Episodes(_read_episodes(root, self.info))
        _check_counts(root, self.info, self.episodes)

    @property
    def features(self) -> Features:
        return self.info.features

    @cached_property
    def stats(self) -> DatasetStats:
        """Statistics over all episodes."""
        return read_stats(self.root / STATS)

    def data_path(self, episode: int) -> Path:
        return self.root / self.info.data_path.path(self.episodes.data_location(episode))

    def video_path(self, key: str, episode: int) -> Path:
        assert self.info.video_path is not None  # read_info has seen to it
        location = self.episodes.video_span(key, episode).location
        return self.root / self.info.video_path.path(location, key)


def episode_files(root: Path) -> list[Path]:
    """The files of episodes, in the order of their numbers."""
    files = (root / "meta" / "episodes").glob("chunk-*/file-*.parquet")
    return sorted((path for path in files if _NUMBERED.search(path.as_posix())), key=location_of)


def location_of(path: Path) -> FileLocation:
    """The numbers in a path such as ``…/chunk-000/file-012.parquet``."""
    found = _NUMBERED.search(path.as_posix())
    if found is None:
        raise ValueError(f"{path} has no numbers")
    return FileLocation(int(found[1]), int(found[2]))


def read_episode_stats(root: Path, episodes: int) -> list[DatasetStats]:
    """The statistics of each of the first episodes, as far as they were stored."""
    found: list[DatasetStats] = []
    for path in episode_files(root):
        table = read_parquet(path)
        names = [name for name in table.column_names if name.startswith("stats/")]
        for row in table.select(["episode_index", *names]).to_pylist():
            if row.pop("episode_index") < episodes:
                found.append(_stats_of(path, row))
    return found


def _stats_of(path: Path, row: dict[str, Any]) -> DatasetStats:
    entries: dict[str, dict[str, Any]] = {}
    for column, values in row.items():
        key, _, name = column.removeprefix("stats/").rpartition("/")
        if values is not None:
            entries.setdefault(key, {})[name] = values
    try:
        return from_lists(entries)
    except (ValueError, AttributeError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error


def read_parquet(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a whole parquet file. Raises DatasetDamaged, with the file's name."""
    try:
        return pq.ParquetFile(path).read(columns)
    except FileNotFoundError as error:
        raise DatasetDamaged(path=str(path), reason="the file is missing") from error
    except (pa.ArrowException, OSError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error


def _read_episodes(root: Path, info: DatasetInfo) -> pa.Table:
    """The rows of all episodes that count, without statistics, in the order of their index."""
    files = episode_files(root)
    if not files:
        if info.total_episodes:
            folder = root / "meta" / "episodes"
            raise DatasetDamaged(path=str(folder), reason="there are no episodes in it")
        empty: list[int] = []
        return pa.table({name: pa.array(empty, pa.int64()) for name in _PLACES})
    parts = [_read_places(path, info) for path in files]
    table = pa.concat_tables(parts, promote_options="permissive").combine_chunks()
    table = table.sort_by("episode_index")
    index = table["episode_index"].to_numpy()
    # Rows beyond the count belong to an episode whose saving was cut off.
    table = table.filter(pa.array(index < info.total_episodes))
    if table["episode_index"].to_pylist() != list(range(info.total_episodes)):
        raise DatasetDamaged(
            path=str(files[0].parent), reason="its episodes are not numbered 0, 1, 2 …"
        )
    return table


def _read_places(path: Path, info: DatasetInfo) -> pa.Table:
    try:
        stored = pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error
    wanted = [name for name in stored if not name.startswith("stats/")]
    needed = ["episode_index", *_PLACES]
    needed += [f"videos/{key}/{place}" for key in info.video_keys for place in VIDEO_PLACES]
    missing = [name for name in needed if name not in wanted]
    if missing:
        raise DatasetDamaged(path=str(path), reason=f"it has no column {missing[0]}")
    return read_parquet(path, wanted)


def _check_counts(root: Path, info: DatasetInfo, episodes: Episodes) -> None:
    starts = np.concatenate([[0], np.cumsum(episodes.length)])
    if int(starts[-1]) != info.total_frames or not np.array_equal(starts[:-1], episodes.from_index):
        raise DatasetDamaged(
            path=str(root / "meta" / "episodes"),
            reason=f"its episodes do not add up to {info.total_frames} frames",
        )
