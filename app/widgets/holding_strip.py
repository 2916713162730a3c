"""The amber strip under the panel title while the arm holds."""

import time

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.painting import (
    RIGHT,
    draw_box,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)


class HoldingStrip(QWidget):
    """Says that torque is on and the arm will sink when released."""

    def __init__(self) -> None:
        super().__init__()
        self._since = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{self.title}. {self.advice}")
        self.hide()
        follow_theme(self)

    @property
    def title(self) -> str:
        return self.tr("Arm stopped and holding")

    @property
    def advice(self) -> str:
        return self.tr("Torque is on. Support the arm by hand before you release it: it will sink.")

    def show_holding(self, holding: bool, since_s: float | None = None) -> None:
        """``since_s`` is the time of the stop, in seconds since the epoch."""
        if holding and self.isHidden():
            self._since = time.strftime("%H:%M:%S", time.localtime(since_s))
        self.setVisible(holding)

    def sizeHint(self) -> QSize:
        return QSize(200, theme().px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect, side = theme().tokens, QRectF(self.rect()), theme().px(16)
            draw_box(painter, rect, CONTROL_RADIUS, tokens.warn_tint, tokens.warn)
            spot = QRectF(16, rect.center().y() - side / 2, side, side)
            draw_icon(painter, "snowflake", spot, tokens.warn)
            x = 16.0 + side + 12
            title_width = text_width(self.title, theme().font(Role.HEADING))
            place = QRectF(x, 0, title_width, rect.height())
            draw_text(painter, place, self.title, theme().font(Role.HEADING), tokens.text)
            since_width = text_width("00:00:00", theme().font(Role.SMALL))
            since = QRectF(rect.width() - 16 - since_width, 0, since_width, rect.height())
            draw_text(painter, since, self._since, theme().font(Role.SMALL), tokens.text2, RIGHT)
            x += title_width + 12
            advice = QRectF(x, 0, since.left() - 12 - x, rect.height())
            draw_text(painter, advice, self.advice, theme().font(Role.BODY), tokens.text2)
