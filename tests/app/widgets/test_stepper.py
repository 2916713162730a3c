from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK
from app.widgets.stepper import Stepper

NAMES = ["Arm", "Torque off", "Sweep", "Signs", "Compare", "Mirror"]


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def stepper(qtbot: QtBot) -> Stepper:
    stepper = Stepper()
    qtbot.addWidget(stepper)
    stepper.show_steps(NAMES, 2, [0, 1])
    stepper.resize(1100, 44)
    with qtbot.waitActive(stepper):
        stepper.show()
        stepper.activateWindow()
    return stepper


def has_colour(stepper: Stepper, index: int, colour: str) -> bool:
    image = stepper.step(index).grab().toImage()
    return any(
        image.pixelColor(x, y) == QColor(colour)
        for x in range(image.width())
        for y in range(image.height())
    )


def test_done_current_and_to_do_are_told_apart_in_words_and_looks(stepper: Stepper) -> None:
    said = [stepper.step(index).accessibleName() for index in range(4)]
    assert said == ["1, Arm, done", "2, Torque off, done", "3, Sweep, now", "4, Signs, to do"]
    assert has_colour(stepper, 0, DARK.ok)
    assert has_colour(stepper, 2, DARK.accent)
    assert not has_colour(stepper, 3, DARK.ok)
    assert not has_colour(stepper, 3, DARK.accent)
    assert stepper.accessibleDescription() == "Step 3 of 6: Sweep"


def test_only_a_step_that_is_done_can_be_gone_back_to(stepper: Stepper, qtbot: QtBot) -> None:
    chosen: list[int] = []
    stepper.chosen.connect(chosen.append)
    for index in (3, 2, 1, 0):
        qtbot.mouseClick(stepper.step(index), Qt.MouseButton.LeftButton)
    assert chosen == [1, 0]


def test_arrows_move_between_steps_and_enter_goes_there(stepper: Stepper, qtbot: QtBot) -> None:
    stepper.step(0).setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(stepper.step(0), Qt.Key.Key_Right)
    assert QApplication.focusWidget() is stepper.step(1)
    with qtbot.waitSignal(stepper.chosen) as chosen:
        qtbot.keyClick(stepper.step(1), Qt.Key.Key_Return)
    assert chosen.args == [1]


def test_nothing_moves_when_the_next_step_begins(stepper: Stepper) -> None:
    before = [stepper.step(index).x() for index in range(6)]
    stepper.show_steps(NAMES, 3, [0, 1, 2])
    QApplication.processEvents()
    assert [stepper.step(index).x() for index in range(6)] == before


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_names_are_whole_or_folded_away(stepper: Stepper, scale: float) -> None:
    theme().set_scale(scale)
    for width in (1100, 700, stepper.minimumSizeHint().width()):
        stepper.resize(width, stepper.sizeHint().height())
        QApplication.processEvents()
        steps = [stepper.step(index) for index in range(6)]
        assert all(step.width() >= step.sizeHint().width() for step in steps)
        assert steps[-1].geometry().right() <= stepper.width()
    assert stepper.is_folded
    assert steps[3].toolTip() == "Signs"
    assert steps[2].toolTip() == "", "the current one keeps its name"
