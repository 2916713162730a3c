import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.button import Button
from app.widgets.popover import Popover
from app.widgets.stop_cluster import StopCluster
from lerobot_core.workers.protocol import Phase


class Bench:
    """A window with the cluster and other things that take the focus; what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.now_s = 10.0
        self.asked: list[str] = []
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.cluster = StopCluster(lambda: self.now_s)
        self.edit, self.combo, self.other = QLineEdit(), QComboBox(), Button("Other")
        self.combo.addItems(["one", "two"])
        layout = QVBoxLayout(self.window)
        for widget in (self.cluster, self.edit, self.combo, self.other):
            layout.addWidget(widget)
        self.cluster.stop_requested.connect(lambda: self.asked.append("stop"))
        self.cluster.release_requested.connect(lambda: self.asked.append("release"))
        self.cluster.rest_requested.connect(lambda: self.asked.append("rest"))
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.cluster.show_phase(Phase.TELEOPERATING, torque_on=True)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_mouse_stops_and_then_release_is_at_the_same_edge(bench: Bench, qtbot: QtBot) -> None:
    edge = bench.cluster.stop_button.geometry().right()
    qtbot.mouseClick(bench.cluster.stop_button, Qt.MouseButton.LeftButton)
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True)
    QApplication.processEvents()
    assert bench.asked == ["stop"]
    assert bench.cluster.stop_button.isHidden()
    assert bench.cluster.rest_button.isVisible()
    assert bench.cluster.geometry().left() + bench.cluster.release_button.geometry().right() >= edge
    bench.now_s += 1
    qtbot.mouseClick(bench.cluster.release_button, Qt.MouseButton.LeftButton)
    assert bench.asked == ["stop", "release"]


@pytest.mark.parametrize("key", [(Qt.Key.Key_Period, CTRL), (Qt.Key.Key_Pause, None)])
def test_both_keys_stop_while_text_is_typed(
    key: tuple[Qt.Key, Qt.KeyboardModifier | None], bench: Bench, qtbot: QtBot
) -> None:
    bench.edit.setFocus()
    qtbot.keyClick(bench.edit, key[0], key[1] or Qt.KeyboardModifier.NoModifier)
    assert bench.asked == ["stop"]


def test_the_key_works_with_a_popover_open(bench: Bench, qtbot: QtBot) -> None:
    popover = Popover(bench.other)
    popover.show_under(bench.other)
    qtbot.keyClick(popover, Qt.Key.Key_Period, CTRL)
    assert bench.asked == ["stop"]
    popover.close_popover()


def test_the_key_works_with_a_list_dropped_down(bench: Bench, qtbot: QtBot) -> None:
    bench.combo.showPopup()
    qtbot.keyClick(bench.combo.view(), Qt.Key.Key_Period, CTRL)
    bench.combo.hidePopup()
    assert bench.asked == ["stop"]


def test_the_key_works_in_another_window(bench: Bench, qtbot: QtBot) -> None:
    dialog = QDialog(bench.window)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    qtbot.keyClick(dialog, Qt.Key.Key_Pause)
    assert bench.asked == ["stop"]


def test_a_key_that_is_held_down_is_one_press(bench: Bench) -> None:
    shortcuts = bench.cluster.findChildren(QShortcut)
    assert {shortcut.key().toString() for shortcut in shortcuts} == {"Ctrl+.", "Pause"}
    for shortcut in shortcuts:
        assert not shortcut.autoRepeat()
        assert shortcut.context() is Qt.ShortcutContext.ApplicationShortcut


def test_go_to_rest_is_offered_while_holding(bench: Bench, qtbot: QtBot) -> None:
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True)
    qtbot.mouseClick(bench.cluster.rest_button, Qt.MouseButton.LeftButton)
    assert bench.asked == ["rest"]


def test_the_focus_goes_from_stop_to_release_and_never_to_rest(bench: Bench, qtbot: QtBot) -> None:
    bench.cluster.stop_button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(bench.cluster.stop_button, Qt.Key.Key_Return)
    assert bench.asked == ["stop"]
    assert bench.cluster.release_button.hasFocus()


def test_after_the_release_stop_is_back(bench: Bench) -> None:
    bench.cluster.press()
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True)
    bench.cluster.show_phase(Phase.IDLE, torque_on=False)
    assert bench.cluster.stop_button.isVisible()
    assert bench.cluster.release_button.isHidden()


def test_on_the_way_to_rest_the_first_press_stops(bench: Bench, qtbot: QtBot) -> None:
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True)
    bench.cluster.show_phase(Phase.GOING_TO_REST, torque_on=True)
    assert bench.cluster.stop_button.isVisible()
    assert bench.cluster.release_button.isHidden()
    qtbot.mouseClick(bench.cluster.stop_button, Qt.MouseButton.LeftButton)
    assert bench.asked == ["stop"]


def test_without_a_session_the_arm_can_be_released_but_not_moved(bench: Bench) -> None:
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True, can_move=False)
    assert not bench.cluster.rest_button.isEnabled()
    assert "restart" in bench.cluster.rest_button.toolTip()
    assert bench.cluster.release_button.isEnabled()
    bench.cluster.show_phase(Phase.HOLDING, torque_on=True)
    assert bench.cluster.rest_button.isEnabled()
