"""The session strip: one cell an episode, marked inside and not by colour alone."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.recording.state import Mark
from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.widgets.painting import draw_box, draw_dot, follow_theme, smooth_painter

_HEIGHT = 16
_WIDEST, _NARROWEST, _GAP = 14.0, 9.0, 3.0


class SessionStrip(QWidget):
    """Shows as many cells as fit; of a long plan, those around the episode in progress."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            saved = sum(mark in (Mark.SAVED, Mark.REMARK) for mark in marks)
            text = self.tr("{0} of {1} episodes saved").format(saved, len(marks))
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, theme().px(_HEIGHT) + 4)

    def visible_marks(self, width: float) -> Sequence[Mark]:
        """The cells that fit into ``width`` at their narrowest."""
        fitting = max(1, int((width + _GAP) // (_NARROWEST + _GAP)))
        if len(self._marks) <= fitting:
            return self._marks
        done = sum(mark is not Mark.TO_GO for mark in self._marks)
        first = min(max(0, done - fitting // 2), len(self._marks) - fitting)
        return self._marks[first : first + fitting]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        marks = self.visible_marks(self.width())
        if marks:
            width = min(_WIDEST, (self.width() + _GAP) / len(marks) - _GAP)
            height = theme().px(_HEIGHT)
            top = (self.height() - height) / 2
            for place, mark in enumerate(marks):
                cell = QRectF(place * (width + _GAP), top, width, height)
                _draw_cell(painter, cell, mark)
        painter.end()


def _draw_cell(painter: QPainter, cell: QRectF, mark: Mark) -> None:
    tokens, radius = theme().tokens, 3.0
    inner = QRectF(0, 0, cell.width() - 1, cell.width() - 1)
    inner.moveCenter(cell.center())
    match mark:
        case Mark.SAVED:
            draw_box(painter, cell, radius, tokens.of(Tone.OK))
            draw_icon(painter, "check-bold", inner, tokens.surface)
        case Mark.REMARK:
            draw_box(painter, cell, radius, tokens.of(Tone.WARN))
            draw_icon(painter, "exclamation-thick", inner, tokens.surface)
        case Mark.NOW:
            draw_box(painter, cell, radius, None, tokens.of(Tone.BAD), 1.5)
            draw_dot(painter, cell.center(), cell.width() / 2.5, tokens.of(Tone.BAD))
        case Mark.TO_GO:
            draw_box(painter, cell, radius, tokens.hover)
