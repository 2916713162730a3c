"""What is plugged in: ports with their state, cameras with what they see; the kind of the rig."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.arm_text import at_start, port_label, rig_label
from app.panels.setup.candidates import fitting_first, missing_bench, names_in_rig
from app.panels.setup.device_row import DeviceLook, DeviceRow
from app.panels.setup.state import SetupState
from app.panels.setup.words import camera_status, is_closed, port_detail, port_status
from app.services.previews import PreviewFrame, PreviewLost, Previews
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import Separator, Text
from lerobot_core.control.rig_building import RIG_KINDS
from lerobot_core.workers.protocol import CameraSeen, PortSeen


class DevicesCard(Card):
    """Rows are named “setup.port.<name>” and “setup.camera.<number>”."""

    port_chosen = Signal(str)
    permission_wanted = Signal(str, object)  # address, the button to show it under
    look_again_requested = Signal()
    kind_chosen = Signal(str)
    bench_requested = Signal()

    def __init__(self, pictures: Previews, session_pictures: Previews) -> None:
        super().__init__()
        self.set_title(self.tr("Found on this machine"))
        self.fact.hide()  # its place is the button's
        self._pictures, self._session_pictures = pictures, session_pictures
        self._state = SetupState()
        self._ports: dict[str, DeviceRow] = {}
        self._cameras: dict[str, DeviceRow] = {}
        self.look_again = Button(
            self.tr("Look again"), kind=Kind.GHOST, icon="restart", size=SMALL, name="setup.look"
        )
        self.look_again.clicked.connect(self.look_again_requested)
        self.head_actions.addWidget(self.look_again)
        self._port_rows, self._camera_rows = column(spacing=2), column(spacing=2)
        self._no_ports = Text("", Role.HINT, wraps=True)
        self._no_cameras = Text("", Role.HINT, wraps=True)
        self.add_bench = Button(
            "", kind=Kind.GHOST, icon="plus", size=SMALL, name="setup.add_bench"
        )
        self.add_bench.clicked.connect(self.bench_requested)
        self._build()
        pictures.frame_ready.connect(self._show_frame)
        pictures.frame_lost.connect(self._show_lost)
        session_pictures.frame_ready.connect(self._show_session_frame)

    def _build(self) -> None:
        inside = QWidget()
        inside.setLayout(
            column(
                Text(self.tr("Serial ports"), Role.COLUMN),
                self._no_ports,
                self._port_rows,
                row(self.add_bench, None),
                Text(self.tr("Cameras"), Role.COLUMN),
                self._no_cameras,
                self._camera_rows,
                None,
                spacing=6,
            )
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self._scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(Separator())
        self.kind = Select(name="setup.kind", label=self.tr("Kind of rig"), bold=True)
        self.kind.setPlaceholderText(self.tr("Choose"))
        for kind in RIG_KINDS:
            self.kind.addItem(rig_label(kind), kind)
        self.kind.setCurrentIndex(-1)
        self.kind.activated.connect(lambda place: self.kind_chosen.emit(self.kind.itemData(place)))
        foot = row(Text(self.tr("Kind of rig"), Role.SMALL), None, self.kind, spacing=8)
        self.body.addLayout(foot)

    def show_state(self, state: SetupState) -> None:
        self._state = state
        self._show_ports(state)
        self._show_cameras(state)
        self.kind.setCurrentIndex(self.kind.findData(state.draft.kind) if state.draft.kind else -1)

    def _show_ports(self, state: SetupState) -> None:
        looking = self.tr("Looking …") if not state.has_looked else ""
        self._no_ports.setText(looking or self.tr("No adapter is plugged in."))
        self._no_ports.setVisible(not state.ports)
        bench = missing_bench(state)
        self.add_bench.show_action(
            self.tr("Add virtual arms: {0}").format(rig_label(bench)), "plus"
        )
        self.add_bench.setVisible(bool(bench))
        ports = fitting_first(state, state.ports)
        if [port.address for port in ports] != list(self._ports):
            self._ports = self._rebuilt(self._port_rows, self._ports, ports)
            self._order()
        for port in ports:
            status = port_status(state, port)
            needs_help = is_closed(state, port)
            look = DeviceLook(
                at_start(port_label(port.address)) if port.is_virtual else port_label(port.address),
                port_detail(port),
                status,
                "cube-outline" if port.is_virtual else "serial-port",
                step=self.tr("Fix") if needs_help else "",
            )
            self._ports[port.address].show_look(look, is_selected=port.address == state.port)

    def _show_cameras(self, state: SetupState) -> None:
        self._no_cameras.setText(self.tr("No camera is plugged in."))
        self._no_cameras.setVisible(state.has_looked and not state.cameras)
        cameras = fitting_first(state, state.cameras)
        if [camera.address for camera in cameras] != list(self._cameras):
            self._cameras = self._rebuilt(self._camera_rows, self._cameras, cameras)
            self._order()
        names = names_in_rig(state)
        for camera in state.cameras:
            look = DeviceLook(
                names.get(camera.address, camera.name),
                _camera_detail(camera, named=camera.address in names),
                camera_status(state, camera),
                "camera-outline",
                is_virtual=camera.is_virtual,
                step="" if camera.is_allowed else self.tr("Fix"),
            )
            device = self._cameras[camera.address]
            device.show_look(look)
            if camera.address not in (*state.thumbnails, *state.in_session):
                device.show_no_picture()

    def _rebuilt(
        self,
        rows: QVBoxLayout,
        known: Mapping[str, DeviceRow],
        devices: Sequence[PortSeen | CameraSeen],
    ) -> dict[str, DeviceRow]:
        """Rows that stay are kept, so that focus and pictures stay with them."""
        made: dict[str, DeviceRow] = {}
        for number, device in enumerate(devices):
            made[device.address] = known.get(device.address) or self._new_row(device, number)
        for address, old in known.items():
            if address not in made:
                old.hide()
                old.deleteLater()
        for line in made.values():
            rows.addWidget(line)
        return made

    def _order(self) -> None:
        """Tab goes down the list: ports, each with its button, then the buttons of cameras."""
        parts: list[QWidget] = [self.look_again]
        for line in self._ports.values():
            parts += [line, line.step_button]
        parts.append(self.add_bench)
        parts += [line.step_button for line in self._cameras.values()]
        for before, after in pairwise([*parts, self.kind]):
            QWidget.setTabOrder(before, after)

    def _new_row(self, device: PortSeen | CameraSeen, number: int) -> DeviceRow:
        address = device.address
        if isinstance(device, CameraSeen):
            line = DeviceRow(f"setup.camera.{number}", is_choice=False, has_picture=True)
        else:
            line = DeviceRow(f"setup.port.{_short(address)}", is_choice=True)
            line.chosen.connect(lambda: self.port_chosen.emit(address))
        line.step_wanted.connect(lambda: self.permission_wanted.emit(address, line.step_button))
        return line

    def row_at(self, address: str) -> DeviceRow | None:
        """Of a port or camera that is shown."""
        return self._ports.get(address) or self._cameras.get(address)

    # Pictures

    def showEvent(self, event: QShowEvent) -> None:
        for previews in (self._pictures, self._session_pictures):
            previews.add_viewer(self)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        for previews in (self._pictures, self._session_pictures):
            previews.remove_viewer(self)
        super().hideEvent(event)

    @Slot(object)
    def _show_frame(self, frame: PreviewFrame) -> None:
        line = self._cameras.get(frame.camera)
        if line is not None and frame.camera in self._state.thumbnails:
            line.show_pixels(frame.pixels)

    @Slot(object)
    def _show_lost(self, lost: PreviewLost) -> None:
        line = self._cameras.get(lost.camera)
        if line is not None:
            line.show_no_picture()

    @Slot(object)
    def _show_session_frame(self, frame: PreviewFrame) -> None:
        for address, name in self._state.in_session.items():
            if name == frame.camera and address in self._cameras:
                self._cameras[address].show_pixels(frame.pixels)


def _short(address: str) -> str:
    """For object names: “ttyACM0”, “default.follower”."""
    return address.removeprefix("sim://").replace("/dev/", "").replace("/", ".")


def _camera_detail(camera: CameraSeen, *, named: bool) -> str:
    if camera.is_virtual:
        return camera.name if named else camera.address
    place = camera.serial_number or camera.address
    return " · ".join(part for part in ((camera.name if named else ""), place) if part)
