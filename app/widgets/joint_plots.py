"""Live plots of chosen joints over the last ten seconds: position solid, goal dashed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.check_box import CheckBox
from app.widgets.joint_history import History
from app.widgets.joint_table import JointLook
from app.widgets.layouts import clear, column, row
from app.widgets.painting import draw_text, follow_theme, smooth_painter, text_width
from app.widgets.popover import Popover
from app.widgets.text import Text
from lerobot_core.workers.protocol import Telemetry

if TYPE_CHECKING:
    from app.widgets.plot_canvas import PlotCanvas

_REFRESH_MS = 33
_AFTER_PAINT_MS = 30  # the whole window is on the screen by then


class JointPlots(Card):
    """A card with one small plot for each chosen joint."""

    def __init__(self, chosen: Sequence[str] = (), *, panel: str = "teleoperate") -> None:
        super().__init__()
        self.set_title(self.tr("Last 10 s"))
        self._joints: tuple[JointLook, ...] = ()
        self._chosen = list(chosen)
        self._history = History(())
        self._canvas: PlotCanvas | None = None
        self.choose_button = Button(
            "", kind=Kind.GHOST, icon="plus", size=SMALL, name=f"{panel}.plots"
        )
        self.choose_button.clicked.connect(self._open_choice)
        self.head_actions.addWidget(self.choose_button)
        self._legend: QHBoxLayout = row(spacing=12)
        self._place = _CanvasPlace()
        self._place.painted.connect(self._make_canvas)
        self.body.setSpacing(4)
        self.body.addLayout(self._legend)
        self.body.addWidget(self._place, 1)
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
    def is_drawing(self) -> bool:
        """The library that draws has been loaded."""
        return self._canvas is not None

    @property
    def chosen(self) -> list[str]:
        return list(self._chosen)

    def choose(self, key: str, shown: bool) -> None:
        """Show a joint's plot or take it away; the last one stays."""
        wanted = {*self._chosen, key} if shown else {*self._chosen} - {key}
        if wanted:
            self._chosen = [look.key for look in self._joints if look.key in wanted]
            self._rebuild()

    @Slot()
    def _make_canvas(self) -> None:
        from app.widgets.plot_canvas import PlotCanvas

        self._canvas = PlotCanvas()
        self._canvas.setAccessibleName(self.tr("Plots of the chosen joints"))
        self._place.hold(self._canvas)
        self._rebuild()

    def _rebuild(self) -> None:
        tokens = theme().tokens
        numbers = {look.key: number for number, look in enumerate(self._joints)}
        shown = [look for look in self._joints if look.key in self._chosen]
        colours = [tokens.series[numbers[look.key] % len(tokens.series)] for look in shown]
        clear(self._legend)
        for look, colour in zip(shown, colours, strict=True):
            self._legend.addWidget(_LegendEntry(look.label, colour))
        self._legend.addStretch(1)
        self._legend.addWidget(Text(self.tr("dashed: goal"), Role.HINT))
        text = self.tr("{0} of {1} joints").format(len(shown), len(self._joints))
        self.choose_button.show_action(text, "plus")
        if self._canvas is not None:
            from app.widgets.plot_canvas import PlotLine

            self._canvas.set_lines(
                [
                    PlotLine(look.key, colour, look.is_percent)
                    for look, colour in zip(shown, colours, strict=True)
                ]
            )
            self._canvas.draw(self._history)

    @Slot()
    def _draw(self) -> None:
        if self._canvas is not None:
            self._canvas.draw(self._history)

    def _open_choice(self) -> None:
        popover = Popover(self.choose_button)
        for look in self._joints:
            box = CheckBox(look.label, name=f"plots.{look.key}", checked=look.key in self._chosen)
            box.toggled.connect(lambda shown, key=look.key: self.choose(key, shown))
            popover.body.addWidget(box)
        popover.closed.connect(popover.deleteLater)
        popover.show_under(self.choose_button)


class _CanvasPlace(QWidget):
    """Where the plots will be; says when it was on the screen for the first time."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._is_waiting = True
        # Owned by the widget: nothing is told when that has gone meanwhile.
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_PAINT_MS)
        self._soon.timeout.connect(self.painted)
        self.setLayout(column())

    def sizeHint(self) -> QSize:
        return QSize(240, 160)  # a view of graphics would like to be as large as its scene

    def hold(self, canvas: QWidget) -> None:
        layout = self.layout()
        assert layout is not None
        layout.addWidget(canvas)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._soon.start()


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
        with smooth_painter(self) as painter:
            middle = self.height() / 2
            painter.fillRect(QRectF(0, middle - 1, 14, 2), QColor(self._colour))
            words = QRectF(20, 0, self.width() - 20, self.height())
            draw_text(painter, words, self._label, theme().font(Role.SMALL), theme().tokens.text2)
