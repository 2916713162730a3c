"""Empty states: what belongs here, one sentence, and the next step."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import Button
from app.widgets.layouts import row
from app.widgets.text import Text

_LINE_WIDTH = 460


class EmptyState(QWidget):
    """Centred in whatever holds it. The steps are at most one primary and one secondary button."""

    def __init__(
        self,
        icon: str,
        title: str,
        sentence: str,
        primary: Button | None = None,
        secondary: Button | None = None,
    ) -> None:
        super().__init__()
        self._icon_name = icon
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = Text(sentence, Role.BODY, wraps=True)
        words.setProperty("quiet", True)
        self._words = words
        self._heading = heading = Text(title, Role.HEADING)
        for label in (heading, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._icon)
        layout.addWidget(heading)
        layout.addWidget(words, alignment=Qt.AlignmentFlag.AlignHCenter)
        steps = [step for step in (primary, secondary) if step is not None]
        layout.addLayout(row(None, *steps, None, spacing=8))
        layout.addStretch(1)
        self._scale()
        theme().changed.connect(self._scale)

    def show_words(self, title: str, sentence: str) -> None:
        """Another reason why nothing is here."""
        if (title, sentence) != (self._heading.text(), self._words.text()):
            self._heading.setText(title)
            self._words.setText(sentence)
            self._scale()

    def _scale(self) -> None:
        # Lines short enough to read; a wrapped label in a column says its height only if asked.
        self._words.ensurePolished()
        self._words.setFixedWidth(theme().px(_LINE_WIDTH))
        self._words.setFixedHeight(max(self._words.heightForWidth(theme().px(_LINE_WIDTH)), 0))
        size = theme().px(30)
        self._icon.setPixmap(icon_pixmap(self._icon_name, theme().tokens.text3, size, 2.0))
