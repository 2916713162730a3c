import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from environment import Environment, one_at_a_time
from leftovers import wait_until
from problem import CannotGoOn

PROJECT = """
[build-system]
requires = ["setuptools"]
[project]
name = "tiny"
version = "1"
[tool.ruff]
line-length = 100
"""


class Commands:
    """Stands in for running ``venv`` and pip, which would need minutes and a network."""

    def __init__(self) -> None:
        self.installed: list[str] = []
        self.made = 0
        self.pip_status: int | None = 0  # None: it is interrupted half way

    def run(self, command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        status, answer = 0, ""
        if command[1:3] == ["-m", "venv"]:
            self._make(Path(command[3]))
        elif command[1:4] == ["-m", "pip", "install"]:
            self.installed.append(command[command.index("--editable") + 1])
            if self.pip_status is None:
                raise KeyboardInterrupt
            status = self.pip_status
        else:
            answer = f"{sys.version_info[:2]}\n"
        return subprocess.CompletedProcess(command, status, answer)

    def _make(self, folder: Path) -> None:
        assert not folder.exists(), "venv would keep what is there"
        self.made += 1
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def place(scratch: Path, commands: Commands) -> Environment:
    root = scratch / "checkout"
    root.mkdir()
    (root / "pyproject.toml").write_text(PROJECT)
    return Environment(root, commands.run)


def test_a_new_checkout_is_not_complete(place: Environment) -> None:
    assert not place.is_complete(with_tools=False)


def test_after_an_installation_nothing_is_left_to_do(
    place: Environment, commands: Commands
) -> None:
    place.install(with_tools=False)
    assert place.is_complete(with_tools=False)
    assert commands.installed == [str(place.root)]


def test_the_checks_need_more_than_the_app(place: Environment, commands: Commands) -> None:
    place.install(with_tools=False)
    assert not place.is_complete(with_tools=True)
    place.install(with_tools=True)
    assert place.is_complete(with_tools=True)
    assert place.is_complete(with_tools=False)
    assert commands.made == 1


def test_tools_stay_when_the_project_changes(place: Environment, commands: Commands) -> None:
    place.install(with_tools=True)
    change_project(place, 'version = "1"', 'version = "2"')
    assert not place.is_complete(with_tools=False)
    place.install(with_tools=False)
    assert place.is_complete(with_tools=True)


def test_settings_of_tools_need_no_new_installation(place: Environment) -> None:
    place.install(with_tools=False)
    change_project(place, "line-length = 100", "line-length = 90")
    assert place.is_complete(with_tools=False)


def test_a_copied_checkout_is_installed_anew(place: Environment, commands: Commands) -> None:
    place.install(with_tools=False)
    copy = place.root.with_name("copy")
    shutil.copytree(place.root, copy)
    assert not Environment(copy, commands.run).is_complete(with_tools=False)


def test_an_interrupted_installation_starts_afresh(place: Environment, commands: Commands) -> None:
    commands.pip_status = None
    with pytest.raises(KeyboardInterrupt):
        place.install(with_tools=False)
    assert not place.is_complete(with_tools=False)

    commands.pip_status = 0
    place.install(with_tools=False)
    assert place.is_complete(with_tools=False)
    assert commands.made == 2


def test_without_a_network_the_environment_is_kept(place: Environment, commands: Commands) -> None:
    place.install(with_tools=False)
    change_project(place, 'version = "1"', 'version = "2"')
    commands.pip_status = 1
    with pytest.raises(CannotGoOn, match="network"):
        place.install(with_tools=False)

    commands.pip_status = 0
    place.install(with_tools=False)
    assert commands.made == 1


def test_a_damaged_stamp_counts_as_none(place: Environment) -> None:
    place.install(with_tools=False)
    (stamp,) = place.folder.glob("*.json")
    stamp.write_text("[1, 2")
    assert not place.is_complete(with_tools=False)


def test_a_second_installation_waits_for_the_first(
    place: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    project = place.root / "pyproject.toml"
    entered = threading.Event()

    def enter() -> None:
        with one_at_a_time(project):
            entered.set()

    second = threading.Thread(target=enter)
    with one_at_a_time(project):
        second.start()
        wait_until(lambda: "Waiting" in capsys.readouterr().out)
        assert not entered.is_set()
    second.join(timeout=10)
    assert entered.is_set()


def change_project(place: Environment, old: str, new: str) -> None:
    project = place.root / "pyproject.toml"
    project.write_text(project.read_text().replace(old, new))
