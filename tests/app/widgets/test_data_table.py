from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.widgets import data_cells
from app.widgets.data_table import Cell, Column, DataRow, DataTable
from app.widgets.painting import text_width

NAMES = ["Model number", "Id", "Baud rate", "Min position limit", "Max position limit"]


def rows(offset: int = 0) -> list[DataRow]:
    return [
        DataRow(
            name.lower().replace(" ", "_"),
            (
                Cell(str(address)),
                Cell(name),
                Cell(str(address * 100 + offset), is_editable=name != "Model number"),
            ),
        )
        for address, name in enumerate(NAMES)
    ]


def validate(row: str, column: str, text: str) -> str:
    if text.isdigit() and int(text) < 4096:
        return ""
    return f"{row}: a whole number from 0 to 4095."


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def table(qtbot: QtBot) -> DataTable:
    table = DataTable("registers", "Registers of servo 3")
    qtbot.addWidget(table)
    table.set_columns(
        [
            Column("address", "Address", is_number=True, longest="888"),
            Column("name", "Name", longest="Max position limit", stretches=True),
            Column("value", "Value", is_number=True, longest="88888"),
        ]
    )
    table.set_validator(validate)
    table.show_rows(rows())
    table.resize(600, 320)
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    return table


def go_to(table: DataTable, row: int, column: int) -> None:
    table.view.setFocus()
    table.view.setCurrentIndex(table.view.model().index(row, column))


def type_into(qtbot: QtBot, table: DataTable, text: str) -> None:
    """Enter opens the cell, Enter closes it."""
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    editor = table.view.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    # A closed editor goes with the next turn of the event loop.
    qtbot.waitUntil(lambda: table.view.findChild(QLineEdit) is None)


def test_the_filter_leaves_rows_with_all_its_words(table: DataTable, qtbot: QtBot) -> None:
    qtbot.keyClick(table.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert table.filter.hasFocus()
    qtbot.keyClicks(table.filter, "limit MAX")
    assert table.visible_keys == ["max_position_limit"]
    assert table.count.text() == "1 of 5"
    table.filter.clear()
    assert len(table.visible_keys) == 5
    assert table.count.text() == "5"


def test_an_edit_by_keyboard_is_told(table: DataTable, qtbot: QtBot) -> None:
    go_to(table, 1, 2)
    with qtbot.waitSignal(table.edited) as edited:
        type_into(qtbot, table, " 7 ")
    assert edited.args == ["id", "value", "7"]
    assert table.error == ""


def test_what_is_out_of_range_is_kept_marked_and_explained(table: DataTable, qtbot: QtBot) -> None:
    go_to(table, 1, 2)
    before = table.view.grab().toImage()
    with qtbot.assertNotEmitted(table.edited):
        type_into(qtbot, table, "9999")
    assert table.error == "id: a whole number from 0 to 4095."
    assert table.view.accessibleDescription() == table.error
    index = table.view.model().index(1, 2)
    assert index.data(Qt.ItemDataRole.EditRole) == "9999"
    assert table.view.grab().toImage() != before
    with qtbot.waitSignal(table.edited):
        type_into(qtbot, table, "99")
    assert table.error == ""


def test_a_cell_that_is_only_read_opens_no_editor(table: DataTable, qtbot: QtBot) -> None:
    go_to(table, 0, 2)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    qtbot.keyClick(table.view, Qt.Key.Key_5)
    assert table.view.findChild(QLineEdit) is None


def test_fresh_values_leave_selection_and_typing_alone(table: DataTable, qtbot: QtBot) -> None:
    go_to(table, 2, 2)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    editor = table.view.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.accessibleName() == "2, Value"
    editor.setText("12")
    table.show_rows(rows(offset=5))
    assert editor.text() == "12"
    assert table.view.currentIndex().row() == 2
    assert table.view.model().index(3, 2).data() == "305"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: table.view.findChild(QLineEdit) is None)


def test_moving_through_the_rows_says_where_one_is(table: DataTable, qtbot: QtBot) -> None:
    chosen: list[str] = []
    table.chosen.connect(chosen.append)
    table.select("id")
    table.view.setFocus()
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    assert chosen == ["id", "baud_rate"]


def test_tab_leaves_the_rows(table: DataTable, qtbot: QtBot) -> None:
    go_to(table, 1, 1)
    qtbot.keyClick(table.view, Qt.Key.Key_Tab)
    assert not table.view.hasFocus()


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_no_text_is_shortened(
    table: DataTable, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    theme().set_scale(scale)
    go_to(table, 1, 2)
    type_into(qtbot, table, "99999")
    table.resize(760, 400)
    cut: list[str] = []
    draw = data_cells.draw_text

    def watched(painter, rect, text, font, *rest):  # type: ignore[no-untyped-def]
        if text_width(text, font) > rect.width() + 0.5:
            cut.append(text)
        draw(painter, rect, text, font, *rest)

    monkeypatch.setattr(data_cells, "draw_text", watched)
    table.grab()
    assert cut == []
    assert table.view.rowHeight(0) == theme().px(32)


def test_enter_in_a_cell_is_not_the_panel_s_enter(table: DataTable, qtbot: QtBot) -> None:
    panel_s = QShortcut(QKeySequence("Return"), table)
    pressed: list[bool] = []
    panel_s.activated.connect(lambda: pressed.append(True))
    go_to(table, 1, 2)
    with qtbot.waitSignal(table.edited):
        type_into(qtbot, table, "8")
    assert pressed == []
    table.filter.setFocus()
    qtbot.keyClick(table.filter, Qt.Key.Key_Return)
    assert pressed == [True]
