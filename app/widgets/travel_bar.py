"""The calibration bar: travel expected, travel found, and where the joint is now."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import SEGMENT_RADIUS
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.repaint import CalmRepaint

Span = tuple[float, float]

BAR_HEIGHT = 18
ENCODER_TICKS = (0.0, 4095.0)
_OUTLINE_PX, _TICK_PX = 4, 6  # by how much they stand out above and below
_LEAST_WIDTH = 3.0  # of the travel found: a joint that has not moved yet is seen as well


@dataclass(frozen=True)
class Travel:
    """How far one joint went, in the unit of the scale; None: nothing was read yet."""

    low: float | None = None
    high: float | None = None
    now: float | None = None
    expected: Span | None = None  # of this model


class TravelBar(QWidget):
    """One bar, 18 high, over a scale of one's own."""

    def __init__(self, scale: Span = ENCODER_TICKS, label: str = "") -> None:
        super().__init__()
        self._scale = scale
        self._travel, self._tone = Travel(), Tone.NEUTRAL
        self._repaint = CalmRepaint(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(label)
        follow_theme(self)

    def show_travel(
        self,
        low: float | None,
        high: float | None,
        now: float | None,
        expected: Span | None = None,
        tone: Tone = Tone.ACCENT,
    ) -> None:
        """Painted within a tenth of a second."""
        self._travel, self._tone = Travel(low, high, now, expected), tone
        if low is not None and high is not None:
            self.setAccessibleDescription(self.tr("{0:.0f} to {1:.0f}").format(low, high))
        self._repaint.plan()

    def sizeHint(self) -> QSize:
        return QSize(180, theme().px(BAR_HEIGHT) + 2 * _TICK_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        height = theme().px(BAR_HEIGHT)
        rect = QRectF(0, (self.height() - height) / 2, self.width(), height)
        with smooth_painter(self) as painter:
            draw_travel(painter, rect, self._travel, self._scale, self._tone)


def draw_travel(
    painter: QPainter, rect: QRectF, travel: Travel, scale: Span, tone: Tone, *, ground: str = ""
) -> None:
    """Paint a bar into ``rect``. ``ground``: the groove's colour where it lies on a tint."""
    tokens = theme().tokens
    draw_box(painter, rect, SEGMENT_RADIUS, ground or tokens.hover)
    if travel.low is not None and travel.high is not None:
        found = _stretch(rect, scale, travel.low, travel.high, _LEAST_WIDTH)
        draw_box(
            painter, found, SEGMENT_RADIUS, tokens.edge if tone is Tone.NEUTRAL else tokens.of(tone)
        )
    if travel.expected is not None:
        outline = _stretch(rect, scale, *travel.expected, _LEAST_WIDTH)
        pen = QPen(QColor(tokens.text3), 1)
        pen.setDashPattern([4, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        room = min(_OUTLINE_PX, rect.height() / 4)
        box = outline.toAlignedRect().adjusted(0, -round(room), -1, round(room) - 1)
        painter.drawRoundedRect(QRectF(box).translated(0.5, 0.5), 6, 6)
    if travel.now is not None:
        x = round(_at(rect, scale, travel.now))
        room = min(_TICK_PX, rect.height() / 3)  # in dense rows ticks must not meet
        mark = QRectF(x - 1, rect.top() - room, 3, rect.height() + 2 * room)
        # A hem of the card's colour sets the tick off from a bar of any colour.
        painter.fillRect(mark.adjusted(-1, 0, 1, 0), QColor(tokens.surface))
        painter.fillRect(mark, QColor(tokens.text))


def _at(rect: QRectF, scale: Span, value: float) -> float:
    share = (value - scale[0]) / (scale[1] - scale[0])
    return rect.left() + min(max(share, 0.0), 1.0) * rect.width()


def _stretch(rect: QRectF, scale: Span, low: float, high: float, least: float) -> QRectF:
    left, right = _at(rect, scale, low), _at(rect, scale, high)
    if right - left < least:
        middle = min(max((left + right) / 2, rect.left() + least / 2), rect.right() - least / 2)
        left, right = middle - least / 2, middle + least / 2
    return QRectF(left, rect.top(), right - left, rect.height())
