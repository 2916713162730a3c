from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK, Tone
from app.widgets.movement_strip import BAR_COUNT, MovementStrip


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def strip(qtbot: QtBot) -> MovementStrip:
    strip = MovementStrip("ttyACM0")
    qtbot.addWidget(strip)
    strip.resize(206, strip.sizeHint().height())
    return strip


def accented(image: QImage, top: int) -> list[tuple[int, int]]:
    return [
        (x, y)
        for x in range(image.width())
        for y in range(top, image.height())
        if image.pixelColor(x, y) == QColor(DARK.accent)
    ]


def test_the_newest_movement_is_at_the_right(strip: MovementStrip) -> None:
    strip.show_movement([0.0] * 10 + [1.0], "moving now", Tone.ACCENT)
    bars = accented(strip.grab().toImage(), 22)
    assert min(x for x, _ in bars) > 206 * (BAR_COUNT - 1) / BAR_COUNT - 2
    assert max(y for _, y in bars) - min(y for _, y in bars) > 28


def test_bars_are_as_high_as_it_moved(strip: MovementStrip) -> None:
    strip.show_movement([1.0, 0.5], "moving now", Tone.ACCENT)
    bars = accented(strip.grab().toImage(), 22)
    middle = 206 - 206 / BAR_COUNT
    older = sum(x < middle for x, _ in bars)
    newer = sum(x >= middle for x, _ in bars)
    assert newer == pytest.approx(older / 2, rel=0.2)


def test_a_still_arm_has_no_accent_and_says_so(strip: MovementStrip) -> None:
    strip.show_movement([0.0] * 50, "still")
    assert accented(strip.grab().toImage(), 0) == []
    assert strip.accessibleName() == "ttyACM0, still"


def test_name_and_word_have_room_at_any_text_size(strip: MovementStrip) -> None:
    strip.show_movement([], "moving now", Tone.ACCENT)
    usual = strip.minimumSizeHint().width()
    theme().set_scale(1.5)
    assert strip.minimumSizeHint().width() > 1.3 * usual
    assert strip.sizeHint().height() > strip.height()
