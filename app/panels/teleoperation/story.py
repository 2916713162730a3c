"""The card “What happened”: the story of a stop, with times."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.icons import STATE_ICONS, draw_icon
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.painting import (
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.text import STATE_TONES
from lerobot_core.workers.protocol import Happened

_ROW = 27
_WRAPS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignVCenter)


class StoryCard(Card):
    """Shows the last lines that fit, the newest at the bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.set_title(self.tr("What happened"))
        self._lines = _Lines()
        self.body.addWidget(self._lines, 1)

    def show_story(self, story: Sequence[Happened]) -> None:
        self._lines.show_story(story)


class _Lines(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._story: tuple[Happened, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow_theme(self)

    def show_story(self, story: Sequence[Happened]) -> None:
        if tuple(story) != self._story:
            self._story = tuple(story)
            texts = (f"{_clock(line.time_s)} {line.text}" for line in self._story)
            self.setAccessibleName("; ".join(texts))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, theme().px(_ROW * 6))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, theme().px(_ROW * 3))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        tokens, height = theme().tokens, theme().px(_ROW)
        times = text_width("00:00:00.000", theme().font(Role.MONO)) + 14
        head = QRectF(0, 0, self.width(), height)
        draw_text(painter, head, self.tr("Time"), theme().font(Role.COLUMN), tokens.text3)
        place = head.adjusted(times, 0, 0, 0)
        draw_text(painter, place, self.tr("Event"), theme().font(Role.COLUMN), tokens.text3)
        top = float(height)
        for line in self._fitting(self.width() - times):
            painter.fillRect(QRectF(0, top, self.width(), 1), QColor(tokens.line))
            row = QRectF(0, top, self.width(), height)
            draw_text(painter, row, _clock(line.time_s), theme().font(Role.MONO), tokens.text2)
            side = theme().px(14)
            spot = QRectF(times, top + (height - side) / 2, side, side)
            colour = tokens.of(STATE_TONES[line.severity])
            draw_icon(painter, STATE_ICONS[line.severity], spot, colour)
            high = self._height_of(line, self.width() - times)
            words = QRectF(times + side + 6, top, self.width() - times - side - 6, high)
            painter.setFont(theme().font(Role.SMALL))
            painter.setPen(QColor(tokens.text))
            painter.drawText(words, _WRAPS, line.text)
            top += high
        painter.end()

    def _fitting(self, width: float) -> list[Happened]:
        """The newest lines that there is room for, at least one."""
        room = float(self.height() - theme().px(_ROW))
        lines: list[Happened] = []
        for line in reversed(self._story):
            room -= self._height_of(line, width)
            if room < 0 and lines:
                break
            lines.insert(0, line)
        return lines

    def _height_of(self, line: Happened, width: float) -> float:
        """One row, or more for a text that has to wrap."""
        room = QRectF(0, 0, width - theme().px(14) - 6, 10_000)
        metrics = QFontMetricsF(theme().font(Role.SMALL))
        wanted = metrics.boundingRect(room, _WRAPS, line.text).height() + 8
        return max(float(theme().px(_ROW)), wanted)


def _clock(time_s: float) -> str:
    """A time of day with milliseconds: “14:02:31.204”."""
    whole = int(time_s)
    return f"{time.strftime('%H:%M:%S', time.localtime(whole))}.{int(1000 * (time_s - whole)):03d}"
