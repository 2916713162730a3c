"""``meta/episodes/*.parquet``: one row an episode, with its place in files and its statistics.

Source: dataset format v3.0, section 5. Arrow arrays are built directly: about 100 columns through
Python lists cost 15 ms a row.
"""

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lerobot_core.datasets.layout import FileLocation
from lerobot_core.datasets.stats import DatasetStats


@dataclass(frozen=True)
class VideoSpan:
    """Where an episode is in a video file."""

    location: FileLocation
    from_s: float
    to_s: float


@dataclass(frozen=True)
class EpisodeRow:
    """What is written about one episode."""

    index: int
    tasks: list[str]  # each once, in the order of their first frame
    length: int  # frames
    data: FileLocation
    from_index: int  # global number of the first frame; the last is from_index + length - 1
    videos: dict[str, VideoSpan]
    own: FileLocation  # of the file that holds this row
    stats: DatasetStats = field(default_factory=dict)

    @property
    def to_index(self) -> int:
        return self.from_index + self.length


def to_table(row: EpisodeRow) -> pa.Table:
    """One row, with the columns in the order of the reference."""
    values: dict[str, Any] = {
        "episode_index": _integer(row.index),
        "tasks": pa.array([row.tasks], pa.list_(pa.string())),
        "length": _integer(row.length),
        "data/chunk_index": _integer(row.data.chunk),
        "data/file_index": _integer(row.data.file),
        "dataset_from_index": _integer(row.from_index),
        "dataset_to_index": _integer(row.to_index),
    }
    for key, span in row.videos.items():
        values[f"videos/{key}/chunk_index"] = _integer(span.location.chunk)
        values[f"videos/{key}/file_index"] = _integer(span.location.file)
        values[f"videos/{key}/from_timestamp"] = pa.array([span.from_s], pa.float64())
        values[f"videos/{key}/to_timestamp"] = pa.array([span.to_s], pa.float64())
    for key, statistics in row.stats.items():
        for name, numbers in statistics.items():
            values[f"stats/{key}/{name}"] = _nested(numbers)
    values["meta/episodes/chunk_index"] = _integer(row.own.chunk)
    values["meta/episodes/file_index"] = _integer(row.own.file)
    return pa.Table.from_arrays(list(values.values()), names=list(values))


def encode_episodes(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="snappy")
    return sink.getvalue()


def _integer(number: int) -> Any:
    return pa.array([number], pa.int64())


def _nested(numbers: NDArray[Any]) -> Any:
    """One row that holds an array of any shape as nested lists."""
    array: Any = pa.array(np.ascontiguousarray(numbers).reshape(-1))
    for size in reversed(numbers.shape):
        offsets: Any = pa.array(np.arange(0, len(array) + 1, size, dtype=np.int32))
        array = pa.ListArray.from_arrays(offsets, array)
    return array
