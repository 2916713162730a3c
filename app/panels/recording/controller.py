"""Turns clicks on the Record panel into commands, and events into its state."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from app import session_state
from app.panels.recording.plan import Plan, rates_for
from app.panels.recording.state import RecordingState, after, asked, planned
from app.remedies import FIELD_REMEDIES, PANEL_REMEDIES, Remedy
from app.services.session_service import SessionService
from lerobot_core.control.rig import Rig
from lerobot_core.files import free_mb
from lerobot_core.paths import lerobot_home
from lerobot_core.workers.protocol import (
    ClearOverload,
    Connect,
    FinishEpisode,
    Phase,
    Problem,
    RedoEpisode,
    StartEpisode,
    StartRecording,
    StopRecording,
    Telemetry,
)

_DISK_MS = 5000


class RecordingController(QObject):
    """Owns no widgets. Looks at the disk (is there room, is the name taken), writes nothing."""

    state_changed = Signal(object)  # RecordingState
    field_requested = Signal(object)  # Remedy: the field of the plan to go to
    panel_requested = Signal(str)  # name of another panel that holds a remedy

    def __init__(self, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = RecordingState()
        self._disk = QTimer(self, interval=_DISK_MS)
        self._disk.timeout.connect(self.look_at_disk)
        session.event_received.connect(self._on_event)
        session.run_changed.connect(self._on_run_changed)
        if session.rig is not None:
            self.use_rig(session.rig.rig)

    @property
    def state(self) -> RecordingState:
        return self._state

    def use_rig(self, rig: Rig) -> None:
        """Offer the frame rates that the rig's loop and cameras can give."""
        slowest = min((camera.fps for camera in rig.robot.cameras.values()), default=30)
        rates = tuple(rates_for(rig.control_hz, slowest)) or (rig.control_hz,)
        fps = self._state.plan.fps if self._state.plan.fps in rates else rates[-1]
        plan = replace(self._state.plan, fps=fps)
        cameras = tuple(rig.robot.cameras)
        self._set(
            replace(self._state, rates=rates, control_hz=rig.control_hz, plan=plan, cameras=cameras)
        )

    def set_watched(self, is_watched: bool) -> None:
        """Keep an eye on the disk only while somebody looks at the panel."""
        if is_watched:
            self.look_at_disk()
            self._disk.start()
        else:
            self._disk.stop()

    @Slot(object)
    def set_plan(self, plan: Plan) -> None:
        self._set(planned(self._state, plan, exists=_is_taken(plan)))

    @Slot()
    def advance(self) -> None:
        """The next step: start recording, end the reset, or finish the take."""
        if self._state.take_phase is Phase.RECORDING:
            self._session.send(FinishEpisode())
        elif self._state.take_phase is Phase.RESETTING:
            self._session.send(StartEpisode())
        elif self._state.can_start:
            self._start()

    @Slot()
    def redo(self) -> None:
        if self._state.take_phase is Phase.RECORDING:
            self._session.send(RedoEpisode())

    @Slot()
    def stop(self) -> None:
        if self._state.is_recording:
            self._session.send(StopRecording())

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
        elif remedy in FIELD_REMEDIES:
            self.field_requested.emit(remedy)
        elif remedy is Remedy.OPEN_DATASET_FOLDER:
            _open_folder(lerobot_home())
        elif remedy in PANEL_REMEDIES:
            self.panel_requested.emit(str(remedy))

    @Slot()
    def plan_next(self) -> None:
        """Put the summary of the last recording away, and go to the name of the next."""
        self._set(replace(self._state, finished=None, was_interrupted=False, saved=()))
        self.field_requested.emit(Remedy.NAME_DATASET)

    @Slot()
    def open_folder(self) -> None:
        """Show the dataset that was recorded last."""
        if self._state.finished is not None:
            _open_folder(Path(self._state.finished.root))
        else:
            _open_folder(lerobot_home() / self._state.plan.dataset)

    @Slot(object)
    def dismiss(self, problem: Problem) -> None:
        self._set_session(session_state.without_problem(self._state.session, problem))

    @Slot()
    def look_at_disk(self) -> None:
        exists = _is_taken(self._state.plan)
        self._set(replace(self._state, free_mb=free_mb(lerobot_home()), exists=exists))

    def _start(self) -> None:
        plan = self._state.plan
        self._set(asked(self._state))
        self._session.send(
            StartRecording(
                repo_id=plan.dataset.strip(),
                task=plan.task.strip(),
                episodes=plan.episodes,
                fps=plan.fps,
                episode_s=plan.episode_s,
                reset_s=plan.reset_s,
            )
        )

    @Slot(object)
    def _on_event(self, event: object) -> None:
        if isinstance(event, Telemetry):
            return  # thirty times a second, and nothing here depends on it
        state = after(self._state, event)
        if state == self._state:
            return
        self._set(state)
        if state.progress is None:
            self.look_at_disk()  # a dataset may just have come into being

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

    def _set(self, state: RecordingState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _is_taken(plan: Plan) -> bool:
    """Whether there is anything where the dataset would be written."""
    return plan.is_name_valid and (lerobot_home() / plan.dataset.strip()).exists()


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
