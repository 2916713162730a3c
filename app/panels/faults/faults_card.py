"""All faults in groups, one group at a time, for the chosen arm."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.panels.faults.fault_row import FaultRow
from app.panels.faults.faults import GROUPS, FaultKind
from app.panels.faults.state import FaultsState
from app.panels.faults.words import chain_choice, group_label, swap_note, tr
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.layouts import column, row
from app.widgets.segmented import Option, Segmented
from app.widgets.text import Text


class FaultsCard(Card):
    """The segments are “faults.group.<group>”, the buttons “faults.<kind>”."""

    toggled = Signal(object)  # FaultKind
    chosen = Signal(object, object)  # FaultKind, Pick
    group_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.groups = Segmented(
            [Option(group, group_label(group, 0)) for group in GROUPS],
            name="faults.group",
            label=tr("Kind of fault"),
        )
        for group in GROUPS:
            self.groups.segment(group).reserve(group_label(group, 8))
        self.groups.chosen.connect(self.group_chosen)
        self._whose = Text("", Role.HINT, right=True)
        self._pages = QStackedWidget()
        self.rows: dict[FaultKind, FaultRow] = {}
        for kinds in GROUPS.values():
            self._pages.addWidget(self._page(kinds))
        self.body.addLayout(row(self.groups, None, self._whose))
        self.body.addWidget(self._pages, 1)

    def show_state(self, state: FaultsState) -> None:
        self.groups.choose(state.group)
        for group in GROUPS:
            label = group_label(group, state.count(group))
            self.groups.segment(group).show_action(label, "")
        is_of_arm = state.group != "cameras"
        note = swap_note(state) or tr("of the {0}").format(chain_choice(state.chain).lower())
        self._whose.setText(note if is_of_arm else "")
        self._pages.setCurrentIndex(list(GROUPS).index(state.group))
        for each in self.rows.values():
            each.show_state(state)

    def _page(self, kinds: tuple[FaultKind, ...]) -> QWidget:
        page = QWidget()
        layout = column(spacing=8)
        for kind in kinds:
            made = self.rows[kind] = FaultRow(kind)
            made.toggled.connect(self.toggled)
            made.chosen.connect(self.chosen)
            layout.addWidget(made)
        layout.addStretch(1)
        page.setLayout(layout)
        return page
