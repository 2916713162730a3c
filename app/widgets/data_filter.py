"""Which rows of a data table are shown."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
)

from app.widgets.data_model import DataModel


class DataFilter(QSortFilterProxyModel):
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
