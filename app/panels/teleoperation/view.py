"""The Teleoperate panel's widgets: shows a state, and says what was clicked."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.camera_wall import CameraWall
from app.notices import missing_of, notice_of, problem_of, remedy_of, remedy_of_line
from app.panel_scroll import PanelScroll
from app.panels.teleoperation.sources import SourceControl, reason_line
from app.panels.teleoperation.state import TeleoperationState
from app.panels.teleoperation.story import StoryCard
from app.panels.teleoperation.words import driving_reason, motion_status, shows_percent, subtitle
from app.problem_text import joint_label
from app.services.previews import DISPLAY_RATES_HZ, Previews
from app.start_checks import can_start
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack
from app.widgets.button import IN_CARD, PANEL, Button, Kind
from app.widgets.card import Card, ControlBar
from app.widgets.empty_state import EmptyState
from app.widgets.holding_strip import HoldingStrip
from app.widgets.joint_plots import JointPlots
from app.widgets.joint_table import JointLook, JointTable
from app.widgets.layouts import column, row
from app.widgets.loop_card import LoopCard
from app.widgets.select import Select
from app.widgets.slider import Slider
from app.widgets.start_list import StartList
from app.widgets.text import Separator, StatusText, Text
from lerobot_core.workers.protocol import Telemetry

_LEFT, _RIGHT = 692, 396  # widths of the columns at 1280


class TeleoperationView(PanelScroll):
    """Owns no decisions. Scrolls when banners leave too little room for the rest."""

    toggle_requested = Signal()
    speed_chosen = Signal(float)  # fraction
    rest_here_wanted = Signal()
    remedy_requested = Signal(object)  # Remedy
    dismissed = Signal(object)  # Problem
    preview_rate_chosen = Signal(int)

    def __init__(self, previews: Previews, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TeleoperationState()
        self._joints: tuple[str, ...] = ()
        self.cameras = CameraWall(previews, panel="teleoperate")
        self.holding = HoldingStrip()
        self.banners = BannerStack()
        self.loop, self.story, self.start_list = LoopCard(), StoryCard(), StartList()
        self.table, self.plots = JointTable(), JointPlots()
        self._build(previews.rate_hz)
        self.banners.remedy_requested.connect(self._on_remedy)
        self.banners.closed.connect(self._on_closed)
        self.start_list.remedy_requested.connect(
            lambda key: self.remedy_requested.emit(remedy_of_line(key))
        )
        self.show_state(self._state)

    def show_state(self, state: TeleoperationState) -> None:
        session = state.session
        self._state = state
        self._show_title(state)
        self.holding.show_holding(session.is_holding)
        self.banners.show_notices([notice_of(problem) for problem in session.problems])
        self._show_side_card(state)
        self.cameras.set_cameras(state.cameras or session.cameras)
        self.cameras.show_devices(session.devices)
        self._show_joints(state)
        self._show_controls(state)

    def add_sample(self, telemetry: Telemetry) -> None:
        """Every reading, for the plots, which draw by their own clock."""
        self.plots.show_telemetry(telemetry)

    def fold(self, narrow: bool) -> None:
        self._source.fold(narrow)
        self._source_reason.setHidden(narrow)
        self.loop.fold(narrow)

    # Parts of a state

    def _show_title(self, state: TeleoperationState) -> None:
        self._subtitle.setText(subtitle(state))
        self._source.show_teleoperator(state.teleoperator)
        self._source_reason.setText(reason_line(state.teleoperator))
        if state.session.is_driving:
            self.engage.show_action(self.tr("Disengage"), "link-variant-off", Kind.SECONDARY)
            is_free = state.can_disengage and not state.session.is_recording
            self.engage.set_available(is_free, driving_reason(state))
        else:
            self.engage.show_action(self.tr("Engage"), "link-variant", Kind.PRIMARY)
            self.engage.set_available(state.can_engage, self.tr("See what is missing below."))

    def _show_side_card(self, state: TeleoperationState) -> None:
        session = state.session
        is_missing = not session.is_driving and not can_start(state.checks)
        is_missing = is_missing and not session.is_connecting  # that passes by itself
        shows_list = is_missing and not (session.is_holding and session.story)
        shows_story = bool(session.story) and not session.is_driving and not shows_list
        # One card beside the pictures; hidden ones take no room, unlike those of a stack. The
        # list hides itself when it is empty, and the story is of the last stop.
        missing = [missing_of(check) for check in state.checks] if shows_list else []
        self.start_list.show_items(missing, ())
        self.story.setVisible(shows_story)
        self.story.show_story(session.story)
        self.loop.setVisible(not shows_list and not shows_story)
        self.loop.show_statistics(state.loop)

    def _show_joints(self, state: TeleoperationState) -> None:
        if tuple(state.joints) != self._joints and state.joints:
            self._joints = tuple(state.joints)
            looks = [_look(joint, uses_degrees=state.uses_degrees) for joint in self._joints]
            self.table.set_joints(looks)
            self.plots.set_joints(looks)
        units = self.tr("degrees, gripper in percent")
        if not state.uses_degrees:
            units = self.tr("percent of the travel")
        self._joints_card.set_title(self.tr("Joints"), units)
        self._no_joints.setVisible(not self._joints)
        self.table.setVisible(bool(self._joints))
        self.plots.choose_button.setVisible(bool(self._joints))
        self.table.show_rows(state.joints)
        self.table.set_dense(bool(state.session.problems) or state.session.is_holding)

    def _show_controls(self, state: TeleoperationState) -> None:
        has_rig = bool(state.teleoperator)
        self._speed.setEnabled(has_rig)
        self._speed.set_value(round(100 * state.speed_fraction))
        self._ease_in.setText(self.tr("{0:.1f} s").format(state.ease_in_s) if has_rig else "—")
        self._rest_here.set_available(
            state.can_record_rest, self.tr("Only while the arm stands still.")
        )
        self._motion.show_status(*motion_status(state))

    # Clicks

    def _on_remedy(self, key: str) -> None:
        problem = problem_of(key, self._state.session.problems)
        remedy = remedy_of(problem) if problem else None
        if remedy is not None:
            self.remedy_requested.emit(remedy)

    def _on_closed(self, key: str) -> None:
        problem = problem_of(key, self._state.session.problems)
        if problem is not None:
            self.dismissed.emit(problem)

    # Building

    def _build(self, rate_hz: int) -> None:
        side = column(self.loop, self.story, self.start_list, spacing=0)
        self._joints_card = joints = Card(self.tr("Joints"))
        self._no_joints = EmptyState(
            "robot-industrial-outline",
            self.tr("No readings yet"),
            self.tr("The joints appear here once the arm is connected."),
        )
        joints.body.addWidget(self._no_joints, 1)
        joints.body.addWidget(self.table, 1)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.cameras, 0, 0)
        grid.addLayout(side, 0, 1)
        grid.addWidget(joints, 1, 0)
        grid.addWidget(self.plots, 1, 1)
        for place, width in enumerate((_LEFT, _RIGHT)):
            grid.setColumnStretch(place, width)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1)
        content = QWidget()
        layout = column(self._title_row(), spacing=12, margins=(16, 12, 16, 16))
        layout.addWidget(self.holding)
        layout.addWidget(self.banners)
        layout.addLayout(grid, 1)
        layout.addWidget(self._control_bar(rate_hz))
        content.setLayout(layout)
        self.set_content(content)

    def _title_row(self) -> QHBoxLayout:
        self._subtitle = Text("", Role.HINT, elides=True)
        self._source = SourceControl()
        self._source_reason = Text("", Role.HINT, elides=True)
        self.engage = Button(
            self.tr("Engage"),
            kind=Kind.PRIMARY,
            icon="link-variant",
            size=PANEL,
            key="Space",
            name="teleoperate.engage",
        )
        self.engage.reserve(self.tr("Engage"), self.tr("Disengage"))
        self.engage.clicked.connect(self.toggle_requested)
        title = row(Text(self.tr("Teleoperate"), Role.TITLE), spacing=12)
        title.addWidget(self._subtitle, 1)
        line = row(spacing=12)
        line.addLayout(column(title, self._source_reason, spacing=0), 1)
        line.addWidget(self._source)
        line.addWidget(self.engage)
        return line

    def _control_bar(self, rate_hz: int) -> ControlBar:
        bar = ControlBar()
        self._speed = Slider(
            self.tr("Speed limit"),
            5,
            100,
            name="teleoperate.speed",
            shown=lambda value: self.tr("{0} %").format(value),
        )
        self._speed.changed.connect(lambda value: self.speed_chosen.emit(value / 100))
        self._ease_in = Text("", Role.HEADING)
        self._preview = Select(name="teleoperate.preview", label=self.tr("Preview"), height=28)
        for rate in DISPLAY_RATES_HZ:
            self._preview.addItem(self.tr("{0} fps").format(rate), rate)
        self._preview.setCurrentIndex(DISPLAY_RATES_HZ.index(rate_hz))
        self._preview.currentIndexChanged.connect(
            lambda place: self.preview_rate_chosen.emit(DISPLAY_RATES_HZ[place])
        )
        self._rest_here = Button(
            self.tr("Rest here"), icon="sleep", size=IN_CARD, name="teleoperate.rest_here"
        )
        self._rest_here.clicked.connect(self.rest_here_wanted)
        self._motion = StatusText()
        parts = (
            self._speed,
            Separator(upright=True),
            Text(self.tr("Ease in"), Role.BODY),
            self._ease_in,
            Separator(upright=True),
            Text(self.tr("Preview"), Role.HEADING),
            self._preview,
            Separator(upright=True),
            self._rest_here,
        )
        for part in parts:
            bar.controls.addWidget(part)
        bar.controls.addStretch(1)
        bar.controls.addWidget(self._motion)
        return bar


def _look(joint: str, *, uses_degrees: bool) -> JointLook:
    is_percent = shows_percent(joint, uses_degrees=uses_degrees)
    return JointLook(joint, joint_label(joint), is_percent=is_percent)
