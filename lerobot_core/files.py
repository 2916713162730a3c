"""Writing files so that a reader, or a crash, sees all or nothing."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lerobot_core.errors import DiskFull

DISK_RESERVE_MB = 500
"""Below this no take is begun and one in progress is ended: the system itself wants room."""


def write_whole(path: Path, content: bytes) -> None:
    """Replace ``path`` durably: after a crash it holds the old content or the new, never a mix.

    Raises:
        DiskFull: nothing was changed.
    """
    staging = path.with_name(f".{path.name}.partial")
    try:
        with disk_errors(path), staging.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(path)
    except BaseException:
        staging.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, content: Any, indent: int = 4) -> None:
    """``write_whole`` for JSON, with non-ASCII characters kept as they are."""
    write_whole(path, json.dumps(content, indent=indent, ensure_ascii=False).encode())


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` survive a power cut, where the file system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``target`` only if the block succeeds."""
    staging = target.with_name(f".{target.name}.partial")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        staging.rename(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn “no space left” from anything written in the block into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=str(path), free_mb=free_mb(path)) from error
        raise


def free_mb(path: Path) -> int:
    """Space left on the disk that holds ``path`` or would hold it, in MiB."""
    return free_bytes(path) // 2**20


def free_bytes(path: Path) -> int:
    existing = path
    while not existing.exists():
        existing = existing.parent
    return shutil.disk_usage(existing).free


def reserve_mb() -> int:
    """Space that recordings leave free. ``LEROBOT_WORKBENCH_DISK_RESERVE_MB`` overrides."""
    return int(os.environ.get("LEROBOT_WORKBENCH_DISK_RESERVE_MB", DISK_RESERVE_MB))


def check_room(path: Path) -> None:
    """Raises DiskFull when less than the reserve is left on the disk of ``path``."""
    free = free_mb(path)
    if free < reserve_mb():
        raise DiskFull(path=str(path), free_mb=free)
