"""Publishing several files so that a crash, or a full disk, leaves the old state or the new.

Everything that needs space is written and forced to disk first, under other names. Then files are
renamed in the order they were given, and the last one, which makes the others count, only when
the renames before it are durable.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from lerobot_core.files import disk_errors, sync_folder, write_whole


class Commit:
    """Files that become visible together. Used in a ``with``, which takes back what failed.

    Raises:
        DiskFull: from any step. Nothing was changed, and moved files are back where they were.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[Path, Path]] = []  # (prepared, final name)
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: object, *_: object) -> None:
        if error_type is not None:
            self._undo.close()

    def write(self, target: Path, content: bytes) -> None:
        """Prepare a file that replaces ``target``."""
        staging = target.with_name(f".{target.name}.partial")
        with disk_errors(target):
            make_folder(target.parent)
            self._undo.callback(_quietly(lambda: staging.unlink(missing_ok=True)))
            with staging.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        self._steps.append((staging, target))

    def move(self, source: Path, target: Path) -> None:
        """Prepare to move a finished file to its place."""
        with disk_errors(target):
            make_folder(target.parent)
            with source.open("rb") as file:
                os.fsync(file.fileno())
        self._steps.append((source, target))

    def publish(self) -> None:
        """Make it so. The file prepared last is the one that makes the others count."""
        *before, last = self._steps
        for step in before:
            self._rename(*step)
        for folder in dict.fromkeys(target.parent for _, target in before):
            sync_folder(folder)
        self._rename(*last)
        sync_folder(last[1].parent)

    def _rename(self, prepared: Path, target: Path) -> None:
        old = target.read_bytes() if target.exists() else None  # only small files are replaced
        with disk_errors(target):
            prepared.replace(target)
        if old is None:
            self._undo.callback(_quietly(lambda: target.replace(prepared)))
        else:
            self._undo.callback(_quietly(lambda: write_whole(target, old)))


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they survive a power cut."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        sync_folder(path.parent)


def _quietly(action: Callable[[], object]) -> Callable[[], None]:
    """One step of taking back must not keep the others from being taken back."""

    def run() -> None:
        with suppress(Exception):
            action()

    return run
