from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.banner import BannerStack, Notice
from app.widgets.button import Button
from app.widgets.start_list import Missing, StartList


def names_by_tab(qtbot: QtBot, window: QWidget, count: int) -> list[str]:
    """Object names of what gets the focus, from the first widget on."""
    found = []
    for _ in range(count):
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return found


def test_what_appears_late_is_reached_where_it_stands(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    first, last = Button("First", name="first"), Button("Last", name="last")
    banners, items = BannerStack(), StartList()
    layout = QVBoxLayout(window)
    for part in (first, banners, items, last):
        layout.addWidget(part)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    items.show_items([Missing("a:x", "A", "why", "Do a"), Missing("b:y", "B", "why", "Do b")], ())
    banners.show_notices([Notice("n", "It broke", remedy="Mend it")])
    QApplication.processEvents()
    first.setFocus()
    assert names_by_tab(qtbot, window, 7) == [
        "first",
        "banner.remedy",
        "banner.copy",
        "banner.close",
        "start.a:x",
        "start.b:y",
        "last",
    ]
