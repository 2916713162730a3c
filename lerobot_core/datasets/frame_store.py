"""The rows of a dataset: numbers as arrays in memory, pictures of parquet files on demand.

Which files are read is said by the episodes, never by what lies in the folder.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lerobot_core.datasets.frame_table import Column
from lerobot_core.datasets.metadata import DatasetMetadata, read_parquet
from lerobot_core.datasets.schema import Feature, Features
from lerobot_core.errors import DatasetDamaged
from lerobot_core.types import Image

_MOST_GROUPS = 8
"""Row groups of pictures kept, counted over cameras; one is the pictures of an episode."""


@dataclass(frozen=True)
class _FilePart:
    """The rows of one file that belong to the wanted episodes."""

    columns: dict[str, Column]
    rows_in_file: NDArray[np.int64]


class FrameStore:
    """Rows of some episodes, in the order of their global index.

    Raises:
        DatasetDamaged: a file is missing or cut short, or holds other rows than it should.
    """

    def __init__(self, metadata: DatasetMetadata, episodes: Sequence[int]) -> None:
        self.features = _stored_features(metadata.features)
        self._pictures = PictureColumns()
        by_file: dict[Path, list[int]] = {}
        for episode in episodes:
            by_file.setdefault(metadata.data_path(episode), []).append(episode)
        self._files = list(by_file)
        parts = [self._read(path, own) for path, own in by_file.items()]
        self._file_of_row = np.repeat(
            np.arange(len(parts)), [len(part.rows_in_file) for part in parts]
        )
        rows: list[NDArray[np.int64]] = [part.rows_in_file for part in parts]
        self._row_in_file = np.concatenate([*rows, np.zeros(0, np.int64)])
        self.columns: dict[str, Column] = {
            key: _joined([part.columns[key] for part in parts], feature)
            for key, feature in self.features.items()
        }
        _check_order(metadata, episodes, np.asarray(self.columns["index"]))

    def __len__(self) -> int:
        return len(self._row_in_file)

    def picture(self, key: str, row: int) -> Image:
        """The picture of an image feature, shape (height, width, 3)."""
        path = self._files[self._file_of_row[row]]
        return self._pictures.read(path, key, int(self._row_in_file[row]))

    def _read(self, path: Path, episodes: list[int]) -> _FilePart:
        stored = _column_names(path)
        missing = [key for key in self.features if key not in stored]
        if missing:
            raise DatasetDamaged(path=str(path), reason=f"it has no column {missing[0]}")
        table = read_parquet(path, list(self.features))
        wanted = np.isin(table["episode_index"].to_numpy(), episodes)
        if not wanted.all():
            table = table.filter(pa.array(wanted))
        try:
            columns = {
                key: _to_numpy(table[key], feature) for key, feature in self.features.items()
            }
        except (ValueError, TypeError, pa.ArrowException) as error:
            raise DatasetDamaged(path=str(path), reason=str(error)) from error
        return _FilePart(columns, np.flatnonzero(wanted))


class PictureColumns:
    """Pictures inside parquet files: row groups are read when one of their pictures is wanted."""

    def __init__(self) -> None:
        self._starts: dict[Path, NDArray[np.int64]] = {}
        self._groups: OrderedDict[tuple[Path, int, str], Any] = OrderedDict()

    def read(self, path: Path, key: str, row: int) -> Image:
        from lerobot_core.datasets.pictures import decode_picture

        starts = self._starts.get(path)
        if starts is None:
            starts = self._starts[path] = _group_starts(path)
        group = int(np.searchsorted(starts, row, side="right")) - 1
        content = self._group(path, group, key)[row - int(starts[group])].as_py()
        try:
            return decode_picture(content or b"")
        except ValueError as error:
            raise DatasetDamaged(
                path=str(path), reason=f"{key} of row {row} is no picture"
            ) from error

    def _group(self, path: Path, group: int, key: str) -> Any:
        place = (path, group, key)
        column = self._groups.pop(place, None)
        if column is None:
            column = _read_pictures(*place)
        self._groups[place] = column
        while len(self._groups) > _MOST_GROUPS:
            self._groups.popitem(last=False)
        return column


def _stored_features(features: Features) -> Features:
    """Features that are columns of numbers or texts. Language columns are left alone."""
    return {
        key: feature
        for key, feature in features.items()
        if feature.is_numeric or (feature.is_text and feature.is_scalar)
    }


def _column_names(path: Path) -> list[str]:
    try:
        return list(pq.read_schema(path).names)
    except FileNotFoundError as error:
        raise DatasetDamaged(path=str(path), reason="the file is missing") from error
    except (pa.ArrowException, OSError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error


def _to_numpy(column: Any, feature: Feature) -> Column:
    """A column of any of the layouts that versions of the format use for a feature."""
    if feature.is_text:
        return [str(text) for text in column.to_pylist()]
    rows = len(column)
    values = column.combine_chunks()
    if isinstance(values.type, pa.BaseExtensionType):  # where the reference's library is loaded
        values = values.storage
    while pa.types.is_nested(values.type):
        values = values.flatten()
    if values.null_count:
        raise ValueError("it has rows without values")
    numbers = values.to_numpy(zero_copy_only=False).astype(feature.dtype, copy=False)
    shape = () if feature.is_scalar else feature.shape
    return np.asarray(numbers.reshape(rows, *shape))


def _joined(parts: list[Column], feature: Feature) -> Column:
    if feature.is_text:
        return [text for part in parts for text in part]
    if not parts:
        shape = () if feature.is_scalar else feature.shape
        return np.zeros((0, *shape), feature.dtype)
    return np.concatenate(parts)


def _check_order(
    metadata: DatasetMetadata, episodes: Sequence[int], index: NDArray[np.int64]
) -> None:
    """Rows must be those that the episodes claim, in their order."""
    start = 0
    for episode in episodes:
        first, length = (
            int(column[episode])
            for column in (metadata.episodes.from_index, metadata.episodes.length)
        )
        found = index[start : start + length]
        if not np.array_equal(found, np.arange(first, first + length)):
            raise DatasetDamaged(
                path=str(metadata.data_path(episode)),
                reason=f"it does not hold the {length} rows of episode {episode}",
            )
        start += length


def _group_starts(path: Path) -> NDArray[np.int64]:
    metadata = pq.ParquetFile(path).metadata
    sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    return np.concatenate([[0], np.cumsum(sizes)])[:-1]


def _read_pictures(path: Path, group: int, key: str) -> Any:
    try:
        table = pq.ParquetFile(path).read_row_group(group, columns=[key])
        column: Any = table[key].combine_chunks()
        return column.field("bytes") if pa.types.is_struct(column.type) else column
    except (pa.ArrowException, OSError, KeyError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error
