"""Turns clicks on the Calibrate panel into commands, and the worker's events into its state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.calibration.arms import ArmChoice, arms_of
from app.panels.calibration.events import (
    accepting,
    after,
    beginning,
    confirmed,
    idle,
    mirroring,
    without_notices,
)
from app.panels.calibration.hands import Hands
from app.panels.calibration.state import CalibrateState, FileFacts, FileKnown, Step
from app.port_sharing import PortSharing
from app.remedies import Remedy
from app.services.setup_service import SetupService
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration_library import open_calibration
from lerobot_core.workers.protocol import (
    BeginCalibration,
    BeginMirror,
    CalibrationStep,
    StopPort,
)


class CalibrateController(QObject):
    """Owns no widgets. Looks at calibration files, writes none: the set-up worker does."""

    state_changed = Signal(object)  # CalibrateState
    panel_requested = Signal(str)
    saved = Signal()  # an arm has a new calibration file

    def __init__(
        self, service: SetupService, sharing: PortSharing, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._state = CalibrateState()
        self.hands = Hands(sharing, self)
        service.event_received.connect(self._on_event)
        service.event_received.connect(self.hands.on_event)

    @property
    def state(self) -> CalibrateState:
        return self._state

    def use_rig(self, rig: Rig) -> None:
        """Another rig, or the same one changed: what went on with its arms has ended."""
        arms = arms_of(rig)
        if arms == self._state.arms:
            self.look_at_files()
            return
        chosen = arms[0].key if arms else ""
        state = without_notices(idle(self._state))
        files = _files(arms)
        self._set(replace(state, arms=arms, chosen=chosen, done=frozenset(), files=files))

    @Slot()
    def look_at_files(self) -> None:
        """Calibrations may have been renamed, brought in or thrown away."""
        self._set(replace(self._state, files=_files(self._state.arms)))

    @Slot(str)
    def choose_arm(self, key: str) -> None:
        if not self._state.is_busy:
            self._set(replace(without_notices(self._state), chosen=key, now=None))

    # On and back

    @Slot()
    def advance(self) -> None:
        """The one step that leads on."""
        state = self._state
        steps: Mapping[Step, Callable[[], None]] = {
            Step.ARM: self._go_on if state.is_finished else self.begin,
            Step.RELEASE: lambda: self._step("release"),
            Step.SWEEP: self._finish_sweep,
            Step.SIGNS: lambda: self._step("finish_signs"),
            Step.COMPARE: lambda: self._step(self._last_step()),
            Step.MIRROR: self._confirm,
        }
        if state.arm is not None and not state.is_opening:
            steps[state.step]()

    @Slot(str)
    def begin(self, joint: str = "") -> None:
        """Calibrate the chosen arm, or one joint of it alone."""
        arm = self._state.arm
        if arm is None or self._state.is_busy:
            return
        command = BeginCalibration(dict(arm.config), arm.is_robot, arm.side, joint)
        if self._sharing.send(command):
            self._set(beginning(self._state, joint))
        else:
            self._set(replace(self._state, is_refused=True))

    @Slot()
    def mirror(self) -> None:
        """Let the drawing follow the arm, to see whether its calibration is right."""
        arm = self._state.arm
        if arm is None:
            return
        if self._sharing.send(BeginMirror(dict(arm.config), arm.is_robot, arm.side)):
            self._set(mirroring(self._state))
        else:
            self._set(replace(self._state, is_refused=True))

    @Slot()
    def cancel(self) -> None:
        """Leave it: servos get back what they held, and the port is closed."""
        state = self._state
        if state.is_calibrating and state.stage is not CalibrationStage.CANCELLING:
            self._step("cancel")
        elif state.is_busy and state.arm is not None:
            self._stop()
            self._set(idle(state))
        self.hands.let_go(state.arm)

    @Slot(str)
    def sweep_again(self, joint: str) -> None:
        self._set(accepting(self._state, joint, accepts=False))
        self._step("sweep_again", joint)

    @Slot()
    def start_again(self) -> None:
        """All joints: what was found of them is forgotten."""
        for joint in self._state.joints:
            self.sweep_again(joint)

    @Slot(str)
    def take_middle(self, joint: str) -> None:
        self._step("take_middle", joint)

    @Slot(str, bool)
    def accept(self, joint: str, accepts: bool) -> None:
        self._set(accepting(self._state, joint, accepts=accepts))

    @Slot(str)
    def check_sign(self, joint: str) -> None:
        self._step("check_sign", joint)

    @Slot(bool)
    def show_ghost(self, shows: bool) -> None:
        """Read the arm across as well: the leader of a follower, the follower of a leader."""
        other = self._across()
        if other is None or not self._state.is_mirroring:
            return
        if shows:
            self._sharing.send(BeginMirror(dict(other.config), other.is_robot, other.side))
        else:
            self._sharing.send(StopPort(other.address))
        self._set(replace(self._state, has_ghost=shows, ghost=None))

    # Virtual hands

    @Slot(str)
    def move_by_hands(self, joint: str) -> None:
        """Virtual hands sweep one joint, or all."""
        self.hands.sweep(self._state.arm, joint)

    @Slot(str)
    def sign_by_hands(self, joint: str) -> None:
        """Virtual hands move a joint the way its words say, once that is looked for."""
        now = self._state.now
        if now is not None and joint in now.sweeps:
            self.hands.move_up(
                self._state.arm, now.family, joint, now.sweeps[joint], self.check_sign
            )

    # Problems

    @Slot(object)
    def cure(self, remedy: Remedy) -> None:
        """Carry out what a button beside a problem offers."""
        if remedy is Remedy.TRY_AGAIN and not self._state.is_busy:
            self.begin(self._state.joint)
        elif remedy is Remedy.OPEN_TELEOPERATION or remedy is Remedy.OPEN_SETUP:
            self.panel_requested.emit(str(remedy))

    @Slot()
    def dismiss(self) -> None:
        self._set(without_notices(self._state))

    # Details

    def _go_on(self) -> None:
        """To the next arm of the rig that wants a calibration, or to what all this is for."""
        following = self._state.next_arm
        if following is None:
            self.panel_requested.emit(str(Remedy.OPEN_TELEOPERATION))
        else:
            self.choose_arm(following.key)

    def _finish_sweep(self) -> None:
        if self._state.can_finish_sweep:
            accepted = sorted(self._state.accepted)
            self._sharing.send(CalibrationStep("finish_sweep", accept=accepted))

    def _last_step(self) -> str:
        return "cancel" if self._state.stage is CalibrationStage.CANCELLING else "save"

    def _confirm(self) -> None:
        if self._state.pose is not None:
            self._stop()
            self.hands.let_go(self._state.arm)
            self._set(confirmed(self._state))

    def _step(self, step: str, joint: str = "") -> None:
        if self._state.is_calibrating:
            self._sharing.send(CalibrationStep(step, joint))

    def _stop(self) -> None:
        assert self._state.arm is not None
        self._sharing.send(StopPort(self._state.arm.address))
        other = self._across()
        if self._state.has_ghost and other is not None:
            self._sharing.send(StopPort(other.address))

    def _across(self) -> ArmChoice | None:
        """The arm that belongs to the chosen one, on the other side of the rig."""
        arm = self._state.arm
        if arm is None:
            return None
        pairs = (o for o in self._state.arms if o.side == arm.side and o.role != arm.role)
        return next(pairs, None)

    @Slot(object)
    def _on_event(self, event: object) -> None:
        was_saved = self._state.stage is CalibrationStage.SAVED
        state = after(self._state, event)
        if state == self._state:
            return
        self._set(state)
        if state.stage is CalibrationStage.SAVED and not was_saved:
            self.look_at_files()
            self.saved.emit()
            self.mirror()

    def _set(self, state: CalibrateState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _files(arms: tuple[ArmChoice, ...]) -> dict[str, FileFacts]:
    return {arm.key: _facts(arm.path) for arm in arms}


def _facts(path: Path) -> FileFacts:
    try:
        filed = open_calibration(path)
    except OSError:
        return FileFacts(FileKnown.MISSING)
    if filed.problem is not None:
        return FileFacts(FileKnown.DAMAGED, reason=str(filed.problem))
    made = filed.provenance.made if filed.provenance else ""
    return FileFacts(FileKnown.FINE, made, joints=tuple(filed.calibration or ()))
