"""The words of the Faults panel. Everything here can be translated, in the context “Faults”."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.panels.faults.faults import OF_A_CAMERA, ChainReport, Fault, FaultKind
from app.panels.faults.state import ALL, FaultsState
from app.problem_text import joint_label

_CONTEXT = "Faults"


def tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def title_of(kind: FaultKind) -> str:
    return tr(_TITLES[kind])


def sentence_of(kind: FaultKind) -> str:
    """What it does."""
    return tr(_SENTENCES[kind])


def expectation_of(fault: Fault, state: FaultsState) -> str:
    """What a trainee should see, of this very fault."""
    text = tr(_EXPECTATIONS[_variant(fault, state)])
    return tr("You should see: {0}").format(text.format(**_facts(fault, state)))


def action_of(kind: FaultKind) -> str:
    """On the button that lets it happen."""
    return tr(_ACTIONS[kind])


def active_text(fault: Fault, state: FaultsState) -> str:
    """One line of the list of active faults."""
    kind = fault.kind
    if kind in OF_A_CAMERA:
        return tr(_ACTIVE[kind]).format(camera=camera_label(fault.chain))
    text = _ACTIVE_ALL.get(kind) if not fault.servo else None
    return tr(text or _ACTIVE[kind]).format(**_facts(fault, state))


def _facts(fault: Fault, state: FaultsState) -> dict[str, str]:
    report = state.chains.get(fault.chain, ChainReport())
    return {
        "arm": chain_label(fault.chain),
        "other": chain_label(fault.other),
        "servo": str(fault.servo),
        "before": str(fault.servo - 1),
        "joint": joint_label(fault.joint),
        "value": value_label(fault.kind, fault.value),
        "usual": value_label(FaultKind.VOLTAGE, report.usual_volts),
        "camera": camera_label(fault.chain),
    }


def _variant(fault: Fault, state: FaultsState) -> str:
    """Which expectation it is: some faults look otherwise when they are worse, or of a leader."""
    kind = fault.kind
    if kind in (FaultKind.OVERLOAD, FaultKind.HEAT, FaultKind.BLOCK):
        if fault.chain.endswith("leader"):
            return "limp"
        if kind is FaultKind.HEAT and fault.value < _HOT_CELSIUS:
            return "warm"
    if kind is FaultKind.CUT and fault.servo == 1:
        return "all silent"
    if kind is FaultKind.CORRUPT and fault.value < _SOME:
        return "lost packets"
    if kind is FaultKind.DELAY and (fault.servo or fault.value < _LATE_S):
        return "slow"
    if kind is FaultKind.CORRUPT and not fault.servo:
        return "noise"
    if kind is FaultKind.BAUD and not fault.servo:
        return "all at another rate"
    return str(kind)


_HOT_CELSIUS = 70.0
_SOME = 0.9  # fewer damaged answers are made up for by asking again
_LATE_S = 0.01


def chain_label(chain: str) -> str:
    """``left_follower`` as people say it: “left follower”."""
    return chain.replace("_", " ")


def chain_choice(chain: str) -> str:
    return chain_label(chain).capitalize()


def camera_label(camera: str) -> str:
    return tr("Camera {0}").format(camera)


def servo_label(number: int, joint: str) -> str:
    return f"{number} · {joint_label(joint)}"


def target_label(kind: FaultKind, key: str, state: FaultsState) -> str:
    if kind in OF_A_CAMERA:
        return camera_label(key)
    if kind is FaultKind.SWAP:
        return tr("with {0}").format(chain_label(key))
    if key == ALL:
        return tr("All servos")
    joints = {str(part.servo_id): part.joint for part in state.arm.parts}
    return servo_label(int(key), joints[key])


def value_label(kind: FaultKind, value: float) -> str:
    """With its unit."""
    match kind:
        case FaultKind.CORRUPT:
            return f"{100 * value:.0f} %"
        case FaultKind.DELAY:
            return f"{1000 * value:.0f} ms"
        case FaultKind.VOLTAGE:
            return f"{value:.1f} V"
        case FaultKind.HEAT:
            return f"{value:.0f} °C"
        case FaultKind.BAUD:
            return tr("{0} baud").format(f"{value:.0f}")
        case FaultKind.DUPLICATE:
            return tr("id {0}").format(f"{value:.0f}")
    return ""


def value_text(kind: FaultKind, key: str) -> str:
    return value_label(kind, float(key))


def group_label(group: str, count: int) -> str:
    label = tr(_GROUPS[group])
    return f"{label} · {count}" if count else label


def bench_fact(state: FaultsState) -> str:
    """What stands on the bench, in the title row."""
    return tr("{0}, bench “{1}”").format(state.twin.label, state.bench)


def count_text(faults: Sequence[Fault]) -> str:
    if not faults:
        return ""
    return tr("1 active") if len(faults) == 1 else tr("{0} active").format(len(faults))


def swap_note(state: FaultsState) -> str:
    """Whose servos answer at the chosen address, where cables were swapped."""
    fault = state.active(FaultKind.SWAP)
    if fault is None:
        return ""
    other = fault.other if fault.chain == state.chain else fault.chain
    return tr("The servos of the {0} answer here.").format(chain_label(other))


def servos_text(report: ChainReport) -> str:
    """What the servos of a chain hold, in one line."""
    if not report.servos:
        return tr("The bench has not answered yet.")
    if report.is_new:
        return tr("All servos are as new: id {0}, not set up.").format(report.servos[0].id)
    ids = ", ".join(str(servo.id) for servo in report.servos)
    new = sum(servo.is_new for servo in report.servos)
    if new:
        return tr("Ids {0}; {1} are as new.").format(ids, new)
    return tr("Ids {0}.").format(ids)


_GROUPS = {
    "cables": "Cables",
    "wire": "Port and wire",
    "power": "Power and load",
    "cameras": "Cameras",
}

_TITLES = {
    FaultKind.UNPLUG: "Unplug a servo",
    FaultKind.CUT: "Cut the chain",
    FaultKind.ADAPTER: "Unplug the USB adapter",
    FaultKind.SWAP: "Swap two arms",
    FaultKind.DENY: "Deny the port",
    FaultKind.CORRUPT: "Damage packets",
    FaultKind.DELAY: "Delay packets",
    FaultKind.BAUD: "Wrong baud rate",
    FaultKind.DUPLICATE: "Two servos with one id",
    FaultKind.VOLTAGE: "Wrong supply voltage",
    FaultKind.OVERLOAD: "Overload a servo",
    FaultKind.BLOCK: "Block a joint",
    FaultKind.HEAT: "Heat a servo",
    FaultKind.FREEZE: "Freeze a camera",
    FaultKind.NO_CAMERA: "Unplug a camera",
    FaultKind.ONLY: "One servo alone",
}

_SENTENCES = {
    FaultKind.UNPLUG: "One servo loses its plug: it is silent and limp, the others go on.",
    FaultKind.CUT: "The cable in front of a servo is out: it and all behind it are silent.",
    FaultKind.ADAPTER: "The USB adapter of this arm is pulled out: its port is gone.",
    FaultKind.SWAP: "Two arms change places: each answers at the other's port.",
    FaultKind.DENY: "This user may not open the port any more. One that is open stays open.",
    FaultKind.CORRUPT: "A share of the answers arrives with a wrong byte, as on a bad cable.",
    FaultKind.DELAY: "Answers come later than they should, as from a busy adapter.",
    FaultKind.BAUD: "A servo listens at another rate: it hears nothing but noise.",
    FaultKind.DUPLICATE: "A servo takes the id of another: both answer at once.",
    FaultKind.VOLTAGE: "The supply breaks down, or it is that of another arm.",
    FaultKind.OVERLOAD: "A servo believes that its joint is blocked, and gives up.",
    FaultKind.BLOCK: "Something is in the way of a joint: its servo strains and cannot move it.",
    FaultKind.HEAT: "A motor has this temperature, whatever it does.",
    FaultKind.FREEZE: "The picture of a camera stands still.",
    FaultKind.NO_CAMERA: "The cable of a camera is out: no pictures, and it cannot be opened.",
}

_ACTIONS = {
    FaultKind.UNPLUG: "Unplug",
    FaultKind.CUT: "Cut",
    FaultKind.ADAPTER: "Unplug",
    FaultKind.SWAP: "Swap",
    FaultKind.DENY: "Deny",
    FaultKind.CORRUPT: "Damage",
    FaultKind.DELAY: "Delay",
    FaultKind.BAUD: "Change",
    FaultKind.DUPLICATE: "Change id",
    FaultKind.VOLTAGE: "Apply",
    FaultKind.OVERLOAD: "Overload",
    FaultKind.BLOCK: "Block",
    FaultKind.HEAT: "Heat",
    FaultKind.FREEZE: "Freeze",
    FaultKind.NO_CAMERA: "Unplug",
}

_ACTIVE = {
    FaultKind.UNPLUG: "Servo {servo} ({joint}) of the {arm} is unplugged",
    FaultKind.CUT: "The chain of the {arm} is cut before servo {servo} ({joint})",
    FaultKind.ADAPTER: "The USB adapter of the {arm} is unplugged",
    FaultKind.SWAP: "The {arm} and the {other} have changed places",
    FaultKind.DENY: "The port of the {arm} may not be opened",
    FaultKind.CORRUPT: "{value} of the answers of servo {servo} of the {arm} are damaged",
    FaultKind.DELAY: "Servo {servo} ({joint}) of the {arm} answers {value} late",
    FaultKind.BAUD: "Servo {servo} ({joint}) of the {arm} listens at {value}",
    FaultKind.DUPLICATE: "Servo {servo} ({joint}) of the {arm} has {value}",
    FaultKind.VOLTAGE: "The {arm} is supplied with {value} instead of {usual}",
    FaultKind.OVERLOAD: "Servo {servo} ({joint}) of the {arm} is overloaded",
    FaultKind.BLOCK: "{joint} of the {arm} is blocked",
    FaultKind.HEAT: "Servo {servo} ({joint}) of the {arm} has {value}",
    FaultKind.FREEZE: "{camera} stands still",
    FaultKind.NO_CAMERA: "{camera} is unplugged",
    FaultKind.ONLY: "Only servo {servo} ({joint}) of the {arm} is plugged in",
}
_ACTIVE_ALL = {
    FaultKind.CORRUPT: "{value} of the answers of the {arm} are damaged",
    FaultKind.DELAY: "All servos of the {arm} answer {value} late",
    FaultKind.BAUD: "All servos of the {arm} listen at {value}",
}

_EXPECTATIONS = {
    FaultKind.UNPLUG: "servo {servo} is silent; Teleoperate stops and names {joint}.",
    FaultKind.CUT: "silent from servo {servo} on; a scan says which cable to check.",
    "all silent": "no servo answers; a scan asks for power and the first cable.",
    FaultKind.ADAPTER: "the connection is lost at once; Set up no longer finds an arm there.",
    FaultKind.SWAP: "Teleoperate stops; the arm is refused at the next start, before torque.",
    FaultKind.DENY: "at the next start: no permission, with what to do about it.",
    FaultKind.CORRUPT: "no word of servo {servo} can be trusted; Teleoperate stops and names it.",
    "noise": "no answer can be read; Teleoperate stops.",
    "lost packets": "lost packets are counted, the arm goes on.",
    FaultKind.DELAY: "some servos do not answer in time; Teleoperate stops after a while.",
    "slow": "a slower loop and late ticks, the arm goes on.",
    FaultKind.BAUD: "servo {servo} is silent; a scan finds it at {value} and says so.",
    "all at another rate": "no servo answers; a scan finds all at {value} and says so.",
    FaultKind.DUPLICATE: "servo {servo} is missing; a scan says that two share {value}.",
    FaultKind.VOLTAGE: "Teleoperate stops and names {value}; Set up and Calibrate refuse it.",
    FaultKind.OVERLOAD: "servo {servo} pulls no more; Teleoperate stops and names {joint}.",
    FaultKind.BLOCK: "once {joint} is driven it does not get on; Teleoperate stops and holds.",
    FaultKind.HEAT: "servo {servo} drops its torque: too hot; Teleoperate stops.",
    "warm": "a warning that {joint} is warm, and later how long it can go on.",
    "limp": "nothing yet: a leader is limp. It would show under torque.",
    FaultKind.FREEZE: "{camera} stopped sending pictures; the arm goes on.",
    FaultKind.NO_CAMERA: "{camera} stopped sending pictures; it cannot be opened again.",
    FaultKind.ONLY: "one servo answers, all others are silent.",
}
