"""A list of checks: an icon and a sentence each, as quiet as the answer is good."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.theme.icons import STATE_ICONS, icon_pixmap
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.layouts import clear, column, row
from app.widgets.text import STATE_TONES, Text
from lerobot_core.workers.protocol import DeviceState


class Check(NamedTuple):
    text: str
    state: DeviceState = DeviceState.OK


class ChecksList(QWidget):
    """One line each; long ones wrap."""

    def __init__(self) -> None:
        super().__init__()
        self._checks: tuple[Check, ...] = ()
        self._lines = column(spacing=6)
        self.setLayout(self._lines)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(self.tr("Checks"))
        theme().changed.connect(self._build)

    def show_checks(self, checks: Sequence[Check]) -> None:
        if tuple(checks) != self._checks:
            self._checks = tuple(checks)
            self._build()

    def _build(self) -> None:
        clear(self._lines)
        for check in self._checks:
            self._lines.addWidget(self._line(check))
        self._lines.addStretch(1)
        said = (f"{self._word(check.state)}: {check.text}" for check in self._checks)
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()

    def _line(self, check: Check) -> QWidget:
        tone = STATE_TONES[check.state]
        side = theme().px(14)
        mark = QLabel()
        colour = theme().tokens.of(tone)
        mark.setPixmap(icon_pixmap(STATE_ICONS[check.state], colour, side, 2.0))
        mark.setAccessibleName(self._word(check.state))
        mark.setContentsMargins(0, 1, 0, 0)  # on the line of a text that may wrap
        is_loud = check.state in (DeviceState.WARN, DeviceState.BAD, DeviceState.WORKING)
        words = Text(check.text, Role.SMALL, tone=tone if is_loud else None, wraps=True)
        line = row(spacing=6)
        line.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _word(self, state: DeviceState) -> str:
        return {
            DeviceState.OK: self.tr("in order"),
            DeviceState.WARN: self.tr("take care"),
            DeviceState.BAD: self.tr("not in order"),
            DeviceState.NONE: self.tr("to do"),
            DeviceState.WORKING: self.tr("in progress"),
        }[state]
