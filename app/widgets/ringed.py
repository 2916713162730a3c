"""What painted parts that take the keyboard share: a focus ring for those who came by keyboard."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def wants_key(event: QEvent, keys: frozenset[Qt.Key]) -> bool:
    """Whether an event asks if a key is meant for the part that has the focus, and it is."""
    return (
        event.type() is QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() in keys
        and event.modifiers()
        in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    )


class RingedWidget(QWidget):
    """Takes the focus, and knows whether to paint the ring: not after a click.

    ``own_keys`` are its own while the ring is there, whatever else a panel binds them to.
    """

    def __init__(self, own_keys: frozenset[Qt.Key] = frozenset()) -> None:
        super().__init__()
        self._own_keys = own_keys
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

    def event(self, event: QEvent) -> bool:
        if self.has_keyboard_focus and wants_key(event, self._own_keys):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._by_keyboard = event.reason() in _KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
