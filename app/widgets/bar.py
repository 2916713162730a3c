"""A bar: how far, how much of a limit."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.tokens import Tone
from app.widgets.painting import draw_groove, smooth_painter


class Bar(QWidget):
    """A groove with a filled part and, where asked, a tick for a p95 or a limit."""

    def __init__(self, tone: Tone = Tone.ACCENT, *, height: int = 6, width: int = 0) -> None:
        super().__init__()
        self._tone, self._height = tone, height
        self._fraction = 0.0
        self._tick: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if width:
            self.setFixedWidth(width)

    def show_value(
        self, fraction: float, tick: float | None = None, tone: Tone | None = None
    ) -> None:
        """Fill the bar to ``fraction`` (0 to 1) and set the tick there, or take it away."""
        wanted = (fraction, tick, tone or self._tone)
        if wanted != (self._fraction, self._tick, self._tone):
            self._fraction, self._tick, self._tone = wanted
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(72, self._height + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            top = (self.height() - self._height) / 2
            groove = QRectF(0, top, self.width(), self._height)
            draw_groove(painter, groove, self._fraction, self._tone, self._tick)
