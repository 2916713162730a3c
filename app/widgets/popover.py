"""A small card that floats over the window under what was clicked. Never modal.

It is a child of the window and not a window of its own: keys such as STOP keep working, and
nothing is grabbed. A click elsewhere, or Esc, closes it.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from app.theme.theme import theme
from app.theme.type_scale import CARD_RADIUS
from app.widgets.painting import draw_box, follow_theme, smooth_painter

_MARGIN = 8


class Popover(QFrame):
    """Fill ``body``, then ``show_under`` a widget."""

    closed = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        follow_theme(self)

    def show_under(self, anchor: QWidget, across: int = 0) -> None:
        """Below ``anchor``, beginning so many pixels from its left edge."""
        window = anchor.window()
        self.setParent(window)
        self.adjustSize()
        below = anchor.mapTo(window, QPoint(across, anchor.height() + 4))
        right = max(_MARGIN, window.width() - self.width() - _MARGIN)
        lowest = max(_MARGIN, window.height() - self.height() - _MARGIN)
        self.move(min(below.x(), right), min(below.y(), lowest))
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        _application().installEventFilter(self)

    def close_popover(self) -> None:
        _application().removeEventFilter(self)
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self) or self.hasFocus()
        self.hide()
        if had_focus:
            self._owner.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            where = event.globalPosition().toPoint()
            on_owner = self._owner.rect().contains(self._owner.mapFromGlobal(where))
            if not self.rect().contains(self.mapFromGlobal(where)) and not on_owner:
                self.close_popover()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_popover()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens = theme().tokens
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.surface, tokens.edge)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)  # a widget exists, so does the application
    return application
