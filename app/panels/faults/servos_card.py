"""What hands do with servos before they are an arm: plug in one, make them new, or ready."""

from PySide6.QtCore import Signal

from app.panels.faults.choice import Choice
from app.panels.faults.faults import FaultKind
from app.panels.faults.state import ALL, FaultsState
from app.panels.faults.words import servo_label, servos_text, tr
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, Button
from app.widgets.card import Card
from app.widgets.layouts import row
from app.widgets.text import Text


class ServosCard(Card):
    only_chosen = Signal(int)  # id in a finished arm; 0: all
    new_wanted = Signal()
    ready_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Servos of this arm"))
        self.only = Choice(name="faults.only", label=tr("Plugged in"))
        self.only.picked.connect(lambda: self.only_chosen.emit(int(self.only.key or ALL)))
        self._held = Text("", Role.SMALL, wraps=True)
        self.new = Button(tr("Make all as new"), size=IN_CARD, name="faults.virgin")
        self.ready = Button(tr("Make ready"), size=IN_CARD, name="faults.ready")
        self.new.clicked.connect(self.new_wanted)
        self.ready.clicked.connect(self.ready_wanted)
        hint = Text(
            tr(
                "As new: every id is 1, nothing is set up, horns sit anywhere. Ready: ids and "
                "calibration as on a new bench."
            ),
            Role.HINT,
            wraps=True,
        )
        self.body.addLayout(row(Text(tr("Plugged in"), Role.BODY), None, self.only))
        self.body.addWidget(self._held)
        self.body.addLayout(row(self.new, self.ready, None))
        self.body.addWidget(hint)
        self.body.addStretch(1)

    def show_state(self, state: FaultsState) -> None:
        parts = state.arm.parts
        keys = [ALL, *(str(part.servo_id) for part in parts)]
        labels = [
            tr("All servos"),
            *(tr("only {0}").format(servo_label(part.servo_id, part.joint)) for part in parts),
        ]
        alone = [
            fault.servo
            for fault in state.faults
            if fault.kind is FaultKind.ONLY and fault.chain == state.chain
        ]
        self.only.show_options(keys, labels, str(alone[0]) if alone else ALL)
        self._held.setText(servos_text(state.report))
        for button in (self.new, self.ready):
            button.set_available(state.has_report, tr("The bench has not answered yet."))
