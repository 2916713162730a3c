"""Live parts repaint no oftener than a person can read."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

READABLE_MS = 100  # text that changes faster than ten times a second cannot be read


class CalmRepaint(QTimer):
    """Repaints a widget soon after ``plan``, however often that is called; hidden ones not."""

    def __init__(self, widget: QWidget, interval_ms: int = READABLE_MS) -> None:
        super().__init__(widget)
        self._widget = widget
        self.setSingleShot(True)
        self.setInterval(interval_ms)
        self.timeout.connect(self._repaint)

    def plan(self) -> None:
        if not self.isActive():
            self.start()

    def _repaint(self) -> None:
        if self._widget.isVisible():
            self._widget.update()
