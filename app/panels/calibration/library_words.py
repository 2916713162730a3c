"""What the library says about a calibration file."""

from app.panels.calibration.library_state import Entry, LibraryState
from app.panels.calibration.words import arm_name, date_text, tr
from app.theme.tokens import Tone

_FAMILIES = {
    "so_follower": "SO follower",
    "so_leader": "SO leader",
    "koch_follower": "Koch follower",
    "koch_leader": "Koch leader",
}


def family_label(entry: Entry, state: LibraryState) -> str:
    """Which arms it is for. Outside the shelves only its own arm knows."""
    family = entry.filed.family
    if not entry.is_shelved:
        is_own = state.arm is not None and entry.filed.path == state.arm.path
        family = state.arm.family if is_own and state.arm is not None else "—"
    return _FAMILIES.get(family, family.replace("_", " "))


def status(entry: Entry, state: LibraryState) -> tuple[str, Tone, str]:
    """The one thing to know about it: text, tone, icon."""
    filed = entry.filed
    if filed.problem is not None:
        return tr("damaged"), Tone.BAD, "close-octagon"
    if entry in state.matches:
        return tr("held by this arm"), Tone.ACCENT, "check-circle"
    if filed.is_edited:
        return tr("edited since"), Tone.WARN, "alert"
    return tr("in order"), Tone.NEUTRAL, "check"


def made_text(entry: Entry) -> str:
    made = entry.filed.provenance
    return date_text(made.made) if made else tr("not known")


def origin_text(entry: Entry) -> str:
    """How it came to be. Files that upstream wrote say nothing about that."""
    made = entry.filed.provenance
    if made is None:
        return tr("Made by another program, such as LeRobot itself.")
    origin = {"calibrated": tr("calibrated here")}.get(made.origin, made.origin)
    return f"{date_text(made.made)}, {origin}."


def remark(entry: Entry) -> str:
    """What is wrong with it, or worth a thought."""
    filed = entry.filed
    if filed.problem is not None:
        return f"{filed.problem}"
    if filed.is_edited:
        return tr("It was changed by hand or by another program after it was made.")
    return ""


def rigs_text(entry: Entry) -> str:
    return ", ".join(entry.rigs) if entry.rigs else "—"


def use_label(state: LibraryState) -> str:
    if state.arm is None:
        return tr("Use for this arm")
    return tr("Use for the {0}").format(arm_name(state.arm).lower())


def use_obstacle(state: LibraryState) -> str:
    """Why it cannot be used for the arm; empty: it can."""
    entry = state.entry
    if state.arm is None or entry is None:
        return tr("Choose an arm and a calibration.")
    if entry.filed.problem is not None:
        return tr("A damaged file cannot be used.")
    if state.is_in_use:
        return tr("The arm uses it already.")
    if not state.fits:
        return tr("It is for another kind of arm.")
    return ""
