"""A chain of servos as nodes and links: who answers, what it says, and where the line is broken."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.chain_node import ChainNode, NodeState
from app.widgets.chain_paint import (
    ABOVE,
    BELOW,
    LINE_HEIGHT,
    NAME_HEIGHT,
    RADIUS,
    TITLE_HEIGHT,
    draw_link,
    draw_node,
    link_pen,
    name_font,
    reports_of,
)
from app.widgets.painting import (
    draw_focus_ring,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.repaint import CalmRepaint
from app.widgets.ringed import ENTER_KEYS, RingedWidget

__all__ = ["ChainDrawing", "ChainNode", "NodeState"]

_PADDING = 6  # between a node's border and its longest text
_LEAST_WIDTH = 91
_LEAST_GAP, _MOST_GAP, _ROW_GAP = 18, 40, 16
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
        small, heading = theme().font(Role.SMALL), name_font()
        widths = [float(theme().px(_LEAST_WIDTH))]
        for node in self._nodes:
            widths.append(text_width(node.name, heading) + 2 * _PADDING)
            widths.extend(text_width(text, small) + 2 * _PADDING for text in reports_of(node))
        return float(round(max(widths) + 0.5))

    def _node_height(self) -> float:
        reports = max((len(reports_of(node)) for node in self._nodes), default=1)
        words = TITLE_HEIGHT + NAME_HEIGHT + max(reports, 1) * LINE_HEIGHT
        return theme().px(words) + ABOVE + BELOW

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
                link = link_pen(self._nodes[number].state, theme().tokens)
                draw_link(painter, places[number - 1], places[number], link)
            for number, (node, place) in enumerate(zip(self._nodes, places, strict=True)):
                draw_node(painter, node, place, is_selected=node.key == self._selected)
                if self.has_keyboard_focus and number == self._cursor:
                    draw_focus_ring(painter, place, RADIUS)

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
