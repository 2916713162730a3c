"""Where the rows of a recording go: numbers to the writer, pictures to the media process."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from lerobot_core.control.record import RecordingPlan
from lerobot_core.control.tick import Tick
from lerobot_core.datasets.schema import features_from_hardware, row_from_hardware
from lerobot_core.datasets.writer import DatasetWriter, EpisodeFacts
from lerobot_core.errors import CameraLost, MediaLost
from lerobot_core.workers.frame_picker import FramePicker
from lerobot_core.workers.media_client import EpisodeClips
from lerobot_core.workers.rig_devices import RigDevices

_CLIPS_TIMEOUT_S = 60.0
_IMAGES = "observation.images"


class DatasetSink:
    """An ``EpisodeSink``. Everything that may wait for a disk runs on a thread of its own.

    Raises:
        DatasetExists, DatasetNameInvalid, DiskFull: nothing was made.
    """

    def __init__(self, plan: RecordingPlan, root: str, devices: RigDevices) -> None:
        robot, self._stamps = devices.robot, devices.stamps
        wanted = devices.rig.robot.cameras
        cameras = {name: (*self._stamps.sizes[name], 3) for name in wanted}
        features = features_from_hardware(
            {**robot.observation_features, **cameras}, robot.action_features
        )
        self._writer = DatasetWriter.create(
            plan.repo_id, plan.fps, features, root or None, robot.name
        )
        self._fps = plan.fps
        self._media = devices.media
        self._pickers = {name: FramePicker(camera.fps, plan.fps) for name, camera in wanted.items()}
        self._task = plan.task
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="save")
        self._saving: Future[EpisodeFacts] | None = None
        self._finishing: Future[None] | None = None
        self._asked_s = 0.0
        self.save_ms = 0.0  # of the newest episode
        self.lost_frames = 0  # of all episodes
        self.repeated_frames = 0  # of the newest episode
        self.bytes_per_second = 0.0  # of the newest episode

    @property
    def root(self) -> str:
        return str(self._writer.root)

    @property
    def totals(self) -> tuple[int, int]:
        """Episodes and frames that are saved."""
        return self._writer.info.total_episodes, self._writer.info.total_frames

    @property
    def is_finished(self) -> bool:
        return self._finishing is not None and self._finishing.done()

    def start_episode(self, task: str) -> None:
        self._task = task
        for picker in self._pickers.values():
            picker.restart()
        if self._pickers:
            self._media.start_episode(self._writer.staging_folder(), self._fps)

    def add_row(self, tick: Tick) -> None:
        frames = {name: self._pick(name, tick) for name in self._pickers}
        missing = next((name for name, sequence in frames.items() if not sequence), None)
        if missing is not None:
            raise CameraLost(camera=missing)
        values = row_from_hardware(self._writer.info.features, tick.observed, tick.sent)
        self._writer.add_row(values, self._task)
        if frames:
            self._media.add_row(frames)

    def _pick(self, name: str, tick: Tick) -> int:
        if name not in tick.frames:
            return 0
        return self._pickers[name].pick(
            tick.frames[name],
            lambda sequence: self._stamps.stamp_of(name, sequence),
            time.monotonic_ns(),
        )

    def save(self) -> None:
        self._asked_s = time.monotonic()
        clips = self._media.finish_episode() if self._pickers else None
        self._saving = self._threads.submit(self._save, clips)

    def saved(self) -> EpisodeFacts | None:
        if self._saving is None or not self._saving.done():
            return None
        saving, self._saving = self._saving, None
        facts = saving.result()
        self.save_ms = (time.monotonic() - self._asked_s) * 1000
        self.bytes_per_second = facts.size_bytes / max(facts.seconds, 1e-3)
        return facts

    def discard(self) -> None:
        if self._pickers:
            self._media.discard_episode()
        self._writer.clear_episode()

    def finish(self) -> None:
        """Ends after what is still being saved. Safe to call twice."""
        if self._finishing is None:
            self._finishing = self._threads.submit(self._writer.finalize)
            self._threads.shutdown(wait=False)

    def close(self) -> None:
        """Finish, and wait for it: nothing that was saved may be cut short."""
        self.finish()
        self._threads.shutdown(wait=True)

    def _save(self, clips: Future[EpisodeClips] | None) -> EpisodeFacts:
        if clips is None:
            return self._writer.save_episode()
        try:
            episode = clips.result(_CLIPS_TIMEOUT_S)
        except TimeoutError as error:
            raise MediaLost() from error
        self.lost_frames += episode.lost_frames
        self.repeated_frames = episode.repeated_frames
        by_feature = {f"{_IMAGES}.{name}": facts for name, facts in episode.clips.items()}
        return self._writer.save_episode(by_feature)
