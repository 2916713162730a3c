"""The Record panel's widgets: shows a state, and says what was clicked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.camera_wall import CameraWall
from app.notices import missing_of, notice_of, problem_of, remedy_of, remedy_of_line
from app.panel_scroll import PanelScroll
from app.panels.recording.facts import LastEpisode, PlanSummary
from app.panels.recording.form import PlanForm
from app.panels.recording.state import Mark, RecordingState
from app.panels.recording.state_panel import RecordingCard
from app.panels.recording.strip import SessionStrip
from app.remedies import FIELD_REMEDIES, Remedy
from app.services.previews import Previews
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack
from app.widgets.card import ControlBar
from app.widgets.holding_strip import HoldingStrip
from app.widgets.layouts import column, row
from app.widgets.start_list import StartList
from app.widgets.text import Text
from lerobot_core.workers.protocol import DeviceState

_RIGHT, _RIGHT_AT_MOST = 328, 400  # it grows with the text, but leaves the pictures their room


class RecordingView(PanelScroll):
    """Owns no decisions. Scrolls when banners leave too little room for the rest."""

    advance_requested = Signal()  # start, end the reset, or finish the take
    redo_requested = Signal()
    stop_requested = Signal()
    folder_requested = Signal()
    next_requested = Signal()  # put the summary away and plan another recording
    plan_changed = Signal(object)  # Plan
    watched = Signal(bool)  # shown or hidden
    remedy_requested = Signal(object)  # Remedy
    dismissed = Signal(object)  # Problem

    def __init__(self, previews: Previews, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RecordingState()
        self.cameras = CameraWall(previews, panel="record")
        self.holding, self.banners = HoldingStrip(), BannerStack()
        self.card, self.start_list = RecordingCard(), StartList()
        self.form, self.summary, self.last = PlanForm(), PlanSummary(), LastEpisode()
        self._strip = SessionStrip()
        self._build()
        self.card.advance_requested.connect(self.advance_requested)
        self.card.redo_requested.connect(self.redo_requested)
        self.card.stop_requested.connect(self.stop_requested)
        self.card.folder_requested.connect(self.folder_requested)
        self.card.next_requested.connect(self.next_requested)
        self.form.plan_changed.connect(self.plan_changed)
        self.form.entered.connect(self._on_entered)
        self.banners.remedy_requested.connect(self._on_remedy)
        self.banners.closed.connect(self._on_closed)
        self.start_list.remedy_requested.connect(
            lambda key: self.remedy_requested.emit(remedy_of_line(key))
        )
        self.show_state(self._state)

    def show_state(self, state: RecordingState) -> None:
        self._state = state
        session = state.session
        runs = state.progress is not None
        self._subtitle.setText(state.plan.dataset if runs else "")
        self.holding.show_holding(session.is_holding)
        self.banners.show_notices([notice_of(problem) for problem in session.problems])
        self.card.show_recording(state)
        self._show_missing(state)
        self.cameras.set_cameras(state.cameras or session.cameras)
        self.cameras.show_devices(session.devices)
        self._show_strip(state)
        # The plan that was carried out stays beside its outcome; the next one is made after it.
        is_carried_out = runs or state.has_outcome
        self.form.setVisible(not is_carried_out)
        self.summary.setVisible(is_carried_out)
        self.summary.show_state(state)
        self.form.show_state(state)
        self.last.show_state(state)

    def fold(self, narrow: bool) -> None:
        """Pictures come before the session strip; its counts are in the state card too."""
        self._show_strip(self._state)

    def go_to_field(self, remedy: Remedy) -> None:
        self.form.go_to(remedy)

    def showEvent(self, event: QShowEvent) -> None:
        self.watched.emit(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.watched.emit(False)
        super().hideEvent(event)

    def _show_missing(self, state: RecordingState) -> None:
        is_busy = state.progress is not None or state.is_asked or state.has_outcome
        checks = [] if is_busy else state.checks
        self.start_list.show_items([missing_of(check) for check in checks], self._ready(state))

    def _ready(self, state: RecordingState) -> list[str]:
        """What is already right, quietly."""
        well = [each.name for each in state.session.devices if each.state is DeviceState.OK]
        names = ", ".join(well).capitalize()
        ready = [self.tr("{0} connected").format(names)] if well else []
        return [*ready, self.tr("Task given")] if state.plan.task.strip() else ready

    def _show_strip(self, state: RecordingState) -> None:
        marks = state.marks
        self._strip.show_marks(marks)
        saved = sum(mark in (Mark.SAVED, Mark.REMARK) for mark in marks)
        self._count.setText(self.tr("{0} of {1}").format(saved, len(marks)))
        has_session = state.progress is not None or state.has_outcome
        self._strip_bar.setVisible(has_session and not self.is_narrow)

    def _on_entered(self) -> None:
        """Leave the fields, so that the bench keys mean what is printed on the buttons."""
        checks = [check for check in self._state.checks if check.remedy in FIELD_REMEDIES]
        if checks and checks[0].remedy is not None:
            self.form.go_to(checks[0].remedy)
        else:
            self.card.start.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_remedy(self, key: str) -> None:
        problem = problem_of(key, self._state.session.problems)
        remedy = remedy_of(problem) if problem else None
        if remedy is not None:
            self.remedy_requested.emit(remedy)

    def _on_closed(self, key: str) -> None:
        problem = problem_of(key, self._state.session.problems)
        if problem is not None:
            self.dismissed.emit(problem)

    def _scale(self) -> None:
        self._right_holder.setFixedWidth(min(theme().px(_RIGHT), _RIGHT_AT_MOST))

    # Building

    def _build(self) -> None:
        content = QWidget()
        layout = column(self._title_row(), spacing=12, margins=(16, 12, 16, 16))
        layout.addWidget(self.holding)
        layout.addWidget(self.banners)
        columns = row(spacing=12)
        columns.addLayout(self._left_column(), 1)
        columns.addWidget(self._right_column())
        layout.addLayout(columns, 1)
        content.setLayout(layout)
        self.set_content(content)

    def _title_row(self) -> QHBoxLayout:
        self._subtitle = Text("", Role.HINT, elides=True)
        line = row(Text(self.tr("Record"), Role.TITLE), spacing=12)
        line.addWidget(self._subtitle, 1)
        line.addStrut(theme().px(36))  # as high as the title rows with buttons
        return line

    def _left_column(self) -> QVBoxLayout:
        self._count = Text("", Role.HEADING, right=True)
        self._strip_bar = ControlBar()
        self._strip_bar.controls.addWidget(Text(self.tr("Session"), Role.HEADING))
        self._strip_bar.controls.addWidget(self._strip, 1)
        self._strip_bar.controls.addWidget(self._count)
        left = column(self.card, self.start_list, spacing=12)
        left.addWidget(self.cameras, 1)
        left.addWidget(self._strip_bar)
        return left

    def _right_column(self) -> QWidget:
        holder = self._right_holder = QWidget()
        self._scale()
        theme().changed.connect(self._scale)
        right = column(self.last, spacing=12)
        right.addWidget(self.form, 1)
        right.addWidget(self.summary, 1)
        holder.setLayout(right)
        return holder
