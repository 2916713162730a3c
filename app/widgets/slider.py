"""Slider with its value, unit and label."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from app.theme.type_scale import Role
from app.widgets.layouts import row
from app.widgets.text import Text


class Track(QSlider):
    """The track alone; ``label`` is for those who do not see it."""

    def __init__(self, label: str, *, name: str, step: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSingleStep(step)
        self.setPageStep(step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a panel must not change a limit under the pointer


class Slider(QWidget):
    """Label, track, value. ``shown`` turns the value into text, unit included."""

    changed = Signal(int)  # by the operator; ``set_value`` does not emit

    def __init__(
        self,
        label: str,
        low: int,
        high: int,
        *,
        name: str,
        shown: Callable[[int], str],
        step: int = 5,
        track_width: int = 150,
    ) -> None:
        super().__init__()
        self._shown = shown
        self.track = Track(label, name=name, step=step)
        self.track.setRange(low, high)
        self.track.setFixedWidth(track_width)
        self._value = Text("", Role.HEADING, right=True)
        self._value.reserve(max((shown(low), shown(high)), key=len))
        self.setLayout(row(Text(label, Role.HEADING), self.track, self._value, spacing=8))
        self.track.valueChanged.connect(self._on_value)
        self._on_value(self.track.value())

    def set_value(self, value: int) -> None:
        if value != self.track.value() and not self.track.isSliderDown():
            self.track.blockSignals(True)
            self.track.setValue(value)
            self.track.blockSignals(False)
            self._value.setText(self._shown(value))

    def _on_value(self, value: int) -> None:
        self._value.setText(self._shown(value))
        self.changed.emit(value)
