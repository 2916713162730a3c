"""The joint table: leader, goal, position, gap, load and temperature of every joint, live.

Painted by hand: a view with a model costs several times as much at ten repaints a second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.joint_columns import Columns, Span
from app.widgets.painting import (
    LEFT,
    RIGHT,
    draw_box,
    draw_dot,
    draw_groove,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from lerobot_core.workers.protocol import JointRow

NOTHING = "—"
_REPAINT_MS = 100  # text that changes faster than ten times a second cannot be read
_HEAD, _LIVE_ROW, _DENSE_ROW = 27, 36, 26
_LEAST_ROW = 20  # before the panel scrolls
_BARS_FROM = 560  # width divided by the text scale; below it there are numbers only
_AMBER_FROM = 0.8  # of a limit
_HOT_C, _TOO_HOT_C = 55.0, 65.0  # STS3215: the servo protects itself at 70 °C
_DOT_AND_GAP = 14


@dataclass(frozen=True)
class JointLook:
    """How one joint is shown. ``key`` is its name without “.pos”."""

    key: str
    label: str
    is_percent: bool = False  # a gripper; otherwise degrees
    gap_limit: float = 10.0  # units between goal and position that fill the bar


def reading_text(value: float | None, *, is_percent: bool, signed: bool = False) -> str:
    """“−14.2°”, “43.0 %”, or “—” for nothing; with the real minus sign."""
    if value is None:
        return NOTHING
    rounded = round(value, 1) + 0.0  # no “−0.0”
    number = f"{rounded:+.1f}" if signed and rounded else f"{rounded:.1f}"
    return number.replace("-", "−") + (" %" if is_percent else "°")


class JointTable(QWidget):
    """One row a joint; the colour of its dot is that of its line in the plots."""

    def __init__(self) -> None:
        super().__init__()
        self._joints: tuple[JointLook, ...] = ()
        self._rows: Mapping[str, JointRow] = {}
        self._is_dense = False
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(_REPAINT_MS)
        self._repaint.timeout.connect(self._show_now)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Joints"))
        # It paints the card's ground itself, so that the card is not painted ten times a second.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow_theme(self)

    def set_joints(self, joints: Sequence[JointLook]) -> None:
        self._joints = tuple(joints)
        self.updateGeometry()
        self.update()

    def show_rows(self, rows: Mapping[str, JointRow]) -> None:
        """Take the newest telemetry; it is painted within a tenth of a second."""
        self._rows = rows
        if not self._repaint.isActive():
            self._repaint.start()

    def set_dense(self, dense: bool) -> None:
        """Rows of 26 instead of 36, when a banner takes the room."""
        self._is_dense = dense
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = _HEAD + len(self._joints) * (_DENSE_ROW if self._is_dense else _LIVE_ROW)
        return QSize(560, theme().px(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(480, theme().px(_HEAD + len(self._joints) * _LEAST_ROW))

    def cell_texts(self, key: str) -> list[str]:
        """What a row says, for screen readers: leader, goal, position, gap, load, temperature."""
        look = next(joint for joint in self._joints if joint.key == key)
        row = self._rows.get(key, JointRow(None, None, None))
        angles = (
            reading_text(value, is_percent=look.is_percent) for value in (row.leader, row.goal)
        )
        position = reading_text(row.position, is_percent=look.is_percent)
        gap = reading_text(_gap(row), is_percent=look.is_percent, signed=True)
        silent = row.stale or row.position is None
        return [
            *angles,
            self.tr("silent") if silent and self._rows else position,
            NOTHING if row.stale else gap,
            NOTHING if row.stale else _percent(row.load_percent),
            NOTHING if row.stale else _celsius(row.celsius),
        ]

    def _show_now(self) -> None:
        if self.isVisible():
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme().tokens.surface))
            has_bars = self.width() / theme().scale >= _BARS_FROM
            columns = Columns(self.width(), self._name_width(), has_bars=has_bars)
            head = theme().px(_HEAD)
            self._paint_head(painter, columns, head)
            high = theme().px(_DENSE_ROW if self._is_dense else _LIVE_ROW)
            count = max(len(self._joints), 1)
            low = theme().px(_LEAST_ROW)
            row_height = min(high, max(low, (self.height() - head) / count))
            for number, look in enumerate(self._joints):
                top = head + number * row_height
                painter.fillRect(
                    QRectF(0, round(top), self.width(), 1), QColor(theme().tokens.line)
                )
                self._paint_row(painter, columns, look, number, top, row_height)

    def _name_width(self) -> float:
        """What the longest name needs, its dot included."""
        font = theme().font(Role.BODY)
        return _DOT_AND_GAP + max(
            (text_width(look.label, font) for look in self._joints), default=0
        )

    def _paint_head(self, painter: QPainter, columns: Columns, height: float) -> None:
        font, ink = theme().font(Role.COLUMN), theme().tokens.text3
        gap, load, over_bars = columns.gap, columns.load, RIGHT
        if columns.gap_bar and columns.load_bar:
            gap, load, over_bars = columns.gap_bar, columns.load_bar, LEFT
        heads = (
            (columns.joint, self.tr("Joint"), LEFT),
            (columns.leader, self.tr("Leader"), RIGHT),
            (columns.goal, self.tr("Goal"), RIGHT),
            (columns.position, self.tr("Position"), RIGHT),
            (gap, self.tr("Gap"), over_bars),
            (load, self.tr("Load"), over_bars),
            (columns.celsius, self.tr("Temp"), RIGHT),
        )
        for (left, right), text, align in heads:
            draw_text(painter, QRectF(left, 0, right - left, height), text, font, ink, align)

    def _paint_row(
        self,
        painter: QPainter,
        columns: Columns,
        look: JointLook,
        number: int,
        top: float,
        height: float,
    ) -> None:
        tokens, body = theme().tokens, theme().font(Role.BODY)
        row = self._rows.get(look.key)
        leader, goal, position, gap, load, celsius = self.cell_texts(look.key)
        heat = _heat(row)
        heat_ink = tokens.text if heat is None else tokens.of(heat)
        middle = top + height / 2
        series = tokens.series[number % len(tokens.series)]
        draw_dot(painter, QPointF(columns.joint[0] + 4, middle), 8, series)
        cells = (
            ((columns.joint[0] + _DOT_AND_GAP, columns.joint[1]), look.label, LEFT, tokens.text),
            (columns.leader, leader, RIGHT, tokens.text),
            (columns.goal, goal, RIGHT, tokens.text),
            (columns.gap, gap, RIGHT, tokens.text),
            (columns.load, load, RIGHT, tokens.text),
            (columns.celsius, celsius, RIGHT, heat_ink),
        )
        for (left, right), text, align, ink in cells:
            draw_text(painter, QRectF(left, top, right - left, height), text, body, ink, align)
        self._paint_position(painter, columns.position, row, position, top, height)
        if row is not None and not row.stale and columns.gap_bar and columns.load_bar:
            self._paint_bars(painter, columns.gap_bar, columns.load_bar, look, row, middle)

    def _paint_position(
        self,
        painter: QPainter,
        span: tuple[float, float],
        row: JointRow | None,
        text: str,
        top: float,
        height: float,
    ) -> None:
        tokens = theme().tokens
        silent = row is not None and (row.stale or row.position is None)
        ink = tokens.bad if silent else tokens.text
        font = theme().font(Role.HEADING if silent else Role.BODY)
        draw_text(painter, QRectF(span[0], top, span[1] - span[0], height), text, font, ink, RIGHT)
        if silent:
            side = theme().px(14)
            left = span[1] - text_width(text, font) - 6 - side
            draw_icon(
                painter,
                "close-octagon",
                QRectF(left, top + (height - side) / 2, side, side),
                tokens.bad,
            )

    def _paint_bars(
        self,
        painter: QPainter,
        gap_bar: Span,
        load_bar: Span,
        look: JointLook,
        row: JointRow,
        middle: float,
    ) -> None:
        left, right = gap_bar
        gap = _gap(row)
        if gap is not None:
            _draw_middle_bar(
                painter, QRectF(left, middle - 3, right - left, 6), gap / look.gap_limit
            )
        left, right = load_bar
        if row.load_percent is not None:
            share = abs(row.load_percent) / 100
            rect = QRectF(left, middle - 3, right - left, 6)
            draw_groove(painter, rect, share, _limit_tone(share))


def _gap(row: JointRow) -> float | None:
    """How far the follower is from where the operator wants it."""
    wanted = row.goal if row.goal is not None else row.leader
    return None if wanted is None or row.position is None else wanted - row.position


def _limit_tone(share: float) -> Tone:
    return Tone.BAD if share > 1 else Tone.WARN if share >= _AMBER_FROM else Tone.ACCENT


def _heat(row: JointRow | None) -> Tone | None:
    if row is None or row.celsius is None or row.celsius < _HOT_C:
        return None
    return Tone.BAD if row.celsius >= _TOO_HOT_C else Tone.WARN


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{abs(value):.0f} %"


def _celsius(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0f} °C"


def _draw_middle_bar(painter: QPainter, rect: QRectF, share: float) -> None:
    """A bar that grows from its middle; ``share`` is −1 to 1 of the limit."""
    tokens = theme().tokens
    draw_box(painter, rect, rect.height() / 2, tokens.hover)
    middle = rect.center().x()
    reach = min(abs(share), 1.0) * rect.width() / 2
    left = middle if share > 0 else middle - reach
    filled = QRectF(left, rect.top(), reach, rect.height())
    painter.fillRect(filled, QColor(tokens.of(_limit_tone(abs(share)))))
    painter.fillRect(
        QRectF(round(middle), rect.top() - 3, 1, rect.height() + 6), QColor(tokens.edge)
    )
