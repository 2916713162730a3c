"""What the Calibrate panel says, in the operator's language."""

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.panels.calibration.arms import ArmChoice
from app.panels.calibration.progress import Progress
from app.panels.calibration.state import CalibrateState, FileFacts, FileKnown, Step
from app.problem_text import joint_label
from app.theme.tokens import Tone
from app.widgets.checks_list import Check
from lerobot_core.control.calibration_state import CalibrationStage, Direction
from lerobot_core.control.rig_building import RIG_KINDS
from lerobot_core.motors.travel import Verdict
from lerobot_core.workers.protocol import ChangeSeen, DeviceState, SweepSeen

_CONTEXT = "Calibrate"
_SHORT = 0.88  # of the usual travel
_NAMED_AT_MOST = 2  # joints, in one line


def tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


# Arms


def arm_label(arm: ArmChoice) -> str:
    """“Left follower, SO-101 on ttyACM0”."""
    port = arm.address.removeprefix("/dev/").removeprefix("sim://")
    return tr("{0}, {1} on {2}").format(arm_name(arm), kind_label(arm.kind), port)


def arm_name(arm: ArmChoice) -> str:
    return {
        "follower": tr("Follower"),
        "leader": tr("Leader"),
        "left_follower": tr("Left follower"),
        "right_follower": tr("Right follower"),
        "left_leader": tr("Left leader"),
        "right_leader": tr("Right leader"),
    }.get(arm.key, arm.key)


def kind_label(kind: str) -> str:
    """As its maker calls a kind of arm; kinds that stand for another one say its name."""
    for rig in RIG_KINDS.values():
        if kind in (rig.follower, rig.leader) and not rig.is_bimanual:
            return rig.label
    return {"demonstrator": "SO-101"}.get(kind, kind)


def file_status(file: FileFacts) -> tuple[str, Tone, str]:
    """What is known of an arm's calibration: text, tone, icon."""
    if file.known is FileKnown.MISSING:
        return tr("not calibrated yet"), Tone.WARN, "alert"
    if file.known is FileKnown.DAMAGED:
        return tr("its calibration file is damaged"), Tone.BAD, "close-octagon"
    if not file.made:
        return tr("calibrated, it is not known when"), Tone.OK, "check-circle"
    return tr("calibrated {0}").format(date_text(file.made)), Tone.OK, "check-circle"


def date_text(made: str) -> str:
    """“22 Nov 2026, 18:04” of a moment in ISO 8601; what is no moment, as it is."""
    try:
        moment = datetime.fromisoformat(made)
    except ValueError:
        return made
    return f"{moment.day} {moment:%b %Y, %H:%M}"


# Steps


def step_name(step: Step) -> str:
    return {
        Step.ARM: tr("Arm"),
        Step.RELEASE: tr("Torque off"),
        Step.SWEEP: tr("Sweep"),
        Step.SIGNS: tr("Signs"),
        Step.COMPARE: tr("Compare"),
        Step.MIRROR: tr("Mirror"),
    }[step]


def next_label(state: CalibrateState) -> tuple[str, str]:
    """Of the one button that leads on, and its icon."""
    if state.is_finished:
        following = state.next_arm
        if following is None:
            return tr("Go to Teleoperate"), "gamepad-variant-outline"
        return tr("Go on: {0}").format(arm_name(following).lower()), "arrow-right"
    if state.stage is CalibrationStage.CANCELLING:
        return tr("Give the old values back"), "restart"
    if state.stage is CalibrationStage.SAVING:
        return tr("Save again"), "content-save-outline"
    return {
        Step.ARM: (tr("Begin"), "play"),
        Step.RELEASE: (tr("Torque off"), "flash-off"),
        Step.SWEEP: (tr("Next: compare") if state.joint else tr("Next: signs"), "arrow-right"),
        Step.SIGNS: (tr("Next: compare"), "arrow-right"),
        Step.COMPARE: (tr("Save"), "content-save-outline"),
        Step.MIRROR: (tr("Looks right"), "check"),
    }[state.step]


def next_obstacle(state: CalibrateState) -> str:
    """Why the way on is closed; empty: it is open."""
    if state.arm is None:
        return tr("This rig has no arm to calibrate.")
    if state.is_opening:
        return tr("The arm is being opened …")
    if state.step is Step.MIRROR:
        return "" if state.pose is not None else tr("The arm is being read …")
    if state.is_paused and state.step is not Step.COMPARE:
        return tr("Paused")
    if state.step is Step.SWEEP:
        return missing_text(state)
    return ""


def missing_text(state: CalibrateState) -> str:
    """“Elbow flex, wrist flex and 2 more still to move”; empty when all is swept."""
    missing = state.missing
    unfinished = [joint for joint, progress in missing.items() if progress in _STILL_TO_MOVE]
    if unfinished:
        if len(unfinished) > _NAMED_AT_MOST:
            return tr("{0} joints still to move").format(len(unfinished))
        return tr("Still to move: {0}").format(joint_list(unfinished))
    if missing:
        return tr("Look again at: {0}").format(joint_list(missing))
    if state.now is not None and state.now.growing:
        return tr("Not at its stop yet: {0}").format(joint_list(state.now.growing))
    return ""


_STILL_TO_MOVE = (Progress.UNMOVED, Progress.TOO_LITTLE)


def joint_list(joints: Iterable[str]) -> str:
    return ", ".join(joint_label(joint).lower() for joint in joints)


# The sweep


