"""A panel's content, as high as the window if it can be, and scrolled only if it must."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from app.theme.theme import theme

NARROW_BELOW = 850  # width of the panel divided by the text scale


class PanelScroll(QScrollArea):
    """Gives the content the width of the window, and its height down to the least that fits.

    Qt's own resizable mode asks texts that wrap for the height that all parts *like*, so one
    banner would make the panel scroll while its pictures could still shrink.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._is_narrow = False
        theme().changed.connect(self._fold)

    def set_content(self, content: QWidget) -> None:
        self.setWidget(content)
        content.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
        self._fit()

    @property
    def is_narrow(self) -> bool:
        return self._is_narrow

    def fold(self, narrow: bool) -> None:
        """What is secondary makes room, or comes back; for panels that have something to fold."""

    def _fold(self) -> None:
        is_narrow = self.width() / theme().scale < NARROW_BELOW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.fold(is_narrow)

    def _fit(self) -> None:
        content = self.widget()
        layout = content.layout() if content is not None else None
        if content is None or layout is None:
            return
        # The room without scroll bars: measured with one, it would appear and stay.
        room = self.maximumViewportSize()
        width = max(room.width(), layout.minimumSize().width())
        height = _least_height(layout, width)
        if height > room.height():
            width = max(self._beside_bar(room), layout.minimumSize().width())
            height = _least_height(layout, width)
        content.resize(QSize(width, max(room.height(), height)))

    def _beside_bar(self, room: QSize) -> int:
        return room.width() - self.verticalScrollBar().sizeHint().width()


def _least_height(layout: QLayout, width: int) -> int:
    """Qt answers −1 for the height at a width when no text in the layout wraps just now."""
    if layout.hasHeightForWidth():
        return layout.totalMinimumHeightForWidth(width)
    return layout.totalMinimumSize().height()
