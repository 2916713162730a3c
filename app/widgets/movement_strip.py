"""Whether an arm moves: its name, a word, and the last seconds as small bars."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.painting import (
    draw_box,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.repaint import CalmRepaint

BAR_COUNT = 34
_HEAD, _BARS, _GAP = 20, 34, 6
_STILL_PX = 3.0
_TONE_ICONS = {Tone.ACCENT: "progress-clock", Tone.OK: "check-circle", Tone.BAD: "close-octagon"}


class MovementStrip(QWidget):
    """The newest bar is at the right; a still arm is a dotted line."""

    def __init__(self, name: str = "", *, bars_px: int = _BARS) -> None:
        super().__init__()
        self._bars_height = bars_px
        self._name, self._word, self._tone = name, "", Tone.NEUTRAL
        self._shares: tuple[float, ...] = ()
        self._repaint = CalmRepaint(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        follow_theme(self)

    def set_name(self, name: str) -> None:
        self._name = name
        self._describe()
        self.update()

    def show_movement(self, shares: Sequence[float], word: str, tone: Tone = Tone.NEUTRAL) -> None:
        """``shares``: how much it moved, 0 to 1, oldest first. Painted within a tenth of a second.

        A neutral tone means that it stands still; then the word has no icon.
        """
        self._shares = tuple(min(max(share, 0.0), 1.0) for share in shares[-BAR_COUNT:])
        self._word, self._tone = word, tone
        self._describe()
        self._repaint.plan()

    def sizeHint(self) -> QSize:
        return QSize(206, theme().px(_HEAD + self._bars_height) + _GAP)

    def minimumSizeHint(self) -> QSize:
        name, word = theme().font(Role.HEADING), theme().font(Role.SMALL)
        width = text_width(self._name, name) + text_width(self._word, word) + theme().px(14) + 18
        return QSize(round(width), self.sizeHint().height())

    def _describe(self) -> None:
        self.setAccessibleName(", ".join(part for part in (self._name, self._word) if part))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, head = theme().tokens, theme().px(_HEAD)
        with smooth_painter(self) as painter:
            font = theme().font(Role.SMALL)
            ink = tokens.text3 if self._tone is Tone.NEUTRAL else tokens.of(self._tone)
            left = self.width() - text_width(self._word, font)
            draw_text(painter, QRectF(left, 0, self.width() - left, head), self._word, font, ink)
            if icon := _TONE_ICONS.get(self._tone, ""):
                side = theme().px(14)
                left -= side + 6
                draw_icon(painter, icon, QRectF(left, (head - side) / 2, side, side), ink)
            name = QRectF(0, 0, left - 8, head)
            draw_text(painter, name, self._name, theme().font(Role.HEADING), tokens.text)
            pitch = self.width() / BAR_COUNT
            bottom = self.height() - 1.0
            # Newest at the right; what was not measured yet counts as still.
            shares = (0.0,) * (BAR_COUNT - len(self._shares)) + self._shares
            for number, share in enumerate(shares):
                height = max(share * theme().px(self._bars_height), _STILL_PX)
                bar = QRectF(number * pitch, bottom - height, pitch * 0.72, height)
                is_still = height <= _STILL_PX
                draw_box(painter, bar, 1, tokens.edge if is_still else tokens.accent)
            if not self._shares:
                painter.fillRect(QRectF(0, bottom, self.width(), 1), QColor(tokens.line))
