"""What a press of STOP means. Pure: no Qt, the time is given.

The first press stops and holds, the second releases. Presses within 0.4 s of the first are
the same blow of the hand. When the arm holds by itself (a servo was lost) nobody has pressed
yet, so a press that comes within a second of that counts as the first: an operator who
reaches for STOP in that moment means stop, and must not drop the arm.
"""

from collections.abc import Callable
from enum import Enum, auto

from lerobot_core.workers.protocol import Phase

BLIND_S = 0.4  # after the first press
STARTLE_S = 1.0  # after a hold that nobody asked for


class Press(Enum):
    STOP = auto()
    RELEASE = auto()
    IGNORED = auto()


class StopSequence:
    """Follows presses and the session's phase."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._pressed_at: float | None = None
        self._held_since: float | None = None
        self._torque_may_be_on = False

    @property
    def offers_release(self) -> bool:
        """The next press, blind ones apart, releases, and there may be torque to release."""
        if self._held_since is not None:
            return True
        return self._pressed_at is not None and self._torque_may_be_on

    def press(self) -> Press:
        now = self._now()
        if self._pressed_at is not None:
            return Press.IGNORED if now - self._pressed_at < BLIND_S else Press.RELEASE
        if self._held_since is not None and now - self._held_since >= STARTLE_S:
            return Press.RELEASE
        self._pressed_at = now
        return Press.STOP

    def follow(self, phase: Phase, *, torque_on: bool) -> None:
        """Take note of what the session says.

        A running phase that arrives after a press is not believed: it may have been on its
        way before. Only the end of the hold, or torque off, starts the sequence anew.
        """
        self._torque_may_be_on = torque_on or phase not in (Phase.DISCONNECTED, Phase.IDLE)
        if phase is Phase.HOLDING:
            if self._held_since is None:
                self._held_since = self._now()
            return
        if self._held_since is not None or not self._torque_may_be_on:
            self._held_since = self._pressed_at = None
