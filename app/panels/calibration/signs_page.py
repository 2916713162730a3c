"""The fourth step: which way is up, for joints that one wants to be sure of."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.panels.calibration.state import CalibrateState
from app.panels.calibration.words import direction_status, sign_sentence, tr
from app.problem_text import joint_label
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, Button
from app.widgets.card import Card
from app.widgets.layouts import clear, column, place_in_tab_order, row
from app.widgets.text import Separator, StatusText, Text
from lerobot_core.control.calibration_state import Direction
from lerobot_core.workers.protocol import SignSeen


class SignsPage(Card):
    """One line a joint. All of them may be left out."""

    check_wanted = Signal(str)
    hands_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Which way do the joints move?"), tr("all of them may be left out"))
        hint = Text(
            tr("Joints are taken as they are usually built. If you built this arm yourself, check "
               "them: press Check, then move the joint as it says, until a direction is found."),
            Role.SMALL,
            wraps=True,
        )  # fmt: skip
        self._lines = column(spacing=0)
        self.body.addWidget(hint)
        self.body.addLayout(self._lines)
        self.body.addStretch(1)
        self._shown: tuple[tuple[str, ...], bool] = ((), False)
        self._parts: dict[str, _Line] = {}

    def show_state(self, state: CalibrateState) -> None:
        signs: Mapping[str, SignSeen] = state.now.signs if state.now else {}
        is_virtual = state.arm is not None and state.arm.bench is not None
        if (tuple(signs), is_virtual) != self._shown:
            self._shown = (tuple(signs), is_virtual)
            self._build(signs, is_virtual=is_virtual)
        for joint, sign in signs.items():
            is_checking = state.now is not None and state.now.checking == joint
            self._parts[joint].show_sign(sign, is_checking=is_checking)

    def _build(self, signs: Mapping[str, SignSeen], *, is_virtual: bool) -> None:
        for line in self._parts.values():
            line.forget()
        clear(self._lines)
        self._parts = {}
        buttons: list[QWidget] = []
        for joint in signs:
            line = _Line(joint, has_hands=is_virtual)
            line.check.clicked.connect(lambda _=False, j=joint: self.check_wanted.emit(j))
            buttons.append(line.check)
            if line.hands is not None:
                line.hands.clicked.connect(lambda _=False, j=joint: self.hands_wanted.emit(j))
                buttons.append(line.hands)
            self._parts[joint] = line
            self._lines.addWidget(Separator())
            self._lines.addWidget(line)
        place_in_tab_order(self, buttons)


class _Line(QWidget):
    """A joint: how to move it, what was found, and the button that begins."""

    def __init__(self, joint: str, *, has_hands: bool) -> None:
        super().__init__()
        name = Text(joint_label(joint), Role.HEADING)
        name.reserve("Shoulder panning")
        self._words = Text("", Role.BODY, wraps=True)
        self._status = StatusText()
        self.check = Button(tr("Check"), size=IN_CARD, name=f"calibrate.check.{joint}")
        self.check.reserve(tr("Check"), tr("Move it now …"))
        self.hands: Button | None = None
        if has_hands:
            self.hands = Button(
                tr("Hands"),
                icon="hand-back-right-outline",
                size=IN_CARD,
                name=f"calibrate.hands.{joint}",
            )
            self.hands.setToolTip(tr("Virtual hands check this joint"))
        line = row(name, spacing=12, margins=(0, 10, 0, 10))
        line.addLayout(column(self._words, self._status, spacing=2), 1)
        line.addWidget(self.check)
        if self.hands is not None:
            line.addWidget(self.hands)
        self.setLayout(line)

    def show_sign(self, sign: SignSeen, *, is_checking: bool) -> None:
        self._words.setText(sign_sentence(sign.words))
        if is_checking:
            self._status.show_status(tr("move it now"), Tone.ACCENT, "progress-clock")
        else:
            self._status.show_status(
                *direction_status(sign.found, can_be_corrected=sign.can_be_corrected)
            )
        was_checked = sign.found != Direction.UNCHECKED
        again = tr("Again") if was_checked else tr("Check")
        self.check.show_action(tr("Move it now …") if is_checking else again, "")
        self.check.setAccessibleDescription(self._words.text())

    def forget(self) -> None:
        """Its names are free for the next lines; it goes with the next turn of the event loop."""
        self.check.setObjectName("")
        if self.hands is not None:
            self.hands.setObjectName("")
