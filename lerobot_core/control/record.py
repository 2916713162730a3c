"""What a recording does next: a state machine without devices, files or clocks.

A state and something that happened give the next state, and what is to be done about it.
``lerobot_core.control.recorder`` carries that out.
"""

from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

from lerobot_core.errors import SettingInvalid, TaskMissing

_GRID_ERROR_S = 1e-6  # deadlines are sums of fractions, and a take ends exactly on one


class RecordPhase(StrEnum):
    """Where a recording is. Values as those of a session's phase."""

    RECORDING = "recording"
    SAVING = "saving"
    RESETTING = "resetting"  # between takes: the robot can be driven, nothing is recorded
    FINISHED = "finished"


class RecordCommand(StrEnum):
    """What the operator may ask for."""

    START = "start"  # end the reset phase now
    FINISH = "finish"  # keep the take and save it
    REDO = "redo"  # throw the take away
    STOP = "stop"  # save the take in progress, then finish the dataset
    INTERRUPT = "interrupt"  # the arm was stopped: the take goes no further


class Effect(Enum):
    """What is to be done about a change."""

    START_EPISODE = auto()
    SAVE = auto()
    DISCARD = auto()
    FINISH = auto()


@dataclass(frozen=True)
class RecordingPlan:
    """What the operator wants to record.

    Raises:
        TaskMissing: the task is empty.
        SettingInvalid: a number is impossible.
    """

    repo_id: str
    task: str
    episodes: int = 50
    fps: int = 30
    episode_s: float = 30.0
    reset_s: float = 10.0

    def __post_init__(self) -> None:
        if not self.task.strip():
            raise TaskMissing()
        _require(self.episodes >= 1, "The number of episodes", "at least one must be wanted")
        _require(self.fps >= 1, "fps", "at least one frame per second is needed")
        _require(self.episode_s > 0, "The episode time", "it must be longer than nothing")
        # Zero is allowed: the next take then starts as soon as the last is saved.
        _require(self.reset_s >= 0, "The reset time", "it must not be negative")


@dataclass(frozen=True)
class RecordState:
    """Where a recording is. Seconds are those of the ticks."""

    plan: RecordingPlan
    phase: RecordPhase = RecordPhase.RECORDING
    episode: int = 1  # the one that is recorded, or comes next
    saved: int = 0
    redone: int = 0
    rows: int = 0  # of the take
    phase_since_s: float | None = None  # a take's time starts with its first row
    is_interrupted: bool = False  # the arm was stopped: the take gets no more rows
    is_stopping: bool = False  # finish as soon as the take is saved

    @property
    def wants_rows(self) -> bool:
        return self.phase is RecordPhase.RECORDING and not self.is_interrupted

    @property
    def of_seconds(self) -> float:
        """How long the phase may take; 0 where nothing is timed."""
        if self.phase is RecordPhase.RECORDING:
            return self.plan.episode_s
        return self.plan.reset_s if self.phase is RecordPhase.RESETTING else 0.0

    def seconds(self, now_s: float) -> float:
        """How long the phase has lasted; a take counts from its first row."""
        return 0.0 if self.phase_since_s is None else now_s - self.phase_since_s


@dataclass(frozen=True)
class Step:
    """What comes next, and what is to be done about it."""

    state: RecordState
    effects: tuple[Effect, ...] = ()


def begin(plan: RecordingPlan) -> Step:
    """The first take starts at once."""
    return Step(RecordState(plan), (Effect.START_EPISODE,))


def after_command(state: RecordState, command: RecordCommand, now_s: float) -> Step:
    """A command that makes no sense in the phase changes nothing."""
    match state.phase, command:
        case RecordPhase.RECORDING, RecordCommand.FINISH:
            return _save(state, now_s) if state.rows else Step(state)
        case RecordPhase.RECORDING, RecordCommand.REDO:
            return _redo(state, now_s)
        case RecordPhase.RECORDING, RecordCommand.STOP:
            if state.rows:
                return _save(replace(state, is_stopping=True), now_s)
            return Step(_finished(state), (Effect.DISCARD, Effect.FINISH))
        case RecordPhase.RECORDING, RecordCommand.INTERRUPT:
            return _interrupt(state)
        case RecordPhase.SAVING, RecordCommand.STOP:
            return Step(replace(state, is_stopping=True))
        case RecordPhase.RESETTING, RecordCommand.START:
            return _next_take(state)
        case RecordPhase.RESETTING, RecordCommand.STOP:
            return Step(_finished(state), (Effect.FINISH,))
    return Step(state)


