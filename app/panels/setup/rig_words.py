"""What is said about the rig that is being built, and about what was done with rigs and files."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.arm_text import port_label, rig_label, slot_in_sentence
from app.panels.setup.state import News, SetupState, lacks
from app.theme.tokens import Tone
from lerobot_core.control.virtual import virtual_rigs

_NEWS = {
    "rig_trashed": "“{name}” was thrown away.",
    "rig_exported": "Written to {path}, without what is true of this machine only.",
    "rig_imported": "“{name}” was taken in. Choose its ports and cameras here, then save it.",
    "backed_up": "Written to {path}.",
    "restored": "{count} registers were different, and are as in the file again.",
}


def rig_fact(state: SetupState) -> str:
    kind = rig_label(state.draft.kind) if state.draft.kind else _tr("no robot chosen")
    return f"{kind} · {_tr('saved') if state.is_saved else _tr('not saved')}"


def news_text(news: News | None) -> str:
    return "" if news is None else _tr(_NEWS[news.code]).format(**news.facts)


def missing_text(state: SetupState) -> str:
    """The first thing that keeps the rig from being saved; empty: nothing."""
    lack = next(iter(lacks(state)), "")
    if lack == "kind":
        return _tr("Choose a kind of rig at the left.")
    if lack == "name":
        return _tr("Give the rig a name.")
    if lack == "name_taken":
        return _tr("Another rig has this name.")
    return _tr("The {0} has no port yet.").format(slot_in_sentence(lack)) if lack else ""


def name_error(state: SetupState) -> str:
    return _tr("Another rig has this name.") if "name_taken" in lacks(state) else ""


def save_label(state: SetupState) -> str:
    """A changed name makes another rig, and leaves the first one as it is."""
    is_other = state.saved_name and state.draft.name.strip() != state.saved_name
    return _tr("Save as new rig") if is_other else _tr("Save rig")


def port_choice(state: SetupState, address: str) -> str:
    if state.port_seen(address) is None:
        return _tr("{0}, not plugged in").format(port_label(address))
    return port_label(address)


def calibration_status(state: SetupState, slot: str) -> tuple[str, Tone, str]:
    """Text, tone, icon; no text as long as the rig has no name for a calibration to be kept by."""
    if not state.draft.ports.get(slot) or slot not in state.calibrated:
        return "", Tone.NEUTRAL, "circle-outline"
    if state.calibrated[slot]:
        return _tr("calibrated"), Tone.OK, "check-circle"
    return _tr("not calibrated"), Tone.WARN, "alert"


def camera_size(config: Mapping[str, Any]) -> str:
    """“640 × 480”."""
    return _tr("{0} × {1}").format(config.get("width", 640), config.get("height", 480))


def camera_detail(config: Mapping[str, Any]) -> str:
    """“640 × 480, 30 fps”."""
    return _tr("{0}, {1} fps").format(camera_size(config), config.get("fps", 30))


@cache
def comes_with_program(name: str) -> bool:
    """Such a rig would be there again at the next start."""
    return any(rig.name == name for rig in virtual_rigs())


def rest_pose_text(state: SetupState) -> str:
    rig = state.draft.based_on
    if rig is not None and rig.rest_pose is not None:
        return _tr("Rest pose: saved with the rig.")
    return _tr("Rest pose: as the arm lies when it is connected.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
