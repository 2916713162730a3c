"""Cards, and the boxes inside them."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CARD_RADIUS, CONTROL_RADIUS, Role
from app.widgets.layouts import row
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.text import Text

_HEAD_HEIGHT = 28
_BODY_STRETCH = 10_000


class Card(QFrame):
    """A box with a title at the left, a fact or small actions at the right, and a ``body``.

    The title row has a fixed height; slack goes to what the body holds.
    """

    def __init__(self, title: str = "", fact: str = "", *, padding: int = 12) -> None:
        super().__init__()
        self._border_tone: Tone | None = None
        self.head_actions: QHBoxLayout = row(spacing=4)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.title = Text(title, Role.HEADING)
        self.fact = Text(fact, Role.HINT, right=True)
        self._head = QWidget()
        self._head.setLayout(row(self.title, None, self.fact, self.head_actions, spacing=8))
        self._padding = padding
        layout = QVBoxLayout(self)
        layout.setContentsMargins(padding, 0, padding, padding)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addLayout(self.body, _BODY_STRETCH)
        layout.addStretch(1)  # takes the slack that a body of fixed height leaves
        self.set_title(title, fact)
        self._scale_head()
        theme().changed.connect(self._scale_head)
        follow_theme(self)

    def set_title(self, title: str, fact: str = "") -> None:
        self.title.setText(title)
        self.fact.setText(fact)
        self.setAccessibleName(title)
        self._head.setVisible(bool(title))
        # The title row is taller than its text: its air comes out of the padding above it.
        top = self._padding - 6 if title else self._padding
        self.setContentsMargins(0, top, 0, 0)

    def set_border(self, tone: Tone | None) -> None:
        """Outline it while an arm may move or data is being written; None: the quiet line."""
        if tone is not self._border_tone:
            self._border_tone = tone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens = theme().tokens
            border = tokens.line if self._border_tone is None else tokens.of(self._border_tone)
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.surface, border)

    def _scale_head(self) -> None:
        self._head.setFixedHeight(theme().px(_HEAD_HEIGHT))


class Inset(QFrame):
    """A raised box inside a card, without a border."""

    def __init__(self, *, padding: int = 12) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(6)
        follow_theme(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CONTROL_RADIUS, theme().tokens.raised)


class ControlBar(Card):
    """A card of one row, 44 high, for controls that stay at the foot or head of a panel."""

    def __init__(self) -> None:
        super().__init__(padding=0)
        self.controls: QHBoxLayout = row(spacing=12, margins=(12, 0, 12, 0))
        self._holder = QWidget()
        self._holder.setLayout(self.controls)
        self.body.addWidget(self._holder)
        self._scale_bar()
        theme().changed.connect(self._scale_bar)

    def _scale_bar(self) -> None:
        self._holder.setFixedHeight(theme().px(44))
