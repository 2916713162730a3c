"""The joints of an arm that is given its ids: which is done, which is waited for. Painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.painting import (
    LEFT,
    draw_focus_ring,
    draw_icon_text,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.ringed import RingedWidget

_HEAD, _ROW = 26, 28
_PADDING, _ID_WIDTH, _ICON = 8, 34, 14
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True)
class IdRow:
    joint: str
    servo_id: int
    label: str
    word: str
    tone: Tone
    icon: str


class IdsTable(RingedWidget):
    """Arrows move between joints; Space or a double click chooses one to do next.

    Enter is left to the panel: it writes the id.
    """

    chosen = Signal(str)  # joint

    def __init__(self) -> None:
        super().__init__(frozenset({*_MOVES, Qt.Key.Key_Space}))
        self._rows: tuple[IdRow, ...] = ()
        self._wanted = ""
        self._cursor = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Joints and their ids"))
        self.setToolTip(self.tr("Double click a joint to do it next"))
        follow_theme(self)

    def show_rows(self, rows: Sequence[IdRow], wanted: str) -> None:
        """``wanted``: the joint whose servo is to be plugged in; empty: none."""
        if (tuple(rows), wanted) == (self._rows, self._wanted):
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        if wanted != self._wanted:
            joints = [row.joint for row in rows]
            self._cursor = joints.index(wanted) if wanted in joints else 0
        self._rows, self._wanted = tuple(rows), wanted
        said = (f"{row.servo_id} {row.label}: {row.word}" for row in rows)
        self.setAccessibleDescription("; ".join(said))
        self.update()

    @property
    def texts(self) -> list[str]:
        """What the rows say."""
        return [f"{row.servo_id} {row.label} {row.word}" for row in self._rows]

    def place_of(self, joint: str) -> QRectF:
        """Where a row is painted. Raises KeyError for a joint that is not shown."""
        for number, row in enumerate(self._rows):
            if row.joint == joint:
                return self._place(number)
        raise KeyError(joint)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(262), theme().px(_HEAD + max(len(self._rows), 1) * _ROW))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _place(self, number: int) -> QRectF:
        height = theme().px(_ROW)
        return QRectF(0, theme().px(_HEAD) + number * height, self.width(), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, font = theme().tokens, theme().font(Role.COLUMN)
            head = QRectF(_PADDING, 0, self.width(), theme().px(_HEAD))
            draw_text(painter, head, self.tr("Id"), font, tokens.text3)
            head.setLeft(_PADDING + theme().px(_ID_WIDTH))
            draw_text(painter, head, self.tr("Joint"), font, tokens.text3)
            line = QRectF(0, theme().px(_HEAD) - 1, self.width(), 1)
            painter.fillRect(line, QColor(tokens.line))
            status_left = self._status_left()
            for number, row in enumerate(self._rows):
                self._paint_row(painter, self._place(number), row, status_left)
            if self.has_keyboard_focus and self._rows:
                draw_focus_ring(painter, self._place(self._cursor), 4)

    def _status_left(self) -> float:
        font = theme().font(Role.SMALL)
        widest = max((text_width(row.word, font) for row in self._rows), default=0.0)
        return self.width() - widest - theme().px(_ICON) - 6 - _PADDING

    def _paint_row(self, painter: QPainter, rect: QRectF, row: IdRow, status_left: float) -> None:
        tokens, is_wanted = theme().tokens, row.joint == self._wanted
        if is_wanted:
            painter.fillRect(rect, QColor(tokens.accent_tint))
            bar = QRectF(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, QColor(tokens.accent))
        bottom = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
        painter.fillRect(bottom, QColor(tokens.line))
        heading, body = theme().font(Role.HEADING), theme().font(Role.BODY)
        left = rect.adjusted(_PADDING + 2, 0, 0, 0)
        draw_text(painter, left, str(row.servo_id), heading, tokens.text, LEFT)
        name = QRectF(rect)
        name.setLeft(_PADDING + theme().px(_ID_WIDTH))
        name.setRight(status_left - 8)
        draw_text(painter, name, row.label, heading if is_wanted else body, tokens.text, LEFT)
        status = QRectF(rect)
        status.setLeft(status_left)
        colour = tokens.of(row.tone)
        small = theme().font(Role.SMALL)
        draw_icon_text(painter, status, row.icon, row.word, small, colour, colour)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._row_at(event)
        if place is not None:
            self._cursor = place
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._row_at(event)
        if place is not None:
            self.chosen.emit(self._rows[place].joint)

    def _row_at(self, event: QMouseEvent) -> int | None:
        for number in range(len(self._rows)):
            if self._place(number).contains(event.position()):
                return number
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.ring_from_now_on()
        key = Qt.Key(event.key())
        if key in _MOVES and self._rows:
            self._cursor = min(max(self._cursor + _MOVES[key], 0), len(self._rows) - 1)
            self.update()
        elif key == Qt.Key.Key_Space and self._rows:
            if not event.isAutoRepeat():
                self.chosen.emit(self._rows[self._cursor].joint)
        else:
            super().keyPressEvent(event)
