"""The last step: a drawn arm does what the real one does."""

from PySide6.QtCore import Signal

from app.panels.calibration.pose import middle_pose, mirrored_pose
from app.panels.calibration.state import CalibrateState
from app.panels.calibration.words import tr
from app.problem_text import joint_label
from app.theme.type_scale import Role
from app.widgets.arm_drawing import ArmDrawing
from app.widgets.arm_shapes import arm_shape_for
from app.widgets.card import Card
from app.widgets.check_box import CheckBox
from app.widgets.layouts import clear, column, row
from app.widgets.text import Text

_GRIPPER = "gripper"


class MirrorPage(Card):
    """Values stand in the card beside it."""

    ghost_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__(tr("Move the arm by hand: the drawing does the same"))
        self.drawing = ArmDrawing()
        self._family = ""
        self._hint = Text(
            tr("Move each joint a little. If one turns the other way, or stands elsewhere than in "
               "the drawing, redo that joint."),
            Role.SMALL,
            wraps=True,
        )  # fmt: skip
        self.ghost = CheckBox(tr("Show the other arm"), name="calibrate.ghost")
        self.ghost.clicked.connect(self.ghost_wanted)
        line = row(spacing=12)
        line.addWidget(self._hint, 1)
        line.addWidget(self.ghost)
        self.body.addLayout(line)
        self.body.addWidget(self.drawing, 1)

    def show_state(self, state: CalibrateState) -> None:
        arm = state.arm
        if arm is None:
            return
        if arm.family != self._family:
            self._family = arm.family
            self.drawing.show_shape(arm_shape_for(arm.family))
        shape = arm_shape_for(arm.family)
        pose = middle_pose(shape) if state.pose is None else mirrored_pose(state.pose, shape)
        self.drawing.show_angles(pose)
        ghost = None if state.ghost is None else mirrored_pose(state.ghost, shape)
        self.drawing.ghost(ghost)
        has_other = any(o.side == arm.side and o.role != arm.role for o in state.arms)
        self.ghost.setVisible(has_other)
        self.ghost.setChecked(state.has_ghost)


class PoseCard(Card):
    """Each joint's value, in a column that stands still."""

    def __init__(self) -> None:
        super().__init__(tr("Where it is"))
        self._rows: dict[str, Text] = {}
        self._list = column(spacing=8)
        self.body.addLayout(self._list)

    def show_state(self, state: CalibrateState) -> None:
        pose = state.pose
        values = pose.values if pose else {}
        if tuple(values) != tuple(self._rows):
            self._build(tuple(values))
        for joint, value in values.items():
            in_degrees = pose is not None and joint in pose.radians
            text = f"{value:.1f}°" if in_degrees else f"{value:.1f} %"
            is_stale = pose is not None and joint in pose.stale
            self._rows[joint].setText("—" if is_stale else text.replace("-", "−"))

    def _build(self, joints: tuple[str, ...]) -> None:
        clear(self._list)
        self._rows = {}
        for joint in joints:
            value = Text("", Role.BODY, right=True)
            value.reserve("−888.8 %")
            self._rows[joint] = value
            self._list.addLayout(row(Text(joint_label(joint), Role.BODY), None, value))
