"""One motor at a time: the list of joints, the one instruction, and who answers now."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.panels.setup.ids_table import IdsTable
from app.panels.setup.ids_words import Answer, answer, id_rows, instruction, why_not, write_label
from app.panels.setup.state import SetupState
from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.arm_drawing import ArmDrawing
from app.widgets.arm_shapes import arm_shape_for
from app.widgets.button import NORMAL, SMALL, Button, Kind
from app.widgets.card import Inset
from app.widgets.layouts import clear, column, row
from app.widgets.text import Separator, Text
from lerobot_core.motors.calibration_library import family_of
from lerobot_core.workers.protocol import AskBench

_SCHEME = "sim://"
_LEAST_DRAWING = 60


class IdsProgress(QWidget):
    """Its buttons: “setup.write_id”, “setup.skip_joint”, “setup.stop_ids” and so on."""

    write_requested = Signal()
    skip_requested = Signal()
    joint_chosen = Signal(str)
    stop_requested = Signal(str)  # address
    go_on_requested = Signal()
    anew_requested = Signal()
    scan_requested = Signal(str)  # address
    bench_asked = Signal(object)  # AskBench

    def __init__(self) -> None:
        super().__init__()
        self._state = SetupState()
        self._shape_of = ""
        self.table = IdsTable()
        self.table.setObjectName("setup.ids")
        self.table.chosen.connect(self.joint_chosen)
        self.heading = Text("", Role.HEADING, wraps=True)
        self._how = Text("", Role.BODY, wraps=True)
        self._how.setProperty("quiet", True)
        self.box = AnswerBox()
        self.drawing = ArmDrawing()
        self.drawing.setMinimumHeight(_LEAST_DRAWING)
        # It takes what is left: in a page of wrapping texts its wish would count as its least.
        self.drawing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._build_buttons()
        layout = row(spacing=12)
        left = column(self.table, spacing=6)
        left.addWidget(self.drawing, 1)
        layout.addLayout(left)
        layout.addWidget(Separator(upright=True))
        layout.addLayout(self._right(), 1)
        self.setLayout(layout)

    def _build_buttons(self) -> None:
        self._again = Text(self.tr("Choose a joint to redo it."), Role.HINT, elides=True)
        self.hand = Button("", icon="cube-outline", size=SMALL, name="setup.hand_only")
        self.skip = Button(self.tr("Skip"), kind=Kind.GHOST, name="setup.skip_joint")
        self.stop = Button(self.tr("Stop"), kind=Kind.GHOST, size=SMALL, name="setup.stop_ids")
        self.anew = Button(self.tr("Begin anew"), kind=Kind.GHOST, name="setup.ids_anew")
        self.write = Button(
            "", kind=Kind.PRIMARY, icon="chip", size=NORMAL, key="Return", name="setup.write_id"
        )
        self.go_on = Button(
            self.tr("Go on"), kind=Kind.PRIMARY, icon="play", name="setup.ids_go_on"
        )
        self.scan = Button(
            self.tr("Scan the arm"), kind=Kind.PRIMARY, icon="restart", name="setup.ids_scan"
        )
        # A click leaves the focus where it is: Enter means this button for the next servo, too.
        for button in (self.write, self.skip, self.hand):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.write.reserve(self.tr("Write id {0}").format(8))
        self.hand.clicked.connect(self._use_hand)
        self.skip.clicked.connect(self.skip_requested)
        self.stop.clicked.connect(lambda: self.stop_requested.emit(self._state.port))
        self.anew.clicked.connect(self.anew_requested)
        self.write.clicked.connect(self.write_requested)
        self.go_on.clicked.connect(self.go_on_requested)
        self.scan.clicked.connect(lambda: self.scan_requested.emit(self._state.port))

    def _right(self) -> QVBoxLayout:
        right = column(self.heading, self._how, self.box, spacing=6)
        right.addWidget(self.hand)
        right.addStretch(1)
        above_foot = row(spacing=8)
        above_foot.addWidget(self._again, 1)
        above_foot.addWidget(self.stop)
        right.addLayout(above_foot)
        foot = row(self.skip, self.anew, None, spacing=0)
        for button in (self.write, self.go_on, self.scan):
            foot.addWidget(button)
        right.addLayout(foot)
        return right

    def show_state(self, state: SetupState) -> None:
        self._state = state
        ids = state.ids
        heading, how = instruction(state)
        self.heading.setText(heading)
        self._how.setText(how)
        self.box.show_answer(answer(state))
        if ids is not None:
            self.table.show_rows(id_rows(ids, goes_on=state.arm.doing == "ids"), ids.wanted)
            self._show_arm(ids.kind, ids.wanted)
        self._show_buttons(state)

    def take_focus(self) -> None:
        """To the list, from where Enter writes the id and arrows and Space choose a joint."""
        self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_arm(self, kind: str, joint: str) -> None:
        if kind != self._shape_of:
            self._shape_of = kind
            self.drawing.show_shape(arm_shape_for(family_of(kind)))
        self.drawing.highlight(joint or None)

    def _show_buttons(self, state: SetupState) -> None:
        ids, goes_on = state.ids, state.arm.doing == "ids"
        is_over = ids is not None and not ids.wanted
        all_done = ids is not None and len(ids.done) == len(ids.joints)
        asks = goes_on and ids is not None and bool(ids.wanted)
        left = 0 if ids is None else len(ids.joints) - len(ids.done)
        self.write.setVisible(asks)
        self.write.show_action(write_label(ids), "chip")
        reason = why_not(state)
        if (reason or not asks) and self.write.hasFocus():
            self.take_focus()
        self.write.set_available(not reason, reason)
        self.skip.setVisible(asks)
        can_skip = left > 1 and not state.is_writing_id
        self.skip.set_available(can_skip, self.tr("It is the last one."))
        self.stop.setVisible(goes_on)
        self.anew.setVisible(not goes_on)
        self.go_on.setVisible(not goes_on and not is_over)
        self.scan.setVisible(is_over and all_done)
        self._again.setVisible(asks)
        one, every = self.tr("Virtual hands: plug it in"), self.tr("Virtual hands: plug all in")
        self.hand.show_action(every if is_over else one, "cube-outline")
        self.hand.setVisible(state.port.startswith(_SCHEME) and (asks or is_over))

    def _use_hand(self) -> None:
        """On a bench, plug in just this servo; once all are done, all of them."""
        ids = self._state.ids
        if ids is None:
            return
        bench, _, chain = ids.address.removeprefix(_SCHEME).partition("/")
        servo = ids.joints.get(ids.wanted)
        self.bench_asked.emit(AskBench(bench, "only", {"chain": chain, "servo": servo}))


class AnswerBox(Inset):
    """An icon, a sentence, what helps, and facts in two columns."""

    def __init__(self) -> None:
        super().__init__(padding=10)
        self._facts: tuple[tuple[str, str], ...] = ()
        self._mark = QLabel()
        self.heading = Text("", Role.SMALL, wraps=True)
        self._hint = Text("", Role.HINT, wraps=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        line = row(self._mark, spacing=8)
        line.addWidget(self.heading, 1)
        self.body.setSpacing(4)
        self.body.addLayout(line)
        self.body.addWidget(self._hint)
        self.body.addLayout(self._grid)

    @property
    def texts(self) -> list[str]:
        """The facts as they are shown."""
        return [f"{label}: {value}" for label, value in self._facts]

    def show_answer(self, shown: Answer) -> None:
        colour = theme().tokens.of(shown.tone)
        self._mark.setPixmap(icon_pixmap(shown.icon, colour, theme().px(14), 2.0))
        self.heading.setText(shown.heading)
        self.setAccessibleName(shown.heading)
        self._hint.setText(shown.hint)
        self._hint.setVisible(bool(shown.hint))
        if shown.facts != self._facts:
            self._facts = shown.facts
            clear(self._grid)
            for place, (label, value) in enumerate(shown.facts):
                head = Text(label, Role.HINT)
                self._grid.addWidget(head, place, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(Text(value, Role.SMALL, wraps=True), place, 1)
