"""The registers of one servo: read, changed one at a time, kept in a file, given back."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.panels.setup.path_popover import PathPopover
from app.panels.setup.problem_words import trouble_text
from app.panels.setup.register_words import (
    VALUE,
    counts_of,
    meaning_of,
    register_row,
    servo_name,
    what_is_wrong,
)
from app.panels.setup.rig_words import news_text
from app.panels.setup.state import SetupState
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, IconButton
from app.widgets.data_table import Column, DataTable
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import StatusText, Text
from lerobot_core.workers.protocol import RegisterSeen, ServoSeen


class RegistersCard(QWidget):
    """Says what was asked for. ``fact`` is for the head of the card that holds it."""

    read_requested = Signal(object)  # ServoSeen
    register_changed = Signal(str, int)  # name, counts
    backup_requested = Signal(object)  # Path
    restore_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.fact = ""
        self._state = SetupState()
        self._servos: tuple[ServoSeen, ...] = ()
        self._registers: dict[str, RegisterSeen] = {}
        self.servo = Select(name="setup.registers_servo", label=self.tr("Servo"), height=28)
        self.servo.setPlaceholderText(self.tr("Choose a servo"))
        self.servo.activated.connect(self._choose)
        self.again = IconButton("restart", self.tr("Read again"), name="setup.registers_again")
        self.again.clicked.connect(self._read_again)
        self.table = DataTable("setup.registers", self.tr("Registers"))
        self.table.set_columns(
            [
                Column("register", self.tr("Register"), longest="Max temperature limit"),
                Column("address", self.tr("Address"), is_number=True, longest="255"),
                Column(VALUE, self.tr("Value"), is_number=True, longest="0 · position"),
                Column("range", self.tr("May be"), longest="0.0 – 100.0 %", stretches=True),
                Column("kept", self.tr("Kept"), longest=self.tr("kept")),
            ]
        )
        self.table.set_validator(self._check)
        self.table.edited.connect(self._on_edited)
        self.table.chosen.connect(self._on_chosen)
        self._empty = Text("", Role.HINT, wraps=True)
        self.status = StatusText("")
        self._meaning = Text("", Role.HINT, elides=True)
        self._build_files()
        head = row(spacing=4)
        head.addWidget(self.servo, 1)
        for button in (self.again, self.backup, self.restore):
            head.addWidget(button)
        layout = column(spacing=6)
        layout.addLayout(head)
        layout.addWidget(self._empty)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.status)
        layout.addWidget(self._meaning)
        layout.addStretch(0)
        self.setLayout(layout)

    def _build_files(self) -> None:
        self.backup = Button(
            self.tr("Back up"), icon="export", size=SMALL, name="setup.backup_registers"
        )
        self.restore = Button(
            self.tr("Restore"), icon="import", size=SMALL, name="setup.restore_registers"
        )
        self._backup_file = PathPopover(
            self.backup,
            self.tr("Write this servo's settings to a file"),
            self.tr("Back up"),
            name="setup.backup",
            saves=True,
        )
        self._restore_file = PathPopover(
            self.restore,
            self.tr("Give this servo its settings back; id and speed stay"),
            self.tr("Restore"),
            name="setup.restore",
            saves=False,
        )
        self._backup_file.path_given.connect(self.backup_requested)
        self._restore_file.path_given.connect(self.restore_requested)
        self.backup.clicked.connect(lambda: self._backup_file.ask(self.backup))
        self.restore.clicked.connect(lambda: self._restore_file.ask(self.restore))

    def show_state(self, state: SetupState) -> None:
        self._state = state
        self._show_servos(state)
        shown = state.registers
        has_table = shown is not None
        self.fact = "" if shown is None else shown.model.upper()
        self._registers = {} if shown is None else {each.name: each for each in shown.registers}
        self.table.show_rows([register_row(each) for each in self._registers.values()])
        self.table.setVisible(has_table)
        for button in (self.again, self.backup, self.restore):
            button.setEnabled(has_table)
        self._empty.setText(self._what_to_do(state))
        self._empty.setVisible(not has_table)
        self._propose_file(state)
        self._show_status(state)

    def _show_servos(self, state: SetupState) -> None:
        servos = tuple(each for each in state.arm.servos if each.answers and each.model)
        keys = [(each.servo_id, each.joint, each.model) for each in servos]
        if keys != [(each.servo_id, each.joint, each.model) for each in self._servos]:
            self.servo.clear()
            for each in servos:
                self.servo.addItem(servo_name(each), each.servo_id)
        self._servos = servos
        chosen = state.registers.servo_id if state.registers is not None else None
        self.servo.setCurrentIndex(-1 if chosen is None else self.servo.findData(chosen))
        self.servo.setEnabled(bool(servos))

    def _what_to_do(self, state: SetupState) -> str:
        if not state.port:
            return self.tr("Choose a port at the left.")
        if state.arm.doing == "registers" and state.register_problem is None:
            return self.tr("Reading …")
        if not self._servos:
            return self.tr("Scan the arm first: then its servos can be chosen here.")
        return self.tr("Choose a servo here, or in the chain above.")

    def _show_status(self, state: SetupState) -> None:
        text, tone, icon = news_text(state.news), Tone.OK, "check-circle"
        if state.register_problem is not None:
            words = trouble_text(state.register_problem)
            text, tone, icon = f"{words.sentence} {words.hint}", Tone.BAD, "close-octagon"
        self.status.show_status(text, tone, icon)
        self.status.setToolTip(text)
        self.status.setVisible(bool(text))
        self._meaning.setVisible(not text and state.registers is not None)
        if not self._meaning.text():
            self._meaning.setText(self.tr("Enter changes a value; it is written and read back."))

    def _propose_file(self, state: SetupState) -> None:
        shown = state.registers
        if shown is None or self._backup_file.isVisible() or self._restore_file.isVisible():
            return
        path = str(Path.home() / f"{shown.model}-{shown.servo_id}.servo.json")
        for popover in (self._backup_file, self._restore_file):
            popover.field.edit.setText(path)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._servos):
            self.read_requested.emit(self._servos[place])

    def _on_chosen(self, name: str) -> None:
        self._meaning.setText(meaning_of(self._registers[name]))
        self._meaning.setToolTip(self._meaning.text())

    def _read_again(self) -> None:
        shown = self._state.registers
        servo = next(
            (each for each in self._servos if shown and each.servo_id == shown.servo_id), None
        )
        if servo is not None:
            self.read_requested.emit(servo)

    def _check(self, name: str, key: str, text: str) -> str:
        return what_is_wrong(self._registers[name], text)

    def _on_edited(self, name: str, key: str, text: str) -> None:
        counts = counts_of(self._registers[name], text)
        if counts is not None:
            self.register_changed.emit(name, counts)
