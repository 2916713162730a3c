"""The foot of the Calibrate panel: the way on, what is in its way, and the ways back."""

from app.panels.calibration.state import CalibrateState, Step
from app.panels.calibration.words import next_label, next_obstacle, tr
from app.problem_text import joint_label
from app.theme.type_scale import Role
from app.widgets.button import PANEL, Button, Kind
from app.widgets.card import ControlBar
from app.widgets.text import Text


class Foot(ControlBar):
    """Buttons that are in place for the step of now."""

    def __init__(self) -> None:
        super().__init__()
        self.cancel = Button(tr("Cancel"), kind=Kind.GHOST, icon="close", name="calibrate.cancel")
        self.redo = Button("", icon="restore", name="calibrate.redo")
        self.start_again = Button(
            tr("Start again"), kind=Kind.GHOST, icon="restart", name="calibrate.again"
        )
        self.once_more = Button(tr("Calibrate again"), icon="restart", name="calibrate.once_more")
        self.obstacle = Text("", Role.HINT, right=True, elides=True)
        self.next = Button(
            tr("Begin"),
            kind=Kind.PRIMARY,
            icon="play",
            size=PANEL,
            key="Return",
            name="calibrate.next",
        )
        self.next.reserve(tr("Next: compare"), tr("Looks right"))
        for part in (self.redo, self.start_again, self.once_more, self.cancel):
            self.controls.addWidget(part)
        self.controls.addWidget(self.obstacle, 1)
        self.controls.addWidget(self.next)

    def show_state(self, state: CalibrateState, focus: str) -> None:
        """``focus``: the joint that is looked at; empty: none."""
        label, icon = next_label(state)
        obstacle = next_obstacle(state)
        self.next.show_action(label, icon)
        self.next.set_available(not obstacle, obstacle)
        self.obstacle.setText(obstacle)
        self.obstacle.setToolTip(obstacle)
        self.cancel.setVisible(state.is_busy)
        is_sweep = state.step is Step.SWEEP
        self.start_again.setVisible(is_sweep and not state.joint)
        may_redo = state.step in (Step.SWEEP, Step.COMPARE) and not state.is_paused
        joint = focus or state.joint
        is_mirror = state.step is Step.MIRROR
        self.cancel.show_action(tr("Close") if is_mirror else tr("Cancel"), "close")
        self.redo.setVisible(is_sweep or is_mirror)
        can_redo = is_mirror or (may_redo and bool(joint))
        self.redo.set_available(can_redo, tr("Choose a joint in the table."))
        name = joint_label(joint).lower() if joint and is_sweep else tr("one joint")
        self.redo.show_action(tr("Redo {0}").format(name), "restore")
        self.once_more.setVisible(state.is_finished)
