"""The faults of a virtual bench: which are active, and the commands that begin and end each. Pure.

``servo`` is the id of a servo in a finished arm, 0 for all of the chain: what it is called on the
panel. Commands that go by the id that it has now are told that one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

DEFAULT_BAUDRATE = 1_000_000


class FaultKind(StrEnum):
    UNPLUG = "unplug"
    CUT = "cut"
    ADAPTER = "adapter"
    SWAP = "swap"
    DENY = "deny"
    CORRUPT = "corrupt"
    DELAY = "delay"
    BAUD = "baud"
    DUPLICATE = "duplicate"
    VOLTAGE = "voltage"
    OVERLOAD = "overload"
    BLOCK = "block"
    HEAT = "heat"
    FREEZE = "freeze"
    NO_CAMERA = "no_camera"
    ONLY = "only"  # one servo alone is plugged in: the hands' doing, but the others are silent


GROUPS: dict[str, tuple[FaultKind, ...]] = {
    "cables": (FaultKind.UNPLUG, FaultKind.CUT, FaultKind.ADAPTER, FaultKind.SWAP),
    "wire": (
        FaultKind.DENY,
        FaultKind.CORRUPT,
        FaultKind.DELAY,
        FaultKind.BAUD,
        FaultKind.DUPLICATE,
    ),
    "power": (FaultKind.VOLTAGE, FaultKind.OVERLOAD, FaultKind.BLOCK, FaultKind.HEAT),
    "cameras": (FaultKind.FREEZE, FaultKind.NO_CAMERA),
}
"""As the panel shows them."""


def kinds() -> list[FaultKind]:
    """Those that have a row."""
    return [kind for group in GROUPS.values() for kind in group]


OF_A_SERVO = frozenset(
    {
        FaultKind.UNPLUG,
        FaultKind.CUT,
        FaultKind.DUPLICATE,
        FaultKind.OVERLOAD,
        FaultKind.BLOCK,
        FaultKind.HEAT,
    }
)
OF_A_SERVO_OR_ALL = frozenset({FaultKind.CORRUPT, FaultKind.DELAY, FaultKind.BAUD})
OF_A_CAMERA = frozenset({FaultKind.FREEZE, FaultKind.NO_CAMERA})


class Request(NamedTuple):
    """A command of ``lerobot_core.sim.commands``."""

    command: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Servo:
    """One servo behind an address, at its place in the cable."""

    number: int  # its id in a finished arm
    joint: str
    id: int
    baudrate: int = DEFAULT_BAUDRATE
    is_new: bool = False


@dataclass(frozen=True)
class Fault:
    """One fault, active or about to be. ``chain`` is the camera where it is a camera's."""

    kind: FaultKind
    chain: str
    servo: int = 0
    value: float = 0.0  # share, seconds, volts, baud, degrees Celsius, or the other servo's id
    other: str = ""  # the arm that is plugged in there
    joint: str = ""

    def is_same(self, other: "Fault") -> bool:
        """The same thing is broken, however badly."""
        mine = (self.kind, self.chain, self.servo, self.other)
        return mine == (other.kind, other.chain, other.servo, other.other)


@dataclass(frozen=True)
class ChainReport:
    """What ``sim.fault_report`` says of one chain."""

    servos: tuple[Servo, ...] = ()
    usual_volts: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    def number_of(self, servo_id: int) -> int:
        """Of the servo that has this id now; where several do, of the first."""
        return next((servo.number for servo in self.servos if servo.id == servo_id), servo_id)

    def id_of(self, number: int) -> int:
        return next((servo.id for servo in self.servos if servo.number == number), number)

    def joint_of(self, number: int) -> str:
        return next((servo.joint for servo in self.servos if servo.number == number), "")

    @property
    def is_new(self) -> bool:
        return bool(self.servos) and all(servo.is_new for servo in self.servos)


def begin(fault: Fault, report: ChainReport) -> Request:
    """The command that lets it happen."""
    return _request(fault, report, active=True)


def end(fault: Fault, report: ChainReport) -> Request:
    """The command that mends it."""
    return _request(fault, report, active=False)


def _request(fault: Fault, report: ChainReport, *, active: bool) -> Request:
    chain = {"chain": fault.chain}
    servo = {**chain, "servo": report.id_of(fault.servo)}
    numbered = {**chain, "servo": fault.servo}
    value = fault.value if active else 0.0
    match fault.kind:
        case FaultKind.UNPLUG:
            return Request("unplug" if active else "plug", servo)
        case FaultKind.CUT:
            return Request("cut", servo if active else {**chain, "servo": None})
        case FaultKind.ADAPTER:
            return Request("unplug_adapter" if active else "plug_adapter", chain)
        case FaultKind.SWAP:
            return Request("swap", {**chain, "other": fault.other})
        case FaultKind.DENY:
            return Request("deny_port", {**chain, "denied": active})
        case FaultKind.CORRUPT:
            return Request("corrupt", {**(servo if fault.servo else chain), "probability": value})
        case FaultKind.DELAY:
            return Request("delay", {**(servo if fault.servo else chain), "seconds": value})
        case FaultKind.BAUD:
            rate = round(fault.value) if active else DEFAULT_BAUDRATE
            return Request("wrong_baud", {**(numbered if fault.servo else chain), "baudrate": rate})
        case FaultKind.DUPLICATE:
            return Request(
                "duplicate", {**numbered, "other": round(value) if active else fault.servo}
            )
        case FaultKind.VOLTAGE:
            return Request("voltage", {**chain, "volts": fault.value if active else None})
        case FaultKind.OVERLOAD:
            return Request("overload", {**servo, "active": active})
        case FaultKind.BLOCK:
            return Request("block", {**chain, "joint": fault.joint, "blocked": active})
        case FaultKind.HEAT:
            return Request("heat", {**servo, "celsius": fault.value if active else None})
        case FaultKind.FREEZE:
            return Request("freeze_camera" if active else "thaw_camera", {"camera": fault.chain})
        case FaultKind.NO_CAMERA:
            return Request("unplug_camera" if active else "plug_camera", {"camera": fault.chain})
        case FaultKind.ONLY:
            return Request("only", {**chain, "servo": fault.servo if active else None})


