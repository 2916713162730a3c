"""What the Teleoperate panel knows, and how each event changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.start_checks import DRIVING, Check, SessionLife, can_start, session_checks
from lerobot_core.workers.protocol import (
    CameraReady,
    Cancelled,
    DeviceReading,
    Devices,
    Failed,
    Finished,
    Happened,
    JointRow,
    LoopStatistics,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    Started,
    Telemetry,
)

_STORY_LINES = 20


@dataclass(frozen=True)
class TeleoperationState:
    """Everything the view shows. Times of day come with the events that have them."""

    life: SessionLife = SessionLife.ABSENT
    phase: Phase = Phase.DISCONNECTED
    torque_on: bool = False
    torque_off_confirmed: bool = False
    engaged_fraction: float = 0.0
    joints: Mapping[str, JointRow] = field(default_factory=dict)
    loop: LoopStatistics | None = None
    devices: tuple[DeviceReading, ...] = ()
    cameras: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    story: tuple[Happened, ...] = ()
    teleoperator: str = ""  # kind of the rig's teleoperator
    ease_in_s: float = 0.0
    speed_fraction: float = 0.0

    @property
    def is_driving(self) -> bool:
        return self.phase in DRIVING

    @property
    def is_recording(self) -> bool:
        return self.phase in (Phase.RECORDING, Phase.RESETTING, Phase.SAVING)

    @property
    def is_holding(self) -> bool:
        return self.phase is Phase.HOLDING

    @property
    def checks(self) -> list[Check]:
        """What is missing before the arm can be engaged."""
        return session_checks(self.life, self.phase, self.devices)

    @property
    def can_engage(self) -> bool:
        return not self.is_driving and can_start(self.checks)

    @property
    def largest_gap(self) -> float | None:
        """The largest distance between goal and position, in the joints' units."""
        gaps = [
            abs(row.goal - row.position)
            for row in self.joints.values()
            if row.goal is not None and row.position is not None and not row.stale
        ]
        return max(gaps, default=None)


def after(state: TeleoperationState, event: object) -> TeleoperationState:
    """The state once ``event`` has happened."""
    match event:
        case Telemetry():
            return replace(state, joints=event.joints, engaged_fraction=event.engaged_fraction)
        case LoopStatistics():
            return replace(state, loop=event)
        case Devices():
            return replace(state, devices=tuple(event.readings))
        case PhaseChanged():
            return _with_phase(state, event)
        case CameraReady():
            known = state.cameras
            return state if event.name in known else replace(state, cameras=(*known, event.name))
        case Problem():
            return _with_problem(state, event)
        case ProblemSolved():
            return _solved(state, event.device)
        case Happened():
            return replace(state, story=(*state.story, event)[-_STORY_LINES:])
        case Started():
            return _started(state)
        case Finished() | Cancelled() | Failed():
            return _ended(state, event)
    return state


def _started(state: TeleoperationState) -> TeleoperationState:
    """A new session knows nothing of the last one; only the operator's settings stay."""
    return TeleoperationState(
        life=SessionLife.RUNNING,
        phase=Phase.CONNECTING,
        teleoperator=state.teleoperator,
        ease_in_s=state.ease_in_s,
        speed_fraction=state.speed_fraction,
    )


def _with_phase(state: TeleoperationState, event: PhaseChanged) -> TeleoperationState:
    begins = event.phase in DRIVING and not state.is_driving
    return replace(
        state,
        phase=event.phase,
        torque_on=event.torque_on,
        torque_off_confirmed=event.torque_off_confirmed,
        story=() if begins else state.story,  # the story of the last stop is over
        loop=None if begins else state.loop,
    )


def _with_problem(state: TeleoperationState, problem: Problem) -> TeleoperationState:
    others = tuple(
        known
        for known in state.problems
        if (known.code, known.device) != (problem.code, problem.device)
    )
    life = SessionLife.SILENT if problem.code == "session_silent" else state.life
    return replace(state, problems=(problem, *others), life=life)


def _solved(state: TeleoperationState, device: str) -> TeleoperationState:
    left = tuple(problem for problem in state.problems if problem.device != device)
    was_silent = state.life is SessionLife.SILENT
    silent_still = any(problem.code == "session_silent" for problem in left)
    life = SessionLife.RUNNING if was_silent and not silent_still else state.life
    return replace(state, problems=left, life=life)


def _ended(state: TeleoperationState, event: Finished | Cancelled | Failed) -> TeleoperationState:
    """The session is over. A failure replaces every problem: nothing else can be solved now."""
    problems = state.problems
    if isinstance(event, Failed):
        problems = (Problem(event.code, event.facts, "session", event.details),)
    return replace(
        state,
        life=SessionLife.ENDED,
        phase=Phase.DISCONNECTED,
        torque_on=False,
        devices=(),
        problems=problems,
    )


def starting(state: TeleoperationState) -> TeleoperationState:
    """The session's process was asked for."""
    return replace(state, life=SessionLife.STARTING, problems=())


def without_problem(state: TeleoperationState, problem: Problem) -> TeleoperationState:
    """The operator has closed a banner; chips keep the device's state."""
    return replace(state, problems=tuple(known for known in state.problems if known != problem))
