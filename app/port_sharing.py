"""Who has the ports: the rig's session, or the set-up worker. Never both, and never by force."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.session_service import SessionService
from app.services.setup_service import SetupService
from app.session_state import SessionState
from lerobot_core.workers.protocol import (
    AskBench,
    SetupCommand,
    ShowCameras,
    StopPort,
    WatchDevices,
)

_WITHOUT_PORTS = (WatchDevices, AskBench, ShowCameras, StopPort)
_OF_NO_PORT = (WatchDevices, AskBench, ShowCameras)
_PATIENCE_MS = 10_000  # then the worker is asked all the same, and says who has the port


class PortSharing(QObject):
    """Panels send their set-up commands through this.

    The session is ended for a command that opens a port, and started again by ``give_back``.
    The command waits until the session is gone: one that still connects takes its time to end.
    """

    refused = Signal()  # torque is on: the arm has to be released or rested first

    def __init__(
        self,
        session: SessionService,
        setup: SetupService,
        state: Callable[[], SessionState],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._setup = setup
        self._state = state
        self._has_taken = False
        self._waiting: list[SetupCommand] = []
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._go_on)
        session.run_changed.connect(self._on_run_changed)

    @property
    def has_taken(self) -> bool:
        """The session was ended for the set-up worker's sake."""
        return self._has_taken

    def send(self, command: SetupCommand) -> bool:
        """Pass a command on. False: it was refused, because the arm has torque."""
        if not isinstance(command, _WITHOUT_PORTS):
            if self._state().torque_on:
                self.refused.emit()
                return False
            if self._session.is_running:
                self._has_taken = True
                self._wait_for_session()
        if self._patience.isActive() and not isinstance(command, _OF_NO_PORT):
            self._waiting.append(command)
        else:
            self._setup.send(command)
        return True

    def give_back(self) -> None:
        """The set-up worker lets go of all ports, and the session begins again."""
        if not self._has_taken:
            return
        self.let_go()
        if self._session.rig is not None:
            self._session.start(self._session.rig)

    def let_go(self) -> None:
        """The set-up worker closes all ports, because a session is about to begin."""
        self._has_taken = False
        self._patience.stop()
        self._waiting.clear()
        self._setup.let_go()

    def _wait_for_session(self) -> None:
        if not self._patience.isActive():
            self._patience.start()
            self._session.suspend()

    @Slot(bool)
    def _on_run_changed(self, is_running: bool) -> None:
        if not is_running and self._patience.isActive():
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        self._patience.stop()
        waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._setup.send(command)
