"""Turns clicks on the Faults panel into commands of the bench, and its answers into the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.panels.faults.faults import Fault, FaultKind, Request, begin, end
from app.panels.faults.state import (
    FaultsState,
    Pick,
    of_rig,
    with_chain,
    with_goal,
    with_pick,
    with_pose,
    with_report,
)
from app.port_sharing import PortSharing
from app.services.setup_service import SetupService
from lerobot_core.control.rig import Rig
from lerobot_core.workers.protocol import AskBench, BenchAnswered, Failed, PortDone, Problem

_LOOK_MS = 400
_HAND_MS = 120
"""A slider that is dragged moves the joint this often."""

_FIRST_NUMBER = 1 << 20  # answers to others, who do not count, are not ours

_Answered = Callable[[FaultsState, Mapping[str, Any]], FaultsState]


class FaultsController(QObject):
    """Owns no widgets. Opens no port: it works while the arm is driven."""

    state_changed = Signal(object)  # FaultsState

    def __init__(
        self, service: SetupService, sharing: PortSharing, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._state = FaultsState()
        self._numbers = count(_FIRST_NUMBER)
        self._asked: dict[int, _Answered] = {}
        self._goals: dict[str, float] = {}
        self._look_timer = QTimer(self, interval=_LOOK_MS)
        self._look_timer.timeout.connect(self._look_if_answered)
        self._hand_timer = QTimer(self, singleShot=True, interval=_HAND_MS)
        self._hand_timer.timeout.connect(self._move_hands)
        service.event_received.connect(self._on_event)
        service.ended.connect(self._asked.clear)

    @property
    def state(self) -> FaultsState:
        return self._state

    def use_rig(self, rig: Rig) -> None:
        self._asked.clear()
        self._goals.clear()
        self._set(of_rig(rig))
        if self._look_timer.isActive():
            self.watch(True)

    @Slot(bool)
    def watch(self, shown: bool) -> None:
        """While the panel is shown, it tells what is wrong now."""
        if shown and self._state.bench:
            self._look_timer.start()
            self._look()
        else:
            self._look_timer.stop()
            self._hand_timer.stop()

    # Choices

    @Slot(str)
    def choose_chain(self, chain: str) -> None:
        self._goals.clear()
        self._set(with_chain(self._state, chain))
        self._look()

    @Slot(str)
    def choose_group(self, group: str) -> None:
        self._set(replace(self._state, group=group))

    def choose(self, kind: FaultKind, pick: Pick) -> None:
        self._set(with_pick(self._state, kind, pick))

    # Faults

    def toggle(self, kind: FaultKind) -> None:
        """Let the fault of this row happen, or mend it."""
        active = self._state.active(kind)
        if active is not None:
            self.undo(active)
        else:
            fault = self._state.picked(kind)
            self._change(begin(fault, self._state.report))

    def undo(self, fault: Fault) -> None:
        report = self._state.chains.get(fault.chain, self._state.report)
        self._change(end(fault, report))

    @Slot()
    def end_all(self) -> None:
        self._change(Request("end_faults", {}))

    # Hands

    def move(self, joint: str, goal: float) -> None:
        """Bring a joint there: degrees, of the gripper percent."""
        self._goals[joint] = goal
        self._set(with_goal(self._state, joint, goal))
        if not self._hand_timer.isActive():
            self._move_hands()
            self._hand_timer.start()

    @Slot(str)
    def sweep(self, joint: str) -> None:
        """A joint from stop to stop; without a name, all."""
        one = {"joint": joint} if joint else {}
        self._change(Request("sweep", {"chain": self._state.chain, **one}))

    @Slot()
    def let_go(self) -> None:
        self._change(Request("let_go", {"chain": self._state.chain}))

    def plug_in_only(self, servo: int) -> None:
        """One servo alone by its id in a finished arm; 0: all again."""
        self._change(Request("only", {"chain": self._state.chain, "servo": servo or None}))

    @Slot()
    def make_new(self) -> None:
        self._change(Request("virgin", {"chain": self._state.chain}))

    @Slot()
    def make_ready(self) -> None:
        self._change(Request("ready", {"chain": self._state.chain}))

    @Slot()
    def dismiss(self) -> None:
        self._set(replace(self._state, problem=None))

    # The bench

    def _change(self, request: Request) -> None:
        self._set(replace(self._state, problem=None))
        self._ask(request, _nothing_learned)
        self._look()

    def _move_hands(self) -> None:
        goals, self._goals = self._goals, {}
        for joint, goal in goals.items():
            arguments = {"chain": self._state.chain, "joint": joint, "degrees": goal}
            self._ask(Request("move_joint", arguments), _nothing_learned)

    def _look_if_answered(self) -> None:
        """A bench that is slow is not asked for more."""
        if not self._asked:
            self._look()

    def _look(self) -> None:
        chain = self._state.chain
        self._ask(Request("faults", {}), with_report)
        self._ask(
            Request("pose", {"chain": chain}), lambda state, seen: with_pose(state, chain, seen)
        )

    def _ask(self, request: Request, answered: _Answered) -> None:
        if not self._state.bench:
            return
        number = next(self._numbers)
        self._asked[number] = answered
        arguments = dict(request.arguments)
        self._sharing.send(AskBench(self._state.bench, request.command, arguments, number))

    @Slot(object)
    def _on_event(self, event: object) -> None:
        match event:
            case BenchAnswered():
                answered = self._asked.pop(event.number, None)
                if answered is not None:
                    self._set(answered(self._state, event.answer))
            case Problem() if event.device == f"bench {self._state.bench}":
                self._asked.clear()
                self._set(replace(self._state, problem=event))
            case PortDone() if event.address == f"bench {self._state.bench}":
                self._asked.clear()  # what was not answered will not be
            case Failed():
                self._asked.clear()

    def _set(self, state: FaultsState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _nothing_learned(state: FaultsState, answer: Mapping[str, Any]) -> FaultsState:
    return state
