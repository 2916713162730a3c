"""One fault: what it does, what a trainee should see, on whom, and a button to begin or undo it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame

from app.panels.faults.choice import Choice
from app.panels.faults.faults import FaultKind, kinds
from app.panels.faults.state import FaultsState, Pick
from app.panels.faults.words import (
    action_of,
    expectation_of,
    sentence_of,
    target_label,
    title_of,
    tr,
    value_text,
)
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.button import IN_CARD, Button
from app.widgets.layouts import column, row
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.text import StatusText, Text

_ALERT = "alert"
_TARGET_WIDTH, _VALUE_WIDTH = 156, 128


class FaultRow(QFrame):
    """Raised; tinted while its fault is active."""

    toggled = Signal(object)  # FaultKind
    chosen = Signal(object, object)  # FaultKind, Pick

    def __init__(self, kind: FaultKind) -> None:
        super().__init__()
        self.kind = kind
        self.setObjectName(f"faults.row.{kind}")
        self.setAccessibleName(title_of(kind))
        self._is_active = False
        self._title = Text(title_of(kind), Role.HEADING)
        self.status = StatusText()
        self._sentence = Text(sentence_of(kind), Role.SMALL, wraps=True)
        self._expectation = Text("", Role.HINT, wraps=True)
        name = f"faults.{kind}"
        self.target = Choice(name=f"{name}.target", label=tr("{0}: where").format(title_of(kind)))
        self.value = Choice(name=f"{name}.value", label=tr("{0}: how much").format(title_of(kind)))
        self.button = Button(action_of(kind), size=IN_CARD, name=name)
        self.button.reserve(tr("Undo"), *(action_of(other) for other in kinds()))
        self.button.clicked.connect(lambda: self.toggled.emit(kind))
        for choice in (self.target, self.value):
            choice.picked.connect(self._on_picked)
        self._scale()
        theme().changed.connect(self._scale)
        head = row(self._title, self.status, None, self.target, self.value, self.button, spacing=8)
        words = column(self._sentence, self._expectation, spacing=1)
        self.setLayout(column(head, words, spacing=2, margins=(12, 6, 8, 8)))
        follow_theme(self)

    def show_state(self, state: FaultsState) -> None:
        active, pick = state.active(self.kind), state.pick(self.kind)
        self._show_choice(self.target, state.targets(self.kind), pick.target, state)
        self._show_choice(self.value, state.values(self.kind), pick.value, state)
        self.value.setEnabled(active is None)
        self._expectation.setText(expectation_of(active or state.picked(self.kind), state))
        is_active = active is not None
        self.status.show_status(tr("active") if is_active else "", Tone.WARN, _ALERT)
        if is_active:
            self.button.show_action(tr("Undo"), "")
        else:
            self.button.show_action(action_of(self.kind), "")
        self.button.setAccessibleName(f"{self.button.text()}: {title_of(self.kind)}")
        self.button.set_available(state.has_report, tr("The bench has not answered yet."))
        if is_active != self._is_active:
            self._is_active = is_active
            self.update()

    def _show_choice(
        self, choice: Choice, keys: Sequence[str], chosen: str, state: FaultsState
    ) -> None:
        if choice is self.target:
            labels = [target_label(self.kind, key, state) for key in keys]
        else:
            labels = [value_text(self.kind, key) for key in keys]
        choice.show_options(keys, labels, chosen)

    def _scale(self) -> None:
        """The same widths in all rows, so that they form columns."""
        for choice, width in ((self.target, _TARGET_WIDTH), (self.value, _VALUE_WIDTH)):
            choice.setFixedWidth(theme().px(width))

    def _on_picked(self) -> None:
        self.chosen.emit(self.kind, Pick(self.target.key, self.value.key))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        ground = tokens.warn_tint if self._is_active else tokens.raised
        border = tokens.warn if self._is_active else None
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CONTROL_RADIUS, ground, border)
