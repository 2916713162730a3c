"""Which button stands beside a finding: what helps against it, beside scanning again."""

from PySide6.QtCore import QCoreApplication

from app.arm_text import slot_in_sentence
from app.panels.setup.state import SetupState
from app.widgets.finding_row import Step
from lerobot_core.workers.protocol import FindingSeen, ServoSeen

SHOW, IDS, PERMISSION, CALIBRATE, MOVE = (
    "show",
    "ids",
    "permission",
    "calibrate",
    "move",
)

_IDS_HELP = frozenset(
    {"duplicate_id", "silent_between", "silent_beside_extra", "silent_beside_duplicates"}
    | {"wrong_baudrate", "wrong_port", "extra_servos"}
)


def finding_steps(state: SetupState, finding: FindingSeen | None) -> list[Step]:
    """For a problem of the port itself, ``finding`` is None."""
    if finding is None:
        return []
    if finding.code == "all_fine":
        needs = state.slot and state.is_saved and not state.calibrated.get(state.slot, False)
        return [Step(CALIBRATE, _tr("Open Calibrate"), "tune-vertical")] if needs else []
    if finding.severity == "advice" and not finding.servo_ids:
        return []
    if finding.code.startswith("port_denied"):
        return [Step(PERMISSION, _tr("Show how"), "lock-outline")]
    if other := other_slot(state, finding):
        label = _tr("It is the {0}").format(slot_in_sentence(other))
        return [Step(MOVE, label, "check")]
    if finding.code in _IDS_HELP:
        return [Step(IDS, _tr("Give ids"), "chip")]
    concerned = _concerned(state, finding)
    if any(servo.joint for servo in concerned) and len(concerned) < len(state.arm.servos):
        return [Step(SHOW, _tr("Show on the arm"), "image-filter-center-focus")]
    return []


def other_slot(state: SetupState, finding: FindingSeen) -> str:
    """Where the arm that was found instead belongs to in this rig; empty: nowhere."""
    if finding.code != "other_arm" or not state.draft.kind:
        return ""
    kind = finding.facts.get("arm")
    fitting = [slot for slot in state.draft.slots if state.draft.arm_kind(slot) == kind]
    free = [slot for slot in fitting if not state.draft.ports.get(slot)]
    return next(iter([*free, *fitting]), "")


def joint_to_show(state: SetupState, finding: FindingSeen | None) -> str:
    """The joint whose servo a finding is about, the first in the chain."""
    concerned = [] if finding is None else _concerned(state, finding)
    return next((servo.joint for servo in concerned if servo.joint), "")


def _concerned(state: SetupState, finding: FindingSeen) -> list[ServoSeen]:
    return [servo for servo in state.arm.servos if servo.servo_id in finding.servo_ids]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