def active_faults(
    chains: Mapping[str, ChainReport], cables: Mapping[str, str], answer: Mapping[str, Any]
) -> tuple[Fault, ...]:
    """All that is wrong now, chain by chain, then cables and cameras."""
    found = [fault for name, report in chains.items() for fault in _of_chain(name, report)]
    found += _swaps(cables)
    found += [Fault(FaultKind.FREEZE, camera) for camera in answer.get("frozen_cameras", ())]
    found += [Fault(FaultKind.NO_CAMERA, camera) for camera in answer.get("missing_cameras", ())]
    return tuple(found)


def _of_chain(chain: str, report: ChainReport) -> Iterator[Fault]:
    facts = report.facts
    if facts.get("adapter_gone"):
        yield Fault(FaultKind.ADAPTER, chain)
    if facts.get("denied"):
        yield Fault(FaultKind.DENY, chain)
    if (only := facts.get("only")) is not None:
        yield _of_servo(FaultKind.ONLY, chain, report, only)
    if (cut := facts.get("cut_before")) is not None:
        yield _of_servo(FaultKind.CUT, chain, report, report.number_of(cut))
    for servo_id in facts.get("unplugged", ()):
        yield _of_servo(FaultKind.UNPLUG, chain, report, report.number_of(servo_id))
    if (volts := facts.get("volts", report.usual_volts)) != report.usual_volts:
        yield Fault(FaultKind.VOLTAGE, chain, value=volts)
    for servo_id in facts.get("overloaded", ()):
        yield _of_servo(FaultKind.OVERLOAD, chain, report, report.number_of(servo_id))
    for joint in facts.get("blocked", ()):
        number = next((servo.number for servo in report.servos if servo.joint == joint), 0)
        yield Fault(FaultKind.BLOCK, chain, number, joint=joint)
    yield from _with_values(FaultKind.HEAT, chain, report, facts.get("celsius", {}))
    yield from _on_wire(FaultKind.CORRUPT, chain, report, ("corrupt", "corrupted"))
    yield from _on_wire(FaultKind.DELAY, chain, report, ("delay", "delayed"))
    yield from _in_memories(chain, report)


def _on_wire(
    kind: FaultKind, chain: str, report: ChainReport, keys: tuple[str, str]
) -> Iterator[Fault]:
    """Of the whole chain, then of single servos."""
    of_all, of_servos = keys
    if report.facts.get(of_all):
        yield Fault(kind, chain, value=report.facts[of_all])
    yield from _with_values(kind, chain, report, report.facts.get(of_servos, {}))


def _in_memories(chain: str, report: ChainReport) -> Iterator[Fault]:
    """What a servo holds is no fault as long as it is as new."""
    used = [servo for servo in report.servos if not servo.is_new]
    wrong = [servo for servo in used if servo.baudrate != DEFAULT_BAUDRATE]
    rates = {servo.baudrate for servo in wrong}
    if len(wrong) == len(report.servos) and len(rates) == 1:
        yield Fault(FaultKind.BAUD, chain, value=rates.pop())
    else:
        for servo in wrong:
            yield Fault(FaultKind.BAUD, chain, servo.number, servo.baudrate, joint=servo.joint)
    for servo in used:
        if servo.id != servo.number:
            yield Fault(FaultKind.DUPLICATE, chain, servo.number, servo.id, joint=servo.joint)


def _with_values(
    kind: FaultKind, chain: str, report: ChainReport, values: Mapping[str, float]
) -> Iterator[Fault]:
    for servo_id, value in values.items():
        yield _of_servo(kind, chain, report, report.number_of(int(servo_id)), value)


def _of_servo(
    kind: FaultKind, chain: str, report: ChainReport, number: int, value: float = 0.0
) -> Fault:
    return Fault(kind, chain, number, value, joint=report.joint_of(number))


def _swaps(cables: Mapping[str, str]) -> list[Fault]:
    """Each pair once."""
    told: set[str] = set()
    swaps = []
    for chain, arm in cables.items():
        if chain != arm and chain not in told:
            told |= {chain, arm}
            swaps.append(Fault(FaultKind.SWAP, chain, other=arm))
    return swaps
