import socket
from pathlib import Path

import display
import pytest


@pytest.fixture
def compositor(scratch: Path) -> Path:
    """A Wayland display's socket in a runtime folder; returns the folder."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(scratch / "wayland-7"))
        listening.listen()
        yield scratch


def test_no_variables_mean_no_display() -> None:
    assert not display.is_there({})


def test_a_wayland_display_that_answers_is_one(compositor: Path) -> None:
    named = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(compositor)}
    assert display.is_there(named)
    assert display.is_there({"WAYLAND_DISPLAY": str(compositor / "wayland-7")})


def test_a_wayland_display_that_is_gone_is_none(scratch: Path) -> None:
    named = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(scratch)}
    assert not display.is_there(named)


def test_a_forwarded_x_display_is_one_while_its_port_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        monkeypatch.setattr(display, "_FIRST_X_PORT", listening.getsockname()[1] - 10)
        assert display.is_there({"DISPLAY": "127.0.0.1:10.0"})
    assert not display.is_there({"DISPLAY": "127.0.0.1:10.0"})


@pytest.mark.parametrize("name", [":654321", "unix:654321", "nonsense", ":", ":x", "localhost:"])
def test_an_x_display_that_does_not_answer_is_none(name: str) -> None:
    assert not display.is_there({"DISPLAY": name})


def test_a_platform_chosen_by_hand_decides() -> None:
    assert not display.is_there({"QT_QPA_PLATFORM": "offscreen:size=800x600"})
    assert display.is_there({"QT_QPA_PLATFORM": "vnc"})
