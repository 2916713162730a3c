"""The app's end of the lifeline: asks for stops past a session that hangs, sees the guard."""

import logging
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest

_SILENT_ARMED_S = 0.8
"""The guard acts after 0.3 s of silence; the window says so once that is surely over."""
_SILENT_UNARMED_S = 5.0
"""Opening devices may keep a session from answering; nothing can move meanwhile."""
_log = logging.getLogger(__name__)


class GuardLine:
    """A session's lifeline, from its Started event until nobody needs it."""

    def __init__(self) -> None:
        self._line: Lifeline | None = None
        self._opened_ns = 0

    def open(self, path: str) -> None:
        """Map the file. Without one (a session that has none) all questions have quiet answers."""
        self.remove()
        if not path:
            return
        self._opened_ns = time.monotonic_ns()
        try:
            self._line = Lifeline(Path(path))
        except (OSError, ValueError):
            _log.exception("the lifeline cannot be opened: STOP goes through the session only")

    def ask(self, kind: StopRequest) -> None:
        if self._line:
            self._line.ask(kind)

    @property
    def state(self) -> GuardState:
        """What the guard did last; NONE when there is no guard any more."""
        return self._line.state() if self._line else GuardState.NONE

    @property
    def is_guarded(self) -> bool:
        """A guard is there, whether it has acted or not."""
        return bool(self._line and self._line.guard_pid)

    @property
    def is_armed(self) -> bool:
        """Torque was on when the session last said so."""
        return bool(self._line and self._line.armed)

    @property
    def is_silent(self) -> bool:
        """The session has not shown a sign of life for too long."""
        if not self._line:
            return False
        heard_ns = max(self._line.beat_ns, self._opened_ns)
        silence_s = (time.monotonic_ns() - heard_ns) / 1e9
        return silence_s > (_SILENT_ARMED_S if self._line.armed else _SILENT_UNARMED_S)

    def story(self) -> str:
        """What the guard did, in the operator's words."""
        match self.state:
            case GuardState.HELD:
                return _tr("The guard holds the arm where it was; torque is on.")
            case GuardState.RELEASED:
                return _tr("The guard switched torque off and read that back.")
            case GuardState.FAILED:
                return _tr(
                    "The guard could not reach every servo:"
                    " support the arm and switch its power supply off."
                )
        if self.is_armed:
            return _tr("Torque is on and no guard answered: support the arm.")
        return _tr("Torque was off.")

    def dismiss(self) -> None:
        """Tell the guard to leave the port as it is; ``is_guarded`` says when it has left."""
        if self._line:
            self._line.leave = 1

    def remove(self) -> None:
        """Take the file away; a session that was killed could not."""
        if self._line:
            self._line.remove()
            self._line = None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Guard", text)
