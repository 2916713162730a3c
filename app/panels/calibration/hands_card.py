"""On a virtual rig: hands that do what the operator would do, so that nothing is needed."""

from PySide6.QtCore import Signal

from app.panels.calibration.state import CalibrateState, Step
from app.panels.calibration.words import tr
from app.problem_text import joint_label
from app.widgets.button import IN_CARD, Button
from app.widgets.card import Card
from app.widgets.layouts import row


class HandsCard(Card):
    """Seen on virtual rigs only, while there is something to move."""

    wanted = Signal(str)  # joint; empty: all

    def __init__(self) -> None:
        super().__init__(tr("Virtual hands"))
        self.setToolTip(tr("This arm is virtual. Virtual hands move it as you would."))
        self._joint = ""
        self.all = Button(
            tr("Sweep the arm"),
            icon="hand-back-right-outline",
            size=IN_CARD,
            name="calibrate.hands",
        )
        self.one = Button("", size=IN_CARD, name="calibrate.hands_joint")
        self.all.clicked.connect(lambda: self.wanted.emit(""))
        self.one.clicked.connect(lambda: self.wanted.emit(self._joint))
        self.body.addLayout(row(self.all, self.one, None, spacing=8))

    def show_state(self, state: CalibrateState, joint: str) -> None:
        is_virtual = state.arm is not None and state.arm.bench is not None
        moves = state.step in (Step.SWEEP, Step.MIRROR)
        self.setVisible(is_virtual and moves)
        self._joint = joint or state.joint
        self.all.setVisible(not state.joint or state.step is Step.MIRROR)
        is_swept = state.step is Step.SWEEP
        self.all.show_action(
            tr("Sweep the arm") if is_swept else tr("Move the arm"), "hand-back-right-outline"
        )
        self.one.setVisible(is_swept and bool(self._joint))
        self.one.show_action(joint_label(self._joint), "")
        self.one.setAccessibleName(tr("Virtual hands: sweep {0}").format(self._joint))
