"""What the Faults panel knows, and how each event changes it. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.panels.faults.faults import (
    GROUPS,
    OF_A_CAMERA,
    OF_A_SERVO,
    OF_A_SERVO_OR_ALL,
    ChainReport,
    Fault,
    FaultKind,
    Servo,
    active_faults,
)
from lerobot_core.control.rig import Rig
from lerobot_core.sim.twins import CAMERAS, TWINS, ArmTwin, Twin, kind_of
from lerobot_core.workers.protocol import Problem

ALL = "0"
"""Key of the choice “all servos”."""

_VIRTUAL = "sim://"
_ARRIVED = 2.0  # degrees or percent: a hand is as exact as that
_PATIENCE = 8  # reports for which a joint is shown where the hand brings it


@dataclass(frozen=True)
class Pick:
    """What is chosen in the row of a fault; empty: the first there is."""

    target: str = ""
    value: str = ""


@dataclass(frozen=True)
class JointPlace:
    """Degrees; of the gripper percent."""

    now: float
    low: float
    high: float
    goal: float | None = None  # where a hand brings it
    waits: int = 0  # reports until the goal is given up

    @property
    def shown(self) -> float:
        return self.now if self.goal is None else self.goal


@dataclass(frozen=True)
class FaultsState:
    """Everything the view shows."""

    bench: str = ""  # empty: the rig is not virtual
    chain: str = ""
    group: str = "cables"
    chains: Mapping[str, ChainReport] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    has_report: bool = False
    joints: Mapping[str, JointPlace] = field(default_factory=dict)  # of the chosen chain
    picks: Mapping[FaultKind, Pick] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def twin(self) -> Twin:
        return TWINS[kind_of(self.bench)]

    @property
    def arm(self) -> ArmTwin:
        """The one that stands there, wherever its cable is plugged in."""
        return self.twin.arms[self.chain]

    @property
    def report(self) -> ChainReport:
        """Of the chosen chain."""
        return self.chains.get(self.chain, ChainReport())

    def targets(self, kind: FaultKind) -> list[str]:
        """What this fault can strike on the chosen chain; none: the chain as a whole."""
        if kind in OF_A_CAMERA:
            return list(CAMERAS)
        if kind is FaultKind.SWAP:
            return [chain for chain in self.twin.arms if chain != self.chain]
        numbers = [str(part.servo_id) for part in self.arm.parts]
        if kind in OF_A_SERVO_OR_ALL:
            return [ALL, *numbers]
        return numbers if kind in OF_A_SERVO else []

    def values(self, kind: FaultKind) -> list[str]:
        """How badly it can strike; none: there is only one way."""
        if kind is FaultKind.VOLTAGE:
            return [f"{volts:g}" for volts in _wrong_volts(self.arm.volts)]
        if kind is FaultKind.DUPLICATE:
            own = self._target(kind)
            return [number for number in self.targets(kind) if number != own]
        return list(_VALUES.get(kind, ()))

    def pick(self, kind: FaultKind) -> Pick:
        """What is chosen, as far as there is such a choice here."""
        values = self.values(kind)
        wanted = self.picks.get(kind, Pick()).value
        return Pick(self._target(kind), wanted if wanted in values else next(iter(values), ""))

    def _target(self, kind: FaultKind) -> str:
        wanted, targets = self.picks.get(kind, Pick()).target, self.targets(kind)
        if wanted in targets or not targets:
            return wanted if targets else ""
        return targets[_MIDDLE] if kind in OF_A_SERVO and len(targets) > _MIDDLE else targets[0]

    def picked(self, kind: FaultKind) -> Fault:
        """The fault that the row of this kind would cause."""
        pick = self.pick(kind)
        value = float(pick.value or 0)
        if kind in OF_A_CAMERA:
            return Fault(kind, pick.target)
        if kind is FaultKind.SWAP:
            return Fault(kind, self.chain, other=pick.target)
        number = int(pick.target or 0)
        joint = next((part.joint for part in self.arm.parts if part.servo_id == number), "")
        return Fault(kind, self.chain, number, value, joint=joint)

    def active(self, kind: FaultKind) -> Fault | None:
        """The active fault that the row of this kind is about."""
        picked = self.picked(kind)
        pairs = (picked, replace(picked, chain=picked.other, other=picked.chain))
        return next(
            (fault for fault in self.faults if any(fault.is_same(pair) for pair in pairs)), None
        )

    def count(self, group: str) -> int:
        """How many faults of a group are active."""
        return sum(fault.kind in GROUPS[group] for fault in self.faults)


_MIDDLE = 3
"""A servo that has some before it and some behind it teaches most."""

_VALUES: dict[FaultKind, tuple[str, ...]] = {
    FaultKind.CORRUPT: ("0.05", "0.5", "1"),
    FaultKind.DELAY: ("0.006", "0.03"),
    FaultKind.BAUD: ("57600", "115200"),
    FaultKind.HEAT: ("85", "62"),
}
"""Shares, seconds, baud, degrees Celsius: the first is taken unless another is chosen."""

_LOW_SHARE = 0.45  # of the usual voltage: no servo works with so little
_OTHER_ADAPTERS = (12.0, 19.0)  # of another arm, of a laptop: their plugs fit as well


def _wrong_volts(usual: float) -> list[float]:
    """A supply that breaks down, and an adapter with too much."""
    low = round(2 * usual * _LOW_SHARE) / 2
    return [low, next(volts for volts in _OTHER_ADAPTERS if volts > usual)]


def of_rig(rig: Rig) -> FaultsState:
    """The bench of a rig, nothing known of it yet."""
    bench = _bench_of(rig)
    if not bench:
        return FaultsState()
    chain = next(iter(TWINS[kind_of(bench)].arms))
    return FaultsState(bench=bench, chain=chain)


def _bench_of(rig: Rig) -> str:
    addresses = (address for address in rig.addresses if address.startswith(_VIRTUAL))
    return next(addresses, "").removeprefix(_VIRTUAL).partition("/")[0]


def with_chain(state: FaultsState, chain: str) -> FaultsState:
    if chain not in state.twin.arms or chain == state.chain:
        return state
    return replace(state, chain=chain, joints={})


def with_pick(state: FaultsState, kind: FaultKind, pick: Pick) -> FaultsState:
    return replace(state, picks={**state.picks, kind: pick})


def with_report(state: FaultsState, answer: Mapping[str, Any]) -> FaultsState:
    """``answer`` is that of the command “faults”."""
    cables = dict(answer.get("cables", {}))
    chains = {
        name: _chain_report(state.twin.arms[cables.get(name, name)], facts)
        for name, facts in answer.get("chains", {}).items()
        if name in state.twin.arms
    }
    faults = active_faults(chains, cables, answer)
    return replace(state, chains=chains, faults=faults, has_report=True)


def _chain_report(arm: ArmTwin, facts: Mapping[str, Any]) -> ChainReport:
    servos = tuple(
        Servo(
            number=part.servo_id,
            joint=part.joint,
            id=seen["id"],
            baudrate=seen["baudrate"],
            is_new=seen["is_new"],
        )
        for part, seen in zip(arm.parts, facts["servos"], strict=True)
    )
    return ChainReport(servos, facts["usual_volts"], facts)


def with_pose(state: FaultsState, chain: str, answer: Mapping[str, Any]) -> FaultsState:
    """``answer`` is that of the command “pose”."""
    if chain != state.chain:
        return state
    joints = {
        name: _placed(state.joints.get(name), JointPlace(**place))
        for name, place in answer.get("joints", {}).items()
    }
    return replace(state, joints=joints)


def _placed(before: JointPlace | None, seen: JointPlace) -> JointPlace:
    if before is None or before.goal is None or before.waits <= 1:
        return seen
    if abs(before.goal - seen.now) < _ARRIVED:
        return seen
    return replace(seen, goal=before.goal, waits=before.waits - 1)


def with_goal(state: FaultsState, joint: str, goal: float) -> FaultsState:
    """A hand begins to bring a joint somewhere."""
    if joint not in state.joints:
        return state
    place = replace(state.joints[joint], goal=goal, waits=_PATIENCE)
    return replace(state, joints={**state.joints, joint: place})
