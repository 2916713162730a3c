from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.widgets.checks_list import Check, ChecksList
from app.widgets.text import Text
from lerobot_core.workers.protocol import DeviceState

CHECKS = [
    Check("Torque is off on all six servos"),
    Check(
        "Keep the arm clear of the table edge, and of everything else around it", DeviceState.WARN
    ),
    Check("The encoder's seam is inside the travel", DeviceState.BAD),
    Check("Signs", DeviceState.NONE),
]


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def checks(qtbot: QtBot) -> ChecksList:
    checks = ChecksList()
    qtbot.addWidget(checks)
    checks.show_checks(CHECKS)
    checks.resize(300, 200)
    checks.show()
    return checks


def lines(checks: ChecksList) -> list[Text]:
    return [label for label in checks.findChildren(Text) if label.isVisible()]


def test_each_state_has_a_tone_and_a_word_of_its_own(checks: ChecksList) -> None:
    assert [line.text() for line in lines(checks)] == [check.text for check in CHECKS]
    assert [line.property("tone") for line in lines(checks)] == [None, "warn", "bad", None]
    marks = [
        label.accessibleName()
        for label in checks.findChildren(QLabel)
        if not isinstance(label, Text) and label.isVisible()
    ]
    assert marks == ["in order", "take care", "not in order", "to do"]
    assert checks.accessibleDescription().startswith("in order: Torque is off")


def test_the_same_checks_are_not_built_again(checks: ChecksList) -> None:
    before = lines(checks)
    checks.show_checks(list(CHECKS))
    assert lines(checks) == before
    checks.show_checks(CHECKS[:1])
    QApplication.processEvents()
    assert [line.text() for line in lines(checks)] == [CHECKS[0].text]


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_long_lines_wrap_and_stay_whole(checks: ChecksList, scale: float) -> None:
    theme().set_scale(scale)
    QApplication.processEvents()
    checks.resize(280, checks.heightForWidth(280))
    QApplication.processEvents()
    for line in lines(checks):
        assert line.height() >= line.heightForWidth(line.width())
    assert lines(checks)[1].height() > lines(checks)[0].height()
