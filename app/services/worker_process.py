"""A worker as a process: lines out, lines in, and exactly one last event."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from lerobot_core.logs import log_folder
from lerobot_core.workers.protocol import (
    Cancelled,
    Command,
    Failed,
    Finished,
    SetupCommand,
    from_line,
    to_line,
)

_DETAIL_BYTES = 8_000


def session_command(rig: Path) -> list[str]:
    """The command line that runs a session for a rig file."""
    return [sys.executable, "-m", "lerobot_core.workers", "session", str(rig)]


def setup_command() -> list[str]:
    """The command line that runs the set-up worker."""
    return [sys.executable, "-m", "lerobot_core.workers", "setup"]


class WorkerProcess(QObject):
    """One run of a worker, from start to its last event. ``name`` is that of its log.

    The last event is always one of Finished, Cancelled and Failed, exactly once, even if
    the process could not be started or vanished; ``ended`` follows when the process is gone.
    """

    event_received = Signal(object)  # Event or Unknown
    ended = Signal()

    def __init__(
        self, command: Sequence[str], parent: QObject | None = None, *, name: str = "session"
    ) -> None:
        super().__init__(parent)
        self._command = list(command)
        self._has_last_event = False
        self._is_over = False
        self._errors = log_folder() / f"{name}-stderr.log"
        self._process = QProcess(self)
        # A process group of its own: Ctrl+C in a terminal ends the window, which then ends the
        # session in order, instead of both at once.
        parameters = QProcess.UnixProcessParameters()
        parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
        self._process.setUnixProcessParameters(parameters)
        self._process.readyReadStandardOutput.connect(self._read_lines)
        self._process.finished.connect(self._on_exit)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def is_over(self) -> bool:
        return self._is_over

    def start(self) -> None:
        self._errors.parent.mkdir(parents=True, exist_ok=True)
        self._process.setStandardErrorFile(str(self._errors))
        self._process.start(self._command[0], self._command[1:])

    def send(self, command: Command | SetupCommand) -> None:
        """Queue one command; dropped when the process cannot hear it any more."""
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.write(f"{to_line(command)}\n".encode())

    def terminate(self) -> None:
        """Ask the process itself to end, whatever its command stream does."""
        self._process.terminate()

    def kill(self) -> None:
        """End the process and its group now. The guard, in a group of its own, lives on."""
        pid = self._process.processId()
        if pid > 0:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self._process.kill()

    @Slot()
    def _read_lines(self) -> None:
        while self._process.canReadLine():
            self._pass_on_line(bytes(self._process.readLine().data()))

    def _pass_on_line(self, line: bytes) -> None:
        if self._has_last_event or not line.strip():
            return
        event = from_line(line.decode("utf-8", "replace").rstrip("\n"))
        self._has_last_event = isinstance(event, Finished | Cancelled | Failed)
        self.event_received.emit(event)

    @Slot()
    def _on_exit(self) -> None:
        self._read_lines()
        self._pass_on_line(bytes(self._process.readAllStandardOutput().data()))
        self._end(Failed("session_ended", {"guard": ""}, self._last_errors()))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(Failed("session_not_started", {"reason": self._process.errorString()}))

    def _end(self, failure: Failed) -> None:
        if self._is_over:
            return
        self._is_over = True
        if not self._has_last_event:
            self._has_last_event = True
            self.event_received.emit(failure)
        self.ended.emit()

    def _last_errors(self) -> str:
        """The end of what the process wrote to its standard error, for “Details”."""
        with suppress(OSError), self._errors.open("rb") as file:
            file.seek(max(0, self._errors.stat().st_size - _DETAIL_BYTES))
            return file.read().decode("utf-8", "replace").strip()
        return ""
