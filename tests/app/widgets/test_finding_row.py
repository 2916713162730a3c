from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK, Tone
from app.widgets.button import Kind
from app.widgets.finding_row import FindingRow, Step

ADVICE = "Check the cable between servos 3 and 4: push both plugs in until they click."
STEPS = [Step("show", "Show on the arm"), Step("scan", "Scan again", "restart", Kind.PRIMARY)]


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def finding(qtbot: QtBot) -> FindingRow:
    window = QWidget()
    qtbot.addWidget(window)
    finding = FindingRow("chain")
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(finding)
    layout.addStretch(1)
    finding.show_finding(Tone.BAD, "Everything after servo 3 is silent", ADVICE, STEPS)
    window.resize(766, 300)
    window.show()
    return finding


def test_its_ground_and_border_are_of_its_tone(finding: FindingRow) -> None:
    image = finding.grab().toImage()
    assert image.pixelColor(finding.width() // 2, 4) == QColor(DARK.bad_tint)
    assert image.pixelColor(finding.width() // 2, 0) == QColor(DARK.bad)
    finding.show_finding(Tone.NEUTRAL, "Reading only")
    assert finding.grab().toImage().pixelColor(300, 4) == QColor(DARK.raised)
    assert finding.text.isHidden()


def test_its_buttons_say_which_was_clicked(finding: FindingRow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(finding.step_wanted) as wanted:
        qtbot.mouseClick(finding.button("scan"), Qt.MouseButton.LeftButton)
    assert wanted.args == ["scan"]
    assert finding.button("scan").objectName() == "chain.scan"
    assert finding.button("scan").kind is Kind.PRIMARY


def test_buttons_that_stay_are_not_made_anew(finding: FindingRow) -> None:
    button = finding.button("scan")
    finding.show_finding(Tone.WARN, "The supply is low", "It is 4.9 V.", STEPS)
    assert finding.button("scan") is button
    finding.show_finding(Tone.OK, "Every servo answers")
    with pytest.raises(KeyError):
        finding.button("scan")
    assert finding.accessibleName() == "Every servo answers"


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("width", [420, 766, 1100])
def test_the_text_is_whole_at_any_width(finding: FindingRow, scale: float, width: int) -> None:
    theme().set_scale(scale)
    finding.window().resize(max(width, finding.minimumSizeHint().width()), 600)
    QApplication.processEvents()
    QApplication.processEvents()
    for label in (finding.heading, finding.text):
        assert label.height() >= label.heightForWidth(label.width())
    button = finding.button("scan")
    assert button.width() >= button.sizeHint().width()
    assert button.geometry().right() <= finding.width()
    assert not button.geometry().intersects(finding.text.geometry())


def test_in_a_narrow_place_the_buttons_go_below_the_text(finding: FindingRow) -> None:
    beside = finding.button("scan").y() < finding.text.geometry().bottom()
    finding.window().resize(440, 400)
    QApplication.processEvents()
    assert beside
    assert finding.button("scan").y() > finding.text.geometry().bottom()
