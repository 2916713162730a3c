"""Turns clicks on the Set up panel into commands, and the worker's events into its state."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.setup.guide import NextStep, next_step
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.state import SetupState, after, sent
from app.port_sharing import PortSharing
from app.services.rigs import RigFile
from app.services.setup_service import SetupService
from lerobot_core.control.rig_building import RigDraft, with_camera, with_kind, with_port
from lerobot_core.control.rig_building import without_camera as draft_without_camera
from lerobot_core.errors import SettingInvalid
from lerobot_core.workers.protocol import (
    BackUpRegisters,
    BeginIds,
    ChooseJoint,
    ReadRegisters,
    RestoreRegisters,
    ScanArm,
    ServoSeen,
    SetupCommand,
    ShowCameras,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
    WriteId,
    WriteRegister,
    problem,
)


class SetupController(QObject):
    """Owns no widgets. Every command goes through the sharing of ports."""

    state_changed = Signal(object)  # SetupState
    rig_saved = Signal(object)  # RigFile, to be chosen by the window
    panel_requested = Signal(str)

    def __init__(
        self,
        service: SetupService,
        sharing: PortSharing,
        rigs: RigBuilding,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self.rigs = rigs
        self._state = SetupState()
        service.event_received.connect(self._on_event)

    @property
    def state(self) -> SetupState:
        return self._state

    @property
    def next_step(self) -> NextStep:
        return next_step(self._state)

    def use_rig(self, rig: RigFile) -> None:
        """The window's rig: its parts are shown, and changed when it is saved again."""
        self._set(
            replace(
                self._state,
                draft=self.rigs.draft_of(rig),
                is_saved=True,
                rig_names=self.rigs.names,
                calibrated=self.rigs.calibrated(self.rigs.draft_of(rig)),
            )
        )

    def new_rig(self) -> None:
        """Begin with nothing chosen."""
        self._set_draft(RigDraft())

    # The panel comes and goes

    @Slot()
    def open(self) -> None:
        """The panel is shown: what is plugged in is listed, and listed again when it changes."""
        self._sharing.send(WatchDevices())
        calibrated = self.rigs.calibrated(self._state.draft)
        self._set(replace(self._state, rig_names=self.rigs.names, calibrated=calibrated))

    @Slot()
    def close(self) -> None:
        """The panel is hidden: nothing more is read."""
        self._sharing.send(WatchDevices(running=False))
        self._sharing.send(StopPort())
        self._sharing.send(ShowCameras({}))

    # Arms

    @Slot(str)
    def choose_port(self, address: str) -> None:
        """Show what is known of the arm at a port."""
        self._set(replace(self._state, port=address, ids=None, registers=None))

    @Slot(str)
    def scan(self, address: str) -> None:
        self._send(ScanArm(address, self.kind_at(address)))

    @Slot(str)
    def watch(self, address: str) -> None:
        """Voltages and temperatures stay live."""
        kind = self.kind_at(address)
        if kind:
            self._send(WatchArm(address, kind))

    @Slot()
    def watch_movement(self) -> None:
        """Which arm is this? All ports that may be arms and that may be opened are watched."""
        allowed = [port.address for port in self._state.arm_ports if port.is_allowed]
        self._send(WatchMovement(allowed))

    @Slot(str)
    def stop(self, address: str) -> None:
        self._sharing.send(StopPort(address))

    @Slot(str, str)
    def use_port(self, slot: str, address: str) -> None:
        """This port is that arm of the rig. An empty address takes the arm out again."""
        self._set_draft(with_port(self._state.draft, slot, address))

    def kind_at(self, address: str) -> str:
        """The single arm that is expected at a port; empty: nobody knows."""
        slot = self._state.draft.slot_at(address)
        return self._state.draft.arm_kind(slot) if slot else ""

    # Ids and registers

    @Slot(str, str)
    def begin_ids(self, address: str, kind: str) -> None:
        self._send(BeginIds(address, kind))

    def begin_ids_in_place(self, address: str, kind: str, present: Mapping[str, int]) -> None:
        self._send(BeginIds(address, kind, in_place=True, present=dict(present)))

    @Slot()
    def write_id(self) -> None:
        ids = self._state.ids
        if ids is not None and ids.can_write:
            self._send(WriteId(ids.address))

    @Slot(str)
    def choose_joint(self, joint: str) -> None:
        if self._state.ids is not None:
            self._send(ChooseJoint(self._state.ids.address, joint))

    def read_registers(self, address: str, servo: ServoSeen) -> None:
        """Of a servo that a scan found."""
        self._send(ReadRegisters(address, servo.servo_id, servo.model, servo.baudrate))

    def write_register(self, register: str, counts: int) -> None:
        """Of the servo whose registers are shown."""
        shown = self._state.registers
        if shown is not None:
            self._send(WriteRegister(shown.address, register, counts))

    def back_up(self, path: Path) -> None:
        if self._state.registers is not None:
            self._send(BackUpRegisters(self._state.registers.address, str(path)))

    def restore(self, path: Path) -> None:
        if self._state.registers is not None:
            self._send(RestoreRegisters(self._state.registers.address, str(path)))

    # The rig

    @Slot(str)
    def choose_kind(self, kind: str) -> None:
        self._set_draft(with_kind(self._state.draft, kind))

    @Slot(str)
    def set_name(self, name: str) -> None:
        self._set_draft(replace(self._state.draft, name=name))

    def add_camera(self, name: str, config: Mapping[str, Any]) -> None:
        try:
            self._set_draft(with_camera(self._state.draft, name, config))
        except SettingInvalid as error:
            self._set(replace(self._state, problem=problem(error)))

    @Slot(str)
    def remove_camera(self, name: str) -> None:
        self._set_draft(draft_without_camera(self._state.draft, name))

    def show_cameras(self, cameras: Mapping[str, Mapping[str, Any]]) -> None:
        """Thumbnails of these, and no others."""
        self._set(replace(self._state, thumbnails=()))
        self._sharing.send(ShowCameras({name: dict(config) for name, config in cameras.items()}))

    @Slot()
    def save(self) -> None:
        """Write the draft as a rig, and let the window use it."""
        try:
            saved = self.rigs.save(self._state.draft)
        except SettingInvalid as error:
            self._set(replace(self._state, problem=problem(error)))
            return
        self.use_rig(saved)
        self.rig_saved.emit(saved)

    @Slot()
    def dismiss(self) -> None:
        self._set(replace(self._state, problem=None))

    # Details

    def _send(self, command: SetupCommand) -> None:
        if self._sharing.send(command):
            self._set(sent(self._state, command))

    @Slot(object)
    def _on_event(self, event: object) -> None:
        state = after(self._state, event)
        if state != self._state:
            self._set(state)

    def _set_draft(self, draft: RigDraft) -> None:
        calibrated = self.rigs.calibrated(draft)
        changed = draft != self._state.draft
        is_saved = self._state.is_saved and not changed
        self._set(replace(self._state, draft=draft, is_saved=is_saved, calibrated=calibrated))

    def _set(self, state: SetupState) -> None:
        self._state = state
        self.state_changed.emit(state)
