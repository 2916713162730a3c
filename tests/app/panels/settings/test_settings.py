from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.panels.settings.controller import SettingsController
from app.panels.settings.state import TEXT_SIZES, folders, nearest_size
from app.panels.settings.view import SettingsView
from app.preferences import Preferences
from app.theme.theme import ThemeChoice, theme
from app.widgets.button import Button
from lerobot_core.paths import lerobot_home


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[SettingsView]:
    theme().wear(qapp, ThemeChoice.DARK)
    controller = SettingsController(Preferences())
    view = SettingsView()
    qtbot.addWidget(view)
    view.theme_chosen.connect(controller.choose_theme)
    view.text_size_chosen.connect(controller.choose_text_size)
    controller.state_changed.connect(view.show_state)
    view.show_state(controller.state)
    view.resize(1100, 700)
    view.show()
    yield view
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


def click(view: SettingsView, qtbot: QtBot, name: str) -> None:
    button = view.findChild(Button, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_theme_changes_at_once_and_is_kept(view: SettingsView, qtbot: QtBot) -> None:
    click(view, qtbot, "theme.light")
    assert theme().tokens.name == "light"
    assert Preferences().theme is ThemeChoice.LIGHT
    click(view, qtbot, "theme.dark")
    assert Preferences().theme is ThemeChoice.DARK


def test_the_text_size_changes_at_once_and_is_kept(view: SettingsView, qtbot: QtBot) -> None:
    click(view, qtbot, "text.125")
    assert theme().scale == 1.25
    assert Preferences().scale == 1.25


def test_the_folders_are_shown_whole(view: SettingsView) -> None:
    said = [label.text() for label in view.findChildren(QLabel)]
    for _, folder in folders():
        assert str(folder) in said
    assert str(lerobot_home()) in said


def test_a_damaged_preferences_file_gives_the_defaults(scratch: Path) -> None:
    Preferences().scale = 1.25
    path = scratch / "workbench" / "preferences.ini"
    path.write_text("[General]\ntheme=purple\nscale=huge\n", encoding="utf-8")
    assert Preferences().theme is ThemeChoice.SYSTEM
    assert Preferences().scale == 1.0


def test_an_impossible_text_size_is_not_taken(scratch: Path) -> None:
    Preferences().scale = 7.0
    assert Preferences().scale == 1.0


@pytest.mark.parametrize(("percent", "size"), [(80, 80), (97, 100), (150, 150), (400, 150)])
def test_the_nearest_size_on_offer_is_shown(percent: float, size: int) -> None:
    assert nearest_size(percent) == size
    assert size in TEXT_SIZES
