"""The rows of a data table under their heads: widths, colours and keys."""

from PySide6.QtCore import (
    QEvent,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
)

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.data_cells import CELL_PADDING, ROW_HEIGHT, DataCells
from app.widgets.data_filter import DataFilter
from app.widgets.data_model import Column, DataModel
from app.widgets.painting import text_width
from app.widgets.ringed import ENTER_KEYS, wants_key

_HEAD = 28


class DataRows(QTableView):
    """Enter or F2 types into a cell; Tab leaves the table."""

    def __init__(self, shown: DataFilter, model: DataModel) -> None:
        super().__init__()
        self._model = model
        self._cells = DataCells(shown, model)
        self.setModel(shown)
        self.setItemDelegate(self._cells)
        model.modelReset.connect(self._fit)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def dress(self) -> None:
        """Colours, heights and widths at the theme and text size of now."""
        tokens, column_font = theme().tokens, theme().font(Role.COLUMN)
        self.setStyleSheet(
            f"QTableView {{ background: {tokens.surface}; border: 0; padding: 0; }}"
            f"QAbstractScrollArea::corner {{ background: {tokens.surface}; border: 0; }}"
            f"QHeaderView {{ background: {tokens.surface}; border: 0; padding: 0; }}"
            f"QHeaderView::section {{ background: {tokens.surface}; color: {tokens.text3};"
            f" border: 0; border-bottom: 1px solid {tokens.line}; padding: 0 {CELL_PADDING}px;"
            f" font-size: {column_font.pixelSize()}px; font-weight: 500; }}"
        )
        self.verticalHeader().setMinimumSectionSize(theme().px(20))
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW_HEIGHT))
        head = self.horizontalHeader()
        head.setFixedHeight(theme().px(_HEAD))
        self._fit()

    def _fit(self) -> None:
        """As wide as the longest text of each column; those that stretch share what is left."""
        columns = self._model.columns
        widths = [_column_width(shown) for shown in columns]
        for number in self._model.columns_to_type_into():
            widths[number] += theme().px(14) + 6  # the icon of what was refused
        stretching = [number for number, shown in enumerate(columns) if shown.stretches]
        left = max(self.viewport().width() - sum(widths), 0)
        for number in stretching:
            widths[number] += left // len(stretching)
        for number, width in enumerate(widths):
            self.horizontalHeader().resizeSection(number, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if self.hasFocus() and wants_key(event, ENTER_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        index = self.currentIndex()
        if is_enter and self.state() is not QAbstractItemView.State.EditingState:
            if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(index)
            return
        super().keyPressEvent(event)


def _column_width(shown: Column) -> int:
    longest = text_width(shown.longest, theme().font(Role.BODY))
    title = text_width(shown.title, theme().font(Role.COLUMN))
    return round(max(longest, title) * 1.08) + 2 * CELL_PADDING
