"""The violet frame round the whole window while the rig is virtual; a real one has none."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme.theme import theme

THICKNESS = 3


class VirtualFrame(QWidget):
    """Lies over the window's edge. Its mask keeps it from being painted with what is inside."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("window.virtual_frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme().changed.connect(self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        inner = self.rect().adjusted(THICKNESS, THICKNESS, -THICKNESS, -THICKNESS)
        self.setMask(QRegion(self.rect()) - QRegion(inner))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme().tokens.virt))
