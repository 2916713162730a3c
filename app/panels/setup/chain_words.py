"""The chain of one arm in words: a node each for the adapter and the servos, and its findings."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.arm_text import arm_label, port_label
from app.finding_text import FindingText, finding_text
from app.panels.setup.arm_look import ArmLook
from app.panels.setup.problem_words import trouble_text
from app.panels.setup.state import SetupState
from app.problem_text import joint_label
from app.theme.tokens import Tone
from app.widgets.chain_node import ChainNode, NodeState
from lerobot_core.workers.protocol import FindingSeen, PortSeen, ServoSeen

ADAPTER = "adapter"
"""Key of the first node. Servos have their ids."""

_SUPPLY = frozenset({"voltage_low", "voltage_high"})


def chain_nodes(arm: ArmLook, port: PortSeen | None) -> list[ChainNode]:
    """The adapter, the servos expected in the order of the cable, then strangers."""
    servos = arm.servos
    last = max((place for place, seen in enumerate(servos) if seen.answers), default=-1)
    wrong = _troubled(arm.findings)
    nodes = [_adapter_node(arm, port)]
    reaches = nodes[0].state is NodeState.OK
    first_silent = True
    has_names = any(seen.joint for seen in servos)
    is_scanning = arm.doing == "scan"
    for place, seen in enumerate(servos):
        state = NodeState.OK
        if seen.answers:
            state = _WORST.get(wrong.get(seen.servo_id, ""), NodeState.OK)
            is_stranger = not seen.joint and has_names
            state = max_state(state, NodeState.WARN) if is_stranger else state
        elif is_scanning:
            state = NodeState.TODO
        elif place > last and not (first_silent and reaches):
            state = NodeState.UNREACHED
        else:
            state, first_silent = NodeState.BAD, place < last
        nodes.append(_servo_node(seen, state, has_names=has_names))
    return nodes


def max_state(one: NodeState, other: NodeState) -> NodeState:
    """The worse of two."""
    order = (NodeState.OK, NodeState.WARN, NodeState.WRONG)
    return max(one, other, key=order.index)


_WORST = {"advice": NodeState.WARN, "problem": NodeState.WRONG}


def chain_texts(state: SetupState) -> list[tuple[FindingText, FindingSeen | None]]:
    """What is to be said of the arm that is shown, the worst first."""
    arm = state.arm
    if arm.problem is not None:
        text = trouble_text(arm.problem)
        return [(FindingText(text.sentence, text.hint, Tone.BAD), None)]
    if arm.doing == "scan":
        return []
    order = {"problem": 0, "advice": 1, "fine": 2}
    found = sorted(arm.findings, key=lambda finding: order.get(finding.severity, 0))
    return [(finding_text(each.code, each.facts, each.severity), each) for each in found]


def scan_fact(arm: ArmLook) -> str:
    """“1 000 000 baud · 253 ids at 8 speeds in 6.4 s”."""
    if arm.scan is None:
        return ""
    rates = sorted({seen.baudrate for seen in arm.scan.servos if seen.answers}, reverse=True)
    told = [_tr("{0} baud").format(_thousands(rate)) for rate in rates]
    if arm.scan.baudrates:
        asked = _tr("asked at {0} speeds in {1:.1f} s")
        told.append(asked.format(arm.scan.baudrates, arm.scan.seconds))
    if arm.doing == "watch":
        told.append(_tr("live"))
    return " · ".join(told)


def chain_title(state: SetupState) -> str:
    name, kind = port_label(state.port), ""
    if not state.port:
        return _tr("Chain")
    if state.slot:
        kind = arm_label(state.draft.arm_kind(state.slot))
    elif state.arm.kinds:
        kind = arm_label(state.arm.kinds[0])
    return _tr("Chain on {0}: {1}").format(name, kind) if kind else _tr("Chain on {0}").format(name)


def servo_lines(seen: ServoSeen) -> list[tuple[str, str]]:
    """Everything a servo said of itself: label and value."""
    told = [
        (_tr("Model"), seen.model.upper() or "—"),
        (_tr("Firmware"), seen.firmware or "—"),
        (_tr("Speed"), _tr("{0} baud").format(_thousands(seen.baudrate))),
        (_tr("Supply"), _volts(seen.volts)),
        (_tr("Temperature"), _celsius(seen.celsius)),
        (_tr("Position"), "—" if seen.position is None else str(seen.position)),
    ]
    if seen.has_torque is not None:
        told.append((_tr("Torque"), _tr("on") if seen.has_torque else _tr("off")))
    return told


def _adapter_node(arm: ArmLook, port: PortSeen | None) -> ChainNode:
    title, name = _tr("USB"), _tr("adapter")
    if port is not None and port.is_virtual:
        title, name = _tr("Bench"), _tr("virtual")
    blocked = next((each for each in arm.findings if each.code.startswith("port_")), None)
    if port is None or blocked is not None or arm.problem is not None:
        word = _tr("no permission") if blocked and "lost" not in blocked.code else _tr("no answer")
        if blocked is not None and blocked.code in ("port_busy", "port_missing", "port_lost"):
            word = {"port_busy": _tr("in use"), "port_missing": _tr("gone")}.get(
                blocked.code, _tr("lost")
            )
        return ChainNode(ADAPTER, title, name, (), NodeState.BAD, word)
    chip = port.adapter.rpartition("(")[2].rstrip(")") if "(" in port.adapter else ""
    lines = tuple(part for part in (chip,) if part)
    return ChainNode(ADAPTER, title, name, lines, NodeState.OK)


def _servo_node(seen: ServoSeen, state: NodeState, *, has_names: bool) -> ChainNode:
    other = _tr("not expected") if has_names else _tr("servo")
    name = joint_label(seen.joint) if seen.joint else other
    key, title = str(seen.servo_id), str(seen.servo_id)
    if not seen.answers:
        word = _tr("no answer") if state is NodeState.BAD else _tr("not reached")
        word = _tr("asking") if state is NodeState.TODO else word
        return ChainNode(key, title, name, ("",), state, word)  # as high as one that answers
    live = " · ".join(_known(_volts(seen.volts), _celsius(seen.celsius)))
    lines = tuple(_known(seen.model.upper() or "—", live))
    return ChainNode(key, title, name, lines, state)


def _troubled(findings: Sequence[FindingSeen]) -> dict[int, str]:
    """Servo → the worst that was found of it."""
    worst: dict[int, str] = {}
    for finding in findings:
        for servo_id in finding.servo_ids:
            if worst.get(servo_id) != "problem":
                worst[servo_id] = finding.severity
    return worst


def _known(*texts: str) -> list[str]:
    return [text for text in texts if text and text != "—"]


def _volts(volts: float | None) -> str:
    return "—" if volts is None else _tr("{0:.1f} V").format(volts)


def _celsius(celsius: float | None) -> str:
    return "—" if celsius is None else _tr("{0:.0f} °C").format(celsius)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u2009")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
