"""The rail: the panels, at the left edge of the window."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.button import Button, Kind, Size
from app.widgets.painting import draw_box, draw_focus_ring, draw_text, follow_theme, smooth_painter
from app.widgets.text import Separator

WIDTH, FOLDED_WIDTH = 148, 64
_ITEM = Size(36, Role.BODY, 18, 12)


def width_of_rail(folded: bool) -> int:
    """It grows with the text, so that its labels stay whole."""
    return FOLDED_WIDTH if folded else max(WIDTH, theme().px(WIDTH))


class RailItem(NamedTuple):
    key: str
    label: str
    icon: str
    is_virtual_only: bool = False
    at_foot: bool = False


class _Entry(Button):
    def __init__(self, item: RailItem) -> None:
        super().__init__(item.label, kind=Kind.GHOST, size=_ITEM, name=f"nav.{item.key}")
        self._item = item
        self.is_folded = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fold(self, folded: bool) -> None:
        self.is_folded = folded
        self.setToolTip(self._item.label if folded else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(48, theme().px(_ITEM.height))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect = theme().tokens, QRectF(self.rect())
            selected = self.isChecked()
            if selected or self.underMouse():
                draw_box(painter, rect, CONTROL_RADIUS, tokens.raised)
            if selected:
                bar = QRectF(0, rect.center().y() - 9, 3, 18)
                draw_box(painter, bar, 1.5, tokens.accent)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, rect, CONTROL_RADIUS)
            side = theme().px(_ITEM.icon)
            left = (rect.width() - side) / 2 if self.is_folded else 12
            ink = tokens.virt if self._item.is_virtual_only else tokens.text2
            icon_ink = tokens.accent if selected else ink
            spot = QRectF(left, rect.center().y() - side / 2, side, side)
            draw_icon(painter, self._item.icon, spot, icon_ink)
            if not self.is_folded:
                role = Role.HEADING if selected else Role.BODY
                words = rect.adjusted(left + side + 9, 0, -4, 0)
                draw_text(
                    painter,
                    words,
                    self.text(),
                    theme().font(role),
                    tokens.text if selected else ink,
                )


class Rail(QWidget):
    """One entry a panel. Up and Down move between them, Enter or Space opens."""

    panel_wanted = Signal(str)

    def __init__(self, items: Sequence[RailItem]) -> None:
        super().__init__()
        self._entries = {item.key: _Entry(item) for item in items}
        self._items = {item.key: item for item in items}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._virtual_line = Separator()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 12)
        layout.setSpacing(2)
        self._fill(
            layout, [item for item in items if not item.is_virtual_only and not item.at_foot]
        )
        layout.addSpacing(8)
        layout.addWidget(self._virtual_line)
        layout.addSpacing(8)
        self._fill(layout, [item for item in items if item.is_virtual_only])
        layout.addStretch(1)
        layout.addWidget(Separator())
        layout.addSpacing(6)
        self._fill(layout, [item for item in items if item.at_foot])
        self.show_virtual(False)
        self.fold(False)
        follow_theme(self)

    def _fill(self, layout: QVBoxLayout, items: Sequence[RailItem]) -> None:
        for item in items:
            entry = self._entries[item.key]
            entry.clicked.connect(lambda _=False, key=item.key: self.panel_wanted.emit(key))
            self._group.addButton(entry)
            layout.addWidget(entry)

    def select(self, key: str) -> None:
        self._entries[key].setChecked(True)

    def focus_selected(self) -> None:
        """Take the focus without a ring, so that bench keys are not some button's."""
        entry = self._group.checkedButton()
        if entry is not None:
            entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_virtual(self, is_virtual: bool) -> None:
        """Entries that only a virtual rig has."""
        self._virtual_line.setVisible(is_virtual)
        for key, item in self._items.items():
            if item.is_virtual_only:
                self._entries[key].setVisible(is_virtual)

    def fold(self, folded: bool) -> None:
        """Icons alone, with tooltips, where the window is narrow for the text size."""
        self.setFixedWidth(width_of_rail(folded))
        for entry in self._entries.values():
            entry.fold(folded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect = theme().tokens, self.rect()
            painter.fillRect(rect, tokens.surface)
            painter.fillRect(rect.width() - 1, 0, 1, rect.height(), tokens.line)
