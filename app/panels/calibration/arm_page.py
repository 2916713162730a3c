"""The first step: which arm, what is known of it, and what will happen."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.panels.calibration.state import CalibrateState, FileKnown
from app.panels.calibration.words import arm_name, file_status, kind_label, tr
from app.problem_text import joint_label
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, Button
from app.widgets.card import Card, Inset
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import StatusText, Text

_WHAT_HAPPENS = (
    ("Torque off", "You hold the arm, and it goes limp."),
    ("Sweep", "You move every joint by hand from stop to stop. The app sees how far it goes."),
    ("Signs", "For joints that you want to be sure of, you show which way is up."),
    ("Compare", "You see what changes. Only then it is saved, in the servos and in a file."),
    ("Mirror", "A drawn arm follows the real one, so you see whether all is right."),
)


class ArmPage(Card):
    """Says what calibrating is, for someone who never did it."""

    alone_wanted = Signal(str)  # joint
    mirror_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__()
        self._name = Text("", Role.STATE)
        self._kind = Text("", Role.HINT)
        self._status = StatusText()
        self._path = Text("", Role.MONO, elides=True)
        self._done = Text("", Role.BODY, wraps=True)
        self._joints: tuple[str, ...] = ()
        self.body.setSpacing(12)
        self.body.addLayout(row(self._name, self._kind, None, self._status, spacing=10))
        self.body.addWidget(self._path)
        self.body.addWidget(self._done)
        self.body.addWidget(self._explanation())
        self.body.addWidget(self._other_ways())
        self.body.addStretch(1)

    def show_state(self, state: CalibrateState) -> None:
        arm = state.arm
        if arm is None:
            self._name.setText(tr("No arm"))
            self._done.setText(tr("This rig has no arm with a port. Put one in on Set up."))
        else:
            self._name.setText(arm_name(arm))
            self._kind.setText(kind_label(arm.kind))
            self._path.setText(str(arm.path))
            self._path.setToolTip(str(arm.path))
            self._done.setText(_done_text(state))
        self._done.setVisible(bool(self._done.text()))
        self._status.setVisible(arm is not None)
        self._status.show_status(*file_status(state.file))
        is_usable = arm is not None and state.file.known is FileKnown.FINE
        self._show_joints(state.file.joints)
        reason = tr("This arm has no usable calibration yet.")
        for part in (self.alone, self.check):
            part.set_available(is_usable and not state.is_opening, reason)
        self.joint.setEnabled(is_usable)

    def _show_joints(self, joints: tuple[str, ...]) -> None:
        if joints == self._joints:
            return
        self._joints = joints
        self.joint.clear()
        for joint in joints:
            self.joint.addItem(joint_label(joint), joint)

    def _explanation(self) -> QWidget:
        box = Inset()
        box.body.setSpacing(12)
        box.body.addWidget(Text(tr("What will happen"), Role.HEADING))
        for number, (name, sentence) in enumerate(_WHAT_HAPPENS, start=1):
            head = Text(f"{number}  {tr(name)}", Role.SMALL)
            head.reserve(f"5  {tr('Torque off')}  ")
            line = row(spacing=12)
            line.addWidget(head)
            line.addWidget(Text(tr(sentence), Role.BODY, wraps=True), 1)
            box.body.addLayout(line)
        last = Text(
            tr("It takes about two minutes. Nothing moves by itself, and until you save, "
               "nothing is changed."),
            Role.HINT,
            wraps=True,
        )  # fmt: skip
        box.body.addWidget(last)
        return box

    def _other_ways(self) -> QWidget:
        self.joint = Select(name="calibrate.joint", label=tr("Joint to redo"), height=28)
        self.alone = Button(
            tr("Redo one joint"), icon="restore", size=IN_CARD, name="calibrate.alone"
        )
        self.alone.clicked.connect(lambda: self.alone_wanted.emit(str(self.joint.currentData())))
        self.check = Button(
            tr("Only mirror it"), icon="rotate-3d-variant", size=IN_CARD, name="calibrate.check"
        )
        self.check.clicked.connect(self.mirror_wanted)
        box = Inset()
        box.body.addWidget(Text(tr("Or only a part"), Role.HEADING))
        one = Text(
            tr("After changing one servo: its joint alone, so that old recordings keep their "
               "meaning."),
            Role.SMALL,
            wraps=True,
        )  # fmt: skip
        whole = Text(
            tr("To see whether the calibration that it has is right."), Role.SMALL, wraps=True
        )
        for text, parts in ((one, (self.joint, self.alone)), (whole, (self.check,))):
            line = row(spacing=8)
            line.addWidget(text, 1)
            for part in parts:
                line.addWidget(part)
            box.body.addLayout(line)
        holder = QWidget()
        holder.setLayout(column(box))
        return holder


def _done_text(state: CalibrateState) -> str:
    if not state.done:
        return ""
    done = [arm_name(arm) for arm in state.arms if arm.key in state.done]
    return tr("Calibrated and looked at: {0}.").format(", ".join(done).lower().capitalize())
