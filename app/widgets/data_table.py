"""A long table with a filter and cells to type into, such as the registers of a servo."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.data_filter import DataFilter
from app.widgets.data_model import Cell, Column, DataModel, DataRow, Validator
from app.widgets.data_rows import DataRows
from app.widgets.layouts import column, row
from app.widgets.text import StatusText, Text

__all__ = ["Cell", "Column", "DataRow", "DataTable"]

_FIELD = 30
_FILTER_WIDTH = 240


class DataTable(QWidget):
    """Columns and plain rows. Ctrl+F goes to the filter, Enter or F2 edits, Escape gives up.

    Named “<name>.filter” and “<name>.rows”.
    """

    edited = Signal(str, str, str)  # row, column, text that is in order
    chosen = Signal(str)  # row that the selection moved to

    def __init__(self, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._model, self._shown = DataModel(), DataFilter()
        self._shown.setSourceModel(self._model)
        self.filter = QLineEdit()
        self.filter.setObjectName(f"{name}.filter")
        self.filter.setClearButtonEnabled(False)
        self.filter.setAccessibleName(self.tr("Find in {0}").format(label))
        find = Text(self.tr("Find"), Role.SMALL)
        find.setBuddy(self.filter)
        self.count = Text("", Role.HINT, right=True)
        self.view = DataRows(self._shown, self._model)
        self.view.setObjectName(f"{name}.rows")
        self.view.setAccessibleName(label)
        self._error = StatusText("", Tone.BAD, "close-octagon")
        self._error.hide()
        self.setLayout(
            column(
                row(find, self.filter, None, self.count, spacing=8),
                self.view,
                self._error,
                spacing=8,
            )
        )
        self.filter.textChanged.connect(self._find)
        self._model.edited.connect(self.edited)
        self._model.refused.connect(self._show_refusal)
        self.view.selectionModel().currentRowChanged.connect(self._say_chosen)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.filter.setFocus)
        self._scale()
        theme().changed.connect(self._scale)

    def set_columns(self, columns: Sequence[Column]) -> None:
        self._model.set_columns(columns)
        self._scale()

    def set_validator(self, validator: Validator | None) -> None:
        """Asked with (row, column, text) before an edit is told; its sentence is shown."""
        self._model.set_validator(validator)

    def show_rows(self, rows: Sequence[DataRow]) -> None:
        """New values in the same rows leave selection, scroll and an open editor alone."""
        self._model.show_rows(rows)
        self._show_count()

    def select(self, key: str) -> None:
        """Go to a row; one that the filter hides stays hidden."""
        for number, shown in enumerate(self._model.rows):
            if shown.key == key:
                index = self._shown.mapFromSource(self._model.index(number, 0))
                self.view.setCurrentIndex(index)

    @property
    def error(self) -> str:
        """What is wrong with what was typed last."""
        return self._error.text

    @property
    def visible_keys(self) -> list[str]:
        """The rows that the filter leaves."""
        return [
            self._model.rows[self._shown.mapToSource(self._shown.index(number, 0)).row()].key
            for number in range(self._shown.rowCount())
        ]

    def _find(self, text: str) -> None:
        self._shown.find(text)
        self._show_count()

    def _show_count(self) -> None:
        left, all_of_them = self._shown.rowCount(), len(self._model.rows)
        is_whole = left == all_of_them
        said = str(left) if is_whole else self.tr("{0} of {1}").format(left, all_of_them)
        self.count.setText(said)

    def _show_refusal(self, sentence: str) -> None:
        self._error.show_status(sentence, Tone.BAD, "close-octagon")
        self._error.setVisible(bool(sentence))
        self.view.setAccessibleDescription(sentence)

    def _say_chosen(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.rows[self._shown.mapToSource(current).row()].key)

    def _scale(self) -> None:
        self.filter.setFixedHeight(theme().px(_FIELD))
        self.filter.setFixedWidth(theme().px(_FILTER_WIDTH))
        self.view.dress()
