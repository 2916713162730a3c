"""A recording inside a session: the state machine, its sink, and what the app is told of it."""

import logging

from lerobot_core.control.record import RecordCommand, RecordingPlan, RecordPhase
from lerobot_core.control.recorder import RecorderObserver
from lerobot_core.control.tick import Tick
from lerobot_core.datasets.layout import dataset_root
from lerobot_core.datasets.writer import EpisodeFacts
from lerobot_core.errors import CameraNotFound, DiskFull, WorkbenchError
from lerobot_core.files import check_room, free_mb
from lerobot_core.workers.dataset_sink import DatasetSink
from lerobot_core.workers.protocol import (
    EpisodeSaved,
    Phase,
    RecordingFinished,
    RecordingProgress,
    StartRecording,
    problem,
)
from lerobot_core.workers.reports import PROGRESS_HZ, Every
from lerobot_core.workers.rig_devices import RigDevices
from lerobot_core.workers.runner import Send

log = logging.getLogger(__name__)

RECORDING = "recording"
"""What a problem of the recording names as its device."""

_ROOM_HZ = 1.0  # how often the disk is looked at


class Recording:
    """An observer of ticks that never stops the arm: what goes wrong ends the recording only.

    Raises:
        TaskMissing, SettingInvalid, DatasetNameInvalid, DatasetExists, CameraNotFound, DiskFull:
            nothing was made.
    """

    def __init__(self, asked: StartRecording, devices: RigDevices, send: Send) -> None:
        plan = RecordingPlan(
            asked.repo_id.strip(),
            asked.task.strip(),
            asked.episodes,
            asked.fps,
            asked.episode_s,
            asked.reset_s,
        )
        self._send = send
        _check_cameras(devices)
        self._disk = dataset_root(plan.repo_id, asked.root or None).parent
        check_room(self._disk)
        self._sink = DatasetSink(plan, asked.root, devices)
        try:
            self._recorder = RecorderObserver(
                plan, self._sink, devices.rig.control_hz, on_saved=self._tell_saved
            )
            self._recorder.begin()
        except WorkbenchError:
            self._sink.close()
            raise
        self._progress_due, self._room_due = Every(PROGRESS_HZ), Every(_ROOM_HZ)
        self._free_mb = free_mb(self._disk)
        self.is_over = False

    @property
    def phase(self) -> Phase:
        """As the operator sees it; a recording that finishes is still saving."""
        phase = self._recorder.phase
        return Phase.SAVING if phase is RecordPhase.FINISHED else Phase(phase.value)

    @property
    def episode(self) -> int:
        return self._recorder.view().episode

    def on_tick(self, tick: Tick) -> None:
        """Record, and report. The arm goes on whatever happens here."""
        try:
            self._recorder.on_tick(tick)
            if self._room_due.is_due(tick.due_s):
                self._look_at_disk()
        except WorkbenchError as error:
            self._fail(error)
        self._report(tick.due_s)
        if self._recorder.phase is RecordPhase.FINISHED:
            self._sink.finish()
            self._end_if_finished()

    def command(self, command: RecordCommand) -> None:
        try:
            self._recorder.command(command)
        except WorkbenchError as error:
            self._fail(error)

    def close(self) -> None:
        """Save the take in progress and finish the dataset; waits for the disk."""
        if self.is_over:
            return
        self.command(RecordCommand.STOP)
        self._sink.close()
        if not self.is_over:
            try:
                facts = self._sink.saved()
                if facts is not None:
                    self._tell_saved(facts)
            except WorkbenchError as error:
                self._send(problem(error, RECORDING))
        self._end_if_finished()

    def _look_at_disk(self) -> None:
        self._free_mb = free_mb(self._disk)
        try:
            check_room(self._disk)
        except DiskFull as error:
            # The take in progress is kept: there is still room for it, but for no other.
            self._send(problem(error, RECORDING))
            self._recorder.command(RecordCommand.STOP)

    def _fail(self, error: WorkbenchError) -> None:
        log.error("the recording ended: %s", error)
        self._send(problem(error, RECORDING))
        self._sink.finish()

    def _end_if_finished(self) -> None:
        if self.is_over or not self._sink.is_finished:
            return
        self.is_over = True
        episodes, frames = self._sink.totals
        self._send(RecordingFinished(self._sink.root, episodes, frames))

    def _tell_saved(self, facts: EpisodeFacts) -> None:
        self._send(
            EpisodeSaved(
                facts.index,
                facts.frames,
                facts.seconds,
                self._sink.save_ms,
                self._sink.repeated_frames,
            )
        )

    def _report(self, now_s: float) -> None:
        if not self._progress_due.is_due(now_s):
            return
        view = self._recorder.view()
        recorded_s = view.seconds if view.phase is RecordPhase.RECORDING else 0.0
        self._send(
            RecordingProgress(
                phase=self.phase,
                episode=view.episode,
                wanted=view.wanted,
                saved=view.saved,
                redone=view.redone,
                seconds=view.seconds,
                of_seconds=view.of_seconds,
                frames=view.rows,
                fps=view.rows / recorded_s if recorded_s > 0.5 else 0.0,
                lost_frames=self._sink.lost_frames + view.missed_rows,
                free_mb=self._free_mb,
                needed_mb_per_hour=self._sink.bytes_per_second * 3600 / 2**20,
            )
        )


def _check_cameras(devices: RigDevices) -> None:
    """Every camera of the rig sends pictures. Raises CameraNotFound."""
    newest = devices.stamps.newest()
    for name, config in devices.rig.robot.cameras.items():
        if name not in newest or newest[name].sequence == 0:
            raise CameraNotFound(camera=name, address=config.address)
