"""The arms of the rig: which port each is on, and whether it is calibrated."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.arm_text import slot_label
from app.panels.setup.rig_words import calibration_status, port_choice
from app.panels.setup.state import SetupState
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.layouts import place_in_tab_order
from app.widgets.select import Select
from app.widgets.text import StatusText, Text

_EDITOR = 28


class RigArms(QWidget):
    """Selects are “setup.port.<slot>”, buttons “setup.calibrate.<slot>”."""

    port_chosen = Signal(str, str)  # slot, address; empty: none
    calibrate_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slots: tuple[str, ...] = ()
        self._ports: dict[str, list[tuple[str, str]]] = {}
        self._selects: dict[str, Select] = {}
        self._statuses: dict[str, StatusText] = {}
        self._buttons: dict[str, Button] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_state(self, state: SetupState) -> None:
        if state.draft.slots != self._slots:
            self._slots = state.draft.slots
            self._build()
        for slot in self._slots:
            self._show_ports(state, slot)
            self._statuses[slot].show_status(*calibration_status(state, slot))
            needs = not state.calibrated.get(slot, False)
            self._buttons[slot].setVisible(state.is_saved and needs)
            self._statuses[slot].setVisible(not (state.is_saved and needs))

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setObjectName("")
                old.hide()
                old.deleteLater()
        self._ports, self._selects, self._statuses, self._buttons = {}, {}, {}, {}
        parts: list[QWidget] = []
        for place, slot in enumerate(self._slots):
            select = Select(name=f"setup.port.{slot}", label=slot_label(slot), height=_EDITOR)
            select.activated.connect(lambda number, each=slot: self._choose(each, number))
            status = StatusText("")
            button = Button(
                self.tr("Calibrate"),
                kind=Kind.SECONDARY,
                icon="tune-vertical",
                size=SMALL,
                name=f"setup.calibrate.{slot}",
            )
            button.clicked.connect(self.calibrate_requested)
            self._grid.addWidget(Text(slot_label(slot), Role.BODY), place, 0)
            self._grid.addWidget(select, place, 1)
            self._grid.addWidget(status, place, 2)
            self._grid.addWidget(button, place, 2)
            self._selects[slot], self._statuses[slot] = select, status
            self._buttons[slot] = button
            parts += [select, button]
        place_in_tab_order(self, parts)

    def _show_ports(self, state: SetupState, slot: str) -> None:
        own = state.draft.ports.get(slot, "")
        seen = state.port_seen(own) if own else None
        current = seen.address if seen is not None else own
        ports = [port.address for port in state.arm_ports]
        if current and current not in ports:
            ports.append(current)
        offered = [("", self.tr("none yet")), *((each, port_choice(state, each)) for each in ports)]
        select = self._selects[slot]
        if offered != self._ports.get(slot):
            self._ports[slot] = offered
            select.clear()
            for address, label in offered:
                select.addItem(label, address)
        select.setCurrentIndex(select.findData(current))

    def _choose(self, slot: str, place: int) -> None:
        self.port_chosen.emit(slot, self._selects[slot].itemData(place))
