"""How the nodes of a chain and the links between them are painted."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPen,
)

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tokens
from app.theme.type_scale import Role
from app.widgets.chain_node import ChainNode, NodeState
from app.widgets.painting import (
    CENTRE,
    draw_box,
    draw_text,
)

RADIUS = 8
TITLE_HEIGHT, NAME_HEIGHT, LINE_HEIGHT = 28, 18, 18
ABOVE, BELOW = 10, 8

_ICONS = {
    NodeState.OK: "check-circle",
    NodeState.WARN: "alert",
    NodeState.WRONG: "close-octagon",
    NodeState.BAD: "close-octagon",
    NodeState.UNREACHED: "circle-outline",
    NodeState.TODO: "circle-outline",
}


def draw_node(painter: QPainter, node: ChainNode, place: QRectF, *, is_selected: bool) -> None:
    """The box with what it says."""
    tokens = theme().tokens
    ground, border, colour = _node_colours(node.state, tokens)
    is_beyond = node.state in (NodeState.UNREACHED, NodeState.TODO)
    draw_box(painter, place, RADIUS, ground)
    pen = QPen(QColor(border), 1.5 if node.state is NodeState.BAD else 1)
    if is_beyond:
        pen.setStyle(Qt.PenStyle.DashLine)
    if is_selected:
        pen = QPen(QColor(tokens.accent), 2)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(0.75, 0.75, -0.75, -0.75), RADIUS, RADIUS)
    side = theme().px(14)
    spot = QRectF(place.right() - side - 6, place.top() + 6, side, side)
    draw_icon(painter, _ICONS[node.state], spot, colour)
    quiet = tokens.text3 if is_beyond else tokens.text
    _write(painter, node, place, quiet, tokens.text3 if is_beyond else colour)


def _write(painter: QPainter, node: ChainNode, place: QRectF, ink: str, word_ink: str) -> None:
    tokens = theme().tokens
    title = Role.TITLE if len(node.title) <= 2 else Role.ACTION
    rows = [(node.title, theme().font(title), ink, TITLE_HEIGHT)]
    small = theme().font(Role.SMALL)
    name = small if ink == tokens.text3 else name_font()
    rows.append((node.name, name, ink, NAME_HEIGHT))
    if node.word:
        rows.append((node.word, small, word_ink, LINE_HEIGHT))
    for number, line in enumerate(node.lines):
        # On a tint the faint ink of hints would be too weak.
        faint = number == 0 and len(node.lines) > 1 and node.state is NodeState.OK
        rows.append((line, small, tokens.text3 if faint else tokens.text2, LINE_HEIGHT))
    top = place.top() + ABOVE
    for text, font, colour, height in rows:
        line_box = QRectF(place.left() + 3, top, place.width() - 6, theme().px(height))
        draw_text(painter, line_box, text, font, colour, CENTRE)
        top += theme().px(height)


def name_font() -> QFont:
    """Small, so that seven nodes stand in one row, yet the weight of a heading."""
    font = QFont(theme().font(Role.SMALL))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def reports_of(node: ChainNode) -> list[str]:
    return [node.word, *node.lines] if node.word else list(node.lines)


def _node_colours(state: NodeState, tokens: Tokens) -> tuple[str | None, str, str]:
    """Ground, border and the colour of its icon and word."""
    match state:
        case NodeState.OK:
            return tokens.raised, tokens.line, tokens.ok
        case NodeState.WARN:
            return tokens.warn_tint, tokens.warn, tokens.warn
        case NodeState.WRONG | NodeState.BAD:
            return tokens.bad_tint, tokens.bad, tokens.bad
    return None, tokens.edge, tokens.text3


def link_pen(state: NodeState, tokens: Tokens) -> QPen:
    """The line that leads to a node: solid, dotted where it is broken, dashed beyond."""
    if state in (NodeState.OK, NodeState.WARN, NodeState.WRONG):
        return QPen(QColor(tokens.ok), 3)
    pen = QPen(QColor(tokens.bad if state is NodeState.BAD else tokens.edge))
    pen.setWidthF(3 if state is NodeState.BAD else 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.2, 1.0] if state is NodeState.BAD else [3, 2])
    return pen


def draw_link(painter: QPainter, before: QRectF, after: QRectF, pen: QPen) -> None:
    """From one node to the next; to the next row by way of the gap between the rows."""
    painter.setPen(pen)
    start = QPointF(before.right(), before.center().y())
    end = QPointF(after.left(), after.center().y())
    if before.top() == after.top():
        painter.drawLine(start, end)
        return
    between = (before.bottom() + after.top()) / 2
    under, above = before.center().x(), after.center().x()
    painter.drawPolyline(
        [
            QPointF(under, before.bottom()),
            QPointF(under, between),
            QPointF(above, between),
            QPointF(above, after.top()),
        ]
    )
