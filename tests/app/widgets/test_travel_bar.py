from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK, Tone
from app.widgets.travel_bar import TravelBar


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


def columns_of(image: QImage, colour: str, y: int) -> list[int]:
    return [x for x in range(image.width()) if image.pixelColor(x, y) == QColor(colour)]


def shown(qtbot: QtBot, bar: TravelBar) -> QImage:
    qtbot.addWidget(bar)
    bar.resize(400, bar.sizeHint().height())
    return bar.grab().toImage()


def test_the_travel_found_is_as_long_as_it_is_on_the_scale(qtbot: QtBot) -> None:
    bar = TravelBar((0, 400), "Elbow flex")
    bar.show_travel(100, 300, 50, tone=Tone.OK)
    image = shown(qtbot, bar)
    found = columns_of(image, DARK.ok, image.height() // 2)
    assert (found[0], found[-1]) == (pytest.approx(100, abs=1), pytest.approx(299, abs=1))
    now = columns_of(image, DARK.text, image.height() // 2)
    assert now == [49, 50, 51]
    assert bar.accessibleName() == "Elbow flex"
    assert bar.accessibleDescription() == "100 to 300"


def test_the_expected_travel_is_a_dashed_outline_round_the_bar(qtbot: QtBot) -> None:
    bar = TravelBar((-180, 180))
    bar.show_travel(None, None, None, (-90, 90))
    image = shown(qtbot, bar)
    edge = [
        any(image.pixelColor(x, y).red() > 100 for y in range(0, 4)) for x in range(image.width())
    ]
    assert not any(edge[:98])
    assert not any(edge[303:])
    assert any(edge[105:295])
    assert not all(edge[105:295]), "dashed"


def test_a_joint_that_has_not_moved_is_seen_and_values_outside_stay_in(qtbot: QtBot) -> None:
    bar = TravelBar((0, 400))
    bar.show_travel(-50, -50, 900, tone=Tone.ACCENT)
    image = shown(qtbot, bar)
    assert columns_of(image, DARK.accent, image.height() // 2)
    assert columns_of(image, DARK.text, image.height() // 2)[-1] >= 397


def test_the_bar_grows_with_the_text(qtbot: QtBot) -> None:
    bar = TravelBar()
    qtbot.addWidget(bar)
    usual = bar.sizeHint().height()
    theme().set_scale(1.5)
    assert bar.sizeHint().height() == usual + 9


def test_nothing_is_drawn_oftener_than_it_can_be_read(qtbot: QtBot) -> None:
    paints: list[int] = []

    class Counting(TravelBar):
        def paintEvent(self, event: object) -> None:
            paints.append(1)
            super().paintEvent(event)  # type: ignore[arg-type]

    bar = Counting((0, 4095))
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    QApplication.processEvents()
    paints.clear()
    for position in range(500):
        bar.show_travel(0, position, position)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: bool(paints))
    assert len(paints) < 20
