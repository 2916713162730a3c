import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lerobot_core import files
from lerobot_core.errors import DiskFull


class PowerCut(BaseException):
    """The process ends here."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_bytes(b"old")
    return path


def fails(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_writes_the_whole_content_and_nothing_beside_it(place: Path) -> None:
    files.write_whole(place, b"new")
    assert place.read_bytes() == b"new"
    assert [path.name for path in place.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_crash_before_the_end_leaves_the_old_content(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(step, fails(PowerCut()))
    with pytest.raises(PowerCut):
        files.write_whole(place, b"new")
    assert place.read_bytes() == b"old"
    assert [path.name for path in place.parent.iterdir()] == ["settings.json"]


def test_content_is_on_the_disk_before_it_takes_the_name(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append("sync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda a, b: (order.append("rename"), replace(a, b))[1])
    files.write_whole(place, b"new")
    assert order == ["sync", "rename", "sync"], "the file, its name, and the folder with the name"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr("os.fsync", fails(OSError(code, "no space")))
    with pytest.raises(DiskFull) as caught:
        files.write_whole(place, b"new")
    assert caught.value.facts["path"] == str(place)
    assert place.read_bytes() == b"old"


def test_other_disk_errors_keep_their_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.write_whole(tmp_path / "missing" / "file", b"")


def test_json_keeps_characters_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rig.json"
    files.write_json(path, {"name": "Würfel"})
    assert "Würfel" in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == {"name": "Würfel"}


def test_a_staged_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "dataset"
    with files.staged_folder(target) as staging:
        (staging / "info.json").write_text("{}")
        assert not target.exists()
    assert (target / "info.json").exists()
    assert not staging.exists()


@pytest.mark.parametrize("error", [ValueError("mistake"), PowerCut()])
def test_a_staged_folder_that_fails_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    def fill() -> None:
        with files.staged_folder(tmp_path / "dataset") as staging:
            (staging / "info.json").write_text("{}")
            raise error

    with pytest.raises(type(error)):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_staged_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".dataset.partial"
    left.mkdir()
    (left / "half").write_text("x")
    with files.staged_folder(tmp_path / "dataset"):
        pass
    assert list((tmp_path / "dataset").iterdir()) == []


def test_free_space_is_that_of_the_disk_to_be(tmp_path: Path) -> None:
    nowhere = tmp_path / "not" / "there" / "yet"
    assert files.free_bytes(nowhere) > 0
    assert files.free_mb(nowhere) == pytest.approx(files.free_bytes(tmp_path) / 2**20, rel=0.1)
