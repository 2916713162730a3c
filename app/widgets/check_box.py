"""Check box for settings that are on or off."""

from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import PILL_RADIUS, Role
from app.widgets.painting import (
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)


class CheckBox(QCheckBox):
    def __init__(self, text: str, *, name: str, checked: bool = False) -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setChecked(checked)
        follow_theme(self)

    def sizeHint(self) -> QSize:
        width = theme().px(16) + 8 + text_width(self.text(), theme().font(Role.BODY)) + 6
        return QSize(round(width), theme().px(24))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, side = theme().tokens, theme().px(16)
            box = QRectF(2, (self.height() - side) / 2, side, side)
            if self.isChecked():
                ground = tokens.accent if self.isEnabled() else tokens.edge
                draw_box(painter, box, PILL_RADIUS, ground)
                draw_icon(painter, "check", box.adjusted(1, 1, -1, -1), tokens.on_accent)
            else:
                draw_box(painter, box, PILL_RADIUS, None, tokens.edge)
            if self.hasFocus():
                draw_focus_ring(painter, box.adjusted(-2, -2, 2, 2), PILL_RADIUS + 1)
            words = QRectF(box.right() + 8, 0, self.width() - box.right() - 8, self.height())
            ink = tokens.text if self.isEnabled() else tokens.text3
            draw_text(painter, words, self.text(), theme().font(Role.BODY), ink)