def progress_word(progress: Progress) -> tuple[str, Tone]:
    return {
        Progress.UNMOVED: (tr("not yet moved"), Tone.NEUTRAL),
        Progress.TOO_LITTLE: (tr("keep going"), Tone.ACCENT),
        Progress.COMPLETE: (tr("complete"), Tone.OK),
        Progress.TOO_MUCH: (tr("unusually far"), Tone.WARN),
        Progress.ACCEPTED: (tr("accepted"), Tone.OK),
        Progress.NO_NEED: (tr("turns freely"), Tone.OK),
        Progress.WRONG_MIDDLE: (tr("wrong middle"), Tone.WARN),
        Progress.SILENT: (tr("silent"), Tone.BAD),
    }[progress]


def sweep_hint(joint: str, sweep: SweepSeen, *, is_leader: bool) -> str:
    """How a joint is moved, for someone who never did it."""
    if sweep.is_full_turn:
        return tr(
            "It turns all the way and needs no sweep. If it was not straight when torque went "
            "off, put it straight now and take its middle again."
        )
    if joint == "gripper" and is_leader:
        return tr("Pull the trigger as far as it goes, then let it out all the way.")
    return {
        "shoulder_pan": tr("Turn the whole arm to the left and to the right until it stops."),
        "shoulder_lift": tr("Lean the upper arm all the way back, then all the way forward."),
        "elbow_flex": tr("Fold the forearm towards the upper arm until it touches, then "
                         "stretch it."),
        "wrist_flex": tr("Tip the hand up until it stops, then down until it stops."),
        "gripper": tr("Open it as far as it goes, then close it."),
    }.get(joint, tr("Move it slowly from one stop to the other."))  # fmt: skip


def travel_text(sweep: SweepSeen) -> str:
    """“193° of 136° to 242°”: what was found of what is usual."""
    if sweep.most_deg <= 0:
        return tr("{0:.0f}°").format(sweep.travel_deg)
    return tr("{0:.0f}° of about {1:.0f}°").format(
        sweep.travel_deg, (sweep.least_deg + sweep.most_deg) / 2
    )


def accept_text(sweep: SweepSeen) -> str:
    if sweep.is_full_turn:
        return tr("Its middle is right")
    return tr("{0:.0f}° is right for this arm").format(sweep.travel_deg)


def checks(state: CalibrateState) -> list[Check]:
    """What was looked at on the way, and what is worth a thought."""
    now = state.now
    if now is None:
        return []
    is_limp = state.step is not Step.RELEASE
    found = []
    if is_limp:
        limp = tr("Torque is off on all {0} servos").format(len(now.joints))
        alone = tr("Torque is off")
        found.append(Check(alone if state.joint else limp))
    if now.volts is not None:
        found.append(Check(tr("Supply {0:.1f} V fits the servos").format(now.volts)))
    if now.sweeps:
        found.append(_seam_check(state))
    short = [joint for joint, sweep in now.sweeps.items() if _is_short(sweep)]
    if state.step is Step.COMPARE:
        still = tr("Let the arm lie still while it is saved")
        found.append(Check(still, DeviceState.NONE))
    if short and not state.missing:
        text = tr("Rather short, was it at both stops? {0}")
        found.append(Check(text.format(joint_list(short)), DeviceState.WARN))
    elif state.step is Step.SWEEP:
        text = tr("Keep one hand under the arm, and clear of the table")
        found.append(Check(text, DeviceState.NONE))
    return found


def _is_short(sweep: SweepSeen) -> bool:
    """Plausible, and yet it may be that a stop was not reached."""
    if sweep.is_full_turn or sweep.verdict != Verdict.PLAUSIBLE:
        return False
    is_well_known = sweep.most_deg < 2 * sweep.least_deg  # else the usual travel is a guess
    usual = (sweep.least_deg + sweep.most_deg) / 2
    return is_well_known and sweep.travel_deg < _SHORT * usual


def _seam_check(state: CalibrateState) -> Check:
    assert state.now is not None
    wrong = [joint for joint, sweep in state.now.sweeps.items() if sweep.meets_seam]
    if wrong:
        text = tr("{0} met the end of its encoder: take its middle again")
        return Check(text.format(joint_label(wrong[0])), DeviceState.WARN)
    return Check(tr("No encoder seam inside the travel so far"))


# Signs


def direction_status(found: str, *, can_be_corrected: bool) -> tuple[str, Tone, str]:
    if found == Direction.AS_NAMED:
        return tr("as expected"), Tone.OK, "check-circle"
    if found == Direction.INVERTED and can_be_corrected:
        return tr("the other way round: will be turned"), Tone.OK, "check-circle"
    if found == Direction.INVERTED:
        return tr("the other way round, as the file cannot say"), Tone.WARN, "alert"
    return tr("not checked: as usually built"), Tone.NEUTRAL, "circle-outline"


def sign_sentence(words: str) -> str:
    return tr("Move it {0}.").format(_translated_direction(words))


def _translated_direction(words: str) -> str:
    return QCoreApplication.translate("Direction", words)


# The comparison


def meaning_text(change: ChangeSeen, *, is_percent: bool) -> str:
    """What the values of one joint in old recordings mean from now on."""
    if change.scale is None or change.shift is None:
        return tr("mean the same")
    unit = " %" if is_percent else "°"
    if abs(change.scale - 1) < 0.002 and abs(change.shift) < 0.1:
        return tr("mean the same")
    shift = f"{abs(change.shift):.1f}{unit}"
    sign = "+" if change.shift >= 0 else "−"
    return tr("old value × {0:.3f} {1} {2}").format(change.scale, sign, shift)
