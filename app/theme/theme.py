"""The theme the window wears now: colours, text size, fonts; changed while it runs."""

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.resources import resource
from app.theme.stylesheet import stylesheet
from app.theme.tokens import DARK, LIGHT, Tokens
from app.theme.type_scale import (
    MAX_SCALE,
    MIN_SCALE,
    MONO_FAMILIES,
    SANS_FAMILIES,
    TEXT_STYLES,
    Role,
)

_FONT_FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
)


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Tells painted parts their colours and sizes, and when to look again.

    Ask for it with ``theme()``. Parts that paint themselves connect ``changed`` to an update.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = DARK
        self.scale = 1.0
        self.choice = ThemeChoice.SYSTEM
        self._fonts: dict[Role, QFont] = {}
        self._application: QApplication | None = None

    def px(self, length: float) -> int:
        """A height, or the size of an icon, at the chosen text size. Spacing does not scale."""
        return round(length * self.scale)

    def font(self, role: Role) -> QFont:
        """The font of a role, for parts that paint their text."""
        if role not in self._fonts:
            style = TEXT_STYLES[role]
            families = MONO_FAMILIES if role is Role.MONO else SANS_FAMILIES
            self._fonts[role] = _font(families, self.px(style.size_px), style.weight)
        return self._fonts[role]

    def wear(
        self,
        application: QApplication,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        scale: float = 1.0,
    ) -> None:
        """Dress the application, at start-up. Follows the system when that is the choice."""
        self._application = application
        load_fonts()
        application.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._apply, type=Qt.ConnectionType.UniqueConnection)
        self.choice, self.scale = choice, _within(scale)
        self._apply()

    def choose(self, choice: ThemeChoice) -> None:
        self.choice = choice
        self._apply()

    def set_scale(self, scale: float) -> None:
        """Set the text size, held to 0.8 to 1.5."""
        self.scale = _within(scale)
        self._apply()

    def _apply(self) -> None:
        self.tokens = _tokens(self.choice)
        self._fonts.clear()
        if self._application is not None:
            self._application.setFont(self.font(Role.BODY))
            self._application.setPalette(_palette(self.tokens))
            self._application.setStyleSheet(stylesheet(self.tokens, self.scale))
        self.changed.emit()


@cache
def theme() -> Theme:
    """The one theme of this program."""
    return Theme()


@cache
def load_fonts() -> None:
    """Make the fonts of ``resources/`` known. A missing file leaves the next family in line."""
    for name in _FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))


def _within(scale: float) -> float:
    return min(max(scale, MIN_SCALE), MAX_SCALE)


def _tokens(choice: ThemeChoice) -> Tokens:
    if choice is ThemeChoice.SYSTEM:
        is_light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        return LIGHT if is_light else DARK
    return LIGHT if choice is ThemeChoice.LIGHT else DARK


def _font(families: tuple[str, ...], size_px: int, weight: int) -> QFont:
    font = QFont(list(families))
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if hasattr(font, "setFeature"):  # Qt 6.7
        font.setFeature(QFont.Tag("tnum"), 1)  # digits of equal width: numbers stand still
    return font


def _palette(t: Tokens) -> QPalette:
    roles = QPalette.ColorRole
    colours = {
        roles.Window: t.bg,
        roles.WindowText: t.text,
        roles.Base: t.surface,
        roles.AlternateBase: t.raised,
        roles.Text: t.text,
        roles.Button: t.raised,
        roles.ButtonText: t.text,
        roles.ToolTipBase: t.raised,
        roles.ToolTipText: t.text,
        roles.PlaceholderText: t.text3,
        roles.Highlight: t.accent,
        roles.HighlightedText: t.on_accent,
        roles.Link: t.accent,
        roles.Accent: t.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.text3))
    return palette
