"""What a person chose about the window, kept in a file under the program's home."""

from PySide6.QtCore import QSettings

from app.theme.theme import ThemeChoice
from app.theme.type_scale import MAX_SCALE, MIN_SCALE
from lerobot_core.paths import home


class Preferences:
    """Reads and writes ``<home>/preferences.ini``. A value that makes no sense is the default."""

    def __init__(self) -> None:
        home().mkdir(parents=True, exist_ok=True)
        path = home() / "preferences.ini"
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> ThemeChoice:
        try:
            return ThemeChoice(str(self._settings.value("theme", ThemeChoice.SYSTEM)))
        except ValueError:
            return ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._settings.setValue("theme", str(choice))
        self._settings.sync()

    @property
    def scale(self) -> float:
        """Text size, 0.8 to 1.5."""
        try:
            scale = float(str(self._settings.value("scale", 1.0)))
        except ValueError:
            return 1.0
        return scale if MIN_SCALE <= scale <= MAX_SCALE else 1.0

    @scale.setter
    def scale(self, scale: float) -> None:
        self._settings.setValue("scale", scale)
        self._settings.sync()
