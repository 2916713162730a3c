"""A chain of servos as nodes and links: who answers, what it says, and where the line is broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tokens
from app.theme.type_scale import Role
from app.widgets.painting import (
    CENTRE,
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.repaint import CalmRepaint
from app.widgets.ringed import ENTER_KEYS, RingedWidget

_RADIUS = 8
_PADDING = 6  # between a node's border and its longest text
_LEAST_WIDTH = 91
_LEAST_GAP, _MOST_GAP, _ROW_GAP = 18, 40, 16
_TITLE_HEIGHT, _NAME_HEIGHT, _LINE_HEIGHT = 28, 18, 18
_ABOVE, _BELOW = 10, 8
_CHOOSE_KEYS = ENTER_KEYS | {Qt.Key.Key_Space}
_MOVE_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


class NodeState(StrEnum):
    OK = "ok"
    WARN = "warn"  # answers, but something about it is not right
    WRONG = "wrong"  # answers, and must not be used as it is
    BAD = "bad"  # the first that does not answer
    UNREACHED = "unreached"  # beyond it
    TODO = "todo"  # nobody has asked it yet


_ICONS = {
    NodeState.OK: "check-circle",
    NodeState.WARN: "alert",
    NodeState.WRONG: "close-octagon",
    NodeState.BAD: "close-octagon",
    NodeState.UNREACHED: "circle-outline",
    NodeState.TODO: "circle-outline",
}


@dataclass(frozen=True)
class ChainNode:
    """One box. ``key`` comes back when it is chosen."""

    key: str
    title: str  # an id, or what it is, such as “USB”
    name: str
    lines: tuple[str, ...] = ()  # what it reports, such as its model and supply
    state: NodeState = NodeState.OK
    word: str = ""  # in place of a report: “no answer”

    @property
    def text(self) -> str:
        """All that the node says, for screen readers and the tooltip."""
        return ", ".join(part for part in (self.title, self.name, self.word, *self.lines) if part)


class ChainDrawing(RingedWidget):
    """Nodes in a row, in several rows where it is narrow. Arrows move, Enter or a click chooses."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(_MOVE_KEYS | _CHOOSE_KEYS)
        self._nodes: tuple[ChainNode, ...] = ()
        self._selected: str | None = None
        self._cursor = 0
        self._repaint = CalmRepaint(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Chain"))
        follow_theme(self)
        theme().changed.connect(self._reserve_height)

    def show_nodes(self, nodes: Sequence[ChainNode]) -> None:
        """From the adapter to the last servo; painted within a tenth of a second."""
        shown = tuple(nodes)
        if shown == self._nodes:
            return
        self._nodes = shown
        self._cursor = min(self._cursor, max(len(shown) - 1, 0))
        self._describe()
        self._reserve_height()
        self._repaint.plan()

    def select(self, key: str | None) -> None:
        """Mark the node whose details are shown elsewhere, or none."""
        self._selected = key
        self.update()

    @property
    def nodes(self) -> tuple[ChainNode, ...]:
        return self._nodes

    def place_of(self, key: str) -> QRectF:
        """Where a node is painted. Raises KeyError for a node that is not shown."""
        for node, place in zip(self._nodes, self._places(self.width()), strict=True):
            if node.key == key:
                return place
        raise KeyError(key)

    def sizeHint(self) -> QSize:
        count = max(len(self._nodes), 1)
        width = count * self._node_width() + (count - 1) * _LEAST_GAP
        return QSize(round(width) + 1, round(self._node_height()) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._node_width()), round(self._node_height()) + 1)

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return round(places[-1].bottom()) + 1 if places else round(self._node_height())

    def _reserve_height(self) -> None:
        # A layout that is short of room would squeeze what merely prefers its height.
        self.setFixedHeight(self.heightForWidth(max(self.width(), 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reserve_height()

    def _node_width(self) -> float:
        small, heading = theme().font(Role.SMALL), _name_font()
        widths = [float(theme().px(_LEAST_WIDTH))]
        for node in self._nodes:
            widths.append(text_width(node.name, heading) + 2 * _PADDING)
            widths.extend(text_width(text, small) + 2 * _PADDING for text in _reports(node))
        return float(round(max(widths) + 0.5))

    def _node_height(self) -> float:
        reports = max((len(_reports(node)) for node in self._nodes), default=1)
        words = _TITLE_HEIGHT + _NAME_HEIGHT + max(reports, 1) * _LINE_HEIGHT
        return theme().px(words) + _ABOVE + _BELOW

    def _places(self, width: float) -> list[QRectF]:
        """Where every node stands in a given width."""
        count, across, high = len(self._nodes), self._node_width(), self._node_height()
        most = max(int((width + _LEAST_GAP) // (across + _LEAST_GAP)), 1)
        per_row = max(ceil(count / ceil(count / most)), 1) if count else 1
        gap = 0.0
        if per_row > 1:
            gap = min((width - per_row * across) / (per_row - 1), _MOST_GAP)
        return [
            QRectF(
                round(number % per_row * (across + gap)),
                number // per_row * (high + _ROW_GAP),
                min(across, width),
                high,
            )
            for number in range(count)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self._places(self.width())
        with smooth_painter(self) as painter:
            for number in range(1, len(places)):
                link = _link_pen(self._nodes[number].state, theme().tokens)
                _draw_link(painter, places[number - 1], places[number], link)
            for number, (node, place) in enumerate(zip(self._nodes, places, strict=True)):
                self._paint_node(painter, node, place)
                if self.has_keyboard_focus and number == self._cursor:
                    draw_focus_ring(painter, place, _RADIUS)

    def _paint_node(self, painter: QPainter, node: ChainNode, place: QRectF) -> None:
        tokens = theme().tokens
        ground, border, colour = _node_colours(node.state, tokens)
        is_beyond = node.state in (NodeState.UNREACHED, NodeState.TODO)
        draw_box(painter, place, _RADIUS, ground)
        pen = QPen(QColor(border), 1.5 if node.state is NodeState.BAD else 1)
        if is_beyond:
            pen.setStyle(Qt.PenStyle.DashLine)
        if node.key == self._selected:
            pen = QPen(QColor(tokens.accent), 2)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.75, 0.75, -0.75, -0.75), _RADIUS, _RADIUS)
        side = theme().px(14)
        spot = QRectF(place.right() - side - 6, place.top() + 6, side, side)
        draw_icon(painter, _ICONS[node.state], spot, colour)
        quiet = tokens.text3 if is_beyond else tokens.text
        self._write(painter, node, place, quiet, tokens.text3 if is_beyond else colour)

    def _write(
        self, painter: QPainter, node: ChainNode, place: QRectF, ink: str, word_ink: str
    ) -> None:
        tokens = theme().tokens
        title = Role.TITLE if len(node.title) <= 2 else Role.ACTION
        rows = [(node.title, theme().font(title), ink, _TITLE_HEIGHT)]
        small = theme().font(Role.SMALL)
        name = small if ink == tokens.text3 else _name_font()
        rows.append((node.name, name, ink, _NAME_HEIGHT))
        if node.word:
            rows.append((node.word, small, word_ink, _LINE_HEIGHT))
        for number, line in enumerate(node.lines):
            # On a tint the faint ink of hints would be too weak.
            faint = number == 0 and len(node.lines) > 1 and node.state is NodeState.OK
            rows.append((line, small, tokens.text3 if faint else tokens.text2, _LINE_HEIGHT))
        top = place.top() + _ABOVE
        for text, font, colour, height in rows:
            line_box = QRectF(place.left() + 3, top, place.width() - 6, theme().px(height))
            draw_text(painter, line_box, text, font, colour, CENTRE)
            top += theme().px(height)

    def _node_at(self, position: QPointF) -> int | None:
        places = self._places(self.width())
        return next((i for i, place in enumerate(places) if place.contains(position)), None)

    def _describe(self) -> None:
        if self._nodes:
            self.setAccessibleDescription(self._nodes[self._cursor].text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._node_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number is not None:
            self._cursor = number
            self._describe()
            self.update()
            self.chosen.emit(self._nodes[number].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._nodes:
            super().keyPressEvent(event)
            return
        self.ring_from_now_on()
        places = self._places(self.width())
        per_row = sum(place.top() == places[0].top() for place in places)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -per_row,
            Qt.Key.Key_Down: per_row,
            Qt.Key.Key_Home: -self._cursor,
            Qt.Key.Key_End: len(self._nodes) - 1 - self._cursor,
        }
        key = Qt.Key(event.key())
        if key in steps:
            wanted = self._cursor + steps[key]
            if 0 <= wanted < len(self._nodes):
                self._cursor = wanted
                self._describe()
                self.update()
        elif key in _CHOOSE_KEYS:
            if not event.isAutoRepeat():
                self.chosen.emit(self._nodes[self._cursor].key)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._node_at(QPointF(event.pos()))
            text = "" if number is None else self._nodes[number].text
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def _name_font() -> QFont:
    """Small, so that seven nodes stand in one row, yet the weight of a heading."""
    font = QFont(theme().font(Role.SMALL))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _reports(node: ChainNode) -> list[str]:
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


def _link_pen(state: NodeState, tokens: Tokens) -> QPen:
    """The line that leads to a node: solid, dotted where it is broken, dashed beyond."""
    if state in (NodeState.OK, NodeState.WARN, NodeState.WRONG):
        return QPen(QColor(tokens.ok), 3)
    pen = QPen(QColor(tokens.bad if state is NodeState.BAD else tokens.edge))
    pen.setWidthF(3 if state is NodeState.BAD else 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([1.2, 1.0] if state is NodeState.BAD else [3, 2])
    return pen


def _draw_link(painter: QPainter, before: QRectF, after: QRectF, pen: QPen) -> None:
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
