"""The one session of this window: started, kept informed, stopped and ended from here.

Every panel and the top bar listen to ``event_received`` and call ``send``. The arm's truth is
the worker's; this service adds only what the worker cannot say any more: that it is silent,
that it vanished, and what the guard did then.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot

from app.services.guard_line import GuardLine
from app.services.rigs import RigFile
from app.services.worker_process import WorkerProcess, session_command
from lerobot_core.workers.lifeline import GuardState, StopRequest
from lerobot_core.workers.protocol import (
    Cancelled,
    Command,
    EndSession,
    Failed,
    GoToRest,
    Heartbeat,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    Release,
    Started,
    Stop,
)

SESSION = "session"
"""The “device” that problems of the session itself speak of."""

_HEARTBEAT_MS = 250
_GUARD_ANSWER_MS = 700  # the guard acts within 0.5 s of the last sign of life
_GUARD_LEAVES_MS = 500
_REST_MS = 60_000  # the way to rest at the lowest speed limit; STOP ends the wait at any time
_POLL_MS = 20
_TERMINATE_MS = 1500
_log = logging.getLogger(__name__)


class SessionService(QObject):
    """Owns the session worker.

    ``event_received`` carries every event of the protocol. Each run ends with exactly one of
    Finished, Cancelled and Failed. While the guard holds the arm of a session that vanished,
    a PhaseChanged may follow that last event: HOLDING, and DISCONNECTED once released.
    ``run_changed`` tells that a run began or that its process is gone.
    """

    event_received = Signal(object)
    run_changed = Signal(bool)  # whether a session process exists

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        command: Callable[[Path], Sequence[str]] = session_command,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._rig: RigFile | None = None
        self._run: WorkerProcess | None = None
        self._starts_again = False
        self._was_asked_to_end = False
        self._is_silent = False
        self._failure: Failed | None = None  # held back until the guard has acted
        self._speaks_for_arm = False  # the session cannot, so the guard's deeds are told here
        self._guard = GuardLine()
        self._guard_state = GuardState.NONE
        self._torque_on = self._is_held = self._has_rest_failed = False
        self.event_received.connect(self._follow_arm)
        self._heartbeat = _timer(self, _HEARTBEAT_MS, self._beat)
        self._poll = _timer(self, _POLL_MS, self._watch_guard)
        self._waited_ms = 0

    @property
    def rig(self) -> RigFile | None:
        """The rig of the current or last run."""
        return self._rig

    @property
    def is_running(self) -> bool:
        return self._run is not None

    def start(self, rig: RigFile) -> None:
        """Run a session for this rig; one that runs for another rig is ended first."""
        self._rig = rig
        if self._run is not None:
            self._starts_again = True
            self._ask_to_end()
        else:
            self._take_over_from_guard()

    @Slot()
    def restart(self) -> None:
        """End what is left of the last run, at once if it hangs, and start the same rig again."""
        if self._rig is None:
            return
        if self._run is not None and self._is_silent:
            self._starts_again = self._was_asked_to_end = True
            self._run.kill()
        else:
            self.start(self._rig)

    @Slot()
    def suspend(self) -> None:
        """End the run, so that its ports are free; ``start`` begins another. Torque is off."""
        if self._run is not None:
            self._starts_again = False
            self._ask_to_end()

    def send(self, command: Command) -> None:
        if self._run is not None:
            self._run.send(command)

    @Slot()
    def stop(self) -> None:
        """Freeze and hold, through the guard if the session does not answer."""
        self._guard.ask(StopRequest.HOLD)
        self.send(Stop())

    @Slot()
    def release(self) -> None:
        """Torque off, through the guard if the session does not answer or is gone."""
        self._guard.ask(StopRequest.RELEASE)
        self.send(Release())

    @Slot()
    def go_to_rest(self) -> None:
        """Move to the rest pose; only a session that answers can do that."""
        self.send(GoToRest())

    def bring_to_rest(self, patience_ms: int = _REST_MS) -> bool:
        """Before the end: the way to rest, which STOP can interrupt like any other.

        Events go on being delivered meanwhile. Returns whether torque is off. It stays on where
        STOP was pressed, something is in the way, or no session is there to move the arm.
        """
        if self._torque_on and self._run is not None and not self._is_silent:
            self._has_rest_failed = False
            self.go_to_rest()
            self._wait_until(self._has_come_to_rest, patience_ms)
        return not self._torque_on

    def shutdown(self, patience_ms: int = 8000) -> None:
        """End everything before the window closes; events go on being delivered meanwhile.

        ``bring_to_rest`` comes before, or the session tries that itself while it ends. One that
        has not ended by then is terminated and then killed, and its guard told to leave, so that
        nothing is left behind.
        """
        self._starts_again = False
        if self._run is not None:
            self._ask_to_end()
            self._wait(0 if self._is_silent else patience_ms)
        if self._run is not None:
            self._run.terminate()
            self._wait(0 if self._is_silent else _TERMINATE_MS)
        if self._run is not None:
            self._run.kill()
            self._wait(_TERMINATE_MS)
        self._guard.dismiss()
        self._wait_until(lambda: not self._guard.is_guarded, _GUARD_LEAVES_MS)
        self._heartbeat.stop()
        self._poll.stop()
        self._guard.remove()

    # A run

    def _take_over_from_guard(self) -> None:
        """Begin a run once the guard of the last one has left the port."""
        self._guard.dismiss()
        self._starts_again = True
        self._waited_ms = 0
        self._poll.start()
        self._watch_guard()

    def _begin(self) -> None:
        assert self._rig is not None
        self._poll.stop()
        self._guard.remove()
        self._starts_again = self._was_asked_to_end = self._is_silent = False
        self._speaks_for_arm = False
        self._guard_state = GuardState.NONE
        run = WorkerProcess(self._command(self._rig.path), self)
        run.event_received.connect(self._on_event)
        run.ended.connect(self._on_end)
        self._run = run
        self.run_changed.emit(True)
        run.start()
        self._heartbeat.start()

    def _ask_to_end(self) -> None:
        self._was_asked_to_end = True
        self.send(EndSession())

    @Slot(object)
    def _on_event(self, event: object) -> None:
        if isinstance(event, Started):
            self._guard.open(event.lifeline)
        if isinstance(event, Failed) and event.code == "session_ended":
            self._failure = event
        else:
            self.event_received.emit(event)

    @Slot()
    def _on_end(self) -> None:
        if self._run is not None:
            self._run.deleteLater()
        self._run = None
        self._heartbeat.stop()
        self._waited_ms = 0
        self._poll.start()
        if self._failure is not None and self._was_asked_to_end:
            self._failure = None
            self.event_received.emit(Cancelled())
        self.run_changed.emit(False)
        self._watch_guard()

    @Slot(object)
    def _follow_arm(self, event: object) -> None:
        """Whether torque is on, and whether the way to rest was refused or came to nothing."""
        if isinstance(event, PhaseChanged):
            self._torque_on, self._is_held = event.torque_on, event.phase is Phase.HOLDING
            self._has_rest_failed |= self._is_held
        elif isinstance(event, Problem) and self._is_held and not event.device:
            self._has_rest_failed = True

    def _has_come_to_rest(self) -> bool:
        return not self._torque_on or self._has_rest_failed or self._run is None

    # Signs of life, and the guard

    @Slot()
    def _beat(self) -> None:
        self.send(Heartbeat())
        was_silent, self._is_silent = self._is_silent, self._guard.is_silent
        self._speaks_for_arm = self._is_silent
        if self._is_silent and not was_silent:
            _log.warning("the session is silent; guard: %s", self._guard.state.name)
            facts = {"guard": self._guard.story()}
            self.event_received.emit(Problem("session_silent", dict(facts), SESSION))
        elif was_silent and not self._is_silent:
            self.event_received.emit(ProblemSolved(SESSION))
        self._tell_guard_state()

    @Slot()
    def _watch_guard(self) -> None:
        """After a run: report its failure, tell what the guard does, and begin the next run."""
        if self._run is not None:
            return
        self._waited_ms += _POLL_MS
        has_acted = self._guard.state not in (GuardState.NONE, GuardState.WATCHING)
        is_settled = has_acted or not self._guard.is_guarded or self._waited_ms > _GUARD_ANSWER_MS
        if self._failure is not None and is_settled:
            self._report_failure(self._failure)
        self._tell_guard_state()
        if self._failure is None and self._starts_again:
            self._guard.dismiss()
            if not self._guard.is_guarded or self._waited_ms > _GUARD_LEAVES_MS:
                self._begin()
        elif self._failure is None and not self._guard.is_guarded:
            self._poll.stop()
            self._guard.remove()

    def _report_failure(self, failure: Failed) -> None:
        self._failure = None
        self._speaks_for_arm = True
        _log.error("the session vanished; guard: %s", self._guard.state.name)
        facts = {"guard": self._guard.story()}
        self.event_received.emit(Failed(failure.code, dict(facts), failure.details))

    def _tell_guard_state(self) -> None:
        """Say that the guard took over, when no session is there to say it."""
        state = self._guard.state
        if not self._speaks_for_arm or state == self._guard_state:
            return
        self._guard_state = state
        if state in (GuardState.HELD, GuardState.FAILED):
            self.event_received.emit(PhaseChanged(Phase.HOLDING, torque_on=True))
        elif state is GuardState.RELEASED:
            self.event_received.emit(PhaseChanged(Phase.DISCONNECTED, torque_off_confirmed=True))

    # Waiting with the event loop running

    def _wait(self, patience_ms: int) -> None:
        self._wait_until(lambda: self._run is None and self._failure is None, patience_ms)

    def _wait_until(self, is_done: Callable[[], bool], patience_ms: int) -> None:
        """Let events be handled until done or out of patience: heartbeats and STOP go on."""
        loop = QEventLoop()
        patience = QTimer(loop, singleShot=True, interval=patience_ms)
        patience.timeout.connect(loop.quit)
        look = QTimer(loop, interval=10)
        look.timeout.connect(lambda: loop.quit() if is_done() else None)
        patience.start()
        look.start()
        if not is_done():
            loop.exec()
        patience.stop()
        look.stop()


def _timer(parent: QObject, interval_ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent, interval=interval_ms)
    timer.timeout.connect(slot)
    return timer
