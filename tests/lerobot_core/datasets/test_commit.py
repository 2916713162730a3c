import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from lerobot_core.datasets.commit import Commit, make_folder
from lerobot_core.errors import DiskFull


def contents(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "table").write_text("old table")
    (tmp_path / "info").write_text("old info")
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging/clip").write_text("clip")
    return tmp_path


def publish(root: Path) -> None:
    with Commit() as commit:
        commit.move(root / "staging/clip", root / "videos/a/clip")
        commit.write(root / "data/rows", b"rows")
        commit.write(root / "table", b"new table")
        commit.write(root / "info", b"new info")
        commit.publish()


def test_all_files_are_there_afterwards(root: Path) -> None:
    publish(root)
    assert contents(root) == {
        "data/rows": "rows",
        "info": "new info",
        "table": "new table",
        "videos/a/clip": "clip",
    }


@pytest.mark.parametrize("failing", range(4))
def test_whatever_rename_fails_everything_is_as_before(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    before = contents(root)
    replace, calls = Path.replace, 0

    def replace_or_fail(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_or_fail)
    with pytest.raises(DiskFull):
        publish(root)
    assert contents(root) == before


def test_nothing_is_renamed_before_everything_is_on_disk(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(root)

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        publish(root)
    assert contents(root) == before


def test_the_last_file_is_replaced_last(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, order = Path.replace, []

    def noted(self: Path, target: Path) -> Path:
        order.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    publish(root)
    assert order == ["clip", "rows", "table", "info"]


def test_folders_are_made_with_all_above_them(tmp_path: Path) -> None:
    make_folder(tmp_path / "a/b/c")
    assert (tmp_path / "a/b/c").is_dir()
