"""Turns clicks on the Teleoperate panel into commands, and events into its state."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import session_state
from app.panels.teleoperation.state import TeleoperationState, after
from app.remedies import PANEL_REMEDIES, Remedy
from app.services.session_service import SessionService
from lerobot_core.control.rig import Rig
from lerobot_core.workers.protocol import (
    ClearOverload,
    Connect,
    Disengage,
    Engage,
    Problem,
    RecordRestPose,
    SetSpeedLimit,
    Telemetry,
)

_NUMBERS_MS = 100  # text that changes more often than this cannot be read


class TeleoperationController(QObject):
    """Owns no widgets. Numbers that stream in are passed on ten times a second at most."""

    state_changed = Signal(object)  # TeleoperationState
    sampled = Signal(object)  # every Telemetry, for plots
    panel_requested = Signal(str)  # name of another panel that holds a remedy

    def __init__(self, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = TeleoperationState()
        self._numbers = QTimer(self, singleShot=True, interval=_NUMBERS_MS)
        self._numbers.timeout.connect(self._show)
        session.event_received.connect(self._on_event)
        session.run_changed.connect(self._on_run_changed)
        if session.rig is not None:
            self.use_rig(session.rig.rig)

    @property
    def state(self) -> TeleoperationState:
        return self._state

    def use_rig(self, rig: Rig) -> None:
        """Show the settings of the rig that a session is started for."""
        self._set(
            replace(
                self._state,
                teleoperator=rig.teleoperator.kind,
                cameras=tuple(rig.robot.cameras),
                uses_degrees=_uses_degrees(rig),
                ease_in_s=rig.ease_in_s,
                speed_fraction=rig.speed_fraction,
            )
        )

    @Slot()
    def toggle(self) -> None:
        """Engage, or disengage when the arm is driven."""
        if self._state.session.is_recording:
            return  # disengaging in the middle of a take is the Record panel's business
        if self._state.can_disengage:
            self._session.send(Disengage())
        elif self._state.can_engage:
            self._session.send(Engage())

    @Slot(float)
    def set_speed(self, fraction: float) -> None:
        self._session.send(SetSpeedLimit(fraction))
        self._set(replace(self._state, speed_fraction=fraction))

    @Slot()
    def record_rest(self) -> None:
        """The arm rests from now on where it is."""
        if self._state.can_record_rest:
            self._session.send(RecordRestPose())

    @Slot(object)
    def cure(self, remedy: Remedy) -> None:
        """Carry out what a button beside a problem or a check offers."""
        if remedy is Remedy.TRY_AGAIN:
            self._session.send(Connect())
        elif remedy is Remedy.RESTART_SESSION:
            self._session.restart()
        elif remedy is Remedy.CLEAR_OVERLOAD:
            self._session.send(ClearOverload(self._state.session.joint_to_clear))
        elif remedy is Remedy.GO_TO_REST:
            self._session.go_to_rest()
        elif remedy in PANEL_REMEDIES:
            self.panel_requested.emit(str(remedy))

    @Slot(object)
    def dismiss(self, problem: Problem) -> None:
        self._set_session(session_state.without_problem(self._state.session, problem))

    @Slot(object)
    def _on_event(self, event: object) -> None:
        state = after(self._state, event)
        if isinstance(event, Telemetry):
            self._state = state
            self.sampled.emit(event)
            if not self._numbers.isActive():
                self._numbers.start()
        elif state != self._state:
            self._set(state)

    @Slot(bool)
    def _on_run_changed(self, is_running: bool) -> None:
        if is_running:
            if self._session.rig is not None:
                self.use_rig(self._session.rig.rig)
            self.expect_session()

    @Slot()
    def expect_session(self) -> None:
        """A session is on its way, so nothing is missing: it takes a moment."""
        self._set_session(session_state.starting(self._state.session))

    def _set_session(self, session: session_state.SessionState) -> None:
        self._set(replace(self._state, session=session))

    def _set(self, state: TeleoperationState) -> None:
        self._state = state
        self._show()

    @Slot()
    def _show(self) -> None:
        self.state_changed.emit(self._state)


def _uses_degrees(rig: Rig) -> bool:
    """Whether the arms speak of degrees, not of percent of their travel."""
    return all(getattr(arm, "use_degrees", True) for arm in rig.robot.arms.values())
