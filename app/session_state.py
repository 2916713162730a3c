"""What any screen knows of the session, and how each event changes it. Pure: no Qt."""

from dataclasses import dataclass, replace

from app.start_checks import DRIVING, Check, SessionLife, session_checks
from lerobot_core.workers.protocol import (
    CameraReady,
    Cancelled,
    DeviceReading,
    Devices,
    Failed,
    Finished,
    Happened,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    Started,
)

SESSION_DEVICE = "session"
"""What problems of the session itself speak of."""

_LIMP = frozenset({"servo_overloaded", "torque_lost"})
_STORY_LINES = 20
_RECORDING = frozenset({Phase.RECORDING, Phase.RESETTING, Phase.SAVING})


@dataclass(frozen=True)
class SessionState:
    """The worker's truth, as far as its events have told it."""

    life: SessionLife = SessionLife.ABSENT
    phase: Phase = Phase.DISCONNECTED
    torque_on: bool = False
    torque_off_confirmed: bool = False
    devices: tuple[DeviceReading, ...] = ()
    cameras: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()  # the newest first
    story: tuple[Happened, ...] = ()  # of the last stop

    @property
    def is_driving(self) -> bool:
        return self.phase in DRIVING

    @property
    def is_recording(self) -> bool:
        return self.phase in _RECORDING

    @property
    def is_connecting(self) -> bool:
        """The devices are being opened, or the session that will open them is on its way."""
        return self.life is SessionLife.STARTING or self.phase is Phase.CONNECTING

    @property
    def can_move(self) -> bool:
        """A session is there that answers; a guard alone can hold and release, not move."""
        return self.life is SessionLife.RUNNING

    @property
    def is_holding(self) -> bool:
        return self.phase is Phase.HOLDING

    @property
    def joint_to_clear(self) -> str:
        """Whose servo protects itself, as the newest problem says; empty if none does."""
        joints = (str(each.facts.get("joint", "")) for each in self.problems if each.code in _LIMP)
        return next(joints, "")

    @property
    def checks(self) -> list[Check]:
        """What is missing before the arm can be driven."""
        return session_checks(self.life, self.phase, self.devices)


def after(state: SessionState, event: object) -> SessionState:
    """The state once ``event`` has happened."""
    match event:
        case Devices():
            return replace(state, devices=tuple(event.readings))
        case PhaseChanged():
            return _with_phase(state, event)
        case CameraReady() if event.name not in state.cameras:
            return replace(state, cameras=(*state.cameras, event.name))
        case Problem():
            return _with_problem(state, event)
        case ProblemSolved():
            return _solved(state, event.device)
        case Happened():
            return replace(state, story=(*state.story, event)[-_STORY_LINES:])
        case Started():
            return SessionState(life=SessionLife.RUNNING, phase=Phase.CONNECTING)
        case Finished() | Cancelled():
            return _ended(state)
        case Failed():
            # Nothing else can be solved now, so the failure is the one problem left.
            failure = Problem(event.code, event.facts, SESSION_DEVICE, event.details)
            return replace(_ended(state), problems=(failure,))
    return state


def starting(state: SessionState) -> SessionState:
    """The session's process was asked for."""
    return replace(state, life=SessionLife.STARTING, phase=Phase.CONNECTING, problems=())


def without_problem(state: SessionState, problem: Problem) -> SessionState:
    """The operator has closed a banner; chips keep the device's state."""
    return replace(state, problems=tuple(known for known in state.problems if known != problem))


def _with_phase(state: SessionState, event: PhaseChanged) -> SessionState:
    begins = event.phase in DRIVING and not state.is_driving
    return replace(
        state,
        phase=event.phase,
        torque_on=event.torque_on,
        torque_off_confirmed=event.torque_off_confirmed,
        story=() if begins else state.story,
    )


def _with_problem(state: SessionState, problem: Problem) -> SessionState:
    same = (problem.code, problem.device)
    others = tuple(known for known in state.problems if (known.code, known.device) != same)
    life = SessionLife.SILENT if problem.code == "session_silent" else state.life
    return replace(state, problems=(problem, *others), life=life)


def _solved(state: SessionState, device: str) -> SessionState:
    left = tuple(problem for problem in state.problems if problem.device != device)
    answers_again = state.life is SessionLife.SILENT and device == SESSION_DEVICE
    return replace(state, problems=left, life=SessionLife.RUNNING if answers_again else state.life)


def _ended(state: SessionState) -> SessionState:
    return replace(
        state, life=SessionLife.ENDED, phase=Phase.DISCONNECTED, torque_on=False, devices=()
    )
