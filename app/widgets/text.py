"""Texts, status words and separators."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.theme.icons import STATE_ICONS
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.painting import (
    draw_icon_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from lerobot_core.workers.protocol import DeviceState

STATE_TONES = {
    DeviceState.OK: Tone.OK,
    DeviceState.WARN: Tone.WARN,
    DeviceState.BAD: Tone.BAD,
    DeviceState.NONE: Tone.NEUTRAL,
    DeviceState.WORKING: Tone.ACCENT,
}


class Text(QLabel):
    """A label in one of the roles of the look. Plain text only: names come from files."""

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY,
        *,
        tone: Tone | None = None,
        wraps: bool = False,
        elides: bool = False,
        right: bool = False,
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", str(role))
        self.setWordWrap(wraps)
        self._elides = elides
        self._reserved = ""
        if elides:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if right:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if tone is not None:
            self.set_tone(tone)
        theme().changed.connect(self._reserve)

    def set_tone(self, tone: Tone | None) -> None:
        """Colour it by a status, or (None) by its role again."""
        wanted = "" if tone is None else str(tone)
        if (self.property("tone") or "") == wanted:
            return
        self.setProperty("tone", wanted)
        self.style().unpolish(self)
        self.style().polish(self)

    def reserve(self, longest: str) -> None:
        """Keep the width of the longest value, so that live numbers do not jump about."""
        self._reserved = longest
        self._reserve()

    def _reserve(self) -> None:
        if self._reserved:
            self.ensurePolished()
            self.setMinimumWidth(round(QFontMetrics(self.font()).horizontalAdvance(self._reserved)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elides:
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            metrics = QFontMetrics(self.font())
            shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), self.alignment(), shown)


class StatusText(QWidget):
    """A status: icon, word and colour together; ``quiet`` leaves the word in neutral text."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = Tone.NEUTRAL,
        icon: str = "circle-outline",
        role: Role = Role.SMALL,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self._text, self._tone, self._icon, self._role = text, tone, icon, role
        self._quiet = quiet
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        follow_theme(self)

    @property
    def text(self) -> str:
        return self._text

    def show_status(self, text: str, tone: Tone, icon: str) -> None:
        if (text, tone, icon) == (self._text, self._tone, self._icon):
            return
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def show_state(self, state: DeviceState, text: str) -> None:
        self.show_status(text, STATE_TONES[state], STATE_ICONS[state])

    def sizeHint(self) -> QSize:
        width = theme().px(14) + 6 + text_width(self._text, theme().font(self._role))
        return QSize(round(width) + 2, theme().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        with smooth_painter(self) as painter:
            tokens, font = theme().tokens, theme().font(self._role)
            colour = tokens.of(self._tone)
            neutral = tokens.text if self._role is Role.HEADING else tokens.text2
            ink = neutral if self._quiet else colour
            draw_icon_text(painter, QRectF(self.rect()), self._icon, self._text, font, colour, ink)


class Separator(QFrame):
    """A line of one pixel, across or (``upright``) from top to bottom."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        follow_theme(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().tokens.line)
