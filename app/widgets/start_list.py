"""“Before you can start”: what is missing, one line each, one click from its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import NORMAL, Button
from app.widgets.card import Card
from app.widgets.layouts import clear, column, place_in_tab_order, row
from app.widgets.text import Separator, StatusText, Text


@dataclass(frozen=True)
class Missing:
    """One line. ``key`` comes back from its remedy button."""

    key: str
    what: str
    why: str
    remedy: str = ""
    remedy_icon: str = ""
    is_remark: bool = False  # one can start all the same
    is_wait: bool = False  # passes by itself


class StartList(Card):
    """The list; hidden while nothing is missing and nothing is worth a remark."""

    remedy_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.set_title(self.tr("Before you can start"))
        self._shown: tuple[tuple[Missing, ...], tuple[str, ...]] | None = None
        self._lines = column(spacing=6)
        self.body.addLayout(self._lines)
        self.show_items((), ())
        theme().changed.connect(self._rebuild)

    def show_items(self, missing: Sequence[Missing], ready: Sequence[str]) -> None:
        """``ready`` is what is already right, in a few words each."""
        wanted = (tuple(missing), tuple(ready))
        if wanted != self._shown:
            self._shown = wanted
            self._rebuild()

    def _rebuild(self) -> None:
        missing, ready = self._shown or ((), ())
        clear(self._lines)
        remedies: list[Button] = []
        for number, entry in enumerate(missing):
            if number:
                self._lines.addWidget(Separator())
            self._lines.addWidget(self._line(entry, remedies))
        if ready:
            self._lines.addWidget(Separator())
            self._lines.addWidget(_ready_line(ready))
        self._lines.addStretch(1)
        width = max((button.sizeHint().width() for button in remedies), default=0)
        for button in remedies:  # all equally wide at the right edge
            button.setFixedWidth(max(width, 104))
        place_in_tab_order(self, remedies)
        waits = sum(entry.is_wait for entry in missing)
        remarks = sum(entry.is_remark for entry in missing)
        self.fact.setText(self._count(len(missing) - waits - remarks, remarks, waits))
        self.setVisible(bool(missing))

    def _count(self, musts: int, remarks: int, waits: int) -> str:
        # Without a translation file Qt does not choose plural forms, so English does it here.
        parts = []
        if musts:
            text = self.tr("1 thing missing") if musts == 1 else self.tr("{0} things missing")
            parts.append(text.format(musts))
        if remarks:
            text = self.tr("1 remark") if remarks == 1 else self.tr("{0} remarks")
            parts.append(text.format(remarks))
        if waits and not musts:
            parts.insert(0, self.tr("a moment"))
        return ", ".join(parts)

    def _line(self, entry: Missing, remedies: list[Button]) -> QWidget:
        mark = QLabel()
        name, tone, says = self._mark(entry)
        mark.setPixmap(icon_pixmap(name, theme().tokens.of(tone), theme().px(16), 2.0))
        mark.setAccessibleName(says)
        why = Text(entry.why, Role.BODY, wraps=True)
        why.setProperty("quiet", True)
        words = column(Text(entry.what, Role.HEADING), why, spacing=0)
        line = row(spacing=12, margins=(2, 2, 0, 2))
        line.addWidget(mark)
        line.addLayout(words, 1)
        if entry.remedy:
            button = Button(
                entry.remedy, icon=entry.remedy_icon, size=NORMAL, name=f"start.{entry.key}"
            )
            button.clicked.connect(lambda: self.remedy_requested.emit(entry.key))
            remedies.append(button)
            line.addWidget(button)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _mark(self, entry: Missing) -> tuple[str, Tone, str]:
        """Icon, tone and word of a line."""
        if entry.is_wait:
            return "progress-clock", Tone.ACCENT, self.tr("Wait")
        if entry.is_remark:
            return "alert", Tone.WARN, self.tr("Remark")
        return "close-octagon", Tone.BAD, self.tr("Missing")


def _ready_line(ready: Sequence[str]) -> QWidget:
    holder = QWidget()
    marks = [StatusText(text, Tone.OK, "check-circle", quiet=True) for text in ready]
    holder.setLayout(row(*marks, None, spacing=16))
    return holder
