"""Feeds a dataset from the control loop, as the state machine of ``control.record`` says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from lerobot_core.control.record import (
    Effect,
    RecordCommand,
    RecordingPlan,
    RecordPhase,
    RowGrid,
    Step,
    after_command,
    after_row,
    after_saved,
    after_time,
    begin,
)
from lerobot_core.control.tick import Tick

if TYPE_CHECKING:
    from lerobot_core.datasets.writer import EpisodeFacts


class EpisodeSink(Protocol):
    """Where the rows go. No method may wait: the loop that drives the arm calls them."""

    def start_episode(self, task: str) -> None: ...

    def add_row(self, tick: Tick) -> None:
        """Take the observation, the action that was sent, and the pictures the tick names."""
        ...

    def save(self) -> None:
        """Begin to save the take."""
        ...

    def saved(self) -> "EpisodeFacts | None":
        """The saved take, once; None while it is being saved. Raises what made saving fail."""
        ...

    def discard(self) -> None:
        """Throw the take away."""
        ...

    def finish(self) -> None:
        """No more takes will come; begin to finish the dataset."""
        ...


@dataclass(frozen=True)
class RecordingView:
    """What the operator is shown."""

    phase: RecordPhase
    episode: int  # counted from 1
    wanted: int
    saved: int
    redone: int
    seconds: float  # of the phase
    of_seconds: float
    rows: int  # of the take
    missed_rows: int  # of the take, because ticks came too late
    is_interrupted: bool


class RecorderObserver:
    """Watches ticks, and passes every k-th of them to a sink while a take is recorded.

    Time is that of the ticks' deadlines, so it stands still when the loop does.
    An error of the sink ends the recording and is raised out of ``on_tick`` or the command.

    Raises:
        SettingInvalid: the control rate is no multiple of the plan's fps.
    """

    def __init__(
        self,
        plan: RecordingPlan,
        sink: EpisodeSink,
        control_hz: int,
        *,
        on_saved: Callable[["EpisodeFacts"], None] | None = None,
    ) -> None:
        self._grid = RowGrid(control_hz, plan.fps)
        self._sink = sink
        self._on_saved = on_saved
        self._now_s = 0.0
        self._first = begin(plan)
        self._state = self._first.state

    def begin(self) -> None:
        """Start the first take; its rows are the ticks from now on."""
        self._take(self._first)

    @property
    def phase(self) -> RecordPhase:
        return self._state.phase

    def view(self) -> RecordingView:
        state = self._state
        # An interrupted take has the length of its rows, however long the operator thinks.
        cut_s = state.rows / state.plan.fps if state.is_interrupted else None
        return RecordingView(
            phase=state.phase,
            episode=state.episode,
            wanted=state.plan.episodes,
            saved=state.saved,
            redone=state.redone,
            seconds=state.seconds(self._now_s) if cut_s is None else cut_s,
            of_seconds=state.of_seconds,
            rows=state.rows,
            missed_rows=self._grid.missed,
            is_interrupted=state.is_interrupted,
        )

    def command(self, command: RecordCommand) -> None:
        """Do what the operator asks for; what makes no sense now is ignored."""
        self._take(after_command(self._state, command, self._now_s))

    def on_tick(self, tick: Tick) -> None:
        self._now_s = tick.due_s
        if self._state.phase is RecordPhase.SAVING:
            self._look_after_saving()
        # Time first: a take of one second at 30 fps has 30 rows, not the 31st as well.
        self._take(after_time(self._state, tick.due_s))
        if self._state.wants_rows and not tick.is_handover and self._grid.takes(tick.due_s):
            with self._ending_on_error():
                self._sink.add_row(tick)
            self._state = after_row(self._state, tick.due_s)

    def _look_after_saving(self) -> None:
        with self._ending_on_error():
            facts = self._sink.saved()
        if facts is None:
            return
        self._take(after_saved(self._state, self._now_s))
        if self._on_saved is not None:
            self._on_saved(facts)

    def _take(self, step: Step) -> None:
        self._state = step.state
        for effect in step.effects:
            with self._ending_on_error():
                self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Effect.START_EPISODE:
                self._grid.restart()
                self._sink.start_episode(self._state.plan.task)
            case Effect.SAVE:
                self._sink.save()
            case Effect.DISCARD:
                self._sink.discard()
            case Effect.FINISH:
                self._sink.finish()

    @contextmanager
    def _ending_on_error(self) -> Iterator[None]:
        """No more rows after an error of the sink; whoever gets the error closes the sink."""
        try:
            yield
        except Exception:
            self._state = replace(self._state, phase=RecordPhase.FINISHED)
            raise
