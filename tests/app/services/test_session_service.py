import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.rigs import RigFile
from app.services.session_service import SessionService
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.paths import shared_memory_folder
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest
from lerobot_core.workers.protocol import (
    Cancelled,
    Engage,
    Failed,
    Finished,
    Happened,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    Started,
)

SCRIPT = Path(__file__).with_name("small_session.py")
LAST = (Finished, Cancelled, Failed)


class Listener:
    """A service over ``small_session.py``, and all it has said."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.events: list[object] = []
        self.lifeline_path = shared_memory_folder() / "lifeline-test"
        self.service = SessionService(command=self.command)
        self.service.event_received.connect(self.events.append)

    def command(self, rig: Path) -> Sequence[str]:
        if self.mode == "missing":
            return ["/nowhere/python"]
        return [sys.executable, str(SCRIPT), self.mode, str(self.lifeline_path)]

    def start(self) -> None:
        self.service.start(RigFile(Path("rig.json"), virtual_rig()))

    def of(self, kind: type) -> list[object]:
        return [event for event in self.events if isinstance(event, kind)]

    def heard(self, text: str) -> bool:
        return any(event.text == text for event in self.of(Happened))  # type: ignore[attr-defined]

    @property
    def last_events(self) -> list[object]:
        return [event for event in self.events if isinstance(event, LAST)]

    @property
    def pid(self) -> int:
        return self.of(Started)[-1].pid  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def run(qtbot: QtBot) -> Iterator[Callable[[str], Listener]]:
    listeners: list[Listener] = []

    def begin(mode: str) -> Listener:
        listener = Listener(mode)
        listeners.append(listener)
        listener.start()
        if mode != "missing":
            qtbot.waitUntil(lambda: bool(listener.of(PhaseChanged)), timeout=10_000)
        return listener

    yield begin
    for listener in listeners:
        listener.service.shutdown(2000)
        listener.service.deleteLater()


def test_commands_reach_the_session_and_its_events_come_back(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("plain")
    listener.service.send(Engage())
    qtbot.waitUntil(lambda: listener.heard("Engage"))
    assert listener.service.is_running


def test_the_session_is_told_that_the_window_lives(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("counting")
    qtbot.waitUntil(lambda: len(listener.of(Happened)) >= 4, timeout=1500)


def test_shutdown_ends_the_session_in_order_and_leaves_nothing(
    run: Callable[[str], Listener],
) -> None:
    listener = run("plain")
    listener.service.shutdown(5000)
    assert listener.last_events == [Finished()]
    assert not listener.service.is_running
    assert not listener.lifeline_path.exists()


@pytest.mark.parametrize("mode", ["deaf", "stubborn"])
def test_shutdown_ends_a_session_that_does_not_listen(
    run: Callable[[str], Listener], mode: str
) -> None:
    listener = run(mode)
    listener.service.shutdown(100)
    assert listener.last_events == [Cancelled()]
    assert not listener.service.is_running


@pytest.mark.expects_log("the session vanished")
def test_a_session_that_vanishes_fails_once_with_its_last_words(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("vanish")
    listener.service.send(Engage())
    qtbot.waitUntil(lambda: bool(listener.last_events))
    [failure] = listener.last_events
    assert isinstance(failure, Failed)
    assert failure.code == "session_ended"
    assert failure.facts == {"guard": "Torque was off."}
    assert failure.details == "a last word"


@pytest.mark.expects_log("the session vanished")
def test_a_session_that_is_killed_fails_and_can_be_restarted(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("plain")
    os.kill(listener.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(listener.last_events))
    listener.service.restart()
    qtbot.waitUntil(lambda: len(listener.of(Started)) == 2, timeout=10_000)
    assert len(listener.last_events) == 1


def test_a_session_that_cannot_be_started_fails(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("missing")
    qtbot.waitUntil(lambda: bool(listener.last_events))
    [failure] = listener.last_events
    assert isinstance(failure, Failed)
    assert failure.code == "session_not_started"
    assert not listener.service.is_running


def test_stop_and_release_go_past_the_pipe_too(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("plain")
    with Lifeline(listener.lifeline_path) as line:
        listener.service.stop()
        assert StopRequest(line.request & 3) is StopRequest.HOLD
        listener.service.release()
        assert StopRequest(line.request & 3) is StopRequest.RELEASE
        listener.service.go_to_rest()
    qtbot.waitUntil(lambda: listener.heard("GoToRest"))
    assert listener.heard("Stop")
    assert listener.heard("Release")


@pytest.mark.expects_log("the session is silent")
def test_a_hung_session_is_one_problem_until_it_answers(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("armed")
    with Lifeline(listener.lifeline_path) as line:
        os.kill(listener.pid, signal.SIGSTOP)
        line.report(GuardState.HELD)
        qtbot.waitUntil(lambda: bool(listener.of(Problem)), timeout=3000)
        os.kill(listener.pid, signal.SIGCONT)
        qtbot.waitUntil(lambda: bool(listener.of(ProblemSolved)), timeout=3000)
    [problem] = listener.of(Problem)
    assert isinstance(problem, Problem)
    assert problem.code == "session_silent"
    assert "holds the arm" in str(problem.facts["guard"])
    assert PhaseChanged(Phase.HOLDING, torque_on=True) in listener.events


@pytest.mark.expects_log("the session is silent")
def test_restarting_a_hung_session_kills_it(qtbot: QtBot, run: Callable[[str], Listener]) -> None:
    listener = run("armed")
    os.kill(listener.pid, signal.SIGSTOP)
    qtbot.waitUntil(lambda: bool(listener.of(Problem)), timeout=3000)
    listener.service.restart()
    qtbot.waitUntil(lambda: len(listener.of(Started)) == 2, timeout=10_000)
    assert listener.last_events == [Cancelled()]


@pytest.mark.expects_log("the session vanished")
def test_the_guard_of_a_vanished_session_can_still_be_told_to_release(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("vanish-armed")
    with Lifeline(listener.lifeline_path) as guard:
        guard.guard_pid = os.getpid()
        guard.report(GuardState.WATCHING)
        listener.service.send(Engage())
        qtbot.waitUntil(lambda: not listener.service.is_running)
        assert listener.last_events == []  # the guard has not acted yet
        guard.report(GuardState.HELD)
        qtbot.waitUntil(lambda: bool(listener.last_events))
        assert listener.events[-1] == PhaseChanged(Phase.HOLDING, torque_on=True)
        listener.service.release()
        assert StopRequest(guard.request & 3) is StopRequest.RELEASE
        guard.report(GuardState.RELEASED)
        released = PhaseChanged(Phase.DISCONNECTED, torque_off_confirmed=True)
        qtbot.waitUntil(lambda: listener.events[-1] == released)
        guard.guard_pid = 0


def test_another_rig_ends_the_session_of_the_first(
    qtbot: QtBot, run: Callable[[str], Listener]
) -> None:
    listener = run("plain")
    other = RigFile(Path("other.json"), virtual_rig("other"))
    listener.service.start(other)
    qtbot.waitUntil(lambda: len(listener.of(Started)) == 2, timeout=10_000)
    assert listener.last_events == [Finished()]
    assert listener.service.rig == other


@pytest.mark.parametrize(("mode", "is_at_rest"), [("rests", True), ("held", False)])
def test_before_the_end_the_arm_goes_to_rest_unless_it_is_stopped(
    run: Callable[[str], Listener], mode: str, is_at_rest: bool
) -> None:
    listener = run(mode)
    assert listener.service.bring_to_rest(10_000) is is_at_rest
    assert PhaseChanged(Phase.GOING_TO_REST, torque_on=True) in listener.events


def test_an_arm_without_torque_needs_no_rest(run: Callable[[str], Listener]) -> None:
    listener = run("good")
    assert listener.service.bring_to_rest()
    assert not listener.heard("GoToRest")
