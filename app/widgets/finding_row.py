"""A finding: what is the matter in one line, what to do about it, and up to two steps."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QSizePolicy

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CARD_RADIUS, Role
from app.widgets.button import NORMAL, Button, Kind
from app.widgets.layouts import clear, column, place_in_tab_order, row
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.text import Text

_LEAST_BESIDE = 300  # px of text, divided by the text scale; with less the buttons go below it

TONE_ICONS = {
    Tone.OK: "check-circle",
    Tone.WARN: "alert",
    Tone.BAD: "close-octagon",
    Tone.NEUTRAL: "information",
    Tone.ACCENT: "progress-clock",
}


class Step(NamedTuple):
    """One button. ``key`` comes back when it is clicked."""

    key: str
    label: str
    icon: str = ""
    kind: Kind = Kind.SECONDARY


class FindingRow(QFrame):
    """Tinted and bordered by its tone; its buttons are named “<name>.<key>”."""

    step_wanted = Signal(str)

    def __init__(self, name: str = "finding") -> None:
        super().__init__()
        self.setObjectName(name)
        self._tone = Tone.NEUTRAL
        self._steps: tuple[Step, ...] = ()
        self._mark = QLabel()
        self.heading = Text("", Role.HEADING, wraps=True)
        self.text = Text("", Role.BODY, wraps=True)
        self.text.setProperty("quiet", True)
        self._buttons = row(spacing=8)
        words = row(spacing=12)
        words.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignVCenter)
        words.addLayout(column(None, self.heading, self.text, None, spacing=1), 1)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._body.setContentsMargins(14, 10, 12, 10)
        self._body.setSpacing(12)
        self._body.addLayout(words, 1)
        self._body.addLayout(self._buttons)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme().changed.connect(self._dress)
        follow_theme(self)
        self._dress()

    def show_finding(
        self, tone: Tone, heading: str, text: str = "", steps: Sequence[Step] = ()
    ) -> None:
        """Neutral is a note. At most two steps, the recommended one last and in accent."""
        self._tone = tone
        self.heading.setText(heading)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(text)
        if tuple(steps) != self._steps:
            self._steps = tuple(steps)
            self._build_buttons()
        self._dress()
        self._arrange()
        self.update()

    def button(self, key: str) -> Button:
        """One of its buttons. Raises KeyError for a step that is not offered."""
        found = self.findChild(Button, f"{self.objectName()}.{key}")
        if not isinstance(found, Button):
            raise KeyError(key)
        return found

    def _build_buttons(self) -> None:
        for old in self.findChildren(Button):
            old.setObjectName("")  # it goes with the next turn of the event loop
        clear(self._buttons)
        made = []
        for step in self._steps:
            button = Button(
                step.label,
                kind=step.kind,
                icon=step.icon,
                size=NORMAL,
                name=f"{self.objectName()}.{step.key}",
            )
            button.clicked.connect(lambda _=False, key=step.key: self.step_wanted.emit(key))
            self._buttons.addWidget(button)
            made.append(button)
        place_in_tab_order(self, made)

    def _dress(self) -> None:
        icon, colour = TONE_ICONS[self._tone], theme().tokens.of(self._tone)
        self._mark.setPixmap(icon_pixmap(icon, colour, theme().px(18), 2.0))

    def _arrange(self) -> None:
        """Buttons beside the text, or below it where little would be left for the text."""
        buttons = self._buttons.sizeHint().width()
        beside = (self.width() - buttons - 74) / theme().scale >= _LEAST_BESIDE
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)
        side = Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignRight
        self._body.setAlignment(self._buttons, side)
        self._body.setSpacing(12 if beside else 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        border = tokens.line if self._tone is Tone.NEUTRAL else tokens.of(self._tone)
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.tint(self._tone), border)
