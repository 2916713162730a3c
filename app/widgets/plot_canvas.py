"""The plots themselves, drawn by pyqtgraph. Importing this costs a quarter of a second.

``joint_plots`` imports it once the window has been painted, so that no start waits for it.
"""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.joint_history import SPAN_S, History
from app.widgets.layouts import column

_LEAST_SPAN = 20.0  # units: a still joint must not look like a wild one
_TICK_STEPS = (5, 10, 20, 30, 40, 60, 90, 120)
_MOST_TICKS = 4.2
_AXIS_WIDTH = 38


class PlotLine(NamedTuple):
    """One joint to plot."""

    key: str
    colour: str
    is_percent: bool


class PlotCanvas(QWidget):
    """One small plot below another, the seconds under the last."""

    def __init__(self) -> None:
        super().__init__()
        self._view = pyqtgraph.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.setContentsMargins(0, 0, 0, 0)
        self._view.ci.setSpacing(6)
        self._plots: dict[str, _Plot] = {}
        self.setLayout(column(self._view))

    def set_lines(self, lines: Sequence[PlotLine]) -> None:
        self._view.clear()
        self._view.setBackground(theme().tokens.surface)
        self._plots = {
            line.key: _Plot(self._view.addPlot(row=place, col=0), line, place == len(lines) - 1)
            for place, line in enumerate(lines)
        }

    def draw(self, history: History) -> None:
        for key, plot in self._plots.items():
            plot.show(*history.window(key))


class _Plot:
    """One joint's axes and its two lines. The range only grows, so that nothing jumps."""

    def __init__(self, item: Any, line: PlotLine, has_times: bool) -> None:
        self._item = item  # a pyqtgraph.PlotItem
        self._unit = " %" if line.is_percent else "°"
        self._seen: tuple[float, float] | None = None  # the smallest and the largest value
        tokens, font = theme().tokens, theme().font(Role.COLUMN)
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setMouseEnabled(x=False, y=False)
        self._item.vb.setBackgroundColor(tokens.plot)
        self._item.showGrid(x=True, y=True, alpha=0.25 if tokens.name == "dark" else 0.2)
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setTickFont(font)
            axis.setTextPen(QColor(tokens.text3))
            axis.setPen(QColor(tokens.grid))
            axis.setStyle(tickLength=0)
        self._item.getAxis("left").setWidth(theme().px(_AXIS_WIDTH))
        bottom = self._item.getAxis("bottom")
        bottom.setTicks([[(second, f"−{-second} s") for second in (-8, -6, -4, -2)]])
        bottom.setStyle(showValues=has_times)
        bottom.setHeight(theme().px(20) if has_times else 1)
        self._item.setXRange(-SPAN_S, 0, padding=0)
        self._position = self._item.plot(pen=_pen(line.colour, 1.6), skipFiniteCheck=False)
        self._goal = self._item.plot(pen=_pen(line.colour, 1.4, dashed=True), skipFiniteCheck=False)
        self._set_range(-_LEAST_SPAN / 2, _LEAST_SPAN / 2)

    def show(self, times: NDArray[np.float64], values: NDArray[np.float32]) -> None:
        """``times`` of shape (samples,), ``values`` of shape (samples, 2): position, goal."""
        if len(times) < 2:
            self._position.setData([], [])
            self._goal.setData([], [])
            return
        self._position.setData(times, values[:, 0], connect="finite")
        self._goal.setData(times, values[:, 1], connect="finite")
        finite = values[np.isfinite(values)]
        if finite.size:
            self._fit(float(finite.min()), float(finite.max()))

    def _fit(self, low: float, high: float) -> None:
        """Make room for these values, beside all that were shown before."""
        if self._seen is not None:
            low, high = min(low, self._seen[0]), max(high, self._seen[1])
        if (low, high) != self._seen:
            self._seen = (low, high)
            middle, half = (low + high) / 2, max(high - low, _LEAST_SPAN) / 2
            self._set_range(middle - half, middle + half)

    def _set_range(self, low: float, high: float) -> None:
        margin = 0.05 * (high - low)
        low, high = low - margin, high + margin
        self._item.setYRange(low, high, padding=0)
        step = next(
            (step for step in _TICK_STEPS if (high - low) / step <= _MOST_TICKS), _TICK_STEPS[-1]
        )
        marks = range(ceil(low / step) * step, floor(high) + 1, step)
        labels = [(mark, f"{mark}{self._unit}".replace("-", "−")) for mark in marks]
        self._item.getAxis("left").setTicks([labels])


def _pen(colour: str, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4, 3])
    return pen
