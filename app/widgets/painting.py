"""Strokes that several painted parts share: rounded boxes, focus rings, elided text, key caps."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import PILL_RADIUS, Role

KEY_CAP_HEIGHT = 18
_KEY_CAP_PADDING = 6

# What a key is called on its cap, where Qt's name for it is long.
_KEY_NAMES = {"Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "Return": "Enter"}

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def follow_theme(widget: QWidget) -> None:
    """Measure and paint a widget again whenever the theme or the text size changes."""
    theme().changed.connect(widget.updateGeometry)
    theme().changed.connect(widget.update)


def smooth_painter(widget: QWidget) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def draw_box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: str | None,
    border: str | QColor | None = None,
    width: float = 1,
) -> None:
    """Fill a rounded box; the border lies inside ``rect`` so that lines stay sharp."""
    inset = width / 2 if border is not None else 0
    painter.setPen(QPen(QColor(border), width) if border is not None else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def draw_focus_ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    draw_box(painter, rect, radius, None, theme().tokens.focus, 2)


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: str | QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Paint one line of text, ended by “…” where the space ends."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    # Half a pixel of slack: a text measured for exactly this width must not lose a letter.
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
    painter.drawText(rect, align | Qt.TextFlag.TextDontClip, shown)


def text_width(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def key_name(key: str) -> str:
    """The text on the cap of a key given as Qt's portable text."""
    return _KEY_NAMES.get(key, key)


def key_cap_width(key: str) -> float:
    cap = text_width(key_name(key), theme().font(Role.COLUMN)) + 2 * _KEY_CAP_PADDING
    return max(cap, theme().px(KEY_CAP_HEIGHT))


def draw_key_cap(painter: QPainter, right: float, middle: float, key: str, colour: str) -> None:
    """Paint a key cap that ends at ``right`` and is centred on ``middle``."""
    width, height = key_cap_width(key), theme().px(KEY_CAP_HEIGHT)
    rect = QRectF(right - width, middle - height / 2, width, height)
    border = QColor(colour)
    border.setAlphaF(0.45)
    draw_box(painter, rect, PILL_RADIUS, None, border)
    draw_text(painter, rect, key_name(key), theme().font(Role.COLUMN), colour, CENTRE)


def draw_dot(painter: QPainter, centre: QPointF, diameter: float, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(centre, diameter / 2, diameter / 2)


def draw_groove(
    painter: QPainter,
    rect: QRectF,
    fraction: float,
    tone: Tone,
    tick: float | None = None,
) -> None:
    """Paint a bar: the groove, the filled part, and a 2 px tick. Fractions are 0 to 1."""
    tokens, radius = theme().tokens, rect.height() / 2
    draw_box(painter, rect, radius, tokens.hover)
    if fraction > 0:
        width = max(min(fraction, 1.0) * rect.width(), rect.height())
        filled = QRectF(rect.left(), rect.top(), width, rect.height())
        draw_box(painter, filled, radius, tokens.of(tone))
    if tick is not None:
        x = rect.left() + min(max(tick, 0.0), 1.0) * rect.width()
        mark = QRectF(round(x) - 1, round(rect.top()) - 3, 2, rect.height() + 6)
        painter.fillRect(mark, QColor(tokens.text))


def draw_icon_text(
    painter: QPainter, rect: QRectF, icon: str, text: str, font: QFont, colour: str, ink: str
) -> None:
    """Paint an icon in ``colour`` and, 6 px beside it, text in ``ink``, from the left edge."""
    side = theme().px(14)
    draw_icon(painter, icon, QRectF(rect.left(), rect.center().y() - side / 2, side, side), colour)
    draw_text(painter, rect.adjusted(side + 6, 0, 0, 0), text, font, ink)
