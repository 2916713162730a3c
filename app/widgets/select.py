"""Select: a choice from more than four, or from a list that grows."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.painting import (
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)


class Select(QComboBox):
    """A drop-down list that paints its closed state. ``icon`` stands before the choice."""

    def __init__(
        self, *, name: str, label: str = "", icon: str = "", height: int = 30, bold: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setView(QListView())  # the style's own popup ignores most of a style sheet
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon, self._height = icon, height
        self._role = Role.HEADING if bold else Role.BODY
        follow_theme(self)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        texts = [self.itemText(place) for place in range(self.count())] or [""]
        widest = max(text_width(text, theme().font(self._role)) for text in texts)
        sides = 10 + (theme().px(16) + 6 if self._icon else 0) + 8 + theme().px(16) + 10
        return QSize(round(widest) + sides + 1, theme().px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(72), theme().px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect, side = theme().tokens, QRectF(self.rect()), theme().px(16)
            enabled = self.isEnabled()
            ground = tokens.surface if tokens.name == "light" else tokens.bg
            border = tokens.edge if enabled else tokens.line
            draw_box(painter, rect, CONTROL_RADIUS, ground if enabled else tokens.raised, border)
            if self.hasFocus():
                draw_focus_ring(painter, rect, CONTROL_RADIUS)
            shown = self.currentText() or self.placeholderText()
            ink = tokens.text if enabled and self.currentText() else tokens.text3
            x, top = 10.0, rect.center().y() - side / 2
            if self._icon:
                draw_icon(painter, self._icon, QRectF(x, top, side, side), tokens.text2)
                x += side + 6
            words = QRectF(x, 0, rect.width() - x - side - 18, rect.height())
            draw_text(painter, words, shown, theme().font(self._role), ink)
            arrow = QRectF(rect.right() - 10 - side, top, side, side)
            draw_icon(painter, "chevron-down", arrow, tokens.text3)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a panel must not change a setting under the pointer
