"""Virtual hands: every joint of the chosen arm can be taken hold of."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.panels.faults.choice import Choice
from app.panels.faults.state import FaultsState, JointPlace
from app.panels.faults.words import chain_choice, tr
from app.problem_text import joint_label
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, SMALL, Button, Kind
from app.widgets.card import Card
from app.widgets.layouts import clear, place_in_tab_order, row
from app.widgets.slider import Track
from app.widgets.text import Text

_GRIPPER = "gripper"
_STEP = 5


class HandsCard(Card):
    """Sliders are “faults.joint.<joint>”, their sweeps “faults.sweep.<joint>”."""

    chain_chosen = Signal(str)
    moved = Signal(str, float)  # joint; degrees, of the gripper percent
    sweep_wanted = Signal(str)  # joint; empty: all
    let_go_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Virtual hands"))
        self._joints: dict[str, _JointRow] = {}
        self.chains = Choice(name="faults.chain", label=tr("Arm"))
        self.chains.picked.connect(lambda: self.chain_chosen.emit(self.chains.key))
        self.head_actions.addWidget(self.chains)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.sweep_all = Button(
            tr("Sweep all"), icon="hand-back-right-outline", size=IN_CARD, name="faults.sweep"
        )
        self.let_go = Button(tr("Let go"), size=IN_CARD, name="faults.let_go")
        self.sweep_all.clicked.connect(lambda: self.sweep_wanted.emit(""))
        self.let_go.clicked.connect(self.let_go_wanted)
        self.body.addLayout(self._grid)
        self.body.addLayout(row(self.sweep_all, self.let_go, None, spacing=8))

    def show_state(self, state: FaultsState) -> None:
        chains = list(state.twin.arms)
        self.chains.show_options(chains, [chain_choice(chain) for chain in chains], state.chain)
        parts = [part.joint for part in state.arm.parts]
        if parts != list(self._joints):
            self._build_joints(parts)
        for name, line in self._joints.items():
            line.show_place(state.joints.get(name))

    def _build_joints(self, joints: list[str]) -> None:
        clear(self._grid)
        self._joints = {joint: _JointRow(joint) for joint in joints}
        order: list[QWidget] = []
        for place, line in enumerate(self._joints.values()):
            for column_place, part in enumerate((line.label, line.track, line.value, line.sweep)):
                self._grid.addWidget(part, place, column_place)
            line.track.valueChanged.connect(
                lambda value, joint=line.joint: self.moved.emit(joint, float(value))
            )
            line.sweep.clicked.connect(
                lambda _=False, joint=line.joint: self.sweep_wanted.emit(joint)
            )
            order += [line.track, line.sweep]
        place_in_tab_order(self.sweep_all, order)


class _JointRow:
    """Name, slider, value and the button that sweeps one joint."""

    def __init__(self, joint: str) -> None:
        self.joint = joint
        self.label = Text(joint_label(joint), Role.BODY)
        self.track = Track(joint_label(joint), name=f"faults.joint.{joint}", step=_STEP)
        self.value = Text("—", Role.BODY, right=True)
        self.value.reserve("−180.0°")
        self.sweep = Button(tr("Sweep"), kind=Kind.GHOST, size=SMALL, name=f"faults.sweep.{joint}")
        self.sweep.setAccessibleName(tr("Sweep {0}").format(joint_label(joint)))

    def show_place(self, place: JointPlace | None) -> None:
        self.track.setEnabled(place is not None)
        self.sweep.setEnabled(place is not None)
        if place is None:
            self.value.setText("—")
            return
        self.value.setText(_text(self.joint, place.now))
        if self.track.isSliderDown():
            return
        self.track.blockSignals(True)
        self.track.setRange(round(place.low), round(place.high))
        self.track.setValue(round(place.shown))
        self.track.blockSignals(False)


def _text(joint: str, value: float) -> str:
    shown = f"{abs(value):.1f}"
    sign = "−" if value < 0 and float(shown) else ""
    return f"{sign}{shown} %" if joint == _GRIPPER else f"{sign}{shown}°"
