"""Joint → the id that its servo has now, for servos that stay plugged in."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.panels.setup.in_place import likely, taken_twice
from app.problem_text import joint_label
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import Button, Kind
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import Text

_JOINT_WIDTH = 140


class InPlaceForm(QWidget):
    """One line a joint. Its selects are named “setup.present.<joint>”."""

    write_requested = Signal(object)  # joint → present id
    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._wanted: dict[str, int] = {}
        self._present: tuple[int, ...] = ()
        self._selects: dict[str, Select] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, theme().px(_JOINT_WIDTH))
        self._grid.setColumnStretch(3, 1)
        self._why_not = Text("", Role.HINT, wraps=True)
        self.back = Button(
            self.tr("Back"), kind=Kind.GHOST, icon="arrow-left", name="setup.in_place_back"
        )
        self.write = Button(
            self.tr("Write all ids"), kind=Kind.PRIMARY, icon="chip", name="setup.write_in_place"
        )
        self.back.clicked.connect(self.back_requested)
        self.write.clicked.connect(lambda: self.write_requested.emit(self.chosen))
        heading = Text(self.tr("Which id does each joint have now?"), Role.HEADING)
        foot = row(spacing=8)
        foot.addWidget(self.back)
        foot.addWidget(self._why_not, 1)
        foot.addWidget(self.write)
        layout = column(heading, spacing=8)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.setLayout(layout)

    @property
    def chosen(self) -> dict[str, int]:
        """Joint → id, as far as one is chosen."""
        found = {joint: select.currentData() for joint, select in self._selects.items()}
        return {joint: number for joint, number in found.items() if number is not None}

    def take_focus(self) -> None:
        first = next(iter(self._selects.values()), self.back)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def show_ids(self, wanted: Mapping[str, int], present: Sequence[int]) -> None:
        """What was chosen stays chosen while the same servos answer."""
        if (dict(wanted), tuple(present)) == (self._wanted, self._present):
            return
        self._wanted, self._present = dict(wanted), tuple(present)
        self._build()
        self._check()

    def _build(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setObjectName("")
                old.hide()
                old.deleteLater()
        self._selects = {}
        heads = (self.tr("Joint"), self.tr("Has now"), self.tr("Will be"))
        for number, head in enumerate(heads):
            self._grid.addWidget(Text(head, Role.COLUMN), 0, number)
        guess = likely(self._wanted, self._present)
        for place, (joint, servo_id) in enumerate(self._wanted.items(), 1):
            select = Select(
                name=f"setup.present.{joint}",
                label=self.tr("Present id of {0}").format(joint_label(joint)),
                height=26,
            )
            for number in self._present:
                select.addItem(self.tr("id {0}").format(number), number)
            select.setCurrentIndex(select.findData(guess.get(joint)))
            select.currentIndexChanged.connect(self._check)
            self._selects[joint] = select
            self._grid.addWidget(Text(joint_label(joint), Role.BODY), place, 0)
            self._grid.addWidget(select, place, 1)
            self._grid.addWidget(Text(self.tr("id {0}").format(servo_id), Role.BODY), place, 2)

    def _check(self) -> None:
        twice = taken_twice(self.chosen)
        reason = ""
        if len(self.chosen) < len(self._wanted):
            reason = self.tr("Choose an id for every joint.")
        elif twice:
            reason = self.tr("Id {0} is chosen twice.").format(", ".join(map(str, twice)))
        elif self.chosen == self._wanted:
            reason = self.tr("All joints have their ids already.")
        self._why_not.setText(reason)
        self.write.set_available(not reason, reason)
