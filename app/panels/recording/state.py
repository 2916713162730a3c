"""What the Record panel knows, and how each event changes it."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from app import session_state
from app.panels.recording.plan import Plan, plan_checks
from app.remedies import Remedy
from app.session_state import SessionState
from app.start_checks import Check, can_start, disk_checks
from lerobot_core.workers.protocol import (
    Cancelled,
    EpisodeSaved,
    Failed,
    Finished,
    Phase,
    Problem,
    RecordingFinished,
    RecordingProgress,
    Started,
)

REPEATS_WORTH_A_REMARK = 0.02
"""Share of pictures that repeat the one before them, above which an episode gets a mark.

A camera runs by its own clock: now and then the loop meets the same picture twice, once or twice
in a minute. One in fifty is more than that at any rate, and shows as a stutter when played.
"""


class Mark(Enum):
    """One cell of the session strip."""

    SAVED = auto()
    REMARK = auto()  # saved, with more repeated pictures than is usual
    NOW = auto()
    TO_GO = auto()


@dataclass(frozen=True)
class RecordingState:
    """Everything the view shows."""

    session: SessionState = field(default_factory=SessionState)
    plan: Plan = field(default_factory=Plan)
    rates: tuple[int, ...] = (30,)
    exists: bool = False  # a dataset of the plan's name is on disk already
    free_mb: int | None = None
    control_hz: int = 0
    cameras: tuple[str, ...] = ()  # of the rig
    is_asked: bool = False  # recording was asked for and has not begun
    progress: RecordingProgress | None = None  # of the recording that runs
    saved: tuple[EpisodeSaved, ...] = ()  # of the recording that runs, or ran last
    finished: RecordingFinished | None = None
    was_interrupted: bool = False  # the session ended in the middle of a recording

    @property
    def is_recording(self) -> bool:
        return self.session.is_recording or self.progress is not None

    @property
    def take_phase(self) -> Phase:
        """What the recording does; a take that a stop interrupted waits to be kept or redone."""
        return self.progress.phase if self.progress else self.session.phase

    @property
    def is_interrupted(self) -> bool:
        """The arm was stopped in the middle of a recording, which is still open."""
        return self.progress is not None and self.session.is_holding

    @property
    def has_outcome(self) -> bool:
        """The last recording is over, and the operator has not turned to the next."""
        return self.finished is not None or self.was_interrupted

    @property
    def checks(self) -> list[Check]:
        """What is missing before a recording can start."""
        checks = plan_checks(self.plan, exists=self.exists) + self.session.checks
        if self.session.is_holding:
            checks.append(Check("holding", remedy=Remedy.OPEN_TELEOPERATION))
        return checks + disk_checks(self.free_mb, self.mb_per_hour)

    @property
    def can_start(self) -> bool:
        return not self.is_recording and not self.is_asked and can_start(self.checks)

    @property
    def mb_per_hour(self) -> float:
        """What recording takes; 0 until it was measured."""
        return self.progress.needed_mb_per_hour if self.progress else 0.0

    @property
    def hours_left(self) -> float | None:
        if not self.mb_per_hour or self.free_mb is None:
            return None
        return self.free_mb / self.mb_per_hour

    @property
    def last_episode(self) -> EpisodeSaved | None:
        return self.saved[-1] if self.saved else None

    @property
    def marks(self) -> list[Mark]:
        """The cells of the session strip, one an episode of the plan."""
        wanted = self.progress.wanted if self.progress else self.plan.episodes
        marks = [self._mark(saved) for saved in self.saved]
        if self.progress and len(marks) < wanted:
            marks.append(Mark.NOW)
        return marks + [Mark.TO_GO] * (wanted - len(marks))

    def pictures_in(self, saved: EpisodeSaved) -> int:
        """Pictures of an episode: one a frame from each camera."""
        return saved.frames * len(self.cameras or self.session.cameras)

    def _mark(self, saved: EpisodeSaved) -> Mark:
        limit = REPEATS_WORTH_A_REMARK * self.pictures_in(saved)
        return Mark.REMARK if saved.repeated_frames > limit else Mark.SAVED


def after(state: RecordingState, event: object) -> RecordingState:
    """The state once ``event`` has happened."""
    state = replace(state, session=session_state.after(state.session, event))
    match event:
        case RecordingProgress():
            begins = state.progress is None
            state = replace(state, progress=event, is_asked=False, free_mb=event.free_mb)
            return replace(state, saved=(), finished=None) if begins else state
        case EpisodeSaved():
            return replace(state, saved=(*state.saved, event))
        case RecordingFinished():
            return replace(state, progress=None, finished=event, is_asked=False)
        case Problem():
            return replace(state, is_asked=False)
        case Finished() | Cancelled() | Failed():
            is_cut = state.progress is not None
            return replace(state, progress=None, is_asked=False, was_interrupted=is_cut)
        case Started():
            return replace(state, progress=None, is_asked=False)
    return state


def asked(state: RecordingState) -> RecordingState:
    """Recording was asked for: what was shown of the last one goes."""
    return replace(state, is_asked=True, saved=(), finished=None, was_interrupted=False)


def planned(state: RecordingState, plan: Plan, *, exists: bool) -> RecordingState:
    """The operator has changed the plan."""
    return replace(state, plan=plan, exists=exists)
