"""Live plots of chosen joints over the last ten seconds: position solid, goal dashed.

Importing this loads pyqtgraph. Panels without plots must not.
"""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.check_box import CheckBox
from app.widgets.joint_table import JointLook
from app.widgets.layouts import clear, row
from app.widgets.painting import draw_text, follow_theme, smooth_painter, text_width
from app.widgets.popover import Popover
from app.widgets.text import Text
from lerobot_core.workers.protocol import Telemetry

SPAN_S = 10.0
_REFRESH_MS = 33
_CAPACITY = 512  # ten seconds at up to 50 samples a second
_LEAST_SPAN = 20.0  # units: a still joint must not look like a wild one
_TICK_STEPS = (5, 10, 20, 30, 40, 60, 90, 120)
_AXIS_WIDTH = 38


class History:
    """The last samples of every joint, oldest first."""

    def __init__(self, joints: Sequence[str]) -> None:
        self._columns = {joint: number for number, joint in enumerate(joints)}
        self._times = np.full(_CAPACITY, np.nan)
        # (samples, joints, 2): position and goal
        self._values = np.full((_CAPACITY, len(self._columns), 2), np.nan, dtype=np.float32)
        self._count = 0

    def add(self, telemetry: Telemetry) -> None:
        if self._count == _CAPACITY:
            half = _CAPACITY // 2
            self._times[:half] = self._times[half:]
            self._values[:half] = self._values[half:]
            self._count = half
        self._times[self._count] = telemetry.time_s
        for joint, place in self._columns.items():
            now = telemetry.joints.get(joint)
            position = None if now is None or now.stale else now.position
            goal = None if now is None else now.goal
            self._values[self._count, place] = (_or_nan(position), _or_nan(goal))
        self._count += 1

    def window(self, joint: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Seconds before now (negative), shape (samples,), and values, shape (samples, 2)."""
        if self._count == 0:
            return self._times[:0], self._values[:0, 0]
        now = self._times[self._count - 1]
        first = int(np.searchsorted(self._times[: self._count], now - SPAN_S))
        chosen = slice(first, self._count)
        return self._times[chosen] - now, self._values[chosen, self._columns[joint]]


class JointPlots(Card):
    """A card with one small plot for each chosen joint."""

    def __init__(self, chosen: Sequence[str] = (), *, panel: str = "teleoperate") -> None:
        super().__init__()
        self.set_title(self.tr("Last 10 s"))
        self._joints: tuple[JointLook, ...] = ()
        self._chosen = list(chosen)
        self._history = History(())
        self._plots: dict[str, _Plot] = {}
        self.choose_button = Button(
            "", kind=Kind.GHOST, icon="plus", size=SMALL, name=f"{panel}.plots"
        )
        self.choose_button.clicked.connect(self._open_choice)
        self.head_actions.addWidget(self.choose_button)
        self._legend: QHBoxLayout = row(spacing=12)
        self._canvas = pyqtgraph.GraphicsLayoutWidget()
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._canvas.setAccessibleName(self.tr("Plots of the chosen joints"))
        self._canvas.ci.setContentsMargins(0, 0, 0, 0)
        self._canvas.ci.setSpacing(6)
        self.body.setSpacing(4)
        self.body.addLayout(self._legend)
        self.body.addWidget(self._canvas, 1)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(_REFRESH_MS)
        self._refresh.timeout.connect(self._draw)
        theme().changed.connect(self._rebuild)
        self._rebuild()

    def set_joints(self, joints: Sequence[JointLook]) -> None:
        """Joint n has colour n, in the order given here."""
        if tuple(joints) == self._joints:
            return
        self._joints = tuple(joints)
        known = [look.key for look in joints]
        self._chosen = [key for key in self._chosen if key in known] or known[:2]
        self._history = History(known)
        self._rebuild()

    def show_telemetry(self, telemetry: Telemetry) -> None:
        """Add a sample; drawn at most 30 times a second, and only while visible."""
        self._history.add(telemetry)
        if not self._refresh.isActive() and self.isVisible():
            self._refresh.start()

    def clear(self) -> None:
        self._history = History([look.key for look in self._joints])
        self._rebuild()

    @property
    def chosen(self) -> list[str]:
        return list(self._chosen)

    def choose(self, key: str, shown: bool) -> None:
        """Show a joint's plot or take it away; the last one stays."""
        wanted = {*self._chosen, key} if shown else {*self._chosen} - {key}
        if wanted:
            self._chosen = [look.key for look in self._joints if look.key in wanted]
            self._rebuild()

    def _rebuild(self) -> None:
        tokens = theme().tokens
        self._canvas.clear()
        self._canvas.setBackground(tokens.surface)
        self._plots = {}
        clear(self._legend)
        looks = {look.key: (number, look) for number, look in enumerate(self._joints)}
        for place, key in enumerate(self._chosen):
            if key not in looks:
                continue
            number, look = looks[key]
            colour = tokens.series[number % len(tokens.series)]
            item = self._canvas.addPlot(row=place, col=0)
            is_last = place == len(self._chosen) - 1
            self._plots[key] = _Plot(item, colour, is_percent=look.is_percent, has_times=is_last)
            self._legend.addWidget(_LegendEntry(look.label, colour))
        self._legend.addStretch(1)
        self._legend.addWidget(Text(self.tr("dashed: goal"), Role.HINT))
        text = self.tr("{0} of {1} joints").format(len(self._plots), len(self._joints))
        self.choose_button.show_action(text, "plus")
        self._draw()

    def _draw(self) -> None:
        for key, plot in self._plots.items():
            plot.show(*self._history.window(key))

    def _open_choice(self) -> None:
        popover = Popover(self.choose_button)
        for look in self._joints:
            box = CheckBox(look.label, name=f"plots.{look.key}", checked=look.key in self._chosen)
            box.toggled.connect(lambda shown, key=look.key: self.choose(key, shown))
            popover.body.addWidget(box)
        popover.closed.connect(popover.deleteLater)
        popover.show_under(self.choose_button)


class _Plot:
    """One joint's axes and its two lines. The range only grows, so that nothing jumps."""

    def __init__(self, item: Any, colour: str, *, is_percent: bool, has_times: bool) -> None:
        self._item = item  # a pyqtgraph.PlotItem
        self._unit = " %" if is_percent else "°"
        self._range = (0.0, 0.0)
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
        self._position = self._item.plot(pen=_pen(colour, 1.6), skipFiniteCheck=False)
        self._goal = self._item.plot(pen=_pen(colour, 1.4, dashed=True), skipFiniteCheck=False)
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
        if self._range == (-_LEAST_SPAN / 2, _LEAST_SPAN / 2):
            middle = (low + high) / 2  # the first samples say where the joint is
            self._set_range(min(low, middle - _LEAST_SPAN / 2), max(high, middle + _LEAST_SPAN / 2))
        elif low < self._range[0] or high > self._range[1]:
            self._set_range(min(low, self._range[0]), max(high, self._range[1]))

    def _set_range(self, low: float, high: float) -> None:
        margin = 0.05 * (high - low)
        self._range = (low - margin, high + margin) if self._range != (0.0, 0.0) else (low, high)
        self._item.setYRange(*self._range, padding=0)
        step = next((step for step in _TICK_STEPS if (high - low) / step <= 3.5), _TICK_STEPS[-1])
        marks = range(ceil(self._range[0] / step) * step, floor(self._range[1]) + 1, step)
        labels = [(mark, f"{mark}{self._unit}".replace("-", "−")) for mark in marks]
        self._item.getAxis("left").setTicks([labels])


class _LegendEntry(QWidget):
    """A short line in the joint's colour, and its name."""

    def __init__(self, label: str, colour: str) -> None:
        super().__init__()
        self._label, self._colour = label, colour
        self.setAccessibleName(label)
        follow_theme(self)

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self._label, theme().font(Role.SMALL))) + 22, theme().px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, theme().px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        middle = self.height() / 2
        painter.fillRect(QRectF(0, middle - 1, 14, 2), QColor(self._colour))
        words = QRectF(20, 0, self.width() - 20, self.height())
        draw_text(painter, words, self._label, theme().font(Role.SMALL), theme().tokens.text2)
        painter.end()


def _pen(colour: str, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4, 3])
    return pen


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
