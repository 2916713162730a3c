"""The stepper: the steps of a guided task, which are done, which is on."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import CARD_RADIUS, CONTROL_RADIUS, Role
from app.widgets.button import Button, Kind, Size
from app.widgets.layouts import clear, place_in_tab_order, row
from app.widgets.painting import (
    CENTRE,
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)

_HEIGHT = 44
_STEP = Size(32, Role.BODY, 22, 5)
_DISC = 22
_GAP, _LINE, _LEAST_LINE = 8, 38, 8


class _Step(Button):
    """One step. Only one that is done can be gone back to."""

    def __init__(self, number: int, name: str, *, is_current: bool, is_done: bool) -> None:
        super().__init__(name, kind=Kind.GHOST, size=_STEP, name=f"step.{number}")
        self._number = number
        self.is_current, self.is_done = is_current, is_done
        self.is_folded = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setEnabled(is_done and not is_current)
        self.setAccessibleName(f"{number}, {name}, {self._state_word()}")

    def _state_word(self) -> str:
        if self.is_current:
            return self.tr("now")
        return self.tr("done") if self.is_done else self.tr("to do")

    def fold(self, folded: bool) -> None:
        """The number alone, where there is no room for all names; the current one stays."""
        self.is_folded = folded and not self.is_current
        self.setToolTip(self.text() if self.is_folded else "")
        self.updateGeometry()
        self.update()

    def width_with(self, *, name: bool) -> int:
        disc = theme().px(_DISC)
        if not name:
            return disc + 2 * _STEP.padding
        return round(disc + _GAP + self._name_width() + 2 * _STEP.padding) + 1

    def _name_width(self) -> float:
        # The widest it gets, so that the steps stand still while the work goes on.
        return text_width(self.text(), theme().font(Role.HEADING))

    def sizeHint(self) -> QSize:
        return QSize(self.width_with(name=not self.is_folded), theme().px(_STEP.height))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, disc = theme().tokens, theme().px(_DISC)
        rect = QRectF(self.rect())
        spot = QRectF(_STEP.padding, rect.center().y() - disc / 2, disc, disc)
        with smooth_painter(self) as painter:
            if self.underMouse() and self.isEnabled():
                draw_box(painter, rect, CONTROL_RADIUS, tokens.raised)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, rect, CONTROL_RADIUS)
            number_font = theme().font(Role.COLUMN)
            if self.is_current:
                draw_box(painter, spot, disc / 2, tokens.accent)
                draw_text(painter, spot, str(self._number), number_font, tokens.on_accent, CENTRE)
            elif self.is_done:
                side = theme().px(18)
                inner = QRectF(0, 0, side, side)
                inner.moveCenter(spot.center())
                draw_icon(painter, "check-circle", inner, tokens.ok)
            else:
                draw_box(painter, spot, disc / 2, None, QColor(tokens.text3))
                draw_text(painter, spot, str(self._number), number_font, tokens.text3, CENTRE)
            if not self.is_folded:
                role = Role.HEADING if self.is_current else Role.BODY
                quiet = tokens.text2 if self.is_done else tokens.text3
                ink = tokens.text if self.is_current else quiet
                words = rect.adjusted(spot.right() + _GAP, 0, 0, 0)
                draw_text(painter, words, self.text(), theme().font(role), ink)


class Stepper(QWidget):
    """A card of one row, 44 high. Names its steps “step.1” and so on; arrows move between them."""

    chosen = Signal(int)  # index of a step that is done

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[tuple[str, ...], int, frozenset[int]] = ((), 0, frozenset())
        self._steps: list[_Step] = []
        self._row = row(spacing=_LINE, margins=(10, 0, 12, 0))
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # names fold away
        self.setLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Steps"))
        follow_theme(self)
        theme().changed.connect(self._fit)

    def show_steps(self, names: Sequence[str], current: int, done: Collection[int]) -> None:
        """``current`` and ``done`` are indexes from 0."""
        wanted = (tuple(names), current, frozenset(done))
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._row)
        self._steps = []
        for index, name in enumerate(names):
            step = _Step(index + 1, name, is_current=index == current, is_done=index in done)
            step.clicked.connect(lambda _=False, at=index: self.chosen.emit(at))
            self._steps.append(step)
            self._row.addWidget(step)
        self._row.addStretch(1)
        place_in_tab_order(self, self._steps)
        if 0 <= current < len(names):
            said = self.tr("Step {0} of {1}: {2}").format(current + 1, len(names), names[current])
            self.setAccessibleDescription(said)
        self._fit()

    def step(self, index: int) -> Button:
        """One of its steps, for instance to say why it is not available."""
        return self._steps[index]

    @property
    def is_folded(self) -> bool:
        """Whether only the current step shows its name."""
        return any(step.is_folded for step in self._steps)

    def sizeHint(self) -> QSize:
        return QSize(self._width(_LINE, names=True), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(_LEAST_LINE, names=False), theme().px(_HEIGHT))

    def _width(self, line: int, *, names: bool) -> int:
        margins = self._row.contentsMargins()
        steps = sum(step.width_with(name=names or step.is_current) for step in self._steps)
        return margins.left() + margins.right() + steps + line * max(len(self._steps) - 1, 0)

    def _fit(self) -> None:
        """Shorter lines first, then numbers without names."""
        room = self.width()
        folded = room < self._width(_LEAST_LINE, names=True)
        for step in self._steps:
            step.fold(folded)
        joints = max(len(self._steps) - 1, 1)
        free = (room - self._width(0, names=not folded)) // joints
        self._row.setSpacing(min(max(free, _LEAST_LINE), _LINE))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Right:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Left:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.surface, tokens.line)
            painter.setPen(QPen(QColor(tokens.line), 1))
            for before, after in zip(self._steps, self._steps[1:], strict=False):
                middle = round(before.geometry().center().y()) + 0.5
                left, right = before.geometry().right() + 2, after.geometry().left() - 1
                painter.drawLine(round(left), int(middle), round(right), int(middle))
