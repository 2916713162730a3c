"""The one next step on the way from “what is plugged in” to “teleoperating”. Pure: no Qt.

Every step can be done again alone; the guide only says which one is next.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.panels.setup.candidates import found_port, is_virtual, missing_bench, real_arm_ports
from app.panels.setup.state import SetupState


class Step(StrEnum):
    """In the order in which a newcomer comes to them."""

    LOOK = "look"  # the worker has not listed anything yet
    PLUG_IN = "plug_in"
    NEW_RIG = "new_rig"  # real arms are plugged in, and the rig is a virtual one
    CHOOSE_KIND = "choose_kind"
    GET_PERMISSION = "get_permission"
    ADD_BENCH = "add_bench"  # nothing is plugged in, and no virtual arm is of this kind
    FIND_ARM = "find_arm"  # which port is it on?
    SCAN = "scan"
    REPAIR = "repair"  # the scan found something wrong
    CAMERAS = "cameras"
    NAME = "name"
    SAVE = "save"
    CALIBRATE = "calibrate"
    TELEOPERATE = "teleoperate"


@dataclass(frozen=True)
class NextStep:
    """``slot`` and ``address`` are the arm and the port that it is about, if any.

    To find an arm, an address is the one that it was found at.
    """

    step: Step
    slot: str = ""
    address: str = ""


def next_step(state: SetupState) -> NextStep:
    """What to do now."""
    if not state.has_looked:
        return NextStep(Step.LOOK)
    if not state.arm_ports:
        return NextStep(Step.PLUG_IN)
    if state.is_saved and is_virtual(state.draft) and real_arm_ports(state):
        return NextStep(Step.NEW_RIG)
    if not state.draft.kind:
        return NextStep(Step.CHOOSE_KIND)
    return _next_of_arms(state) or _next_of_rig(state)


def _next_of_arms(state: SetupState) -> NextStep | None:
    for slot in state.draft.slots:
        chosen = state.draft.ports.get(slot, "")
        port = state.port_seen(chosen) if chosen else None
        address = chosen if port is None else port.address
        if not address:
            denied = next((known for known in state.arm_ports if not known.is_allowed), None)
            if denied is not None and not any(known.is_allowed for known in state.arm_ports):
                return NextStep(Step.GET_PERMISSION, slot, denied.address)
            if missing_bench(state) and not real_arm_ports(state):
                return NextStep(Step.ADD_BENCH, slot)
            return NextStep(Step.FIND_ARM, slot, found_port(state, slot))
        if port is None:
            return NextStep(Step.PLUG_IN, slot, address)
        if not port.is_allowed:
            return NextStep(Step.GET_PERMISSION, slot, address)
        arm = state.arms.get(address)
        is_checked = arm is not None and arm.is_checked_as(state.draft.arm_kind(slot))
        if arm is not None and (arm.problem is not None or (is_checked and arm.has_trouble)):
            return NextStep(Step.REPAIR, slot, address)
        if not is_checked and not state.is_saved:
            return NextStep(Step.SCAN, slot, address)
    return None


def _next_of_rig(state: SetupState) -> NextStep:
    draft = state.draft
    has_choice = bool(state.cameras) and not state.skips_cameras
    if not draft.cameras and has_choice and not state.is_saved:
        return NextStep(Step.CAMERAS)
    if not draft.name.strip():
        return NextStep(Step.NAME)
    if not state.is_saved:
        return NextStep(Step.SAVE)
    for slot in draft.slots:
        if not state.calibrated.get(slot, False):
            return NextStep(Step.CALIBRATE, slot, draft.ports[slot])
    return NextStep(Step.TELEOPERATE)
