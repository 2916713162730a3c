"""The state card: what goes on, for how long, the counts, and the next action."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.bar import Bar
from app.widgets.card import Card
from app.widgets.layouts import clear, column, row
from app.widgets.text import Separator, Text


class Figure(NamedTuple):
    """One count or rate of a state card. ``longest`` keeps its width."""

    value: str
    label: str
    longest: str = "0000"


class StateCard(Card):
    """Shows a state in large; ``buttons`` is the row of its buttons.

    ``beside`` is the place at the right of the state word: the timer, or a start button.
    """

    def __init__(self) -> None:
        super().__init__(padding=16)
        self._icon = QLabel()
        self._icon_name, self._tone = "", Tone.NEUTRAL
        self._word = Text("", Role.STATE)
        self._sentence = Text("", Role.BODY, wraps=True)
        self._sentence.setProperty("quiet", True)
        self._timer = Text("", Role.DISPLAY, right=True)
        self._timer.reserve("000.0")
        self._of = Text("", Role.BODY)
        self._of.setProperty("role", str(Role.HINT))
        self._of.setContentsMargins(0, 0, 0, 8)  # on the base line of the timer
        self._bar = Bar(height=8)
        self._figures = QHBoxLayout()
        self._figures.setSpacing(16)
        self._shown: list[tuple[Text, Text]] = []
        self.buttons: QHBoxLayout = row(spacing=8)
        self.beside: QHBoxLayout = row(spacing=8)

        words = column(row(self._icon, self._word, None), self._sentence, spacing=2)
        timer = row(self._timer, self._of, spacing=8)
        timer.setAlignment(self._of, Qt.AlignmentFlag.AlignBottom)
        head = row(spacing=16)
        head.addLayout(words, 1)
        head.addLayout(timer)
        head.addLayout(self.beside)
        self.body.addLayout(head)
        self.body.addWidget(self._bar)
        self.body.addLayout(self._figures)
        self.body.addLayout(self.buttons)
        self.set_timer(None)
        self.set_progress(None)
        theme().changed.connect(self._show_icon)

    def show_state(
        self,
        word: str,
        sentence: str,
        tone: Tone = Tone.NEUTRAL,
        icon: str = "",
        *,
        outlined: bool = False,
    ) -> None:
        """``outlined`` while an arm may move or data is being written."""
        self._word.setText(word)
        self._word.set_tone(None if tone is Tone.NEUTRAL else tone)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._icon_name, self._tone = icon, tone
        self._show_icon()
        self.set_border(tone if outlined else None)
        self.setAccessibleName(f"{word}. {sentence}")

    def set_timer(self, text: str | None, of: str = "") -> None:
        """Show the timer, such as “14.2” “of 30 s”; None hides it."""
        for label in (self._timer, self._of):
            label.setVisible(text is not None)
        self._timer.setText(text or "")
        self._of.setText(of)

    def set_progress(self, fraction: float | None, tone: Tone = Tone.ACCENT) -> None:
        self._bar.setVisible(fraction is not None)
        self._bar.show_value(fraction or 0.0, tone=tone)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show counts and rates in a row; an empty sequence hides the row."""
        if len(figures) != len(self._shown):
            self._build_figures(figures)
        for (value, label), figure in zip(self._shown, figures, strict=True):
            value.setText(figure.value)
            label.setText(figure.label)

    def _build_figures(self, figures: Sequence[Figure]) -> None:
        clear(self._figures)
        self._shown = []
        for number, figure in enumerate(figures):
            if number:
                self._figures.addWidget(Separator(upright=True))
            value, label = Text("", Role.FIGURE), Text("", Role.HINT)
            value.reserve(figure.longest)
            self._shown.append((value, label))
            holder = QWidget()
            holder.setLayout(column(value, label, spacing=0))
            self._figures.addWidget(holder)
        self._figures.addStretch(1)

    def _show_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            colour = theme().tokens.of(self._tone)
            self._icon.setPixmap(icon_pixmap(self._icon_name, colour, theme().px(22), 2.0))
