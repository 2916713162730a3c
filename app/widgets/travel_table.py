"""The sweep's table: one row a joint, with its travel as a bar, live.

Painted by hand, as the joint table is: a view with a model costs several times as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.joint_table import NOTHING
from app.widgets.painting import (
    LEFT,
    RIGHT,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.repaint import CalmRepaint
from app.widgets.ringed import ENTER_KEYS, RingedWidget
from app.widgets.travel_bar import ENCODER_TICKS, Span, Travel, draw_travel
from app.widgets.travel_columns import TravelColumns, bar_rect

_HEAD, _TALL_ROW, _DENSE_ROW = 30, 72, 26
_MANY_JOINTS = 8  # from here on rows are dense by themselves

_TONE_ICONS = {
    Tone.OK: "check-circle",
    Tone.WARN: "alert",
    Tone.BAD: "close-octagon",
    Tone.ACCENT: "progress-clock",
    Tone.NEUTRAL: "circle-outline",
}
_CHOOSE_KEYS = ENTER_KEYS | {Qt.Key.Key_Space}
_MOVE_KEYS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End})


@dataclass(frozen=True)
class TravelRow:
    """One joint. The word says in words what the tone says in colour."""

    joint: str
    label: str
    travel: Travel = field(default_factory=Travel)
    travel_deg: float | None = None
    tone: Tone = Tone.NEUTRAL
    word: str = ""
    origin: float = 0.0  # reading that stands at the scale's 0


def number_text(value: float | None) -> str:
    """“−14”, or “—” for nothing; with the real minus sign."""
    return NOTHING if value is None else f"{round(value)}".replace("-", "−")


class TravelTable(RingedWidget):
    """Arrows move between joints; Enter or a click chooses one."""

    chosen = Signal(str)

    def __init__(self, scale: Span = ENCODER_TICKS) -> None:
        super().__init__(_MOVE_KEYS | _CHOOSE_KEYS)
        self._rows: tuple[TravelRow, ...] = ()
        self._scale = scale
        self._active: str | None = None
        self._cursor = 0
        self._widest_word = ""
        self._repaint = CalmRepaint(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Travel of the joints"))
        # It paints the card's ground itself, so that the card is not painted ten times a second.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow_theme(self)

    def show_rows(self, rows: Sequence[TravelRow]) -> None:
        """Take the newest readings; painted within a tenth of a second."""
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = tuple(rows)
        self._cursor = min(self._cursor, max(len(self._rows) - 1, 0))
        # The words' column only grows, so that the bars beside it stand still.
        self._widest_word = _widest((self._widest_word, *(row.word for row in rows)))
        self._describe()
        self._repaint.plan()

    def set_scale(self, scale: Span) -> None:
        """What the bars reach from and to, in the unit of the readings."""
        self._scale = scale
        self.update()

    def reserve_word(self, longest: str) -> None:
        """Keep room for the longest word there can be."""
        self._widest_word = _widest((self._widest_word, longest))
        self.update()

    def set_active(self, joint: str | None) -> None:
        """Tint the row of the joint that moves, or that was chosen."""
        if joint != self._active:
            self._active = joint
            self.update()

    @property
    def row_height(self) -> float:
        return self._row_height()

    def cell_texts(self, joint: str) -> list[str]:
        """What a row says: label, least, most, now, travel, word. KeyError: no such joint."""
        for row in self._rows:
            if row.joint == joint:
                travel = row.travel
                numbers = [number_text(value) for value in (travel.low, travel.high, travel.now)]
                return [row.label, *numbers, _degrees(row.travel_deg), row.word]
        raise KeyError(joint)

    def place_of(self, joint: str) -> QRectF:
        """Where a row is painted. Raises KeyError for a joint that is not shown."""
        for number, row in enumerate(self._rows):
            if row.joint == joint:
                return self._row_rect(number)
        raise KeyError(joint)

    def bar_of(self, joint: str) -> QRectF:
        """Where a row's bar is painted."""
        return bar_rect(self.place_of(joint), self._columns(self.width()).bar)

    def sizeHint(self) -> QSize:
        high = _DENSE_ROW if len(self._rows) >= _MANY_JOINTS else _TALL_ROW
        return QSize(740, theme().px(_HEAD + max(len(self._rows), 1) * high))

    def minimumSizeHint(self) -> QSize:
        columns = self._columns(0)
        width = round(columns.least_width)
        return QSize(width, theme().px(_HEAD + max(len(self._rows), 1) * _DENSE_ROW))

    def _columns(self, width: float) -> TravelColumns:
        return TravelColumns(width, self._widest_label(), self._widest_word, self.tr("Travel"))

    def _widest_label(self) -> str:
        return _widest([row.label for row in self._rows])

    def _row_height(self) -> float:
        room = (self.height() - theme().px(_HEAD)) / max(len(self._rows), 1)
        return min(max(room, theme().px(_DENSE_ROW)), theme().px(_TALL_ROW))

    def _row_rect(self, number: int) -> QRectF:
        high = self._row_height()
        return QRectF(0, theme().px(_HEAD) + number * high, self.width(), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = self._columns(self.width())
        with smooth_painter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme().tokens.surface))
            self._paint_head(painter, columns)
            for number, row in enumerate(self._rows):
                rect = self._row_rect(number)
                self._paint_row(painter, columns, row, rect)
                if self.has_keyboard_focus and number == self._cursor:
                    draw_focus_ring(painter, rect.adjusted(0, 1, 0, 0), 4)

    def _paint_head(self, painter: QPainter, columns: TravelColumns) -> None:
        font, height = theme().font(Role.COLUMN), theme().px(_HEAD)
        over_bar = self.tr("Travel found, dashed outline: expected for this model")
        if text_width(over_bar, font) > columns.bar[1] - columns.bar[0]:
            over_bar = self.tr("Found")
        heads = [
            (columns.label, self.tr("Joint"), LEFT),
            (columns.low, self.tr("Min"), RIGHT),
            (columns.bar, over_bar, LEFT),
            (columns.high, self.tr("Max"), RIGHT),
            (columns.travel, self.tr("Travel"), RIGHT),
        ]
        if columns.has_now:
            heads.append((columns.now, self.tr("Now"), RIGHT))
        for (left, right), text, align in heads:
            rect = QRectF(left, 0, right - left, height)
            draw_text(painter, rect, text, font, theme().tokens.text3, align)

    def _paint_row(
        self, painter: QPainter, columns: TravelColumns, row: TravelRow, rect: QRectF
    ) -> None:
        tokens, body = theme().tokens, theme().font(Role.BODY)
        is_active = row.joint == self._active
        if is_active:
            painter.fillRect(rect, QColor(tokens.accent_tint))
            painter.fillRect(QRectF(0, rect.top(), 3, rect.height()), QColor(tokens.accent))
        painter.fillRect(QRectF(0, round(rect.top()), rect.width(), 1), QColor(tokens.line))
        label, low, high, now, travel, word = self.cell_texts(row.joint)
        name = theme().font(Role.HEADING) if is_active else body
        cells = [
            (columns.label, label, name, LEFT),
            (columns.low, low, body, RIGHT),
            (columns.high, high, body, RIGHT),
            (columns.travel, travel, body, RIGHT),
        ]
        if columns.has_now:
            cells.append((columns.now, now, body, RIGHT))
        for (left, right), text, font, align in cells:
            place = QRectF(left, rect.top(), right - left, rect.height())
            draw_text(painter, place, text, font, tokens.text, align)
        groove = tokens.raised if is_active else ""
        bar = bar_rect(rect, columns.bar)
        scale = self._scale[0] + row.origin, self._scale[1] + row.origin
        draw_travel(painter, bar, row.travel, scale, row.tone, ground=groove)
        self._paint_word(painter, columns.word, rect, word, row.tone)

    def _paint_word(
        self, painter: QPainter, span: Span, rect: QRectF, word: str, tone: Tone
    ) -> None:
        if not word:
            return
        tokens, side = theme().tokens, theme().px(14)
        ink = tokens.text3 if tone is Tone.NEUTRAL else tokens.of(tone)
        spot = QRectF(span[0], rect.center().y() - side / 2, side, side)
        icon = _TONE_ICONS.get(tone, "circle-outline")
        draw_icon(painter, icon, spot, ink)
        left = span[0] + side + 6
        place = QRectF(left, rect.top(), span[1] - left, rect.height())
        draw_text(painter, place, word, theme().font(Role.SMALL), ink)

    def _describe(self) -> None:
        if self._rows:
            texts = self.cell_texts(self._rows[self._cursor].joint)
            self.setAccessibleDescription(", ".join(text for text in texts if text))

    def _choose(self, number: int) -> None:
        self._cursor = number
        self._describe()
        self.update()
        self.chosen.emit(self._rows[number].joint)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        position = QPointF(event.position())
        for number in range(len(self._rows)):
            is_here = self._row_rect(number).contains(position)
            if is_here and event.button() is Qt.MouseButton.LeftButton:
                self._choose(number)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Home: -self._cursor,
            Qt.Key.Key_End: len(self._rows) - 1 - self._cursor,
        }
        key = Qt.Key(event.key())
        if not self._rows:
            super().keyPressEvent(event)
        elif key in steps:
            self.ring_from_now_on()
            self._cursor = min(max(self._cursor + steps[key], 0), len(self._rows) - 1)
            self._describe()
            self.update()
        elif key in _CHOOSE_KEYS:
            if not event.isAutoRepeat():
                self._choose(self._cursor)
        else:
            super().keyPressEvent(event)


def _widest(texts: Sequence[str]) -> str:
    heading = theme().font(Role.HEADING)
    return max(texts, key=lambda text: text_width(text, heading), default="")


def _degrees(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0f}°"
