"""What the Teleoperate panel knows, and how each event changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app import session_state
from app.session_state import SessionState
from app.start_checks import DRIVING, Check, can_start
from lerobot_core.workers.protocol import (
    JointRow,
    LoopStatistics,
    Phase,
    PhaseChanged,
    RestPoseRecorded,
    Started,
    Telemetry,
)


@dataclass(frozen=True)
class TeleoperationState:
    """Everything the view shows."""

    session: SessionState = field(default_factory=SessionState)
    engaged_fraction: float = 0.0  # of the ease-in; 1 when it is over
    joints: Mapping[str, JointRow] = field(default_factory=dict)
    loop: LoopStatistics | None = None
    driven_since_s: float | None = None  # on the session's clock
    now_s: float = 0.0  # the newest reading, on the session's clock
    teleoperator: str = ""  # kind of the rig's teleoperator
    cameras: tuple[str, ...] = ()  # of the rig
    uses_degrees: bool = True
    ease_in_s: float = 0.0
    speed_fraction: float = 0.0
    rest_is_new: bool = False  # the rest pose was recorded, and nothing has happened since

    @property
    def checks(self) -> list[Check]:
        """What is missing before the arm can be engaged."""
        return self.session.checks

    @property
    def can_engage(self) -> bool:
        return not self.session.is_driving and can_start(self.checks)

    @property
    def can_disengage(self) -> bool:
        """The arm is driven, and not already on its way to rest."""
        return self.session.is_driving and self.session.phase is not Phase.GOING_TO_REST

    @property
    def can_record_rest(self) -> bool:
        """The arm stands still, and a session is there to say where."""
        session = self.session
        return session.can_move and session.phase in (Phase.IDLE, Phase.HOLDING)

    @property
    def driven_s(self) -> float | None:
        """How long the arm has been driven; None when it is not."""
        return None if self.driven_since_s is None else self.now_s - self.driven_since_s

    @property
    def largest_gap(self) -> tuple[str, float] | None:
        """The joint that is farthest from its goal, and how far, in its units."""
        gaps = {name: abs(gap) for name, row in self.joints.items() if (gap := gap_of(row))}
        return max(gaps.items(), key=lambda entry: entry[1], default=None)


def gap_of(row: JointRow) -> float | None:
    """Goal minus position; None where one of them is not known."""
    if row.goal is None or row.position is None or row.stale:
        return None
    return row.goal - row.position


def after(state: TeleoperationState, event: object) -> TeleoperationState:
    """The state once ``event`` has happened."""
    state = replace(state, session=session_state.after(state.session, event))
    match event:
        case Telemetry():
            return _with_reading(state, event)
        case RestPoseRecorded():
            return replace(state, rest_is_new=True)
        case PhaseChanged() if state.rest_is_new:
            return after(replace(state, rest_is_new=False), event)
        case LoopStatistics():
            return replace(state, loop=event)
        case PhaseChanged() if event.phase not in DRIVING:
            return replace(state, engaged_fraction=0.0, driven_since_s=None, loop=None)
        case Started():
            return replace(state, joints={}, loop=None, engaged_fraction=0.0, driven_since_s=None)
    return state


def _with_reading(state: TeleoperationState, event: Telemetry) -> TeleoperationState:
    since = state.driven_since_s
    if since is None and state.session.is_driving:
        since = event.time_s
    return replace(
        state,
        joints=event.joints,
        engaged_fraction=event.engaged_fraction,
        driven_since_s=since,
        now_s=event.time_s,
    )
