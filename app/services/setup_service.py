"""The set-up worker of this window: started when a panel first needs it, and again if it is gone.

It finds devices, checks and names servos, and calibrates arms; it never switches torque on, so
its death endangers nothing: the next command starts another.
"""

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot

from app.services.worker_process import WorkerProcess, setup_command
from lerobot_core.workers.protocol import EndSession, Failed, SetupCommand, StopPort

_PATIENCE_MS = 4000
_log = logging.getLogger(__name__)


class SetupService(QObject):
    """Owns the set-up worker. ``event_received`` carries its events; a Failed tells of its end."""

    event_received = Signal(object)
    ended = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        command: Callable[[], Sequence[str]] = setup_command,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._run: WorkerProcess | None = None
        self._is_over = False  # the window closes: panels that are hidden then start no worker

    @property
    def is_running(self) -> bool:
        return self._run is not None

    def send(self, command: SetupCommand) -> None:
        if self._is_over:
            return
        if self._run is None:
            self._begin()
        assert self._run is not None
        self._run.send(command)

    def let_go(self) -> None:
        """All ports are closed soon; a session that starts now waits for them."""
        if self._run is not None:
            self._run.send(StopPort())

    def shutdown(self, patience_ms: int = _PATIENCE_MS) -> None:
        """End the worker before the window closes, for good; events are delivered meanwhile."""
        self._is_over = True
        if self._run is None:
            return
        self._run.send(EndSession())
        self._wait(patience_ms)
        if self._run is not None:
            self._run.kill()
            self._wait(_PATIENCE_MS)

    def _begin(self) -> None:
        run = WorkerProcess(self._command(), self, name="setup")
        run.event_received.connect(self._on_event)
        run.ended.connect(self._on_end)
        self._run = run
        run.start()

    @Slot(object)
    def _on_event(self, event: object) -> None:
        if isinstance(event, Failed):
            _log.error("the set-up worker failed: %s %s", event.code, event.details)
        self.event_received.emit(event)

    @Slot()
    def _on_end(self) -> None:
        if self._run is not None:
            self._run.deleteLater()
        self._run = None
        self.ended.emit()

    def _wait(self, patience_ms: int) -> None:
        loop = QEventLoop()
        patience = QTimer(loop, singleShot=True, interval=patience_ms)
        patience.timeout.connect(loop.quit)
        self.ended.connect(loop.quit)
        patience.start()
        if self._run is not None:
            loop.exec()
        self.ended.disconnect(loop.quit)
