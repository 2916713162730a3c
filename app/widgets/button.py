"""Buttons. They paint themselves: kind, icon, text, key cap, and a ring on keyboard focus."""

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tokens
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.painting import (
    draw_box,
    draw_focus_ring,
    draw_key_cap,
    draw_text,
    follow_theme,
    key_cap_width,
    smooth_painter,
    text_width,
)

_GAP = 8
_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Kind(StrEnum):
    PRIMARY = "primary"  # at most one in a row of cards, one in a panel's header
    SECONDARY = "secondary"
    GHOST = "ghost"
    DANGER = "danger"  # outlined: filled red means STOP
    STOP = "stop"  # STOP and Release, nothing else


class Size(NamedTuple):
    height: int
    role: Role
    icon: int
    padding: int


BENCH = Size(44, Role.ACTION, 20, 14)  # for gloves
PANEL = Size(36, Role.HEADING, 16, 14)
NORMAL = Size(32, Role.HEADING, 16, 12)
IN_CARD = Size(28, Role.HEADING, 16, 10)
SMALL = Size(26, Role.HEADING, 16, 8)
STOP_SIZE = Size(36, Role.ACTION, 20, 12)


class Button(QPushButton):
    """A button with an optional icon and a key printed on it.

    ``key`` (Qt's portable text, such as “Space”) is bound too, without auto-repeat, unless
    ``binds_key`` is False. ``name`` becomes the object name, “<panel>.<thing>”.
    """

    def __init__(
        self,
        text: str = "",
        *,
        kind: Kind = Kind.SECONDARY,
        icon: str = "",
        size: Size = NORMAL,
        key: str = "",
        binds_key: bool = True,
        name: str = "",
    ) -> None:
        super().__init__(text)
        self.kind, self.size_class = kind, size
        self._icon, self._key = icon, key
        self._by_keyboard = False
        self._reserved: list[tuple[str, str]] = []
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if key and binds_key:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.click)
        follow_theme(self)

    def show_action(self, text: str, icon: str, kind: Kind | None = None) -> None:
        """Say something else in the same place, as Engage and Disengage do."""
        if (text, icon, kind or self.kind) == (self.text(), self._icon, self.kind):
            return
        self.kind = kind or self.kind
        self._icon = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def reserve(self, *texts: str) -> None:
        """Keep the width of the widest of these texts, so that nothing moves when it changes."""
        self._reserved = [(text, self._icon) for text in texts]
        self.updateGeometry()

    def set_available(self, available: bool, reason: str = "") -> None:
        """Enable it, or disable it with the reason. The panel also writes the reason beside it."""
        self.setEnabled(available)
        self.setToolTip("" if available else reason)
        self.setAccessibleDescription("" if available else reason)

    @property
    def has_keyboard_focus(self) -> bool:
        return self._by_keyboard and self.hasFocus()

    def sizeHint(self) -> QSize:
        texts = [self.text(), *(text for text, _ in self._reserved)]
        width = max(self._content_width(text) for text in texts)
        return QSize(
            round(width) + 2 * self.size_class.padding + 1, theme().px(self.size_class.height)
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _content_width(self, text: str) -> float:
        parts = []
        if self._icon:
            parts.append(float(theme().px(self.size_class.icon)))
        if text:
            parts.append(text_width(text, theme().font(self.size_class.role)))
        if self._key:
            parts.append(key_cap_width(self._key))
        return sum(parts) + _GAP * (len(parts) - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            ground, border, ink = self._colours(theme().tokens)
            rect = QRectF(self.rect())
            if self.has_keyboard_focus:
                draw_focus_ring(painter, rect, CONTROL_RADIUS)
                if self.kind in (Kind.PRIMARY, Kind.STOP):
                    draw_box(painter, rect.adjusted(4, 4, -4, -4), CONTROL_RADIUS - 3, ground)
            elif ground or border:
                draw_box(painter, rect, CONTROL_RADIUS, ground, border)
            self._paint_content(painter, rect, ink)

    def _paint_content(self, painter: QPainter, rect: QRectF, ink: str) -> None:
        role, side = self.size_class.role, theme().px(self.size_class.icon)
        x = rect.left() + (rect.width() - self._content_width(self.text())) / 2
        if self._icon:
            draw_icon(painter, self._icon, QRectF(x, rect.center().y() - side / 2, side, side), ink)
            x += side + _GAP
        if self.text():
            width = text_width(self.text(), theme().font(role)) + 1
            place = QRectF(x, rect.top(), width, rect.height())
            draw_text(painter, place, self.text(), theme().font(role), ink)
            x += width - 1 + _GAP
        if self._key:
            draw_key_cap(painter, x + key_cap_width(self._key), rect.center().y(), self._key, ink)

    def _colours(self, t: Tokens) -> tuple[str | None, str | None, str]:
        """Ground, border and ink for the state it is in."""
        if not self.isEnabled():
            is_bare = self.kind is Kind.GHOST
            return (None, None, t.text3) if is_bare else (t.raised, t.line, t.text3)
        index = 2 if self.isDown() or self.isChecked() else 1 if self.underMouse() else 0
        match self.kind:
            case Kind.PRIMARY:
                return (t.accent, t.accent_hover, t.accent_pressed)[index], None, t.on_accent
            case Kind.STOP:
                return (t.stop, t.stop_hover, t.stop_pressed)[index], None, "#FFFFFF"
            case Kind.DANGER:
                return (None, t.bad_tint, t.bad_tint)[index], t.bad, t.bad
            case Kind.GHOST:
                return (None, t.raised, t.hover)[index], None, t.text2
        return (t.raised, t.hover, t.line)[index], t.line, t.text

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._by_keyboard = event.reason() in _KEYBOARD_REASONS
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        # Someone who came here by Tab means this button with Space, whatever else Space is
        # bound to; someone who clicked it before means the bench key.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and self.has_keyboard_focus
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()  # outside dialogs Qt leaves Enter to the default button
            return
        super().keyPressEvent(event)


class IconButton(Button):
    """An icon alone, with a tooltip that is its accessible name too. For tiles and players."""

    def __init__(self, icon: str, tooltip: str, *, name: str = "", size: Size = SMALL) -> None:
        super().__init__("", kind=Kind.GHOST, icon=icon, size=size, name=name)
        self.show_icon(icon, tooltip)

    def show_icon(self, icon: str, tooltip: str) -> None:
        self._icon = icon
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.update()
