"""Beside the sweep: the arm, drawn as it stands, and how the joint in question is moved."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.panels.calibration.pose import middle_pose, swept_pose
from app.panels.calibration.progress import Progress, can_accept
from app.panels.calibration.state import CalibrateState, Step
from app.panels.calibration.words import accept_text, progress_word, sweep_hint, tr, travel_text
from app.problem_text import joint_label
from app.theme.icons import STATE_ICONS
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.arm_drawing import ArmDrawing
from app.widgets.arm_shapes import arm_shape_for
from app.widgets.button import IN_CARD, Button, IconButton
from app.widgets.card import Card
from app.widgets.check_box import CheckBox
from app.widgets.layouts import row
from app.widgets.text import StatusText, Text
from lerobot_core.workers.protocol import DeviceState, SweepSeen

_ICONS = {
    Tone.OK: STATE_ICONS[DeviceState.OK],
    Tone.WARN: STATE_ICONS[DeviceState.WARN],
    Tone.BAD: STATE_ICONS[DeviceState.BAD],
    Tone.ACCENT: STATE_ICONS[DeviceState.WORKING],
    Tone.NEUTRAL: STATE_ICONS[DeviceState.NONE],
}

_HINT_HEIGHT = 48  # three lines
_ANY_HEIGHT = 1000
_MOVED = (Step.SWEEP, Step.SIGNS)


class MovingCard(Card):
    """Follows the joint that moves, or the one that was clicked last."""

    middle_wanted = Signal(str)
    accepted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__(tr("The arm"))
        self.joint = ""
        self._family, self._step, self._is_narrow = "", Step.ARM, False
        self.drawing = ArmDrawing()
        turn = IconButton("rotate-3d-variant", tr("Turn the view"), name="calibrate.turn")
        turn.clicked.connect(self.drawing.turn_view)
        self.head_actions.addWidget(turn)
        self._name = StatusText(role=Role.HEADING, quiet=True)
        self._travel = Text("", Role.BODY, right=True)
        self._hint = Text("", Role.SMALL, wraps=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.middle = Button(
            tr("Take the middle"),
            icon="image-filter-center-focus",
            size=IN_CARD,
            name="calibrate.middle",
        )
        self.middle.clicked.connect(lambda: self.middle_wanted.emit(self.joint))
        self.accept = CheckBox("", name="calibrate.accept")
        self.accept.clicked.connect(lambda checked: self.accepted.emit(self.joint, checked))
        self.body.addWidget(self.drawing, 1)
        self.body.addLayout(row(self._name, None, self._travel))
        self.body.addWidget(self._hint)
        self._choices = QWidget()
        self._choices.setLayout(row(self.accept, self.middle, None))
        self.body.addWidget(self._choices)
        self._scale()
        theme().changed.connect(self._scale)

    def fold(self, narrow: bool) -> None:
        """Without room, what has to be done is more than what it looks like."""
        self.drawing.setVisible(not narrow)
        self._is_narrow = narrow
        self._scale()

    def show_state(self, state: CalibrateState, joint: str) -> None:
        """``joint``: the one in question; empty while none was moved yet."""
        self.joint = joint
        self.set_title(tr("Moving now") if state.step in _MOVED else tr("The arm"))
        if state.step is not self._step:
            self._step = state.step
            self.drawing.reset_view()
        family = state.arm.family if state.arm else ""
        shape = arm_shape_for(family)
        if family != self._family:
            self._family = family
            self.drawing.show_shape(shape)
        sweeps = state.now.sweeps if state.now else {}
        self.drawing.show_angles(swept_pose(sweeps, shape) if sweeps else middle_pose(shape))
        self.drawing.highlight(joint or None)
        sweep = sweeps.get(joint)
        is_swept = state.step is Step.SWEEP
        self._choices.setVisible(is_swept)
        self._hint.setVisible(is_swept)
        for part in (self._name, self._travel, self.middle, self.accept):
            part.setVisible(sweep is not None)
        if sweep is None:
            self._hint.setText(_quiet_hint(state))
        else:
            self._show_joint(state, joint, sweep)

    def _scale(self) -> None:
        # As high as it gets, so that the drawing stands still while joints take turns.
        if self._is_narrow:
            self._hint.setMinimumHeight(0)
            self._hint.setMaximumHeight(_ANY_HEIGHT)
        else:
            self._hint.setFixedHeight(theme().px(_HINT_HEIGHT))
        self._choices.setFixedHeight(theme().px(28))

    def _show_joint(self, state: CalibrateState, joint: str, sweep: SweepSeen) -> None:
        progress = state.progress(joint)
        _, tone = progress_word(progress)
        self._name.show_status(joint_label(joint), tone, _ICONS[tone])
        self._travel.setText(travel_text(sweep))
        is_leader = state.arm is not None and not state.arm.is_robot
        self._hint.setText(sweep_hint(joint, sweep, is_leader=is_leader))
        self.middle.setVisible(sweep.is_full_turn)
        may_accept = can_accept(sweep) and progress is not Progress.SILENT
        self.accept.setVisible(may_accept)
        self.accept.setText(accept_text(sweep))
        self.accept.setChecked(progress is Progress.ACCEPTED)
        self.accept.updateGeometry()


def _quiet_hint(state: CalibrateState) -> str:
    if state.now is not None and state.now.sweeps:
        return tr("Move any joint by hand, slowly, from one stop to the other.")
    return ""
