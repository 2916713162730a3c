"""Turns clicks on the Set up panel into commands, and the worker's events into its state."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.setup.candidates import (
    cameras_in_session,
    missing_bench,
    port_to_show,
    watchable_ports,
)
from app.panels.setup.guide import NextStep, Step, next_step
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.state import (
    REGISTERS_PAGE,
    RIG_PAGE,
    Movement,
    News,
    SetupState,
    after,
    lacks,
    sent,
)
from app.port_sharing import PortSharing
from app.services.previews import Previews
from app.services.rigs import RigFile
from app.services.session_service import SessionService
from app.services.setup_service import SetupService
from lerobot_core.control.rig import Rig
from lerobot_core.control.rig_building import (
    RigDraft,
    RigLimits,
    with_camera,
    with_camera_renamed,
    with_kind,
    with_port,
)
from lerobot_core.control.rig_building import without_camera as draft_without_camera
from lerobot_core.errors import DiskFull, SettingInvalid, WorkbenchError
from lerobot_core.workers.protocol import (
    AskBench,
    BackUpRegisters,
    BeginIds,
    ChooseJoint,
    DevicesSeen,
    PhaseChanged,
    PortDone,
    ReadRegisters,
    RestoreRegisters,
    ScanArm,
    ServoSeen,
    SetupCommand,
    ShowCameras,
    SkipJoint,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
    WriteId,
    WriteRegister,
    problem,
)

_MOVEMENT = "movement"  # the worker's place for the one work that uses several ports


class SetupController(QObject):
    """Owns no widgets. Every command goes through the sharing of ports."""

    state_changed = Signal(object)  # SetupState
    rig_saved = Signal(object)  # RigFile, to be chosen by the window
    rig_trashed = Signal()  # the one that was shown: the window chooses another
    panel_requested = Signal(str)
    field_requested = Signal(str)  # of the rig: “cameras”, “name”
    permission_requested = Signal(str)  # how to get it for a port is to be shown

    def __init__(
        self,
        service: SetupService,
        sharing: PortSharing,
        rigs: RigBuilding,
        session: SessionService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._session = session
        self.rigs = rigs
        self.pictures = Previews(self)  # of the cameras that no session has, by address
        self._is_open = False
        self._state = SetupState()
        service.event_received.connect(self._on_event)
        session.event_received.connect(self._on_session_event)
        session.run_changed.connect(self._on_run_changed)

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
                saved_name=rig.name,
                rig_names=self.rigs.names,
                calibrated=self.rigs.calibrated(self.rigs.draft_of(rig)),
            )
        )

    @Slot()
    def new_rig(self) -> None:
        """Begin with nothing chosen."""
        self.stop_movement()
        cleared = replace(self._state, skips_cameras=False, wanted_slot="", movement=Movement())
        self._set(cleared)
        self.show_draft(RigDraft())

    def show_draft(self, draft: RigDraft) -> None:
        """Go on with a rig that is not on disk yet, or not under this name."""
        self._set(replace(self._state, is_saved=False, saved_name="", page=RIG_PAGE))
        self._set_draft(draft)

    def tell(self, news: News | None, *, trashed_name: str = "") -> None:
        """Something went well; what can be put back is the newest that was thrown away."""
        names = self.rigs.names
        self._set(replace(self._state, news=news, trashed_name=trashed_name, rig_names=names))

    def report(self, error: WorkbenchError) -> None:
        """Something did not go at all."""
        self._set(replace(self._state, problem=problem(error)))

    # The panel comes and goes

    @Slot()
    def open(self) -> None:
        """The panel is shown: what is plugged in is listed, and listed again when it changes."""
        self._is_open = True
        self._sharing.send(WatchDevices())
        calibrated = self.rigs.calibrated(self._state.draft)
        self._set(replace(self._state, rig_names=self.rigs.names, calibrated=calibrated))
        self._show_thumbnails()
        self._watch_if_free()

    @Slot()
    def close(self) -> None:
        """The panel is hidden: nothing more is read."""
        self._is_open = False
        self._sharing.send(WatchDevices(running=False))
        self._sharing.send(StopPort())
        self._sharing.send(ShowCameras({}))
        self.pictures.clear()
        self._set(replace(self._state, thumbnails=(), is_refused=False))

    @Slot()
    def look_again(self) -> None:
        """List everything anew, and try the cameras that could not be opened."""
        self._sharing.send(WatchDevices())
        self._show_thumbnails()

    @Slot()
    def try_again(self) -> None:
        """What went wrong is forgotten; what is there is looked at anew."""
        self.dismiss()
        self.look_again()

    @Slot(str)
    def show_page(self, page: str) -> None:
        """What is shown below the chain."""
        if page != REGISTERS_PAGE and self._state.arm.doing == "registers":
            self._sharing.send(StopPort(self._state.port))
        self._set(replace(self._state, page=page))

    # Arms

    @Slot(str)
    def choose_port(self, address: str) -> None:
        """Show what is known of the arm at a port; it stays live unless a session has the port."""
        before = self._state.port
        if before == address:
            return
        if self._state.arm.doing in ("watch", "ids", "registers"):
            self._sharing.send(StopPort(before))
        self._set(replace(self._state, port=address, servo=0, ids=None, registers=None))
        self._watch_if_free()

    @Slot(int)
    def choose_servo(self, servo_id: int) -> None:
        """One servo of the chain that is shown; 0: none."""
        self._set(replace(self._state, servo=servo_id))

    @Slot(str)
    def scan(self, address: str) -> None:
        self._send(ScanArm(address, self.kind_at(address)))

    @Slot(str)
    def watch(self, address: str) -> None:
        """Voltages and temperatures stay live."""
        arm = self._state.arms.get(address)
        if arm is not None and arm.can_be_watched and not arm.doing:
            self._send(WatchArm(address, self.kind_at(address) or arm.kinds[0]))

    @Slot()
    def watch_movement(self) -> None:
        """Which arm is this? Those that no arm of the rig is on are watched, if there are any."""
        self._send(WatchMovement(watchable_ports(self._state)))

    @Slot()
    def stop_movement(self) -> None:
        if self._state.movement.is_watched:
            self._sharing.send(StopPort(_MOVEMENT))

    @Slot(str)
    def stop(self, address: str) -> None:
        self._sharing.send(StopPort(address))

    @Slot(str)
    def choose_slot(self, slot: str) -> None:
        """What the doubtful port would become."""
        self._set(replace(self._state, wanted_slot=slot))

    @Slot(str, str)
    def use_port(self, slot: str, address: str) -> None:
        """This port is that arm of the rig. An empty address takes the arm out again."""
        draft = self._state.draft
        if not address:
            self._set_draft(with_port(draft, slot, ""))
            return
        port, taken = self._state.port_seen(address), self._state.slot_of(address)
        if taken:
            draft = with_port(draft, taken, "")
        stays = address if port is None else port.stable_address
        self.stop_movement()
        self._set(replace(self._state, wanted_slot="", movement=Movement()))
        self._set_draft(with_port(draft, slot, stays))
        if port is not None:
            self.choose_port(port.address)

    def kind_at(self, address: str) -> str:
        """The single arm that is expected at a port; empty: nobody knows."""
        slot = self._state.slot_of(address)
        return self._state.draft.arm_kind(slot) if slot else ""

    # The next step

    @Slot()
    def do_next(self) -> None:
        """Take the step that is highlighted."""
        step = self.next_step
        match step.step:
            case Step.PLUG_IN:
                self.look_again()
            case Step.NEW_RIG:
                self.new_rig()
            case Step.GET_PERMISSION:
                self.permission_requested.emit(step.address)
            case Step.ADD_BENCH:
                self.add_bench()
            case Step.FIND_ARM if step.address:
                self.use_port(step.slot, step.address)
            case Step.FIND_ARM:
                self.watch_movement()
            case Step.SCAN | Step.REPAIR:
                self.choose_port(step.address)
                self.scan(step.address)
            case Step.CAMERAS | Step.NAME:
                self.show_page(RIG_PAGE)
                self.field_requested.emit(step.step.value)
            case Step.SAVE:
                self.save()
            case Step.CALIBRATE | Step.TELEOPERATE:
                self.panel_requested.emit(step.step.value)

    @Slot()
    def add_bench(self) -> None:
        """Start the virtual bench with arms of the chosen kind; then it is listed."""
        if bench := missing_bench(self._state):
            self._send(AskBench(bench, "scene"))

    @Slot()
    def skip_cameras(self) -> None:
        """This rig does without."""
        self._set(replace(self._state, skips_cameras=True))

    # Ids and registers

    @Slot(str, str)
    def begin_ids(self, address: str, kind: str) -> None:
        """One motor at a time; those that were done before an interruption stay done."""
        ids = self._state.ids
        goes_on = ids is not None and (ids.address, ids.kind) == (address, kind) and ids.wanted
        self._send(BeginIds(address, kind, done=ids.done if ids is not None and goes_on else []))

    @Slot()
    def forget_ids(self) -> None:
        """Begin anew, or otherwise."""
        if self._state.arm.doing == "ids":
            self._sharing.send(StopPort(self._state.port))
        self._set(replace(self._state, ids=None))

    def ask_bench(self, command: AskBench) -> None:
        """Virtual hands on the arm of a bench."""
        self._sharing.send(command)

    def begin_ids_in_place(self, address: str, kind: str, present: Mapping[str, int]) -> None:
        self._send(BeginIds(address, kind, in_place=True, present=dict(present)))

    @Slot()
    def write_id(self) -> None:
        ids = self._state.ids
        if ids is not None and ids.can_write and not self._state.is_writing_id:
            self._send(WriteId(ids.address))

    @Slot()
    def skip_joint(self) -> None:
        if self._state.ids is not None:
            self._send(SkipJoint(self._state.ids.address))

    @Slot(str)
    def choose_joint(self, joint: str) -> None:
        if self._state.ids is not None:
            self._send(ChooseJoint(self._state.ids.address, joint))

    def read_registers(self, address: str, servo: ServoSeen) -> None:
        """Of a servo that a scan found."""
        self._send(ReadRegisters(address, servo.servo_id, servo.model, servo.baudrate))

    def write_register(self, register: str, counts: int) -> None:
        """Of the servo whose registers are shown."""
        if self._has_servo():
            self._send(WriteRegister(self._state.port, register, counts))

    def back_up(self, path: Path) -> None:
        if self._has_servo():
            self._send(BackUpRegisters(self._state.port, str(path)))

    def restore(self, path: Path) -> None:
        if self._has_servo():
            self._send(RestoreRegisters(self._state.port, str(path)))

    def _has_servo(self) -> bool:
        """The worker has the servo whose registers are shown; it is read again if it was left."""
        shown = self._state.registers
        if shown is None:
            return False
        if self._state.arm.doing != "registers":
            servos = (each for each in self._state.arm.servos if each.servo_id == shown.servo_id)
            if (servo := next(servos, None)) is None:
                return False
            self.read_registers(shown.address, servo)
        return True

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
            self.report(error)

    @Slot(str, str)
    def rename_camera(self, name: str, wanted: str) -> None:
        try:
            self._set_draft(with_camera_renamed(self._state.draft, name, wanted))
        except SettingInvalid as error:
            self.report(error)

    def set_limits(self, limits: RigLimits) -> None:
        self._set_draft(replace(self._state.draft, limits=limits))

    @Slot(str)
    def remove_camera(self, name: str) -> None:
        self._set_draft(draft_without_camera(self._state.draft, name))

    @Slot()
    def save(self) -> None:
        """Write the draft as a rig, and let the window use it."""
        if lacks(self._state):
            return
        try:
            saved = self.rigs.save(self._state.draft)
        except (SettingInvalid, DiskFull) as error:
            self.report(error)
            return
        self.use_rig(saved)
        self.rig_saved.emit(saved)

    @Slot()
    def go_to_rest(self) -> None:
        """The session's arm, so that its torque may go off."""
        self._session.go_to_rest()

    @Slot()
    def dismiss(self) -> None:
        self._set(replace(self._state, problem=None, is_refused=False))

    # Details

    def _send(self, command: SetupCommand) -> None:
        if self._sharing.send(command):
            self._set(sent(replace(self._state, is_refused=False), command))
        else:
            self._set(replace(self._state, is_refused=True))

    def _watch_if_free(self) -> None:
        if not self._session.is_running:
            self.watch(self._state.port)

    def _show_thumbnails(self) -> None:
        """Of every camera that may be opened and that the session does not have."""
        if not self._is_open:
            return
        in_session = cameras_in_session(self._state.cameras, self._session_rig())
        wanted = {
            camera.address: dict(camera.config)
            for camera in self._state.cameras
            if camera.is_allowed and camera.address not in in_session
        }
        shown = tuple(name for name in self._state.thumbnails if name in wanted)
        self._set(replace(self._state, in_session=in_session, thumbnails=shown))
        self._sharing.send(ShowCameras(wanted))

    def _session_rig(self) -> Rig | None:
        rig = self._session.rig
        return rig.rig if rig is not None and self._session.is_running else None

    @Slot(object)
    def _on_event(self, event: object) -> None:
        before = self._state
        state = after(before, event)
        if isinstance(event, DevicesSeen) and not state.port:
            state = replace(state, port=port_to_show(state))
        if state != before:
            self._set(state)
        self.pictures.on_event(event)
        if isinstance(event, DevicesSeen) and state.cameras != before.cameras:
            self._show_thumbnails()
        if (
            isinstance(event, PortDone)
            and event.doing in ("scan", "movement", "registers")
            and self._is_open
        ):
            self.watch(self._state.port)

    @Slot(object)
    def _on_session_event(self, event: object) -> None:
        if isinstance(event, PhaseChanged) and not event.torque_on and self._state.is_refused:
            self._set(replace(self._state, is_refused=False))

    @Slot(bool)
    def _on_run_changed(self, is_running: bool) -> None:
        self._show_thumbnails()

    def _set_draft(self, draft: RigDraft) -> None:
        calibrated = self.rigs.calibrated(draft)
        changed = draft != self._state.draft
        is_saved = self._state.is_saved and not changed
        news = None if changed else self._state.news
        state = replace(self._state, draft=draft, is_saved=is_saved, calibrated=calibrated)
        self._set(replace(state, news=news))

    def _set(self, state: SetupState) -> None:
        self._state = state
        self.state_changed.emit(state)
