"""Turns clicks on the page of ids into commands: one servo after the other, or all in place."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.panels.setup.controller import SetupController
from lerobot_core.workers.protocol import AskBench, BeginIds, ChooseJoint, SkipJoint, WriteId


class IdsController(QObject):
    """Beside the panel's controller, which has the state."""

    def __init__(self, setup: SetupController) -> None:
        super().__init__(setup)
        self._setup = setup

    @Slot(str, str)
    def begin(self, address: str, kind: str) -> None:
        """One motor at a time; those that were done before an interruption stay done."""
        ids = self._setup.state.ids
        goes_on = ids is not None and (ids.address, ids.kind) == (address, kind) and ids.wanted
        done = ids.done if ids is not None and goes_on else []
        self._setup.send(BeginIds(address, kind, done=done))

    def begin_in_place(self, address: str, kind: str, present: Mapping[str, int]) -> None:
        """All at once. ``present``: joint → the id that its servo has now."""
        self._setup.send(BeginIds(address, kind, in_place=True, present=dict(present)))

    @Slot()
    def forget(self) -> None:
        """Begin anew, or otherwise."""
        state = self._setup.state
        if state.arm.doing == "ids":
            self._setup.stop(state.port)
        self._setup.change(replace(state, ids=None))

    @Slot()
    def write(self) -> None:
        state = self._setup.state
        if state.ids is not None and state.ids.can_write and not state.is_writing_id:
            self._setup.send(WriteId(state.ids.address))

    @Slot()
    def skip_joint(self) -> None:
        ids = self._setup.state.ids
        if ids is not None:
            self._setup.send(SkipJoint(ids.address))

    @Slot(str)
    def choose_joint(self, joint: str) -> None:
        ids = self._setup.state.ids
        if ids is not None:
            self._setup.send(ChooseJoint(ids.address, joint))

    def ask_bench(self, command: AskBench) -> None:
        """Virtual hands on the arm of a bench."""
        self._setup.send(command)
