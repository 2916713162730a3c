"""A select whose choices have keys, and may change."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.widgets.select import Select


class Choice(Select):
    """Filled again when there is something else to choose from; hidden when there is nothing."""

    picked = Signal()

    def __init__(self, *, name: str, label: str) -> None:
        super().__init__(name=name, label=label, height=28)
        self._keys: list[str] = []
        self.activated.connect(self.picked)

    @property
    def key(self) -> str:
        place = self.currentIndex()
        return self._keys[place] if 0 <= place < len(self._keys) else ""

    def show_options(self, keys: Sequence[str], labels: Sequence[str], chosen: str) -> None:
        if (list(keys), list(labels)) != (self._keys, self._labels()):
            self._keys = list(keys)
            self.clear()
            self.addItems(list(labels))
            self.updateGeometry()
        if chosen in self._keys:
            self.setCurrentIndex(self._keys.index(chosen))
        self.setVisible(bool(keys))

    def _labels(self) -> list[str]:
        return [self.itemText(place) for place in range(self.count())]
