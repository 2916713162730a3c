"""The top bar: rig, devices, phase and STOP, on every screen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.device_text import detail_lines, main_reading_text, reading_text
from app.resources import resource
from app.shell_state import ShellState
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.chip import TROUBLE, Chip, Pill
from app.widgets.layouts import place_in_tab_order, row
from app.widgets.painting import follow_theme, smooth_painter
from app.widgets.phase_badge import PhaseBadge
from app.widgets.rail import width_of_rail
from app.widgets.select import Select
from app.widgets.stop_cluster import StopCluster
from app.widgets.text import StatusText, Text
from lerobot_core.workers.protocol import DeviceReading, DeviceState, Phase

HEIGHT = 48
_SPACING = 8

Say = Callable[[DeviceReading], str]


class TopBar(QWidget):
    """Without room the readings go first, then healthy chips fold into “4 devices ok”."""

    rig_chosen = Signal(int)  # place in the list of rigs

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._is_narrow = False
        self._chips: dict[str, Chip] = {}
        self._readings: tuple[DeviceReading, ...] = ()
        self._mark = _Mark()
        self.rig_select = Select(
            name="top.rig",
            label=self.tr("Rig"),
            icon="robot-industrial-outline",
            height=32,
            bold=True,
        )
        self.rig_select.activated.connect(self.rig_chosen)
        self.virtual_pill = Pill(self.tr("VIRTUAL"), "cube-outline", Tone.VIRTUAL)
        self.virtual_pill.setObjectName("top.virtual")
        self.virtual_pill.hide()
        self._chip_row = row(spacing=_SPACING)
        self._summary = Chip(self.tr("Devices"), name="top.devices")
        self._summary.hide()
        self._released = StatusText(
            self.tr("torque off, read back"), Tone.OK, "check-circle", quiet=True
        )
        self._released.hide()
        self.badge = PhaseBadge()
        self.stop = StopCluster()
        layout = row(self._mark, self.rig_select, self.virtual_pill, spacing=_SPACING)
        layout.setContentsMargins(0, 0, 12, 1)
        layout.addLayout(self._chip_row)
        layout.addWidget(self._summary)
        layout.addStretch(1)
        for widget in (self._released, self.badge, self.stop):
            layout.addWidget(widget)
        self.setLayout(layout)
        self._scale()
        theme().changed.connect(self._scale)
        follow_theme(self)

    def show_rigs(self, names: Sequence[str], chosen: int, *, is_virtual: bool) -> None:
        self.rig_select.blockSignals(True)
        self.rig_select.clear()
        self.rig_select.addItems(list(names))
        self.rig_select.setCurrentIndex(chosen)
        self.rig_select.blockSignals(False)
        self.rig_select.set_icon("cube-outline" if is_virtual else "robot-industrial-outline")
        self.rig_select.updateGeometry()
        self.virtual_pill.setVisible(is_virtual)
        self._fit()

    def show_state(self, state: ShellState) -> None:
        self._show_devices(state.session.devices)
        self.badge.show_phase(state.phase, self._fact(state))
        self.stop.show_phase(
            state.phase, torque_on=state.session.torque_on, can_move=state.session.can_move
        )
        self._released.setVisible(state.was_released)
        if not state.may_change_rig:
            self.rig_select.clearFocus()  # or Qt hands its focus on, in the end to STOP
        self.rig_select.setEnabled(state.may_change_rig)
        self.rig_select.setToolTip(
            ""
            if state.may_change_rig
            else self.tr("Disengage first: another rig ends this session.")
        )
        self._fit()

    def fold(self, narrow: bool) -> None:
        """Less room for the text size: the name of the program goes, and readings of the well."""
        self._is_narrow = narrow
        self._mark.fold(narrow)
        self._fit()

    def _fact(self, state: ShellState) -> str:
        """At most one fact beside the phase."""
        if state.phase is Phase.RECORDING and state.episode:
            return self.tr("ep {0}").format(state.episode)
        if state.phase is Phase.RESETTING and state.seconds_left is not None:
            return self.tr("{0} s left").format(state.seconds_left)
        if state.phase is Phase.IDLE and not state.session.torque_on and not state.was_released:
            return self.tr("torque off")
        return ""

    def _show_devices(self, readings: Sequence[DeviceReading]) -> None:
        names = [reading.name for reading in readings]
        if names != list(self._chips):
            self._build_chips(names)
        self._readings = tuple(readings)
        for reading in readings:
            self._chips[reading.name].set_details(detail_lines(reading))
        healthy = [reading for reading in readings if reading.state is DeviceState.OK]
        quiet = [reading for reading in readings if reading.state not in TROUBLE]
        if len(healthy) == len(quiet):
            self._summary.show_device(DeviceState.OK, "", self.tr("{0} ok").format(len(quiet)))
        else:
            text = self.tr("{0} of {1} ok").format(len(healthy), len(quiet))
            self._summary.show_device(DeviceState.WORKING, text, "")
        self._summary.set_details([(each.name, each.word or reading_text(each)) for each in quiet])

    def _build_chips(self, names: Sequence[str]) -> None:
        for chip in self._chips.values():
            self._chip_row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {name: Chip(name, name=f"top.device.{name}") for name in names}
        for chip in self._chips.values():
            self._chip_row.addWidget(chip)
        place_in_tab_order(self._summary, self._chips.values())

    def _fit(self) -> None:
        """Decide how much the chips may say: all, the main reading, or the name alone."""
        room = self._room_for_chips()
        saying = [reading_text, main_reading_text, _nothing]
        fitting = (say for say in saying if self._width_saying(say) <= room)
        say = _nothing if self._is_narrow else next(fitting, _nothing)
        quiet = [each for each in self._readings if each.state not in TROUBLE]
        folds = self._width_saying(say) > room and len(quiet) > 1
        for reading in self._readings:
            chip = self._chips[reading.name]
            chip.show_device(reading.state, _word(reading, say), say(reading))
            chip.setVisible(not folds or reading.state in TROUBLE)
        self._summary.setVisible(folds)

    def _width_saying(self, say: Say) -> int:
        """The width of all chips, if those without trouble say this."""
        said = {
            reading.name: say(reading) if reading.state is DeviceState.OK else _word(reading, say)
            for reading in self._readings
        }
        return sum(self._chips[name].width_saying(text) + _SPACING for name, text in said.items())

    def _room_for_chips(self) -> int:
        others: list[QWidget] = [self._mark, self.rig_select, self.badge, self.stop]
        if not self.virtual_pill.isHidden():
            others.append(self.virtual_pill)
        if not self._released.isHidden():
            others.append(self._released)
        taken = sum(widget.sizeHint().width() + _SPACING for widget in others)
        return self.width() - taken - 2 * _SPACING - 12

    def _scale(self) -> None:
        self.setFixedHeight(theme().px(HEIGHT))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(800, theme().px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme().px(HEIGHT))  # it folds rather than widen the window

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect = theme().tokens, self.rect()
            painter.fillRect(rect, tokens.surface)
            painter.fillRect(0, rect.height() - 1, rect.width(), 1, tokens.line)


def _nothing(_reading: DeviceReading) -> str:
    return ""


def _word(reading: DeviceReading, say: Say) -> str:
    """Trouble is always said; “connecting” only where there is room for readings."""
    return reading.word if reading.state in TROUBLE or say is not _nothing else ""


class _Mark(QWidget):
    """The mark and, with room, the name; as wide as the rail below it."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QLabel()
        self._name = Text(self.tr("Workbench"), Role.HEADING)
        self.setLayout(row(self._picture, self._name, None, spacing=10, margins=(17, 0, 0, 0)))
        self.fold(False)
        self._show()
        theme().changed.connect(self._show)

    def fold(self, folded: bool) -> None:
        self._name.setHidden(folded)
        self.setFixedWidth(width_of_rail(folded) - _SPACING)

    def sizeHint(self) -> QSize:
        return QSize(self.maximumWidth(), 24)

    def _show(self) -> None:
        side = theme().px(22)
        icon = QIcon(str(resource("icons/workbench.svg")))
        self._picture.setPixmap(icon.pixmap(QSize(side, side), 2.0))
