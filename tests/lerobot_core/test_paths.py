import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core import paths


def test_our_home_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEROBOT_WORKBENCH_HOME", "/somewhere")
    assert paths.home() == Path("/somewhere")
    monkeypatch.delenv("LEROBOT_WORKBENCH_HOME")
    assert paths.home().name == "lerobot-workbench"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HF_LEROBOT_HOME": "/a/b"}, "/a/b"),
        ({"HF_HOME": "/hf"}, "/hf/lerobot"),
        ({"XDG_CACHE_HOME": "/cache"}, "/cache/huggingface/lerobot"),
        ({}, "/home/ada/.cache/huggingface/lerobot"),
        ({"HF_LEROBOT_HOME": "~/data"}, "/home/ada/data"),
        ({"HF_LEROBOT_HOME": "/a", "HF_HOME": "/b", "XDG_CACHE_HOME": "/c"}, "/a"),
    ],
)
def test_datasets_are_where_upstream_keeps_them(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("HF_LEROBOT_HOME", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert paths.lerobot_home() == Path(expected)


def test_calibrations_are_where_upstream_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_LEROBOT_CALIBRATION", "/calibrations")
    assert paths.calibration_home() == Path("/calibrations")
    monkeypatch.delenv("HF_LEROBOT_CALIBRATION")
    assert paths.calibration_home() == paths.lerobot_home() / "calibration"


def test_mapped_files_lie_in_memory_and_are_private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEROBOT_WORKBENCH_SHM")
    folder = paths.shared_memory_folder()
    assert folder.name == f"lerobot-workbench-{os.getuid()}"
    assert folder.stat().st_mode & 0o077 == 0


def test_the_folder_of_mapped_files_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEROBOT_WORKBENCH_SHM", str(tmp_path / "mapped"))
    assert paths.shared_memory_folder() == tmp_path / "mapped"
    assert (tmp_path / "mapped").is_dir()


def test_files_of_killed_processes_are_cleared_away() -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = paths.shared_memory_folder() / f"ring-{dead.pid}-top"
    ours = paths.mapped_file("ring", "wrist")
    for path in (left, ours):
        path.write_bytes(b"")
    assert paths.mapped_file("ring", "top").name == f"ring-{os.getpid()}-top"
    assert not left.exists()
    assert ours.exists(), "this process is alive"
    ours.unlink()


@given(st.text())
def test_any_text_makes_a_file_name(text: str) -> None:
    name = paths.safe_name(text)
    assert name
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert not name.startswith((".", "-"))
