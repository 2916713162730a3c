"""What the window says about a problem: its sentence, what to try, and the remedy's button.

The core's English templates are what translations start from (context “Problem”); ``PROBLEMS``
says of every code what the window can do about it, and a test compares it with the core's list.
Facts only ever fill the gaps of our templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.arm_text import device_label
from app.remedies import Remedy
from lerobot_core.errors import ERRORS, Fact, WorkbenchError

_CONTEXT = "Problem"
GENERAL_HINT = "Try again; “Details” says more."


@dataclass(frozen=True)
class ProblemText:
    """A problem in the operator's language."""

    sentence: str
    hint: str
    remedy: Remedy | None


def problem_text(code: str, facts: Mapping[str, Fact]) -> ProblemText:
    """Words for a problem. A code or a fact that is not known gets the most general sentence."""
    error = ERRORS.get(code, WorkbenchError)
    readable = {name: _readable(name, value) for name, value in facts.items()}
    try:
        sentence = _translated(error.sentence).format(**readable)
        hint = _translated(error.hint_template or GENERAL_HINT).format(**readable)
    except (KeyError, IndexError):  # a newer worker names its facts otherwise
        sentence, hint = _translated(WorkbenchError.sentence), _translated(GENERAL_HINT)
    sentence = sentence.strip()
    sentence = sentence[:1].upper() + sentence[1:]  # it may begin with the name of a device
    return ProblemText(sentence, hint, PROBLEMS.get(code))


def joint_label(joint: str) -> str:
    """``elbow_flex`` or ``elbow_flex.pos`` as people say it: “Elbow flex”."""
    return joint.removesuffix(".pos").replace("_", " ").capitalize()


def remedy_label(remedy: Remedy) -> str:
    return _translated(_REMEDY_LABELS[remedy])


def remedy_icon(remedy: Remedy) -> str:
    return _REMEDY_ICONS[remedy]


def _readable(name: str, value: Fact) -> Fact:
    if name == "joint" and isinstance(value, str):
        return joint_label(value)
    return device_label(value) if name == "device" and isinstance(value, str) else value


def _translated(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text) if text else ""


_REMEDY_LABELS = {
    Remedy.TRY_AGAIN: "Try again",
    Remedy.RESTART_SESSION: "Restart session",
    Remedy.CLEAR_OVERLOAD: "Let it hold again",
    Remedy.GO_TO_REST: "Go to rest",
    Remedy.NAME_DATASET: "Choose a name",
    Remedy.ENTER_TASK: "Enter a task",
    Remedy.OPEN_DATASET_FOLDER: "Free space",
    Remedy.OPEN_TELEOPERATION: "Go to Teleoperate",
    Remedy.OPEN_SETUP: "Open Set up",
    Remedy.OPEN_CALIBRATION: "Calibrate",
    Remedy.OPEN_SETTINGS: "Open Settings",
}
_REMEDY_ICONS = {
    Remedy.TRY_AGAIN: "restart",
    Remedy.RESTART_SESSION: "restart",
    Remedy.CLEAR_OVERLOAD: "restart",
    Remedy.GO_TO_REST: "sleep",
    Remedy.NAME_DATASET: "database-outline",
    Remedy.ENTER_TASK: "pencil-outline",
    Remedy.OPEN_DATASET_FOLDER: "harddisk",
    Remedy.OPEN_TELEOPERATION: "gamepad-variant-outline",
    Remedy.OPEN_SETUP: "tools",
    Remedy.OPEN_CALIBRATION: "tune-vertical",
    Remedy.OPEN_SETTINGS: "cog-outline",
}

PROBLEMS: dict[str, Remedy | None] = {
    "device": Remedy.TRY_AGAIN,
    "port_not_found": Remedy.TRY_AGAIN,
    "port_permission_denied": Remedy.TRY_AGAIN,
    "port_busy": Remedy.TRY_AGAIN,
    "port_lost": Remedy.TRY_AGAIN,
    "servo_not_responding": Remedy.TRY_AGAIN,
    "bad_reply": Remedy.TRY_AGAIN,
    "servos_missing": Remedy.TRY_AGAIN,
    "wrong_servo_model": Remedy.OPEN_SETUP,
    "firmware_mixed": Remedy.TRY_AGAIN,
    "servo_lost": Remedy.TRY_AGAIN,
    "servo_refused": Remedy.TRY_AGAIN,
    "servo_alarm": Remedy.TRY_AGAIN,
    "supply_voltage_wrong": Remedy.TRY_AGAIN,
    "register_value_invalid": Remedy.OPEN_CALIBRATION,
    "register_protected": None,  # the hint says where it is changed
    "register_out_of_range": None,  # another value is typed where the first one was
    "register_not_kept": Remedy.TRY_AGAIN,
    "servo_has_torque": None,
    "backup_damaged": None,
    "backup_of_other_model": None,
    "calibration_missing": Remedy.OPEN_CALIBRATION,
    "calibration_damaged": Remedy.OPEN_CALIBRATION,
    "calibration_mismatch": Remedy.OPEN_CALIBRATION,
    "calibration_not_saved": None,  # the wizard that saves has the buttons for it
    "joint_outside_range": Remedy.TRY_AGAIN,
    "camera_not_found": Remedy.TRY_AGAIN,
    "camera_lost": Remedy.TRY_AGAIN,
    "not_connected": Remedy.TRY_AGAIN,
    "device_in_use": Remedy.TRY_AGAIN,
    "bench_unavailable": Remedy.TRY_AGAIN,
    "guard_unavailable": Remedy.RESTART_SESSION,
    "media_lost": Remedy.TRY_AGAIN,
    "dataset_exists": Remedy.NAME_DATASET,
    "dataset_name_invalid": Remedy.NAME_DATASET,
    "task_missing": Remedy.ENTER_TASK,
    "disk_full": Remedy.OPEN_DATASET_FOLDER,
    "session": Remedy.RESTART_SESSION,
    "session_not_started": Remedy.RESTART_SESSION,
    "session_ended": Remedy.RESTART_SESSION,
    "session_silent": Remedy.RESTART_SESSION,
    "failure": Remedy.RESTART_SESSION,
    "guard_acted": None,
    "job_vanished": None,
    "goal_not_taken": Remedy.TRY_AGAIN,
    "torque_not_off": None,  # the hint is about the power supply: no button reaches that
    "rest_blocked": None,
    "servo_overloaded": Remedy.CLEAR_OVERLOAD,
    "torque_lost": Remedy.CLEAR_OVERLOAD,
    "servo_too_hot": Remedy.GO_TO_REST,
    "servo_draws_too_much": None,
    "servo_straining": None,  # engaging again is the remedy, here and in the next two
    "supply_failing": None,
    "joint_blocked": None,
    "servo_warm": None,
    "servo_hot_soon": None,
    "supply_sagging": None,
    "servos_stopped": None,  # engaging again is the remedy, and its button is there
    "heartbeat_lost": None,  # engaging again is the remedy, and its button is there
    "unsafe_action": None,
    "already_connected": None,
    "dataset": None,
    "dataset_not_found": None,
    "dataset_damaged": None,
    "frame_mismatch": None,
    "episode_empty": None,
    "timestamps_invalid": None,
    "video_damaged": None,
    "unknown_choice": None,
    "setting_invalid": None,
    "arm_not_described": None,
    "library_missing": None,
}

WARNINGS = frozenset({"servo_warm", "servo_hot_soon", "supply_sagging"})
"""Codes of problems that have stopped nothing so far."""
