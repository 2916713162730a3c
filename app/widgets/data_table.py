"""A long table with a filter and cells to type into, such as the registers of a servo."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import SEGMENT_RADIUS, Role
from app.widgets.data_model import Cell, Column, DataModel, DataRow, Index, Validator
from app.widgets.layouts import column, row
from app.widgets.painting import LEFT, RIGHT, draw_box, draw_focus_ring, draw_text, text_width
from app.widgets.ringed import ENTER_KEYS, wants_key
from app.widgets.text import StatusText, Text

__all__ = ["Cell", "Column", "DataRow", "DataTable"]

_ROW, _HEAD, _FIELD = 32, 28, 30
_CELL_PADDING = 8
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
        self._model, self._shown = DataModel(), _Filtered()
        self._shown.setSourceModel(self._model)
        self.filter = QLineEdit()
        self.filter.setObjectName(f"{name}.filter")
        self.filter.setClearButtonEnabled(False)
        self.filter.setAccessibleName(self.tr("Find in {0}").format(label))
        find = Text(self.tr("Find"), Role.SMALL)
        find.setBuddy(self.filter)
        self.count = Text("", Role.HINT, right=True)
        self.view = _Rows(self._shown, self._model)
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


class _Filtered(QSortFilterProxyModel):
    """Rows in which all words of the filter occur somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._words: list[str] = []

    def find(self, text: str) -> None:
        self._words = text.casefold().split()
        self.invalidate()

    def filterAcceptsRow(
        self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex
    ) -> bool:
        model = self.sourceModel()
        if not isinstance(model, DataModel):
            return True
        text = model.rows[source_row].search_text
        return all(word in text for word in self._words)


class _Rows(QTableView):
    def __init__(self, shown: _Filtered, model: DataModel) -> None:
        super().__init__()
        self._model = model
        self._cells = _CellPainter(shown, model)
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
            f" border: 0; border-bottom: 1px solid {tokens.line}; padding: 0 {_CELL_PADDING}px;"
            f" font-size: {column_font.pixelSize()}px; font-weight: 500; }}"
        )
        self.verticalHeader().setMinimumSectionSize(theme().px(20))
        self.verticalHeader().setDefaultSectionSize(theme().px(_ROW))
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
    return round(max(longest, title) * 1.08) + 2 * _CELL_PADDING


class _Editor(QLineEdit):
    """Enter and Escape end the typing, whatever else a panel binds them to."""

    def event(self, event: QEvent) -> bool:
        if wants_key(event, ENTER_KEYS | {Qt.Key.Key_Escape}):
            event.accept()
            return True
        return super().event(event)


class _CellPainter(QStyledItemDelegate):
    """Paints a cell from its tone; one that was refused with what was typed, outlined."""

    def __init__(self, shown: _Filtered, model: DataModel) -> None:
        super().__init__()
        self._shown, self._model = shown, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme().tokens
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        source = self._shown.mapToSource(index)
        cell, shown = self._model.cell(source), self._model.columns[source.column()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.accent_tint))
            if source.column() == 0:
                bar = QRectF(rect.left(), rect.top(), 3, rect.height())
                painter.fillRect(bar, QColor(tokens.accent))
        line = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
        painter.fillRect(line, QColor(tokens.line))
        typed = self._model.refused_text(source)
        box = rect.adjusted(2, 3, -2, -4)
        if typed is not None:
            draw_box(painter, box, SEGMENT_RADIUS, tokens.bad_tint, tokens.bad)
        elif cell.is_editable:
            draw_box(painter, box, SEGMENT_RADIUS, None, tokens.edge)
        self._write(painter, rect, cell, typed, shown.is_number)
        if state & QStyle.StateFlag.State_HasFocus:
            draw_focus_ring(painter, rect.adjusted(0, 1, 0, -2), SEGMENT_RADIUS)
        painter.restore()

    def _write(
        self, painter: QPainter, rect: QRectF, cell: Cell, typed: str | None, is_number: bool
    ) -> None:
        tokens = theme().tokens
        ink = tokens.text if cell.tone is None else tokens.of(cell.tone)
        inner = rect.adjusted(_CELL_PADDING, 0, -_CELL_PADDING, 0)
        icon = "close-octagon" if typed is not None else cell.icon
        if icon:
            side = theme().px(14)
            spot = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
            draw_icon(painter, icon, spot, tokens.bad if typed is not None else ink)
            inner.adjust(side + 6, 0, 0, 0)
        text = cell.text if typed is None else typed
        draw_text(painter, inner, text, theme().font(Role.BODY), ink, RIGHT if is_number else LEFT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = _Editor(parent)
        title = self._model.columns[index.column()].title
        editor.setAccessibleName(f"{index.sibling(index.row(), 0).data()}, {title}")
        if self._model.columns[index.column()].is_number:
            editor.setAlignment(RIGHT)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Only once: fresh readings of a live table must not wipe what is being typed.
        if isinstance(editor, QLineEdit) and not editor.property("filled"):
            editor.setProperty("filled", True)
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, theme().px(_ROW))
