import subprocess
from collections.abc import Callable

import libraries
import pytest
from problem import CannotGoOn

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def answers(statuses: dict[str, int], seen: list[list[str]]) -> Run:
    """Stands in for ``subprocess.run``: the exit status of the first word that is known."""

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        seen.append(command)
        status = next((statuses[word] for word in command if word in statuses), 0)
        return subprocess.CompletedProcess(command, status)

    return run


@pytest.fixture
def seen() -> list[list[str]]:
    return []


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")


def test_names_the_libraries_that_do_not_load() -> None:
    def load(library: str) -> None:
        if library == "libxcb-cursor.so.0":
            raise OSError(library)

    assert libraries.missing_libraries(libraries.ON_A_SCREEN, load) == ["libxcb-cursor.so.0"]


def test_without_rights_the_command_is_shown_and_nothing_runs(
    as_user: None, monkeypatch: pytest.MonkeyPatch, seen: list[list[str]]
) -> None:
    monkeypatch.setattr("subprocess.run", answers({"sudo": 1}, seen))
    with pytest.raises(CannotGoOn, match="sudo apt-get install libegl1 libgl1"):
        libraries.install_packages(["libegl1", "libgl1"])
    assert seen == [["sudo", "-n", "true"]]


def test_sudo_without_a_password_is_used(
    as_user: None, monkeypatch: pytest.MonkeyPatch, seen: list[list[str]]
) -> None:
    monkeypatch.setattr("subprocess.run", answers({}, seen))
    libraries.install_packages(["libegl1"])
    assert seen[-1][:2] == ["sudo", "-n"]
    assert seen[-1][-1] == "libegl1"


def test_the_lists_are_refreshed_when_the_first_try_fails(
    monkeypatch: pytest.MonkeyPatch, seen: list[list[str]]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("subprocess.run", answers({"install": 100}, seen))
    with pytest.raises(CannotGoOn, match="by hand"):
        libraries.install_packages(["libegl1"])
    assert [command[3] for command in seen] == ["install", "update", "install"]


@pytest.fixture
def other_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: None)


def test_other_systems_are_told_the_names(
    other_system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "missing_libraries", lambda needed: ["libEGL.so.1"])
    with pytest.raises(CannotGoOn, match=r"libEGL\.so\.1"):
        libraries.provide(on_a_screen=False, for_venv=True)


def test_a_missing_venv_module_is_named_with_the_rest(
    as_user: None, monkeypatch: pytest.MonkeyPatch, seen: list[list[str]]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("subprocess.run", answers({"sudo": 1}, seen))
    monkeypatch.setattr(libraries, "missing_libraries", lambda needed: ["libEGL.so.1"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CannotGoOn, match=r"install libegl1 python3\.\d+-venv"):
        libraries.provide(on_a_screen=False, for_venv=True)


def test_a_hidden_window_needs_no_libraries_of_a_screen(
    other_system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(libraries, "missing_libraries", lambda needed: asked.extend(needed) or [])
    libraries.provide(on_a_screen=False, for_venv=True)
    assert not set(asked) & set(libraries.ON_A_SCREEN)
    libraries.provide(on_a_screen=True, for_venv=False)
    assert set(asked) >= set(libraries.ON_A_SCREEN)
