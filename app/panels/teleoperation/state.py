"""What the Teleoperate panel knows, and how each event changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app import session_state
from app.session_state import SessionState
from app.start_checks import DRIVING, Check, can_start
from lerobot_core.workers.protocol import (
    JointRow,
    LoopStatistics,
    PhaseChanged,
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
    teleoperator: str = ""  # kind of the rig's teleoperator
    ease_in_s: float = 0.0
    speed_fraction: float = 0.0

    @property
    def checks(self) -> list[Check]:
        """What is missing before the arm can be engaged."""
        return self.session.checks

    @property
    def can_engage(self) -> bool:
        return not self.session.is_driving and can_start(self.checks)

    @property
    def largest_gap(self) -> float | None:
        """The largest distance between goal and position, in the joints' units."""
        gaps = [gap for row in self.joints.values() if (gap := gap_of(row)) is not None]
        return max(map(abs, gaps), default=None)


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
            return replace(state, joints=event.joints, engaged_fraction=event.engaged_fraction)
        case LoopStatistics():
            return replace(state, loop=event)
        case PhaseChanged() if event.phase not in DRIVING:
            return replace(state, engaged_fraction=0.0)
        case Started():
            return replace(state, joints={}, loop=None, engaged_fraction=0.0)
    return state
