"""The Set up panel's widgets: devices, the chain, the next step; shows a state, says what was
clicked."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QWidget

from app.notices import notice_of
from app.panel_scroll import PanelScroll
from app.panels.setup.chain_card import ChainCard
from app.panels.setup.devices_card import DevicesCard
from app.panels.setup.guide_strip import GuideStrip
from app.panels.setup.permission_popover import PermissionPopover
from app.panels.setup.problem_words import with_short_names
from app.panels.setup.servo_popover import ServoPopover
from app.panels.setup.state import IDS_PAGE, REGISTERS_PAGE, RIG_PAGE, SetupState
from app.panels.setup.which_arm_card import WhichArmCard
from app.panels.setup.words import is_closed, permission_words
from app.services.previews import Previews
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack, Notice
from app.widgets.button import PANEL, Button, Kind
from app.widgets.card import Card
from app.widgets.layouts import column, row
from app.widgets.segmented import Option, Segmented
from app.widgets.text import Text
from lerobot_core.workers.protocol import ServoSeen

_DEVICES, _WHICH_ARM = 296, 232  # widths at 1280
_MOST_DEVICES = 416  # at large text the other column needs it more
_LEAST_PAGE = 500  # width, divided by the text scale; with less, “Which arm is this?” goes below
_SIDES = 2 * 16 + 2 * 12
_ANY_WIDTH = 16_777_215  # Qt's own largest
_REFUSED = "torque"  # key of the banner


class Page(Protocol):
    """What may be shown below the chain. A widget."""

    fact: str  # a few words for the card's head; may be empty

    def show_state(self, state: SetupState) -> None: ...


class SetupView(PanelScroll):
    """Owns no decisions. ``pages`` by RIG_PAGE, IDS_PAGE, REGISTERS_PAGE."""

    opened = Signal()
    hidden = Signal()
    page_chosen = Signal(str)
    registers_requested = Signal(object)  # ServoSeen
    new_rig_requested = Signal()
    rest_requested = Signal()
    look_again_requested = Signal()
    dismissed = Signal()
    servo_chosen = Signal(int)

    def __init__(
        self,
        pictures: Previews,
        session_pictures: Previews,
        pages: Mapping[str, QWidget],
        title_buttons: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = SetupState()
        self._pages = dict(pages)
        self.banners = BannerStack()
        self.guide = GuideStrip()
        self.devices = DevicesCard(pictures, session_pictures)
        self.chain = ChainCard()
        self.which_arm = WhichArmCard()
        self._popover: ServoPopover | PermissionPopover | None = None
        self._build(title_buttons)
        self.banners.remedy_requested.connect(self._on_remedy)
        self.banners.closed.connect(lambda key: self.dismissed.emit())
        self.chain.servo_chosen.connect(self._on_servo_chosen)
        theme().changed.connect(self._arrange)
        self._arrange()
        self.show_state(self._state)

    def _build(self, title_buttons: Sequence[QWidget]) -> None:
        self._below = row(spacing=12)
        self._below.addWidget(self._build_pages(), 1)
        self._below.addWidget(self.which_arm)
        right = column(self.chain, spacing=12)
        right.addLayout(self._below, 1)
        parts = row(self.devices, spacing=12)
        parts.addLayout(right, 1)
        layout = column(self._title_row(title_buttons), spacing=12, margins=(16, 12, 16, 16))
        layout.addWidget(self.banners)
        layout.addWidget(self.guide)
        layout.addLayout(parts, 1)
        content = QWidget()
        content.setLayout(layout)
        self.set_content(content)

    def _title_row(self, title_buttons: Sequence[QWidget]) -> QHBoxLayout:
        line = row(Text(self.tr("Set up"), Role.TITLE), spacing=12)
        self._subtitle = Text(
            self.tr("Find devices, check the chain, build a rig"), Role.HINT, elides=True
        )
        line.addWidget(self._subtitle, 1)
        self.new_rig = Button(
            self.tr("New rig"), kind=Kind.GHOST, icon="plus", size=PANEL, name="setup.new_rig"
        )
        self.new_rig.clicked.connect(self.new_rig_requested)
        line.addWidget(self.new_rig)
        for button in title_buttons:
            line.addWidget(button)
        return line

    def _build_pages(self) -> Card:
        card = Card()
        options = {
            RIG_PAGE: Option(RIG_PAGE, self.tr("Rig"), "robot-industrial-outline"),
            IDS_PAGE: Option(IDS_PAGE, self.tr("Give ids"), "chip"),
            REGISTERS_PAGE: Option(REGISTERS_PAGE, self.tr("Registers"), "table"),
        }
        self.page = Segmented(
            [options[key] for key in self._pages], name="setup.page", label=self.tr("Show")
        )
        self.page.chosen.connect(self.page_chosen)
        self._fact = Text("", Role.HINT, right=True)
        # Hidden pages take no room, unlike those of a stack.
        stack = column(*self._pages.values(), spacing=0)
        card.body.addLayout(row(self.page, None, self._fact, margins=(0, 0, 0, 0)))
        card.body.addLayout(stack, 1)
        return card

    def show_state(self, state: SetupState) -> None:
        self._state = state
        focused = self._focused_button()
        self._drop_solved(state)
        self.banners.show_notices(_notices(state))
        self.guide.show_state(state)
        self.devices.show_state(state)
        self.chain.show_state(state)
        self.which_arm.show_state(state)
        for page in self._pages.values():
            page.show_state(state)  # type: ignore[attr-defined]
        if shown := self._pages.get(state.page):
            self.page.choose(state.page)
            for key, page in self._pages.items():
                page.setVisible(key == state.page)
            self._fact.setText(shown.fact)  # type: ignore[attr-defined]

        # A page leads on by itself from what it hides.
        leads = focused is not None and any(
            page.isAncestorOf(focused) for page in self._pages.values()
        )
        if focused is not None and not leads and not focused.isVisibleTo(self):
            self._pass_focus_on(focused)

    def _drop_solved(self, state: SetupState) -> None:
        """What helps against a closed port goes with the reason for it."""
        if isinstance(self._popover, PermissionPopover) and self._popover.isVisible():
            address = self._popover.address
            port = state.port_seen(address)
            is_camera = any(camera.address == address for camera in state.cameras)
            if (port is None and not is_camera) or (port and not is_closed(state, port)):
                self._popover.close_popover()

    def _focused_button(self) -> Button | None:
        focused = QApplication.focusWidget()
        if isinstance(focused, Button) and self.isAncestorOf(focused):
            return focused
        return None

    def _pass_focus_on(self, before: Button) -> None:
        """From a button that is gone to what is next, so that Enter alone leads on."""
        kinds = self.guide.kinds.values()
        for button in (self.guide.next, *kinds, self.chain.cancel, self.chain.scan):
            if button.isVisibleTo(self) and button.isEnabled():
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def fold(self, narrow: bool) -> None:
        self._subtitle.setHidden(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        devices = min(theme().px(_DEVICES), _MOST_DEVICES)
        which_arm = theme().px(_WHICH_ARM)
        room = self.width() - _SIDES - devices - which_arm
        is_wide = room >= theme().px(_LEAST_PAGE)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._below.setDirection(across if is_wide else down)
        self.devices.setFixedWidth(devices)
        self.which_arm.setMinimumWidth(which_arm)
        self.which_arm.setMaximumWidth(which_arm if is_wide else _ANY_WIDTH)
        self.chain.fold(not is_wide)

    def _on_remedy(self, key: str) -> None:
        wish = self.rest_requested if key == _REFUSED else self.look_again_requested
        wish.emit()

    def show_permission(self, address: str, anchor: QWidget | None = None) -> None:
        """Say how one comes to be allowed to open a port or a camera."""
        found = self._state.port_seen(address)
        if found is not None:
            words, command = permission_words(found)
        else:
            camera = next((each for each in self._state.cameras if each.address == address), None)
            if camera is None:
                return
            words = self.tr("This computer lets only some users open it. Enter this in a terminal.")
            command = camera.command
        under = anchor or self.guide.next  # a row may go while its popover is open
        self._show_popover(PermissionPopover(self.guide.next, address, words, command), under)

    def _on_servo_chosen(self, servo_id: int) -> None:
        """Where registers are shown, those of another servo; else the servo itself."""
        servo = next((each for each in self._state.arm.servos if each.servo_id == servo_id), None)
        if self._state.page == REGISTERS_PAGE and servo is not None and servo.answers:
            self.registers_requested.emit(servo)
        else:
            self.show_servo(servo_id)

    def show_servo(self, servo_id: int) -> None:
        """Where a servo of the chain sits, and what it says."""
        servo = next((each for each in self._state.arm.servos if each.servo_id == servo_id), None)
        if servo is None:
            return
        kind = next(iter(self._state.arm.kinds), "")
        popover = ServoPopover(self.chain.drawing, kind, servo)
        popover.registers_requested.connect(self._ask_for_registers)
        popover.closed.connect(lambda: self.servo_chosen.emit(0))
        self.servo_chosen.emit(servo_id)
        node = self.chain.drawing.place_of(str(servo_id))
        self._show_popover(popover, self.chain.drawing, round(node.left()))

    def _ask_for_registers(self, servo: ServoSeen) -> None:
        self.registers_requested.emit(servo)

    def _show_popover(
        self, popover: ServoPopover | PermissionPopover, under: QWidget, across: int = 0
    ) -> None:
        if self._popover is not None:
            self._popover.close_popover()
            self._popover.deleteLater()
        self._popover = popover
        self.ensureWidgetVisible(under)  # else it would be shown where nobody asked for it
        popover.show_under(under, across)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.opened.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._popover is not None:
            self._popover.close_popover()
        self.hidden.emit()


def _notices(state: SetupState) -> list[Notice]:
    notices = []
    if state.is_refused:
        notices.append(
            Notice(
                _REFUSED,
                _tr("The arm has torque, so no port is opened here."),
                _tr("Let it go to rest. Or hold the arm, then press STOP and Release: it sinks."),
                remedy=_tr("Go to rest"),
                remedy_icon="sleep",
                tone=Tone.WARN,
            )
        )
    if state.problem is not None:
        notices.append(notice_of(with_short_names(state.problem)))
    return notices


def _tr(text: str) -> str:
    return QCoreApplication.translate("Setup", text)