def after_row(state: RecordState, now_s: float) -> RecordState:
    """A row was added to the take."""
    since_s = now_s if state.phase_since_s is None else state.phase_since_s
    return replace(state, rows=state.rows + 1, phase_since_s=since_s)


def after_time(state: RecordState, now_s: float) -> Step:
    """Time has passed: a take or a reset may be over."""
    if state.phase_since_s is None or state.seconds(now_s) < state.of_seconds - _GRID_ERROR_S:
        return Step(state)
    if state.wants_rows:
        return _save(state, now_s)
    if state.phase is RecordPhase.RESETTING:
        return _next_take(state)
    return Step(state)


def after_saved(state: RecordState, now_s: float) -> Step:
    """The take is on disk."""
    saved = replace(state, saved=state.saved + 1, rows=0, is_interrupted=False)
    if state.is_stopping or saved.saved >= state.plan.episodes:
        return Step(_finished(saved), (Effect.FINISH,))
    return Step(
        replace(
            saved,
            phase=RecordPhase.RESETTING,
            episode=state.episode + 1,
            phase_since_s=now_s,
        )
    )


def _save(state: RecordState, now_s: float) -> Step:
    return Step(replace(state, phase=RecordPhase.SAVING, phase_since_s=now_s), (Effect.SAVE,))


def _redo(state: RecordState, now_s: float) -> Step:
    again = replace(
        state,
        phase=RecordPhase.RESETTING,
        redone=state.redone + 1,
        rows=0,
        phase_since_s=now_s,
        is_interrupted=False,
    )
    return Step(again, (Effect.DISCARD,))


def _interrupt(state: RecordState) -> Step:
    """A take with rows waits for finish, redo or stop; one without can still begin."""
    return Step(replace(state, is_interrupted=state.rows > 0))


def _next_take(state: RecordState) -> Step:
    taking = replace(state, phase=RecordPhase.RECORDING, rows=0, phase_since_s=None)
    return Step(taking, (Effect.START_EPISODE,))


def _finished(state: RecordState) -> RecordState:
    return replace(state, phase=RecordPhase.FINISHED, rows=0, phase_since_s=None)


def _require(is_fine: bool, setting: str, reason: str) -> None:
    if not is_fine:
        raise SettingInvalid(setting=setting, reason=reason)


class RowGrid:
    """Which ticks become rows: every k-th, on a grid that starts with the take.

    A tick that was skipped or is no row for another reason does not shift the grid: the first
    tick of each row's time becomes the row, and a row whose whole time passed is missed.

    Raises:
        SettingInvalid: ``control_hz`` is no whole multiple of ``fps``; names what would fit.
    """

    def __init__(self, control_hz: int, fps: int) -> None:
        if fps < 1 or control_hz % fps:
            fitting = ", ".join(str(rate) for rate in rates_that_fit(control_hz))
            raise SettingInvalid(
                setting=f"{fps} frames per second",
                reason=f"with {control_hz} control ticks per second these fit: {fitting}",
            )
        self.missed = 0
        self._control_hz = control_hz
        self._every = control_hz // fps
        self._first_s: float | None = None
        self._last_row = -1

    def restart(self) -> None:
        """A new take: the next tick is its first row."""
        self.missed = 0
        self._first_s = None
        self._last_row = -1

    def takes(self, due_s: float) -> bool:
        """Whether the tick with this deadline becomes a row."""
        if self._first_s is None:
            self._first_s = due_s
        row = round((due_s - self._first_s) * self._control_hz) // self._every
        if row <= self._last_row:
            return False
        self.missed += row - self._last_row - 1
        self._last_row = row
        return True


def rates_that_fit(control_hz: int) -> list[int]:
    """Frame rates from 5 per second up that divide the control rate."""
    return [rate for rate in range(1, control_hz + 1) if control_hz % rate == 0 and rate >= 5]
