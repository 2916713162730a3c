"""The library inside the Calibrate panel: a table, and what can be done with the chosen file."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.calibration.file_choice import choose_file
from app.panels.calibration.library_state import Entry, LibraryState
from app.panels.calibration.library_words import (
    family_label,
    made_text,
    origin_text,
    remark,
    rigs_text,
    status,
    use_label,
    use_obstacle,
)
from app.panels.calibration.words import tr
from app.problem_text import problem_text
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack, Notice
from app.widgets.button import IN_CARD, PANEL, Button, Kind
from app.widgets.card import Card
from app.widgets.data_table import Cell, Column, DataRow, DataTable
from app.widgets.empty_state import EmptyState
from app.widgets.field import TextField
from app.widgets.layouts import column, row
from app.widgets.text import Separator, StatusText, Text

_SIDE = 328


class LibraryView(QWidget):
    """Paths can be typed, and chosen in a file dialog."""

    chosen = Signal(str)
    import_wanted = Signal(str, str)  # path, name
    export_wanted = Signal(str)
    rename_wanted = Signal(str)
    duplicate_wanted = Signal(str)
    trash_wanted = Signal()
    undo_wanted = Signal()
    use_wanted = Signal()
    read_wanted = Signal()
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = LibraryState()
        self.table = DataTable("library.table", tr("Calibrations"))
        self.banners = BannerStack()
        self._build()
        self.table.chosen.connect(self._choose)
        self.banners.closed.connect(lambda _: self.dismissed.emit())
        self.show_state(self._state)

    def show_state(self, state: LibraryState) -> None:
        was_chosen, self._state = self._state.entry, state
        self.table.show_rows([_row(entry, state) for entry in state.entries])
        self.table.setVisible(bool(state.entries))
        self._nothing.setVisible(not state.entries)
        if state.chosen:
            self.table.select(state.chosen)
        self.banners.show_notices(_notices(state))
        self._message.show_status(state.message, Tone.OK, "check-circle")
        self.undo.setVisible(state.trashed is not None)
        if state.trashed is not None:
            self.undo.show_action(tr("Put {0} back").format(state.trashed.name), "undo")
        self.read.set_available(state.arm is not None and not state.is_reading)
        reading = (
            tr("Reading the arm …") if state.is_reading else tr("Which one does this arm hold?")
        )
        self.read.show_action(reading, "magnify")
        entry = state.entry
        self._details.setVisible(entry is not None)
        if entry is not None:
            if was_chosen is None or was_chosen.key != entry.key:
                self.name.edit.setText(entry.filed.name)
            self._show_entry(entry, state)

    def _show_entry(self, entry: Entry, state: LibraryState) -> None:
        self._details.set_title(entry.filed.name, family_label(entry, state))
        self._status.show_status(*status(entry, state))
        self._origin.setText(origin_text(entry))
        self._remark.setText(remark(entry))
        self._remark.setVisible(bool(self._remark.text()))
        self._rigs.setText(tr("Used by: {0}").format(rigs_text(entry)))
        self._path.setText(str(entry.filed.path))
        self._path.setToolTip(str(entry.filed.path))
        outside = tr("Its rig says where it lies, and what it is called.")
        in_use = tr("Its rigs look for it under this name.")
        self.rename.set_available(
            entry.is_shelved and not entry.rigs, in_use if entry.rigs else outside
        )
        self.duplicate.set_available(entry.filed.problem is None, tr("It is damaged."))
        obstacle = use_obstacle(state)
        self.use.show_action(use_label(state), "check")
        self.use.set_available(not obstacle, obstacle)
        self._obstacle.setText(obstacle)
        self._obstacle.setVisible(bool(obstacle))

    def _choose(self, key: str) -> None:
        if key != self._state.chosen:  # else the table only follows what was chosen
            self.chosen.emit(key)

    # File dialogs

    def _choose_source(self) -> None:
        title, start = tr("A calibration file to import"), str(Path.home())
        choose_file(self, title, self.source.edit, start=start, saves=False)

    def _choose_target(self) -> None:
        name = self._state.entry.filed.path.name if self._state.entry else ""
        title, start = tr("Where to export the calibration"), str(Path.home() / name)
        choose_file(self, title, self.target.edit, start=start, saves=True)

    # Building

    def _build(self) -> None:
        left = Card(tr("Calibrations on this machine"))
        self.table.set_columns(
            [
                Column("name", tr("Name"), longest="virtual_follower_left", stretches=True),
                Column("family", tr("Arm"), longest="Koch follower"),
                Column("made", tr("Made"), longest="22 Nov 2026, 18:00"),
                Column("rigs", tr("Used by"), longest="Virtual SO-101", stretches=True),
                Column("state", tr("State"), longest="✓ held by this arm"),
            ]
        )
        self._nothing = EmptyState(
            "folder-open-outline",
            tr("No calibration yet"),
            tr("Calibrate an arm, or import a file that LeRobot made."),
        )
        left.body.addWidget(self.table, 1)
        left.body.addWidget(self._nothing, 1)
        left.body.addWidget(Separator())
        left.body.addLayout(self._import_row())
        whole = row(spacing=12)
        whole.addWidget(left, 1)
        whole.addWidget(self._detail_card())
        everything = column(self.banners, self._message_row(), spacing=12)
        everything.addLayout(whole, 1)
        self.setLayout(everything)

    def _message_row(self) -> QHBoxLayout:
        self._message = StatusText("", Tone.OK, "check-circle", Role.BODY)
        self.undo = Button("", kind=Kind.GHOST, icon="undo", size=IN_CARD, name="library.undo")
        self.undo.clicked.connect(self.undo_wanted)
        self.read = Button("", icon="magnify", name="library.read")
        self.read.reserve(tr("Which one does this arm hold?"), tr("Reading the arm …"))
        self.read.clicked.connect(self.read_wanted)
        line = row(spacing=12)
        line.addWidget(self._message)
        line.addWidget(self.undo)
        line.addStretch(1)
        line.addWidget(self.read)
        return line

    def _import_row(self) -> QHBoxLayout:
        self.source = TextField(tr("File to import"), name="library.source")
        self.import_name = TextField(tr("Name, or as the file"), name="library.import_name")
        browse = Button(tr("Choose …"), size=IN_CARD, name="library.choose_source")
        browse.clicked.connect(self._choose_source)
        take = Button(tr("Import"), icon="import", size=IN_CARD, name="library.import")
        take.clicked.connect(self._import)
        self.source.edit.returnPressed.connect(self._import)
        line = row(spacing=8)
        line.addWidget(self.source, 3)
        line.addLayout(column(None, browse, spacing=0))
        line.addWidget(self.import_name, 2)
        line.addLayout(column(None, take, spacing=0))
        return line

    def _import(self) -> None:
        self.import_wanted.emit(self.source.edit.text(), self.import_name.edit.text())

    def _detail_card(self) -> Card:
        self._details = card = Card(" ")
        card.setFixedWidth(_SIDE)
        self._status = StatusText()
        self._origin = Text("", Role.SMALL, wraps=True)
        self._remark = Text("", Role.SMALL, tone=Tone.WARN, wraps=True)
        self._rigs = Text("", Role.SMALL, wraps=True)
        self._path = Text("", Role.MONO, elides=True)
        self.use = Button("", kind=Kind.PRIMARY, icon="check", size=PANEL, name="library.use")
        self.use.clicked.connect(self.use_wanted)
        self._obstacle = Text("", Role.HINT, wraps=True)
        self.name = TextField(tr("Name"), name="library.name")
        self.rename = Button(
            tr("Rename"), icon="pencil-outline", size=IN_CARD, name="library.rename"
        )
        self.rename.clicked.connect(lambda: self.rename_wanted.emit(self.name.edit.text()))
        self.duplicate = Button(
            tr("Duplicate"), icon="content-copy", size=IN_CARD, name="library.duplicate"
        )
        self.duplicate.clicked.connect(lambda: self.duplicate_wanted.emit(self.name.edit.text()))
        self.target = TextField(tr("Export to"), name="library.target")
        browse = Button(tr("Choose …"), size=IN_CARD, name="library.choose_target")
        browse.clicked.connect(self._choose_target)
        export = Button(tr("Export"), icon="export", size=IN_CARD, name="library.export")
        export.clicked.connect(lambda: self.export_wanted.emit(self.target.edit.text()))
        trash = Button(
            tr("Move to the trash"),
            kind=Kind.DANGER,
            icon="delete-outline",
            size=IN_CARD,
            name="library.trash",
        )
        trash.clicked.connect(self.trash_wanted)
        for part in (self._status, self._origin, self._remark, self._rigs, self._path):
            card.body.addWidget(part)
        card.body.addWidget(self.use)
        card.body.addWidget(self._obstacle)
        card.body.addWidget(Separator())
        card.body.addWidget(self.name)
        card.body.addLayout(row(self.rename, self.duplicate, None, spacing=8))
        card.body.addWidget(Separator())
        card.body.addWidget(self.target)
        card.body.addLayout(row(browse, export, None, spacing=8))
        card.body.addStretch(1)
        card.body.addLayout(row(trash, None))
        return card


def _row(entry: Entry, state: LibraryState) -> DataRow:
    word, tone, icon = status(entry, state)
    cells = (
        Cell(entry.filed.name),
        Cell(family_label(entry, state)),
        Cell(made_text(entry)),
        Cell(rigs_text(entry), hint=rigs_text(entry)),
        Cell(word, None if tone is Tone.NEUTRAL else tone, icon),
    )
    return DataRow(entry.key, cells)


def _notices(state: LibraryState) -> list[Notice]:
    found = []
    if state.is_refused:
        found.append(
            Notice(
                "refused",
                tr("The arm has torque, so its servos are left alone."),
                tr("Let it rest or release it first, at the top right."),
                tone=Tone.WARN,
            )
        )
    if state.problem is not None:
        text = problem_text(state.problem.code, state.problem.facts)
        found.append(Notice("problem", text.sentence, text.hint, details=state.problem.details))
    return found
