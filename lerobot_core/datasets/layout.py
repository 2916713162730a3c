"""Where the files of a dataset are. Path templates from files are parsed here, never formatted.

Source: dataset format v3.0, sections 1, 2 and 6.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lerobot_core.errors import DatasetNameInvalid
from lerobot_core.paths import lerobot_home

INFO = PurePosixPath("meta/info.json")
STATS = PurePosixPath("meta/stats.json")
TASKS = PurePosixPath("meta/tasks.parquet")
SIDECAR = PurePosixPath("meta/workbench")
"""What the format has no place for. Readers of other programs do not look here."""
STAGING = PurePosixPath(".staging")
"""Clips and files of the episode in progress. Gone when the dataset is finalized."""

DATA_TEMPLATE = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO_TEMPLATE = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
EPISODES_TEMPLATE = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"

_NAME_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")
_LONGEST_NAME = 96  # as on the hub


@dataclass(frozen=True, order=True)
class FileLocation:
    """The two numbers that name one file of a kind."""

    chunk: int = 0
    file: int = 0

    def next(self, chunks_size: int) -> "FileLocation":
        """The location after this one; a chunk folder holds ``chunks_size`` files."""
        if self.file + 1 < chunks_size:
            return FileLocation(self.chunk, self.file + 1)
        return FileLocation(self.chunk + 1, 0)


class PathTemplate:
    """A path with gaps for chunk, file and video key, such as ``data_path`` of info.json.

    Raises:
        ValueError: it has other gaps, or could point outside the dataset.
    """

    _GAP = re.compile(r"\{([a-z_]+)(?::(0?)([0-9]{0,2})d)?\}")

    def __init__(self, text: str) -> None:
        self.text = text
        self._pieces = [self._piece(piece) for piece in self._GAP.split(text)[0::4]]
        self._gaps = [self._gap(*gap.groups()) for gap in self._GAP.finditer(text)]
        _check_relative(self.path(FileLocation(), "key"))

    @staticmethod
    def _piece(literal: str) -> str:
        if "{" in literal or "}" in literal:
            raise ValueError(f"“{literal}” is no part of a path")
        return literal

    @staticmethod
    def _gap(name: str, zero: str | None, width: str | None) -> tuple[str, str, int]:
        if name == "video_key" and width is None:
            return name, "", 0
        if name not in ("chunk_index", "file_index"):
            raise ValueError(f"“{name}” is not known in a path")
        return name, "0" if zero else " ", int(width or 0)

    def path(self, location: FileLocation, video_key: str = "") -> PurePosixPath:
        """The path of one file, relative to the dataset."""
        if video_key in (".", "..") or "/" in video_key or "\\" in video_key:
            raise ValueError(f"“{video_key}” is no name of a feature")
        numbers = {"chunk_index": location.chunk, "file_index": location.file}
        text = self._pieces[0]
        for (name, fill, width), piece in zip(self._gaps, self._pieces[1:], strict=True):
            value = video_key if name == "video_key" else str(numbers[name]).rjust(width, fill)
            text += value + piece
        return PurePosixPath(text)


def _check_relative(path: PurePosixPath) -> None:
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in str(path) or "\0" in str(path)
    if unsafe or not path.parts or ":" in path.parts[0]:
        raise ValueError(f"“{path}” leads out of the dataset")


def check_repo_id(repo_id: str) -> None:
    """Raises DatasetNameInvalid unless this is ``name`` or ``user/name`` as the hub allows it."""
    parts = repo_id.split("/")
    is_fine = (
        len(parts) <= 2
        and len(repo_id) <= _LONGEST_NAME
        and all(_NAME_PART.fullmatch(part) for part in parts)
        and "--" not in repo_id
        and ".." not in repo_id
    )
    if not is_fine:
        raise DatasetNameInvalid(name=repo_id)


def dataset_root(repo_id: str, root: str | Path | None = None) -> Path:
    """The folder of a dataset: ``root`` itself if given, else found by name as upstream does.

    Raises:
        DatasetNameInvalid: there is no ``root``, and the name could not be a folder's.
    """
    if root:
        return Path(root).expanduser()
    check_repo_id(repo_id)
    return lerobot_home() / repo_id
