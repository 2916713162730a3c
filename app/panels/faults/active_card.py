"""All that is wrong on the bench now, each with its undoing, and an end to all of it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.panels.faults.faults import Fault
from app.panels.faults.state import FaultsState
from app.panels.faults.words import active_text, count_text, expectation_of, tr
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.layouts import clear, place_in_tab_order, row
from app.widgets.text import StatusText, Text

_HEIGHT = 84  # three rows; as much for no fault as for many: nothing below it moves


class ActiveCard(Card):
    """Rows are undone by “faults.undo.<place>”, all together by “faults.end_all”."""

    undo_wanted = Signal(object)  # Fault
    end_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Active faults"))
        self._shown: list[tuple[Fault, str, str]] = []
        self._well = StatusText(tr("None: the bench is as it should be."), quiet=True)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(2)
        self.end_all = Button(
            tr("End all faults"), icon="restore", size=IN_CARD, name="faults.end_all"
        )
        self.end_all.clicked.connect(self.end_wanted)
        self.head_actions.addWidget(self.end_all)
        holder = QWidget()
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._well)
        outer.addLayout(self._lines)
        outer.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(holder)
        for ground in (self._scroll.viewport(), holder):
            ground.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self._scroll)
        self._scale()
        theme().changed.connect(self._scale)

    def show_state(self, state: FaultsState) -> None:
        wanted = [
            (fault, active_text(fault, state), expectation_of(fault, state))
            for fault in state.faults
        ]
        self.set_title(tr("Active faults"), count_text(state.faults))
        self.end_all.set_available(bool(wanted), tr("No fault is active."))
        self._well.show_status(
            *(
                (tr("None: the bench is as it should be."), Tone.OK, "check-circle")
                if state.has_report
                else (tr("The bench has not answered yet."), Tone.NEUTRAL, "circle-outline")
            )
        )
        self._well.setVisible(not wanted)
        if wanted != self._shown:
            self._shown = wanted
            self._build(wanted)

    def _build(self, wanted: Sequence[tuple[Fault, str, str]]) -> None:
        for old in self.findChildren(Button):
            if old is not self.end_all:
                old.setObjectName("")  # it goes with the next turn of the event loop
        clear(self._lines)
        buttons = []
        for place, (fault, words, expected) in enumerate(wanted):
            button = Button(tr("Undo"), kind=Kind.GHOST, size=SMALL, name=f"faults.undo.{place}")
            button.setAccessibleName(tr("Undo: {0}").format(words))
            button.clicked.connect(lambda _=False, fault=fault: self.undo_wanted.emit(fault))
            seen = Text(expected, Role.HINT, elides=True)
            seen.setToolTip(expected)
            line = row(StatusText(words, Tone.WARN, "alert", quiet=True), spacing=12)
            line.addWidget(seen, 1)
            line.addWidget(button)
            self._lines.addLayout(line)
            buttons.append(button)
        place_in_tab_order(self.end_all, buttons)

    def _scale(self) -> None:
        self._scroll.setFixedHeight(theme().px(_HEIGHT))
