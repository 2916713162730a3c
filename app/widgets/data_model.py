"""Rows of a long table, as Qt's model wants them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.theme.tokens import Tone

Index = QModelIndex | QPersistentModelIndex
Validator = Callable[[str, str, str], str]
"""(row, column, what was typed) → what is wrong with it, in a sentence; empty: nothing."""


@dataclass(frozen=True)
class Column:
    """``longest`` keeps its width; the column with ``stretches`` takes what is left."""

    key: str
    title: str
    is_number: bool = False  # at the right
    longest: str = ""
    stretches: bool = False


@dataclass(frozen=True)
class Cell:
    text: str
    tone: Tone | None = None
    icon: str = ""
    is_editable: bool = False
    hint: str = ""  # its range or what it means: the tooltip


@dataclass(frozen=True)
class DataRow:
    """``key`` names the row to the panel. Cells stand in the order of the columns.

    It is found by ``also`` too, which is not shown.
    """

    key: str
    cells: tuple[Cell, ...]
    also: str = ""

    @property
    def search_text(self) -> str:
        return " ".join((*(cell.text for cell in self.cells), self.also)).casefold()


_TOP = QModelIndex()


class DataModel(QAbstractTableModel):
    """Keeps what was typed and refused, until it is typed anew."""

    edited = Signal(str, str, str)  # row, column, text that is in order
    refused = Signal(str)  # what is wrong with what was typed; empty: nothing any more

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = ()
        self.rows: tuple[DataRow, ...] = ()
        self._refused: dict[tuple[str, str], str] = {}
        self._validator: Validator | None = None

    def set_columns(self, columns: Sequence[Column]) -> None:
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), ()
        self._refused.clear()
        self.endResetModel()

    def set_validator(self, validator: Validator | None) -> None:
        self._validator = validator

    def show_rows(self, rows: Sequence[DataRow]) -> None:
        """The same rows with other values leave selection and editor as they are."""
        shown = tuple(rows)
        if [row.key for row in shown] != [row.key for row in self.rows]:
            self.beginResetModel()
            self.rows = shown
            self._refused.clear()
            self.endResetModel()
            return
        before, self.rows = self.rows, shown
        for number, (old, new) in enumerate(zip(before, shown, strict=True)):
            if old != new:
                last = len(self.columns) - 1
                self.dataChanged.emit(self.index(number, 0), self.index(number, last))

    def cell(self, index: Index) -> Cell:
        return self.rows[index.row()].cells[index.column()]

    def columns_to_type_into(self) -> list[int]:
        """Columns in which some cell is editable."""
        return [
            number
            for number in range(len(self.columns))
            if any(row.cells[number].is_editable for row in self.rows)
        ]

    def refused_text(self, index: Index) -> str | None:
        """What was typed into a cell and is not in order."""
        return self._refused.get(self._place(index))

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == Qt.ItemDataRole.EditRole:
            typed = self.refused_text(index)
            return cell.text if typed is None else typed
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.hint
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self.cell(index).is_editable else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        text, place = str(value).strip(), self._place(index)
        if role != Qt.ItemDataRole.EditRole or text == self.data(index, role):
            return False
        wrong = ""
        if self._validator is not None and text != self.cell(index).text:
            wrong = self._validator(*place, text)
        self._refused.pop(place, None)
        if wrong:
            self._refused[place] = text
        self.dataChanged.emit(index, index)
        self.refused.emit(wrong)
        if not wrong and text != self.cell(index).text:
            self.edited.emit(*place, text)
        return not wrong

    def _place(self, index: Index) -> tuple[str, str]:
        return self.rows[index.row()].key, self.columns[index.column()].key
