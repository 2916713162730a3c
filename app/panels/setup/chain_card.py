"""One arm's wire: the chain drawn, what is wrong with it in words, and what helps."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.finding_text import FindingText
from app.panels.setup.chain_words import (
    ADAPTER,
    chain_nodes,
    chain_texts,
    chain_title,
    scan_fact,
)
from app.panels.setup.state import SetupState
from app.panels.setup.steps import finding_steps
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.bar import Bar
from app.widgets.button import SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.chain_drawing import ChainDrawing
from app.widgets.empty_state import EmptyState
from app.widgets.finding_row import FindingRow
from app.widgets.layouts import row
from app.widgets.text import Text
from lerobot_core.workers.protocol import FindingSeen

_MOST_FINDINGS = 3
_FILLS = 1000  # stretch of what takes all the room that is left
_LEAST_HEIGHT = 212  # of a chain with one finding in two lines: what is below it stands still


class ChainCard(Card):
    """Findings are rows named “setup.finding.<n>”, worst first; their steps by their keys."""

    scan_requested = Signal(str)  # address
    cancel_requested = Signal(str)
    servo_chosen = Signal(int)
    step_wanted = Signal(str, object)  # key, FindingSeen or None

    def __init__(self) -> None:
        super().__init__()
        self._state = SetupState()
        self._shown: list[FindingSeen | None] = []
        self.scan = Button(
            self.tr("Scan"), kind=Kind.GHOST, icon="restart", size=SMALL, name="setup.scan"
        )
        self.scan.reserve(self.tr("Scan"), self.tr("Scan again"))
        self.scan.clicked.connect(lambda: self.scan_requested.emit(self._state.port))
        self.head_actions.addWidget(self.scan)
        self.drawing = ChainDrawing()
        self.drawing.setObjectName("setup.chain")
        self.drawing.chosen.connect(self._on_node)
        self._empty = EmptyState("sitemap-outline", "", "")
        self._rows = [FindingRow(f"setup.finding.{number}") for number in range(_MOST_FINDINGS)]
        for number, finding in enumerate(self._rows):
            finding.step_wanted.connect(lambda key, place=number: self._on_step(place, key))
        self._more = Text("", Role.HINT)
        self.body.addWidget(self._empty, _FILLS)
        self.body.addWidget(self.drawing)
        self.body.addWidget(self._build_progress())
        for finding in self._rows:
            self.body.addWidget(finding)
        self.body.addWidget(self._more)
        self.body.addStretch(1)
        self._scale()
        theme().changed.connect(self._scale)

    def fold(self, narrow: bool) -> None:
        """Without room for both, the title stays."""
        self.fact.setHidden(narrow)

    def _scale(self) -> None:
        self.setMinimumHeight(theme().px(_LEAST_HEIGHT))

    def _build_progress(self) -> QWidget:
        self._bar = Bar()
        self._doing = Text("", Role.SMALL, elides=True)
        self.cancel = Button(self.tr("Cancel"), size=SMALL, name="setup.cancel")
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(self._state.port))
        self._progress = QWidget()
        line = row(spacing=12)
        line.addWidget(self._bar, 2)
        line.addWidget(self._doing, 1)
        line.addWidget(self.cancel)
        self._progress.setLayout(line)
        return self._progress

    def show_state(self, state: SetupState) -> None:
        self._state = state
        arm, is_scanning = state.arm, state.arm.doing == "scan"
        self.set_title(chain_title(state), scan_fact(arm))
        label = self.tr("Scan") if arm.scan is None else self.tr("Scan again")
        self.scan.show_action(label, "restart")
        self.scan.setVisible(bool(state.port) and not is_scanning)
        has_chain = bool(state.port) and (arm.scan is not None or arm.problem is not None)
        self._show_empty(state, is_empty=not has_chain and not is_scanning)
        self.drawing.setVisible(has_chain or is_scanning)
        self.drawing.show_nodes(chain_nodes(arm, state.port_seen(state.port)))
        self.drawing.select(str(state.servo) if state.servo else None)
        self._show_progress(state, is_scanning=is_scanning)
        self._show_findings(chain_texts(state))

    def _show_empty(self, state: SetupState, *, is_empty: bool) -> None:
        self._empty.setVisible(is_empty)
        if state.port:
            words = self.tr("Not checked yet"), self.tr("A scan asks every servo how it is.")
        elif not state.arm_ports:
            words = self.tr("Nothing is plugged in"), self.tr("An arm's servos are drawn here.")
        else:
            words = self.tr("No port is chosen"), self.tr("Choose one at the left.")
        self._empty.show_words(*words)

    def _show_progress(self, state: SetupState, *, is_scanning: bool) -> None:
        self._progress.setVisible(is_scanning)
        progress = state.progress
        self._bar.show_value(0.0 if progress is None else progress.fraction)
        share = 0 if progress is None else 100 * progress.fraction
        self._doing.setText(self.tr("Asking at every speed, {0:.0f} %").format(share))

    def _show_findings(self, texts: list[tuple[FindingText, FindingSeen | None]]) -> None:
        self._shown = [seen for _, seen in texts]
        for place, finding in enumerate(self._rows):
            finding.setVisible(place < len(texts))
            if place < len(texts):
                text, seen = texts[place]
                steps = finding_steps(self._state, seen)
                tone = Tone.OK if text.tone is Tone.OK else text.tone
                finding.show_finding(tone, text.sentence, text.hint, steps)
        left = len(texts) - len(self._rows)
        self._more.setText(self.tr("{0} more").format(left))
        self._more.setVisible(left > 0)

    def finding_row(self, place: int) -> FindingRow:
        return self._rows[place]

    def _on_node(self, key: str) -> None:
        if key != ADAPTER:
            self.servo_chosen.emit(int(key))

    def _on_step(self, place: int, key: str) -> None:
        if place < len(self._shown):
            self.step_wanted.emit(key, self._shown[place])
