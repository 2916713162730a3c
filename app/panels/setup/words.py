"""What the Set up panel says in words about its state."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.arm_text import arm_label, at_start, port_label, rig_label, slot_in_sentence
from app.panels.setup.arm_look import ArmLook
from app.panels.setup.guide import NextStep, Step
from app.panels.setup.state import SetupState
from app.theme.tokens import Tone
from lerobot_core.serial.access import Obstacle
from lerobot_core.workers.protocol import CameraSeen, PortSeen

Status = tuple[str, Tone, str]
"""Text, tone, icon."""

_OK, _WARN, _BAD = "check-circle", "alert", "close-octagon"
_NONE, _WORKING = "circle-outline", "progress-clock"


@dataclass(frozen=True)
class GuideText:
    """The next step: what it is, how it is done, and its button (empty: nothing to click)."""

    heading: str
    how: str
    action: str = ""
    icon: str = ""


def guide_text(step: NextStep, state: SetupState) -> GuideText:
    arm, port = slot_in_sentence(step.slot), port_label(step.address)
    match step.step:
        case Step.LOOK:
            return GuideText(_tr("Looking for arms and cameras"), _tr("This takes a moment."))
        case Step.PLUG_IN:
            return _plug_in(step, state)
        case Step.NEW_RIG:
            return GuideText(
                _tr("A real arm is plugged in"),
                _tr("The rig that is open is a virtual one. Set up a rig for the real arms."),
                _tr("Start a new rig"),
                "plus",
            )
        case Step.CHOOSE_KIND:
            return GuideText(
                _tr("Which robot do you have?"),
                _tr("Its name is in the instructions that it was built from."),
            )
        case Step.GET_PERMISSION:
            return GuideText(
                _tr("You may not open {0} yet").format(port),
                _tr("This computer lets only some users open it. One command changes that."),
                _tr("Show how"),
                "lock-outline",
            )
        case Step.ADD_BENCH:
            return GuideText(
                _tr("No arm is plugged in"),
                _tr("Plug one in, or practise on virtual arms, which behave as real ones do."),
                _tr("Add virtual arms"),
                "cube-outline",
            )
        case Step.FIND_ARM:
            return _find_arm(step, state)
        case Step.SCAN:
            return _scan(state.arms.get(step.address), arm, port)
        case Step.REPAIR:
            return GuideText(
                _tr("Something is wrong with the {0}").format(arm),
                _tr("Do what is said below, then scan it again."),
                _tr("Scan again"),
                "restart",
            )
    return _rig_text(step, arm)


def _plug_in(step: NextStep, state: SetupState) -> GuideText:
    again, icon = _tr("Look again"), "restart"
    if step.address:
        heading = _tr("The {0} is not plugged in").format(slot_in_sentence(step.slot))
        how = _tr("It was at {0}. Plug its USB cable in; it is noticed by itself.")
        return GuideText(heading, how.format(port_label(step.address)), again, icon)
    how = _tr("Connect its USB cable and switch its power supply on; it is noticed by itself.")
    return GuideText(_tr("Plug an arm in"), how, again, icon)


def _find_arm(step: NextStep, state: SetupState) -> GuideText:
    arm = slot_in_sentence(step.slot)
    if step.address and step.address == state.movement.found:
        heading = _tr("{0} was moved").format(at_start(port_label(step.address)))
        how = _tr("If that was the {0}, it belongs to this port.").format(arm)
        return GuideText(heading, how, _tr("It is the {0}").format(arm), "check")
    if step.address:
        heading = _tr("Which port is the {0} on?").format(arm)
        how = _tr("No real arm is plugged in, so take the virtual one, which shows all there is.")
        return GuideText(heading, how, _tr("Use the virtual {0}").format(arm), "cube-outline")
    if state.movement.is_watched:
        heading = _tr("Move the {0} by hand").format(arm)
        how = _tr("Turn one of its joints by a hand's width. The port that moves is named.")
        return GuideText(heading, how)
    heading = _tr("Which port is the {0} on?").format(arm)
    how = _tr("Move it by hand: the port that it is on moves with it. Nothing is switched on.")
    return GuideText(heading, how, _tr("Watch for movement"), "hand-front-right-outline")


def _scan(arm: ArmLook | None, name: str, port: str) -> GuideText:
    if arm is not None and arm.doing == "scan":
        heading = _tr("Checking the {0}").format(name)
        return GuideText(heading, _tr("Every servo is asked how it is. Nothing moves."))
    return GuideText(
        _tr("Check the {0} on {1}").format(name, port),
        _tr("Every servo is asked who it is, its voltage and its temperature. Nothing moves."),
        _tr("Scan the arm"),
        "sitemap-outline",
    )


def _rig_text(step: NextStep, arm: str) -> GuideText:
    match step.step:
        case Step.CAMERAS:
            return GuideText(
                _tr("Choose the cameras of this rig"),
                _tr("What they see is recorded together with the movements."),
                _tr("Choose cameras"),
                "camera-outline",
            )
        case Step.NAME:
            return GuideText(
                _tr("Give the rig a name"),
                _tr("By it you find these arms and cameras again."),
                _tr("Enter a name"),
                "pencil-outline",
            )
        case Step.SAVE:
            return GuideText(
                _tr("Save the rig"),
                _tr("It can be changed later. From then on the window uses it."),
                _tr("Save rig"),
                "content-save-outline",
            )
        case Step.CALIBRATE:
            return GuideText(
                _tr("Calibrate the {0}").format(arm),
                _tr("The app learns how far each joint goes. It takes about two minutes."),
                _tr("Open Calibrate"),
                "tune-vertical",
            )
    return GuideText(
        _tr("Everything is ready"),
        _tr("The rig is saved, and there is a calibration for each of its arms."),
        _tr("Go to Teleoperate"),
        "gamepad-variant-outline",
    )


# Devices


def port_status(state: SetupState, port: PortSeen) -> Status:
    """How a port is, and what it is used for."""
    arm = state.arms.get(port.address, ArmLook())
    slot = slot_in_sentence(state.slot_of(port.address))
    if is_closed(state, port):
        return _tr("no permission"), Tone.BAD, _BAD
    if port.address in state.movement.ports and state.movement.is_watched:
        return _named(slot, _tr("watched")), Tone.ACCENT, _WORKING
    working = {
        "scan": _tr("scanning"),
        "ids": _tr("giving ids"),
        "registers": _tr("registers"),
    }
    if arm.doing in working:
        return _named(slot, working[arm.doing]), Tone.ACCENT, _WORKING
    if arm.has_trouble:
        return _named(slot, _tr("something is wrong")), Tone.BAD, _BAD
    if arm.is_fine:
        seen = slot or _looks_like(arm)
        return _named(seen, _tr("all servos answer")), Tone.OK, _OK
    if port.is_in_use:
        return _named(slot, _tr("in use")), Tone.OK, _OK
    if slot:
        return _named(slot, _tr("not checked yet")), Tone.NEUTRAL, _NONE
    if not port.may_be_arm:
        return _tr("no arm: part of this computer"), Tone.NEUTRAL, _NONE
    return _tr("not checked yet"), Tone.NEUTRAL, _NONE


def is_closed(state: SetupState, port: PortSeen) -> bool:
    """It may not be opened, as the system says or as an attempt has shown."""
    findings = state.arms.get(port.address, ArmLook()).findings
    was_refused = any(each.code.startswith(("port_denied", "port_refused")) for each in findings)
    return not port.is_allowed or was_refused


def port_detail(port: PortSeen) -> str:
    """Which adapter it is: its number tells two of a kind apart."""
    if not port.serial_number:
        return port.adapter.removeprefix("Virtual ")  # its name says that already
    chip = port.adapter.rpartition("(")[2].removesuffix(")")
    return f"{chip} · {port.serial_number}"


def camera_status(state: SetupState, camera: CameraSeen) -> Status:
    problem = state.camera_problems.get(camera.address)
    if not camera.is_allowed:
        return _tr("no permission"), Tone.BAD, _BAD
    if camera.address in state.in_session:
        return _tr("in use: {0}").format(state.in_session[camera.address]), Tone.OK, _OK
    if problem is not None and problem.code == "device_in_use":
        return _tr("used by another program"), Tone.WARN, _WARN
    if problem is not None:
        return _tr("gives no picture"), Tone.BAD, _BAD
    if camera.address in state.thumbnails:
        return camera_size(camera), Tone.OK, _OK
    return _tr("opening"), Tone.ACCENT, _WORKING


def camera_size(camera: CameraSeen) -> str:
    size = camera.config.get("width"), camera.config.get("height")
    if None in size:
        return _tr("live")
    return _tr("{0} × {1}, {2} fps").format(*size, camera.config.get("fps", ""))


def permission_words(port: PortSeen) -> tuple[str, str]:
    """Why a port may not be opened and what to do, and the command for it."""
    name = port_label(port.address)
    if port.is_virtual:
        return _tr("The bench was told to refuse {0}. Allow it again on Faults.").format(name), ""
    if port.obstacle == Obstacle.NOT_IN_GROUP:
        words = _tr(
            "Only members of a certain group may open {0}. Enter this in a terminal, then log "
            "out and in again."
        )
        return words.format(name), port.command
    if port.obstacle == Obstacle.LOGIN_NEEDED:
        words = _tr("You were allowed to open {0} after you logged in. Log out and in again.")
        return words.format(name), port.command
    words = _tr(
        "{0} is closed to you. This opens it until it is plugged in again; enter it in a terminal."
    )
    return words.format(name), port.command


def kind_label(kind: str) -> str:
    return rig_label(kind)


def _looks_like(arm: ArmLook) -> str:
    return arm_label(arm.kinds[0]) if arm.kinds else ""


def _named(name: str, word: str) -> str:
    return _tr("{0}, {1}").format(name, word) if name else word


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
