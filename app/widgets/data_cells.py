"""How a cell of a data table is painted and typed into."""

from PySide6.QtCore import (
    QEvent,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.type_scale import SEGMENT_RADIUS, Role
from app.widgets.data_filter import DataFilter
from app.widgets.data_model import Cell, DataModel, Index
from app.widgets.painting import LEFT, RIGHT, draw_box, draw_focus_ring, draw_text
from app.widgets.ringed import ENTER_KEYS, wants_key

CELL_PADDING, ROW_HEIGHT = 8, 32


class _Editor(QLineEdit):
    """Enter and Escape end the typing, whatever else a panel binds them to."""

    def event(self, event: QEvent) -> bool:
        if wants_key(event, ENTER_KEYS | {Qt.Key.Key_Escape}):
            event.accept()
            return True
        return super().event(event)


class DataCells(QStyledItemDelegate):
    """Paints a cell from its tone; one that was refused with what was typed, outlined."""

    def __init__(self, shown: DataFilter, model: DataModel) -> None:
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
        inner = rect.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
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
        return QSize(60, theme().px(ROW_HEIGHT))
