import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.setup_service import SetupService
from lerobot_core.workers.protocol import Failed, Finished, Happened, StopPort, WatchDevices

SCRIPT = Path(__file__).with_name("small_setup.py")


class Listener:
    """A service over ``small_setup.py``, and all it has said."""

    def __init__(self, mode: str) -> None:
        self.events: list[object] = []
        self.starts = 0
        self._command = [sys.executable, str(SCRIPT), mode]
        self.service = SetupService(command=self._count)
        self.service.event_received.connect(self.events.append)

    def _count(self) -> Sequence[str]:
        self.starts += 1
        return self._command

    @property
    def heard(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Happened)]


@pytest.fixture
def listen(qtbot: QtBot) -> Iterator[Callable[[str], Listener]]:
    listeners: list[Listener] = []

    def begin(mode: str = "obedient") -> Listener:
        listeners.append(Listener(mode))
        return listeners[-1]

    yield begin
    for listener in listeners:
        listener.service.shutdown(200)
        listener.service.deleteLater()


def test_the_worker_starts_with_the_first_command(
    listen: Callable[..., Listener], qtbot: QtBot
) -> None:
    listener = listen()
    assert not listener.service.is_running
    listener.service.send(WatchDevices())
    listener.service.send(StopPort())
    qtbot.waitUntil(lambda: listener.heard == ["WatchDevices", "StopPort"], timeout=10_000)
    assert listener.starts == 1


def test_letting_go_starts_no_worker(listen: Callable[..., Listener]) -> None:
    listener = listen()
    listener.service.let_go()
    assert listener.starts == 0


def test_letting_go_closes_all_ports(listen: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = listen()
    listener.service.send(WatchDevices())
    listener.service.let_go()
    qtbot.waitUntil(lambda: "StopPort" in listener.heard, timeout=10_000)


@pytest.mark.expects_log("the set-up worker failed")
def test_one_that_vanished_is_told_and_started_again(
    listen: Callable[..., Listener], qtbot: QtBot
) -> None:
    listener = listen("vanish")
    with qtbot.waitSignal(listener.service.ended, timeout=10_000):
        listener.service.send(StopPort())
    failures = [event for event in listener.events if isinstance(event, Failed)]
    assert [failure.code for failure in failures] == ["session_ended"]
    assert "a last word" in failures[0].details
    listener.service.send(WatchDevices())
    qtbot.waitUntil(lambda: listener.heard == ["WatchDevices"], timeout=10_000)
    assert listener.starts == 2


def test_shutdown_ends_it_in_order(listen: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = listen()
    listener.service.send(WatchDevices())
    listener.service.shutdown()
    assert not listener.service.is_running
    assert isinstance(listener.events[-1], Finished)
    listener.service.send(WatchDevices())  # from a panel that is hidden with the window
    assert not listener.service.is_running


@pytest.mark.expects_log("the set-up worker failed")
def test_one_that_does_not_end_is_killed(listen: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = listen("deaf")
    listener.service.send(WatchDevices())
    qtbot.waitUntil(lambda: listener.heard == ["WatchDevices"], timeout=10_000)
    listener.service.shutdown(200)
    assert not listener.service.is_running
