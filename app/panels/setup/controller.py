"""Turns clicks on the Set up panel into commands, and the worker's events into its state."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.setup.arm_look import Movement
from app.panels.setup.candidates import port_to_show, watchable_ports
from app.panels.setup.events import after, sent
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.state import (
    MOVEMENT,
    REGISTERS_PAGE,
    RIG_PAGE,
    News,
    SetupState,
    lacks,
    places_in_use,
)
from app.panels.setup.thumbnails import Thumbnails
from app.port_sharing import PortSharing
from app.services.previews import Previews
from app.services.rigs import RigFile
from app.services.session_service import SessionService
from app.services.setup_service import SetupService
from lerobot_core.control.rig_building import RigDraft, with_port
from lerobot_core.errors import DiskFull, SettingInvalid, WorkbenchError
from lerobot_core.workers.protocol import (
    DevicesSeen,
    PhaseChanged,
    PortDone,
    ScanArm,
    SetupCommand,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
    problem,
)


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
        self._thumbnails = Thumbnails(sharing, session, self)
        self._is_open = False
        self._state = SetupState()
        service.event_received.connect(self._on_event)
        session.event_received.connect(self._on_session_event)
        session.run_changed.connect(self._show_thumbnails)

    @property
    def state(self) -> SetupState:
        return self._state

    @property
    def pictures(self) -> Previews:
        """Of the cameras that no session has, by address."""
        return self._thumbnails.pictures

    def use_rig(self, rig: RigFile) -> None:
        """The window's rig: its parts are shown, and changed when it is saved again."""
        self.change(
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
        self.change(cleared)
        self.show_draft(RigDraft())

    def show_draft(self, draft: RigDraft) -> None:
        """Go on with a rig that is not on disk yet, or not under this name."""
        self.change(replace(self._state, is_saved=False, saved_name="", page=RIG_PAGE))
        self.set_draft(draft)

    def tell(self, news: News | None, *, trashed_name: str = "") -> None:
        """Something went well; what can be put back is the newest that was thrown away."""
        names = self.rigs.names
        self.change(replace(self._state, news=news, trashed_name=trashed_name, rig_names=names))

    def report(self, error: WorkbenchError) -> None:
        """Something did not go at all."""
        self.change(replace(self._state, problem=problem(error)))

    # The panel comes and goes

    @Slot()
    def open(self) -> None:
        """The panel is shown: what is plugged in is listed, and listed again when it changes."""
        self._is_open = True
        self._sharing.send(WatchDevices())
        calibrated = self.rigs.calibrated(self._state.draft)
        self.change(replace(self._state, rig_names=self.rigs.names, calibrated=calibrated))
        self._show_thumbnails()
        self._watch_if_free()

    @Slot()
    def close(self) -> None:
        """The panel is hidden: nothing more is read. What others opened is left to them."""
        self._is_open = False
        self._sharing.send(WatchDevices(running=False))
        for place in places_in_use(self._state):
            self._sharing.send(StopPort(place))
        self.change(replace(self._thumbnails.end(self._state), is_refused=False))

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
        self.change(replace(self._state, page=page))

    # Arms

    @Slot(str)
    def choose_port(self, address: str) -> None:
        """Show what is known of the arm at a port; it stays live unless a session has the port."""
        before = self._state.port
        if before == address:
            return
        if self._state.arm.doing in ("watch", "ids", "registers"):
            self._sharing.send(StopPort(before))
        self.change(replace(self._state, port=address, servo=0, ids=None, registers=None))
        self._watch_if_free()

    @Slot(int)
    def choose_servo(self, servo_id: int) -> None:
        """One servo of the chain that is shown; 0: none."""
        self.change(replace(self._state, servo=servo_id))

    @Slot(str)
    def scan(self, address: str) -> None:
        self.send(ScanArm(address, self._state.kind_at(address)))

    @Slot(str)
    def watch(self, address: str) -> None:
        """Voltages and temperatures stay live."""
        arm = self._state.arms.get(address)
        if arm is not None and arm.can_be_watched and not arm.doing:
            self.send(WatchArm(address, self._state.kind_at(address) or arm.kinds[0]))

    @Slot()
    def watch_movement(self) -> None:
        """Which arm is this? Those that no arm of the rig is on are watched, if there are any."""
        self.send(WatchMovement(watchable_ports(self._state)))

    @Slot()
    def stop_movement(self) -> None:
        if self._state.movement.is_watched:
            self._sharing.send(StopPort(MOVEMENT))

    @Slot(str)
    def stop(self, address: str) -> None:
        self._sharing.send(StopPort(address))

    @Slot(str)
    def choose_slot(self, slot: str) -> None:
        """What the doubtful port would become."""
        self.change(replace(self._state, wanted_slot=slot))

    @Slot(str, str)
    def use_port(self, slot: str, address: str) -> None:
        """This port is that arm of the rig. An empty address takes the arm out again."""
        draft = self._state.draft
        if not address:
            self.set_draft(with_port(draft, slot, ""))
            return
        port, taken = self._state.port_seen(address), self._state.slot_of(address)
        if taken:
            draft = with_port(draft, taken, "")
        stays = address if port is None else port.stable_address
        self.stop_movement()
        self.change(replace(self._state, wanted_slot="", movement=Movement()))
        self.set_draft(with_port(draft, slot, stays))
        if port is not None:
            self.choose_port(port.address)

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
        self.change(replace(self._state, problem=None, is_refused=False))

    # For the parts of this panel that have commands of their own

    def send(self, command: SetupCommand) -> None:
        """Pass a command on, and show that it goes on; or that torque keeps it from it."""
        if self._sharing.send(command):
            self.change(sent(replace(self._state, is_refused=False), command))
        else:
            self.change(replace(self._state, is_refused=True))

    def set_draft(self, draft: RigDraft) -> None:
        """The rig is to be this. Whatever differs from the file is to be saved."""
        calibrated = self.rigs.calibrated(draft)
        changed = draft != self._state.draft
        is_saved = self._state.is_saved and not changed
        news = None if changed else self._state.news
        state = replace(self._state, draft=draft, is_saved=is_saved, calibrated=calibrated)
        self.change(replace(state, news=news))

    def change(self, state: SetupState) -> None:
        """Show another state."""
        self._state = state
        self.state_changed.emit(state)

    # Details

    def _watch_if_free(self) -> None:
        if not self._session.is_running:
            self.watch(self._state.port)

    @Slot()
    def _show_thumbnails(self) -> None:
        if self._is_open:
            self.change(self._thumbnails.begin(self._state))

    @Slot(object)
    def _on_event(self, event: object) -> None:
        before = self._state
        state = after(before, event)
        if isinstance(event, DevicesSeen) and not state.port:
            state = replace(state, port=port_to_show(state))
        if state != before:
            self.change(state)
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
            self.change(replace(self._state, is_refused=False))
