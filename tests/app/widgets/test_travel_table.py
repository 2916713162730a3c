from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK, Tone
from app.widgets import travel_table
from app.widgets.button import Button
from app.widgets.painting import text_width
from app.widgets.travel_bar import Travel
from app.widgets.travel_table import TravelRow, TravelTable, number_text

ROWS = [
    TravelRow(
        "shoulder_pan",
        "Shoulder pan",
        Travel(741, 3362, 2051, (680, 3420)),
        230.4,
        Tone.OK,
        "complete",
    ),
    TravelRow(
        "elbow_flex",
        "Elbow flex",
        Travel(-120, 3040, 3040, (750, 3200)),
        193,
        Tone.ACCENT,
        "keep going",
    ),
    TravelRow(
        "wrist_roll",
        "Wrist roll",
        Travel(2010, 2133, 2060, (200, 3900)),
        11,
        Tone.NEUTRAL,
        "not yet moved",
    ),
    TravelRow("gripper", "Gripper", word="not yet moved"),
]


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def table(qtbot: QtBot) -> TravelTable:
    table = TravelTable()
    qtbot.addWidget(table)
    table.show_rows(ROWS)
    table.resize(736, 520)
    table.show()
    return table


def has(image: QImage, rect: QRectF, colour: str) -> bool:
    area = rect.toAlignedRect()
    return any(
        image.pixelColor(x, y) == QColor(colour)
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    )


def test_a_row_says_everything_in_words(table: TravelTable) -> None:
    assert table.cell_texts("elbow_flex") == [
        "Elbow flex",
        "−120",
        "3040",
        "3040",
        "193°",
        "keep going",
    ]
    assert table.cell_texts("gripper")[1:5] == ["—"] * 4
    with pytest.raises(KeyError):
        table.cell_texts("knee")


@pytest.mark.parametrize(("value", "text"), [(-0.2, "0"), (-14.0, "−14"), (None, "—")])
def test_numbers_are_whole_with_a_real_minus(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_each_bar_has_the_colour_of_its_word(table: TravelTable) -> None:
    image = table.grab().toImage()
    assert has(image, table.bar_of("shoulder_pan"), DARK.ok)
    assert has(image, table.bar_of("elbow_flex"), DARK.accent)
    assert not has(image, table.bar_of("wrist_roll"), DARK.ok)
    assert not has(image, table.bar_of("gripper"), DARK.text)


def test_the_active_row_is_tinted_with_a_bar_at_its_left(table: TravelTable) -> None:
    table.set_active("elbow_flex")
    image = table.grab().toImage()
    row = table.place_of("elbow_flex")
    assert has(image, QRectF(0, row.top() + 4, 3, row.height() - 8), DARK.accent)
    assert has(image, row.adjusted(4, 2, -4, -4), DARK.accent_tint)
    assert not has(image, table.place_of("shoulder_pan"), DARK.accent_tint)


def test_rows_are_tall_for_six_joints_and_dense_for_twelve(table: TravelTable) -> None:
    assert table.row_height == 72
    pair = [TravelRow(f"{side}_{n}", f"Left joint {n}") for side in "lr" for n in range(6)]
    table.show_rows(pair)
    assert 26 <= table.row_height < 45
    assert table.sizeHint().height() < 520
    last = table.place_of("r_5")
    assert last.bottom() <= table.height()
    assert table.bar_of("r_5").height() <= last.height() - 10


def test_the_bars_do_not_move_while_words_change(table: TravelTable) -> None:
    before = table.bar_of("gripper")
    table.show_rows([TravelRow(row.joint, row.label, row.travel, 1, Tone.OK, "ok") for row in ROWS])
    assert table.bar_of("gripper") == before


def test_clicks_and_keys_choose_a_joint(table: TravelTable, qtbot: QtBot) -> None:
    chosen: list[str] = []
    table.chosen.connect(chosen.append)
    place = table.place_of("wrist_roll").center().toPoint()
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_End)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert chosen == ["wrist_roll", "elbow_flex", "gripper"]
    assert table.accessibleDescription().startswith("Gripper, —")


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
@pytest.mark.parametrize("width", [560, 736, 1000])
def test_no_text_is_shortened(
    table: TravelTable, monkeypatch: pytest.MonkeyPatch, scale: float, width: int
) -> None:
    theme().set_scale(scale)
    table.resize(max(width, table.minimumSizeHint().width()), 640)
    cut: list[str] = []
    draw = travel_table.draw_text

    def watched(painter, rect, text, font, *rest):  # type: ignore[no-untyped-def]
        if text_width(text, font) > rect.width() + 0.5:
            cut.append(text)
        draw(painter, rect, text, font, *rest)

    monkeypatch.setattr(travel_table, "draw_text", watched)
    table.grab()
    assert cut == []


def test_another_unit_is_another_scale(qtbot: QtBot) -> None:
    table = TravelTable((-180.0, 180.0))
    qtbot.addWidget(table)
    table.resize(736, 200)
    table.show_rows([TravelRow("a", "A", Travel(0, 90, None), 90, Tone.OK, "complete")])
    image, bar = table.grab().toImage(), table.bar_of("a")
    half = QRectF(bar.left(), bar.top(), bar.width() / 2 - 2, bar.height())
    assert not has(image, half, DARK.ok)
    assert has(image, half.translated(bar.width() / 2, 0), DARK.ok)


def test_keys_of_one_who_came_by_keyboard_are_the_table_s(qtbot: QtBot) -> None:
    table, button = TravelTable(), Button("Next", key="Return")
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(table)
    layout.addWidget(button)
    table.show_rows(ROWS)
    said: list[str] = []
    table.chosen.connect(said.append)
    button.clicked.connect(lambda: said.append("next"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    table.clearFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert said == ["next", "shoulder_pan"]
