"""Giving ids: the page below the chain, from the choice of how to the last servo written."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.arm_text import arm_label
from app.panels.setup.ids_progress import IdsProgress
from app.panels.setup.ids_words import arm_kinds, begin_words, ids_fact
from app.panels.setup.in_place import can_stay_plugged_in, ids_present, ids_wanted
from app.panels.setup.in_place_form import InPlaceForm
from app.panels.setup.state import SetupState
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import Button, Kind
from app.widgets.field import Field
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import Text


class IdsCard(QWidget):
    """Says what was clicked. ``fact`` is for the head of the card that holds it."""

    begin_requested = Signal(str, str)  # address, kind
    in_place_requested = Signal(str, str, object)  # address, kind, joint → present id
    write_requested = Signal()
    skip_requested = Signal()
    joint_chosen = Signal(str)
    stop_requested = Signal(str)  # address
    anew_requested = Signal()
    scan_requested = Signal(str)  # address
    bench_asked = Signal(object)  # AskBench

    def __init__(self) -> None:
        super().__init__()
        self.fact = ""
        self._state = SetupState()
        self._wants_in_place = False
        self.start = _Start()
        self.form = InPlaceForm()
        self.progress = IdsProgress()
        # Hidden pages take no room, unlike those of a stack.
        self.setLayout(column(self.start, self.form, self.progress, spacing=0))
        self._connect()

    def _connect(self) -> None:
        self.start.one_by_one.clicked.connect(self._begin)
        self.start.in_place.clicked.connect(lambda: self._show_form(True))
        self.form.back_requested.connect(lambda: self._show_form(False))
        self.form.write_requested.connect(self._write_in_place)
        self.progress.write_requested.connect(self.write_requested)
        self.progress.skip_requested.connect(self.skip_requested)
        self.progress.joint_chosen.connect(self.joint_chosen)
        self.progress.stop_requested.connect(self.stop_requested)
        self.progress.anew_requested.connect(self.anew_requested)
        self.progress.go_on_requested.connect(self._go_on)
        self.progress.scan_requested.connect(self.scan_requested)
        self.progress.bench_asked.connect(self.bench_asked)

    def show_state(self, state: SetupState) -> None:
        self.fact = ids_fact(state)
        if state.port != self._state.port or state.ids is not None:
            self._wants_in_place = False
        self._state = state
        self.start.show_state(state)
        self.form.show_ids(ids_wanted(state.arm), ids_present(state.arm))
        self.progress.show_state(state)
        self._show_page()

    def _show_page(self) -> None:
        page: _Start | InPlaceForm | IdsProgress = self.start
        if self._state.ids is not None or self._state.arm.doing == "ids":
            page = self.progress
        elif self._wants_in_place:
            page = self.form
        focused = QApplication.focusWidget()
        has_focus = focused is not None and self.isAncestorOf(focused)
        for each in (self.start, self.form, self.progress):
            each.setVisible(each is page)
        if has_focus and focused is not None and not focused.isVisibleTo(self):
            page.take_focus()

    def _show_form(self, is_wanted: bool) -> None:
        self._wants_in_place = is_wanted
        self._show_page()

    def _begin(self) -> None:
        self.begin_requested.emit(self._state.port, self.start.kind)

    def _go_on(self) -> None:
        if self._state.ids is not None:
            self.begin_requested.emit(self._state.ids.address, self._state.ids.kind)

    def _write_in_place(self, present: object) -> None:
        if self._state.arm.scan is not None:
            kind = self._state.arm.scan.kind
            self.in_place_requested.emit(self._state.port, kind, present)


class _Start(QWidget):
    """Which arm it is to be, and which of the two ways."""

    def __init__(self) -> None:
        super().__init__()
        self._state = SetupState()
        self._heading = Text("", Role.HEADING, wraps=True)
        self._how = Text("", Role.BODY, wraps=True)
        self._how.setProperty("quiet", True)
        self._kind = Select(name="setup.ids_kind", label=self.tr("Arm"))
        for kind in arm_kinds():
            self._kind.addItem(arm_label(kind), kind)
        self._kind.currentIndexChanged.connect(self._show)
        self.one_by_one = Button(
            self.tr("One motor at a time"), kind=Kind.PRIMARY, icon="chip", name="setup.begin_ids"
        )
        self.in_place = Button(
            self.tr("All in place"), icon="sitemap-outline", name="setup.in_place"
        )
        one = Text(
            self.tr("For new servos: each is plugged in alone, and gets its id."),
            Role.HINT,
            wraps=True,
        )
        self._about_in_place = Text("", Role.HINT, wraps=True)
        self._kind.setMinimumWidth(theme().px(200))
        kind_line = row(Field(self.tr("Arm"), self._kind), None)
        layout = column(self._heading, self._how, spacing=8)
        layout.addLayout(kind_line)
        layout.addSpacing(4)
        for button, words in ((self.one_by_one, one), (self.in_place, self._about_in_place)):
            line = row(button, spacing=12)
            line.addWidget(words, 1)
            layout.addLayout(line)
        layout.addStretch(1)
        self.setLayout(layout)
        width = max(self.one_by_one.sizeHint().width(), self.in_place.sizeHint().width())
        for button in (self.one_by_one, self.in_place):
            button.setMinimumWidth(width)

    def take_focus(self) -> None:
        self.one_by_one.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def kind(self) -> str:
        """The single arm that is chosen."""
        return str(self._kind.currentData())

    def show_state(self, state: SetupState) -> None:
        before = _expected(self._state)
        self._state = state
        expected = _expected(state)
        if expected and expected != before:
            self._kind.setCurrentIndex(self._kind.findData(expected))
        self._show()

    def _show(self) -> None:
        state = self._state
        expected = _expected(state)
        heading, how = begin_words(state, expected)
        self._heading.setText(heading)
        self._how.setText(how)
        # A port of the rig has its arm already; it is changed where the rig is.
        self._kind.setEnabled(bool(state.port) and not state.slot)
        self.one_by_one.set_available(bool(state.port), heading)
        reason = self._why_not_in_place()
        self.in_place.set_available(not reason, reason)
        ready = self.tr("They stay plugged in, because all of them have ids of their own.")
        self._about_in_place.setText(reason or ready)

    def _why_not_in_place(self) -> str:
        arm = self._state.arm
        if arm.scan is None or arm.scan.kind != self.kind:
            return self.tr("They stay plugged in. Scan the arm as a {0} first.").format(
                arm_label(self.kind)
            )
        if not can_stay_plugged_in(arm):
            return self.tr("They could stay plugged in if each had an id of its own.")
        return ""


def _expected(state: SetupState) -> str:
    """What the rig says of the port, or else the scan."""
    return state.draft.arm_kind(state.slot) if state.slot else next(iter(state.arm.kinds), "")
