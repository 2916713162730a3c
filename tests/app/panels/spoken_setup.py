"""Stands in for the set-up worker at the border of the process, with a session beside it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.port_sharing import PortSharing
from app.services.rigs import RigFile
from app.session_state import SessionState
from lerobot_core.workers.protocol import SetupCommand, StopPort


class SpokenSetup(QObject):
    """Says what a test tells it to, and keeps what it was sent."""

    event_received = Signal(object)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[SetupCommand] = []
        self.is_running = True

    def say(self, *events: object) -> None:
        for event in events:
            self.event_received.emit(event)

    def send(self, command: SetupCommand) -> None:
        self.sent.append(command)

    def let_go(self) -> None:
        self.sent.append(StopPort())


class QuietSession(QObject):
    """A session that runs or does not, and drives nothing."""

    event_received = Signal(object)
    run_changed = Signal(bool)

    def __init__(self, rig: RigFile | None = None) -> None:
        super().__init__()
        self.rig = rig
        self.is_running = False
        self.done: list[str] = []

    def run(self, is_running: bool) -> None:
        self.is_running = is_running
        self.run_changed.emit(is_running)

    def suspend(self) -> None:
        self.done.append("suspend")
        self.run(False)

    def start(self, rig: RigFile) -> None:
        self.rig = rig
        self.done.append("start")
        self.run(True)

    def go_to_rest(self) -> None:
        self.done.append("rest")


def sharing_of(
    session: QuietSession, setup: SpokenSetup, state: Callable[[], SessionState]
) -> PortSharing:
    return PortSharing(session, setup, state)  # type: ignore[arg-type]
