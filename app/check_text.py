"""The words of “before you can start”: what is missing, and why it matters.

The English of the table is what translations start from (context “Check”).
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.start_checks import Check

_CONTEXT = "Check"


@dataclass(frozen=True)
class CheckText:
    what: str
    why: str


def check_text(check: Check) -> CheckText:
    """Words for one line; its facts fill the gaps."""
    what, why = CHECKS[check.code]
    return CheckText(
        QCoreApplication.translate(_CONTEXT, what).format(**check.facts),
        QCoreApplication.translate(_CONTEXT, why).format(**check.facts),
    )


CHECKS: dict[str, tuple[str, str]] = {
    "session_absent": (
        "Start the session",
        "Nothing drives the arm at the moment.",
    ),
    "session_silent": (
        "Restart the session",
        "The process that drives the arm does not answer.",
    ),
    "connecting": (
        "Wait for the devices",
        "Arm and cameras are being opened.",
    ),
    "going_to_rest": (
        "Wait until the arm rests",
        "It is on its way; STOP freezes it where it is.",
    ),
    "disconnected": (
        "Connect the devices",
        "Arm and cameras are not open.",
    ),
    "arm_failed": (
        "Get the {device} going",
        "It reports: {word}.",
    ),
    "arm_remark": (
        "Look at the {device}",
        "It reports: {word}. You can start.",
    ),
    "arm_opening": (
        "Wait for the {device}",
        "It is being opened.",
    ),
    "camera_failed": (
        "Get the {device} camera going",
        "It reports: {word}.",
    ),
    "camera_remark": (
        "Look at the {device} camera",
        "It reports: {word}. You can start.",
    ),
    "camera_opening": (
        "Wait for the {device} camera",
        "It is being opened.",
    ),
    "dataset_missing": (
        "Name a dataset",
        "Nothing is chosen to record into.",
    ),
    "dataset_name_invalid": (
        "Correct the dataset's name",
        "Use a name or user/name, with letters, digits, “.”, “-” and “_”.",
    ),
    "dataset_exists": (
        "Choose another name",
        "There is already a dataset called {name}.",
    ),
    "task_missing": (
        "Enter a task",
        "Say in a few words what the robot does.",
    ),
    "holding": (
        "Engage the arm first, or let it rest",
        "It was stopped and holds its place; “Go to rest” is beside Release.",
    ),
    "disk_full": (
        "Free some disk space",
        "{free_mb} MB are left, too little to record.",
    ),
    "little_disk": (
        "Little disk left",
        "{free_gb} GB, enough for about {minutes} min. You can start.",
    ),
}
