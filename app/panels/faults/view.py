"""The Faults panel's widgets: shows a state, and says what was clicked."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.notices import notice_of
from app.panel_scroll import PanelScroll
from app.panels.faults.active_card import ActiveCard
from app.panels.faults.faults_card import FaultsCard
from app.panels.faults.hands_card import HandsCard
from app.panels.faults.servos_card import ServosCard
from app.panels.faults.state import FaultsState
from app.panels.faults.words import bench_fact, tr
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack
from app.widgets.card import Card
from app.widgets.empty_state import EmptyState
from app.widgets.layouts import column, row
from app.widgets.text import Text

_LEFT, _RIGHT = 420, 668  # widths of the columns at 1280


class FaultsView(PanelScroll):
    """Owns no decisions."""

    shown = Signal(bool)  # whether anybody looks
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("faults.panel")
        self.banners = BannerStack()
        self.banners.closed.connect(lambda _key: self.dismissed.emit())
        self.active, self.faults = ActiveCard(), FaultsCard()
        self.hands, self.servos = HandsCard(), ServosCard()
        self._bench = Text("", Role.HINT, elides=True)
        self._no_bench = Card()
        self._no_bench.body.addWidget(
            EmptyState(
                "cube-outline",
                tr("This rig is real"),
                tr("Faults are practised on a virtual rig. Choose one at the top."),
            )
        )
        content = QWidget()
        layout = column(self._title_row(), spacing=12, margins=(16, 12, 16, 16))
        layout.addWidget(self.banners)
        self._bench_parts = QWidget()
        self._bench_parts.setLayout(column(self.active, self._columns(), spacing=12))
        layout.addWidget(self._bench_parts, 1)
        layout.addWidget(self._no_bench, 1)
        content.setLayout(layout)
        self.set_content(content)

    def show_state(self, state: FaultsState) -> None:
        has_bench = bool(state.bench)
        self._bench_parts.setVisible(has_bench)
        self._no_bench.setVisible(not has_bench)
        self.banners.show_notices([notice_of(state.problem)] if state.problem else [])
        if not has_bench:
            self._bench.setText("")
            return
        self._bench.setText(bench_fact(state))
        for part in (self.active, self.hands, self.servos, self.faults):
            part.show_state(state)

    def _columns(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.hands, 0, 0)
        grid.addWidget(self.servos, 1, 0)
        grid.addWidget(self.faults, 0, 1, 2, 1)
        grid.setColumnStretch(0, _LEFT)
        grid.setColumnStretch(1, _RIGHT)
        grid.setRowStretch(1, 1)
        return grid

    def _title_row(self) -> QHBoxLayout:
        line = row(Text(tr("Faults"), Role.TITLE), spacing=12, margins=(0, 6, 0, 6))
        line.addWidget(self._bench, 1)
        return line

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit(False)
