"""What painted parts that take the keyboard share: a focus ring for those who came by keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class RingedWidget(QWidget):
    """Takes the focus, and knows whether to paint the ring: not after a click."""

    def __init__(self) -> None:
        super().__init__()
        self._by_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def has_keyboard_focus(self) -> bool:
        return self._by_keyboard and self.hasFocus()

    def ring_from_now_on(self) -> None:
        """Whoever presses a key here uses the keyboard, however the focus came."""
        if not self._by_keyboard:
            self._by_keyboard = True
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._by_keyboard = event.reason() in _KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
