"""Turns choices on the Settings panel into the window's looks, and keeps them."""

import platform
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from app.panels.settings.state import SettingsState, folders
from app.preferences import Preferences
from app.theme.theme import ThemeChoice, theme

_PROGRAM = "lerobot-workbench"


class SettingsController(QObject):
    state_changed = Signal(object)  # SettingsState

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.state = SettingsState(
            theme=str(theme().choice),
            text_percent=round(100 * theme().scale),
            folders=folders(),
            versions=_versions(),
        )

    @Slot(str)
    def choose_theme(self, choice: str) -> None:
        theme().choose(ThemeChoice(choice))
        self._preferences.theme = ThemeChoice(choice)
        self._set(replace(self.state, theme=choice))

    @Slot(int)
    def choose_text_size(self, percent: int) -> None:
        theme().set_scale(percent / 100)
        self._preferences.scale = percent / 100
        self._set(replace(self.state, text_percent=percent))

    @Slot(object)
    def open_folder(self, folder: Path) -> None:
        """Show a folder in the file manager, or its nearest parent that exists."""
        while not folder.exists():
            folder = folder.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _set(self, state: SettingsState) -> None:
        self.state = state
        self.state_changed.emit(state)


def _versions() -> tuple[tuple[str, str], ...]:
    try:
        ours = version(_PROGRAM)
    except PackageNotFoundError:  # run from a checkout that was never installed
        ours = ""
    return (
        ("LeRobot Workbench", ours or "—"),
        ("PySide6", PySide6.__version__),
        ("Python", platform.python_version()),
        (platform.system(), platform.release()),
    )
