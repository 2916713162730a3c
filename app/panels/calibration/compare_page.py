"""The fifth step: what is saved, beside what was."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.panels.calibration.state import CalibrateState
from app.panels.calibration.words import meaning_text, tr
from app.problem_text import joint_label
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.layouts import clear
from app.widgets.text import Separator, Text
from lerobot_core.workers.protocol import CalibrationValues, ChangeSeen

_GRIPPER = "gripper"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ComparePage(Card):
    """A table: the servos' values of before in quiet text, the new ones beside them."""

    def __init__(self) -> None:
        super().__init__(tr("Before and after"), tr("in encoder counts, 4096 a turn"))
        self._advice = Text("", Role.SMALL, wraps=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._shown: object = None
        self.body.addWidget(self._advice)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        theme().changed.connect(self._fit)

    def show_state(self, state: CalibrateState) -> None:
        changes = state.now.changes if state.now else {}
        wanted = (changes, bool(state.joint))
        if wanted == self._shown:
            return
        self._shown = wanted
        self._advice.setText(_advice(state))
        self._build(changes, is_alone=bool(state.joint))

    def _build(self, changes: dict[str, ChangeSeen], *, is_alone: bool) -> None:
        clear(self._grid)
        heads = [tr("Joint"), tr("Offset"), "", tr("Min"), "", tr("Max"), "", tr("Direction")]
        if is_alone:
            heads.append(tr("Old recordings"))
        for place, head in enumerate(heads):
            is_number = 0 < place < 7
            if head:
                text = Text(head, Role.COLUMN, right=is_number)
                self._grid.addWidget(text, 0, place, 1, 2 if is_number else 1)
        for number, (joint, change) in enumerate(changes.items()):
            at = 2 * number + 1
            self._grid.addWidget(Separator(), at, 0, 1, len(heads))
            self._fill(at + 1, joint, change, is_alone=is_alone)
        self._fit()

    def _fill(self, at: int, joint: str, change: ChangeSeen, *, is_alone: bool) -> None:
        old, new = change.held or change.filed, change.new
        self._grid.addWidget(Text(joint_label(joint), Role.HEADING), at, 0)
        numbers = zip(_numbers(old), _numbers(new), strict=True)
        for place, (before, after) in enumerate(numbers):
            quiet = Text(f"{before}  →", Role.HINT, right=True)
            role = Role.BODY if before == after else Role.HEADING
            self._grid.addWidget(quiet, at, 2 * place + 1)
            self._grid.addWidget(Text(after, role, right=True), at, 2 * place + 2)
        direction = tr("turned round") if new.drive_mode else tr("normal")
        self._grid.addWidget(Text(direction, Role.SMALL), at, 7)
        if is_alone:
            meaning = meaning_text(change, is_percent=joint == _GRIPPER)
            self._grid.addWidget(Text(meaning, Role.BODY), at, 8)

    def _fit(self) -> None:
        for line in range(self._grid.rowCount()):
            is_row = line > 0 and line % 2 == 0
            self._grid.setRowMinimumHeight(line, theme().px(44) if is_row else 0)
        self._grid.setRowMinimumHeight(0, theme().px(30))
        for place in (2, 4, 6):
            self._grid.setColumnStretch(place, 1)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(7, 2)


def _numbers(values: CalibrationValues | None) -> tuple[str, str, str]:
    if values is None:
        return "—", "—", "—"
    numbers = (values.homing_offset, values.range_min, values.range_max)
    return tuple(f"{number}".replace("-", "−") for number in numbers)  # type: ignore[return-value]


def _advice(state: CalibrateState) -> str:
    if state.joint:
        return tr(
            "Only this joint is written. The last column says what its values in old recordings "
            "mean from now on."
        )
    had_file = any(change.filed for change in (state.now.changes if state.now else {}).values())
    if not had_file:
        return tr("This is the arm's first calibration. Save writes it to the servos and a file.")
    return tr(
        "Save writes the servos and replaces the file. In recordings made before, the same values "
        "then stand for slightly different poses; to avoid that, redo single joints instead."
    )
