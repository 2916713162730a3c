"""A panel's content, as high as the window if it can be, and scrolled only if it must."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class PanelScroll(QScrollArea):
    """Gives the content the width of the window, and its height down to the least that fits.

    Qt's own resizable mode asks texts that wrap for the height that all parts *like*, so one
    banner would make the panel scroll while its pictures could still shrink.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

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
        self._fit()

    def _fit(self) -> None:
        content = self.widget()
        layout = content.layout() if content is not None else None
        if content is None or layout is None:
            return
        # The room without scroll bars: measured with one, it would appear and stay.
        room = self.maximumViewportSize()
        width = max(room.width(), layout.minimumSize().width())
        height = layout.totalMinimumHeightForWidth(width)
        if height > room.height():
            width = max(self._beside_bar(room), layout.minimumSize().width())
            height = layout.totalMinimumHeightForWidth(width)
        content.resize(QSize(width, max(room.height(), height)))

    def _beside_bar(self, room: QSize) -> int:
        return room.width() - self.verticalScrollBar().sizeHint().width()
