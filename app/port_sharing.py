"""Who has the ports: the rig's session, or the set-up worker. Never both, and never by force."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

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


class PortSharing(QObject):
    """Panels send their set-up commands through this.

    The session is ended for a command that opens a port, and started again by ``give_back``.
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
                self._session.suspend()
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
        self._setup.let_go()
