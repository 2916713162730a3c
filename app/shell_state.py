"""What the top bar knows: the session, and the one fact beside the phase. Pure: no Qt."""

from dataclasses import dataclass, field, replace
from math import ceil

from app import session_state
from app.session_state import SessionState
from lerobot_core.workers.protocol import (
    Phase,
    PhaseChanged,
    RecordingProgress,
    Started,
)


@dataclass(frozen=True)
class ShellState:
    """Everything the top bar shows."""

    session: SessionState = field(default_factory=SessionState)
    episode: int = 0  # of the recording, counted from 1
    saved: int = 0
    seconds_left: int | None = None  # of the reset
    was_released: bool = False  # torque went off by STOP, and the servos confirmed it

    @property
    def phase(self) -> Phase:
        return self.session.phase

    @property
    def may_change_rig(self) -> bool:
        """Another rig ends this session, so nothing may be moving, held or written."""
        return self.phase in (Phase.DISCONNECTED, Phase.IDLE) and not self.session.torque_on


def starting(state: ShellState) -> ShellState:
    """A session was asked for. While torque is on, the last one's hold stays the truth."""
    if state.session.torque_on:
        return state
    return replace(state, session=session_state.starting(state.session))


def after(state: ShellState, event: object) -> ShellState:
    """The state once ``event`` has happened."""
    session = session_state.after(state.session, event)
    known = state if session is state.session else replace(state, session=session)
    match event:
        case Started():
            return ShellState(session=known.session)
        case PhaseChanged():
            return _with_phase(known, event, before=state.session)
        case RecordingProgress():
            left = ceil(event.of_seconds - event.seconds)
            resets = event.phase is Phase.RESETTING
            return replace(
                known,
                episode=event.episode,
                saved=event.saved,
                seconds_left=max(left, 0) if resets else None,
            )
    return known


def _with_phase(state: ShellState, event: PhaseChanged, before: SessionState) -> ShellState:
    held = before.phase is Phase.HOLDING
    released = held and not event.torque_on and event.torque_off_confirmed
    stays_released = state.was_released and not event.torque_on
    return replace(
        state,
        episode=event.episode,
        seconds_left=None if event.phase is not Phase.RESETTING else state.seconds_left,
        was_released=released or stays_released,
    )
