"""Putting a dataset in order after a crash, before anything else is written to it.

Other readers take every parquet file they find, so files that info.json does not count must not
stay where they are. They are moved aside, not deleted: they hold what an operator recorded.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc

from lerobot_core.datasets.commit import make_folder
from lerobot_core.datasets.episode_table import encode_episodes
from lerobot_core.datasets.info import DatasetInfo
from lerobot_core.datasets.layout import INFO, SIDECAR, STAGING, STATS
from lerobot_core.datasets.metadata import (
    DatasetMetadata,
    episode_files,
    read_episode_stats,
    read_parquet,
)
from lerobot_core.datasets.stats import aggregate_all, encode_stats
from lerobot_core.files import disk_errors, sync_folder, write_whole

_ORPHANS = SIDECAR / "orphans"


def recover(root: Path) -> list[Path]:
    """Make the files of a dataset agree with its info.json. Can be cut off and called again.

    Returns:
        Where files went that no episode counts.

    Raises:
        DatasetNotFound, DatasetDamaged: it cannot be read; nothing was changed.
        DiskFull
    """
    metadata = DatasetMetadata(root)
    _remove_partial_files(root)
    orphans = _uncounted_files(metadata)
    if orphans or _has_uncounted_rows(root, metadata.info):
        _recompute_stats(metadata)  # first: what follows removes the signs that it is needed
        _drop_uncounted_rows(root, metadata.info)
    if len(metadata.tasks) != metadata.info.total_tasks:
        # A task that no episode uses does no harm; one that is not counted would.
        info = replace(metadata.info, total_tasks=len(metadata.tasks))
        write_whole(root / INFO, info.to_json())
    moved = _move_aside(root, orphans)
    shutil.rmtree(root / STAGING, ignore_errors=True)  # its files are among those moved
    return moved


def _remove_partial_files(root: Path) -> None:
    for path in (root / "meta").rglob(".*.partial"):
        path.unlink(missing_ok=True)


def _uncounted_files(metadata: DatasetMetadata) -> list[Path]:
    root, info = metadata.root, metadata.info
    numbers = range(info.total_episodes)
    counted = {metadata.data_path(number) for number in numbers}
    counted |= {metadata.video_path(key, number) for key in info.video_keys for number in numbers}
    counted |= {path for path in episode_files(root) if _counted_rows(path, info) > 0}
    return [path for path in _recorded_files(root) if path not in counted]


def _recorded_files(root: Path) -> Iterator[Path]:
    yield from (root / "data").rglob("*.parquet")
    yield from (root / "data").rglob(".*.partial")
    yield from (root / "videos").rglob("*.mp4")
    yield from (root / "meta" / "episodes").rglob("*.parquet")
    yield from (path for path in (root / STAGING).rglob("*") if path.is_file())


def _counted_rows(path: Path, info: DatasetInfo) -> int:
    index = read_parquet(path, ["episode_index"])["episode_index"].to_numpy()
    return int((index < info.total_episodes).sum())


def _has_uncounted_rows(root: Path, info: DatasetInfo) -> bool:
    return any(
        _counted_rows(path, info) < len(read_parquet(path, ["episode_index"]))
        for path in episode_files(root)
    )


def _recompute_stats(metadata: DatasetMetadata) -> None:
    parts = read_episode_stats(metadata.root, metadata.info.total_episodes)
    if parts and all(parts):
        write_whole(metadata.root / STATS, encode_stats(aggregate_all(parts)))
    elif not metadata.info.total_episodes:
        (metadata.root / STATS).unlink(missing_ok=True)


def _drop_uncounted_rows(root: Path, info: DatasetInfo) -> None:
    for path in episode_files(root):
        table = read_parquet(path)
        kept = table.filter(pc.field("episode_index") < info.total_episodes)
        if 0 < len(kept) < len(table):
            write_whole(path, encode_episodes(kept))


def _move_aside(root: Path, files: list[Path]) -> list[Path]:
    """Move files to the next free folder of orphans, with their paths kept below it."""
    if not files:
        return []
    number = 1
    while (root / _ORPHANS / str(number)).exists():
        number += 1
    moved: list[Path] = []
    for path in files:
        target = root / _ORPHANS / str(number) / path.relative_to(root)
        with disk_errors(target):
            make_folder(target.parent)
            path.replace(target)
        sync_folder(path.parent)
        moved.append(target)
    return moved
