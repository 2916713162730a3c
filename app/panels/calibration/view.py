"""The Calibrate panel's widgets: shows a state, and says what was clicked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.panel_scroll import PanelScroll
from app.panels.calibration.arm_page import ArmPage
from app.panels.calibration.compare_page import ComparePage
from app.panels.calibration.foot import Foot
from app.panels.calibration.hands_card import HandsCard
from app.panels.calibration.mirror_page import MirrorPage, PoseCard
from app.panels.calibration.moving_card import MovingCard
from app.panels.calibration.notices import PAUSE, notices, remedy_of
from app.panels.calibration.release_page import ReleasePage
from app.panels.calibration.signs_page import SignsPage
from app.panels.calibration.state import CalibrateState, Step
from app.panels.calibration.sweep_page import SweepPage
from app.panels.calibration.words import (
    arm_label,
    checks,
    step_name,
    tr,
)
from app.theme.type_scale import Role
from app.widgets.banner import BannerStack, Notice
from app.widgets.button import PANEL, Button
from app.widgets.card import Card
from app.widgets.checks_list import ChecksList
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.stepper import Stepper
from app.widgets.text import Text

_SIDE = 328  # width of the right column
_NEEDS_SIDE = (Step.SWEEP, Step.MIRROR)  # however little room there is
_ALL_ROOM = 1000  # against the stretch at the foot of a column

Page = ArmPage | ReleasePage | SweepPage | SignsPage | ComparePage | MirrorPage


class CalibrateView(PanelScroll):
    """Owns no decisions but which joint is looked at."""

    arm_chosen = Signal(str)
    advance_requested = Signal()
    cancel_requested = Signal()
    start_again_requested = Signal()
    redo_requested = Signal(str)
    once_more_requested = Signal()
    library_requested = Signal(bool)
    remedy_requested = Signal(object)  # Remedy
    dismissed = Signal()
    shown = Signal()

    def __init__(self, library: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = CalibrateState()
        self._focus = ""
        self._closed_pause: Notice | None = None
        self.library_view = library
        self.stepper, self.banners = Stepper(), BannerStack()
        self.pages: dict[Step, Page] = {
            Step.ARM: ArmPage(),
            Step.RELEASE: ReleasePage(),
            Step.SWEEP: SweepPage(),
            Step.SIGNS: SignsPage(),
            Step.COMPARE: ComparePage(),
            Step.MIRROR: MirrorPage(),
        }
        self.moving, self.pose, self.hands = MovingCard(), PoseCard(), HandsCard()
        self._checks, self.foot = ChecksList(), Foot()
        self._build()
        self.sweep_page.table.chosen.connect(self._look_at)
        self.banners.remedy_requested.connect(self._on_remedy)
        self.banners.closed.connect(self._on_closed)
        self.foot.next.clicked.connect(self.advance_requested)
        self.foot.cancel.clicked.connect(self.cancel_requested)
        self.foot.start_again.clicked.connect(self.start_again_requested)
        self.foot.once_more.clicked.connect(self.once_more_requested)
        self.foot.redo.clicked.connect(self._redo)
        self.show_library(False)
        self.show_state(self._state)

    @property
    def arm_page(self) -> ArmPage:
        page = self.pages[Step.ARM]
        assert isinstance(page, ArmPage)
        return page

    @property
    def sweep_page(self) -> SweepPage:
        page = self.pages[Step.SWEEP]
        assert isinstance(page, SweepPage)
        return page

    @property
    def signs_page(self) -> SignsPage:
        page = self.pages[Step.SIGNS]
        assert isinstance(page, SignsPage)
        return page

    @property
    def mirror_page(self) -> MirrorPage:
        page = self.pages[Step.MIRROR]
        assert isinstance(page, MirrorPage)
        return page

    def show_state(self, state: CalibrateState) -> None:
        is_new_step = state.step is not self._state.step
        was_opening = self._state.is_opening and not state.is_opening
        if state.moving != self._state.moving or is_new_step:
            self._focus = state.moving
        self._state = state
        self._show_title(state)
        self._show_steps(state)
        self._show_notices()
        for step, page in self.pages.items():
            page.setVisible(step is state.step)
        self.pages[state.step].show_state(state)
        self._show_side(state)
        self.foot.show_state(state, self._focus)
        if is_new_step or was_opening:
            self._move_keyboard(state)

    def show_library(self, shows: bool) -> None:
        """The library takes the place of the steps; what goes on with an arm goes on."""
        self.library_view.setVisible(shows)
        self._work.setVisible(not shows)
        self.library.setChecked(shows)
        if shows:
            self.library.show_action(tr("Back"), "arrow-left")
        else:
            self.library.show_action(tr("Library"), "folder-open-outline")

    def fold(self, narrow: bool) -> None:
        self.moving.fold(narrow)
        self._show_side(self._state)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.shown.emit()

    # Parts of a state

    def _move_keyboard(self, state: CalibrateState) -> None:
        """What had the keyboard may be gone: it is where the work goes on."""
        focused = self.window().focusWidget()
        is_elsewhere = focused is not None and not self.isAncestorOf(focused)
        if is_elsewhere or not self.isVisible() or not self._work.isVisible():
            return
        places: dict[Step, QWidget] = {
            Step.SWEEP: self.sweep_page.table,
            Step.MIRROR: self.mirror_page.drawing,  # the way on opens with the first pose
        }
        places.get(state.step, self.foot.next).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self, state: CalibrateState) -> None:
        keys = [arm.key for arm in state.arms]
        labels = [arm_label(arm) for arm in state.arms]
        if [self.arm.itemData(at) for at in range(self.arm.count())] != keys or [
            self.arm.itemText(at) for at in range(self.arm.count())
        ] != labels:
            self.arm.blockSignals(True)
            self.arm.clear()
            for key, label in zip(keys, labels, strict=True):
                self.arm.addItem(label, key)
            self.arm.blockSignals(False)
            self.arm.updateGeometry()
        if state.chosen in keys:
            self.arm.blockSignals(True)
            self.arm.setCurrentIndex(keys.index(state.chosen))
            self.arm.blockSignals(False)
        self.arm.setEnabled(bool(keys) and not state.is_busy)
        self.arm.setToolTip(tr("Cancel first to choose another arm.") if state.is_busy else "")

    def _show_steps(self, state: CalibrateState) -> None:
        steps = state.steps
        current = steps.index(state.step) if state.step in steps else 0
        done = range(current)
        self.stepper.show_steps([step_name(step) for step in steps], current, done)
        for index in done:  # one goes back by redoing a joint, or by cancelling
            self.stepper.step(index).setEnabled(False)

    def _show_side(self, state: CalibrateState) -> None:
        is_mirror = state.step is Step.MIRROR
        self._side.setVisible(not self.is_narrow or state.step in _NEEDS_SIDE)
        self.moving.setVisible(not is_mirror)
        self.pose.setVisible(is_mirror)
        if is_mirror:
            self.pose.show_state(state)
        else:
            self.moving.show_state(state, self._focus)
        if state.step is Step.SWEEP:
            self.sweep_page.table.set_active(self._focus or None)
        self.hands.show_state(state, self._focus)
        found = checks(state)
        has_room = not self.is_narrow or state.step is not Step.SWEEP
        self._checks_card.setVisible(bool(found) and not is_mirror and has_room)
        self._checks.show_checks(found)

    # Clicks

    def _look_at(self, joint: str) -> None:
        self._focus = joint
        self._show_side(self._state)
        self.foot.show_state(self._state, self._focus)

    def _redo(self) -> None:
        """One joint again; once all is saved, one is chosen where single joints are begun."""
        if self._state.step is Step.MIRROR:
            self.cancel_requested.emit()
            self.arm_page.joint.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.redo_requested.emit(self._focus or self._state.joint)

    def _show_notices(self) -> None:
        """A pause whose banner was closed is seen in the table still."""
        found = notices(self._state)
        if self._closed_pause not in found:
            self._closed_pause = None
        self.banners.show_notices([each for each in found if each != self._closed_pause])

    def _on_closed(self, key: str) -> None:
        if key == PAUSE:
            self._closed_pause = next(each for each in notices(self._state) if each.key == PAUSE)
            self._show_notices()
        else:
            self.dismissed.emit()

    def _on_remedy(self, key: str) -> None:
        remedy = remedy_of(self._state, key)
        if remedy is not None:
            self.remedy_requested.emit(remedy)

    # Building

    def _build(self) -> None:
        self._checks_card = Card(tr("Checks"))
        self._checks_card.body.addWidget(self._checks)
        side = column(self.moving, self.pose, self.hands, self._checks_card, None, spacing=12)
        side.setStretchFactor(self.moving, _ALL_ROOM)
        self._side = QWidget()
        self._side.setFixedWidth(_SIDE)
        self._side.setLayout(side)
        left = column(spacing=12)
        for page in self.pages.values():
            left.addWidget(page, 1)
        left.addWidget(self.foot)
        middle = row(spacing=12)
        middle.addLayout(left, 1)
        middle.addWidget(self._side)
        self._work = QWidget()
        work = column(self.stepper, spacing=12)
        work.addLayout(middle, 1)
        self._work.setLayout(work)
        content = QWidget()
        whole: QVBoxLayout = column(self._title_row(), spacing=12, margins=(16, 12, 16, 16))
        whole.addWidget(self.banners)
        whole.addWidget(self._work, 1)
        whole.addWidget(self.library_view, 1)
        content.setLayout(whole)
        self.set_content(content)

    def _title_row(self) -> QHBoxLayout:
        label = Text(tr("Arm"), Role.HINT)
        self.arm = Select(
            name="calibrate.arm", label=tr("Arm"), icon="robot-industrial-outline", height=32
        )
        label.setBuddy(self.arm)
        self.arm.activated.connect(lambda at: self.arm_chosen.emit(str(self.arm.itemData(at))))
        self.library = Button(
            tr("Library"), icon="folder-open-outline", size=PANEL, name="calibrate.library"
        )
        self.library.reserve(tr("Library"), tr("Back"))
        self.library.setCheckable(True)
        self.library.clicked.connect(self.library_requested)
        return row(Text(tr("Calibrate"), Role.TITLE), None, label, self.arm, self.library)
