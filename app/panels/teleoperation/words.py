"""What the Teleoperate panel says in words about its state."""

from PySide6.QtCore import QCoreApplication

from app.panels.teleoperation.state import TeleoperationState
from app.problem_text import joint_label
from app.theme.tokens import Tone
from app.widgets.joint_table import reading_text
from lerobot_core.workers.protocol import Phase

SMALL_GAP = 2.0  # degrees or percent: as well as these servos follow a calm hand

Status = tuple[str, Tone, str]
"""Text, tone, icon."""


def subtitle(state: TeleoperationState) -> str:
    """The state beside the panel's title."""
    session = state.session
    if session.phase is Phase.GOING_TO_REST:
        return _tr("Going to the rest pose. STOP freezes it.")
    if session.is_recording:
        return _tr("A recording is running; stop it on Record.")
    if session.is_driving:
        if state.engaged_fraction < 1:
            return _tr("Easing in, {0:.0f} %").format(100 * state.engaged_fraction)
        return _tr("Follower eased in, {0}").format(duration(state.driven_s or 0.0))
    if session.is_holding:
        if not session.can_move:
            return _tr("Stopped. Restart the session, then engage again.")
        if state.can_engage:
            return _tr("Stopped. Engage again, or let the arm rest.")
        return _tr("Stopped. Solve the problem, then engage again.")
    if state.can_engage:
        return _tr("Ready. Torque is off until you engage.")
    if session.is_connecting:
        return _tr("Opening the arm and the cameras.")
    return _tr("Not ready, see the list.")


def driving_reason(state: TeleoperationState) -> str:
    """Why the arm, which is driven, cannot be disengaged here."""
    if state.session.phase is Phase.GOING_TO_REST:
        return _tr("The arm is on its way to the rest pose. STOP freezes it.")
    return _tr("A recording is running; stop it on Record.")


def motion_status(state: TeleoperationState) -> Status:
    """How well the arm follows, for the control bar."""
    session = state.session
    if state.rest_is_new:
        return _tr("The arm rests here from now on"), Tone.OK, "check-circle"
    if session.is_holding:
        return _tr("Held at the last position"), Tone.WARN, "alert"
    if session.phase is Phase.GOING_TO_REST:
        return _tr("Moving to the rest pose"), Tone.ACCENT, "progress-clock"
    if session.is_driving and state.engaged_fraction < 1:
        return _tr("Easing in to the leader"), Tone.ACCENT, "progress-clock"
    if session.is_driving:
        return _gap_status(state)
    if session.torque_off_confirmed:
        return _tr("Torque off, read back"), Tone.OK, "check-circle"
    return _tr("Torque off"), Tone.NEUTRAL, "circle-outline"


def _gap_status(state: TeleoperationState) -> Status:
    if any(row.stale for row in state.joints.values()):
        return _tr("A joint does not answer"), Tone.WARN, "alert"
    largest = state.largest_gap
    if largest is None or largest[1] < SMALL_GAP:
        return _tr("Gap under 2° or 2 % on every joint"), Tone.OK, "check-circle"
    joint, gap = largest
    is_percent = shows_percent(joint, uses_degrees=state.uses_degrees)
    amount = reading_text(gap, is_percent=is_percent)
    text = _tr("{0} is {1} behind").format(joint_label(joint), amount)
    return text, Tone.NEUTRAL, "information"


def shows_percent(joint: str, *, uses_degrees: bool) -> bool:
    """Grippers are given in percent of their travel; other joints as the rig says."""
    return "gripper" in joint or not uses_degrees


def duration(seconds: float) -> str:
    """“41 s”, “2 min 41 s”, “1 h 2 min”."""
    whole = int(seconds)
    if whole < 60:
        return _tr("{0} s").format(whole)
    if whole < 3600:
        return _tr("{0} min {1:02d} s").format(whole // 60, whole % 60)
    return _tr("{0} h {1:02d} min").format(whole // 3600, whole % 3600 // 60)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Teleoperation", text)
