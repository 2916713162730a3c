"""The session's side of the media process. Nothing here makes the control thread wait."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lerobot_core.cameras.config import CameraConfig
from lerobot_core.datasets.video import ClipFacts
from lerobot_core.errors import CameraLost, CameraNotFound, EpisodeEmpty, MediaLost
from lerobot_core.workers.protocol import (
    CameraReady,
    CameraStatus,
    ClipsDiscarded,
    ClipsFailed,
    ClipsFinished,
    DiscardClips,
    Event,
    Failed,
    FinishClips,
    Message,
    OpenCamera,
    Problem,
    ProblemSolved,
    Row,
    StartClips,
    Unknown,
    error_of,
    problem,
)
from lerobot_core.workers.runner import MessageReader, MessageWriter

log = logging.getLogger(__name__)

CAMERAS = "cameras"
"""What a problem of the media process names as its device."""

OPEN_TIMEOUT_S = 20.0
_CLOSE_TIMEOUT_S = 8.0


@dataclass(frozen=True)
class EpisodeClips:
    """The videos of an episode: as many frames in each as rows were added."""

    clips: dict[str, ClipFacts]  # by camera
    lost_frames: int  # named by a row, but replaced by a neighbour
    repeated_frames: int  # the same picture in two rows that follow each other


class MediaClient:
    """Starts the media process and speaks with it.

    ``on_event`` hears Problem, ProblemSolved, CameraReady and CameraStatus on a thread of the
    client; it must be quick. A process that dies is one Problem with the code of ``MediaLost``,
    after which ``start`` and ``open`` may be called again.
    """

    def __init__(self, on_event: Callable[[Event], None] = lambda event: None) -> None:
        self._on_event = on_event
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: MessageWriter | None = None
        self._reader: MessageReader | None = None
        self._changed = threading.Condition()  # of everything below
        self._answers: dict[str, CameraReady | Problem] = {}
        self._status: dict[str, CameraStatus] = {}
        self._episode = 0  # number of the newest one
        self._is_recording = False
        self._finishing: dict[int, Future[EpisodeClips]] = {}
        self._discarding: dict[int, Future[None]] = {}
        self._is_lost = False
        self._closing = False

    def start(self) -> None:
        """Start the process; it is ready to be spoken to at once."""
        self.close()
        self._is_lost = self._closing = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lerobot_core.workers", "media"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._writer = MessageWriter(os.dup(self._process.stdin.fileno()))
        self._process.stdin.close()
        self._reader = MessageReader(
            self._process.stdout.fileno(), self._on_message, self._on_stream_end
        )

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def open(
        self, cameras: Mapping[str, CameraConfig], timeout_s: float = OPEN_TIMEOUT_S
    ) -> dict[str, CameraReady]:
        """Open cameras side by side and wait for all of them.

        Returns each camera's ring and size.

        Raises:
            CameraNotFound, BenchUnavailable, SettingInvalid: of the first one that failed. The
                others stay open.
            MediaLost: the process has ended.
        """
        for name, config in cameras.items():
            self.reopen(name, config)
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_lost or self._answers.keys() >= cameras.keys(),
                max(0.0, deadline - time.monotonic()),
            )
            if self._is_lost:
                raise MediaLost
            answers = dict(self._answers)
        ready = {}
        for name, config in cameras.items():
            answer = answers.get(name)
            if answer is None:
                raise CameraNotFound(camera=name, address=config.address)
            if isinstance(answer, Problem):
                raise error_of(answer)
            ready[name] = answer
        return ready

    def reopen(self, name: str, config: CameraConfig) -> None:
        """Open a camera, or open it again, without waiting; the answer comes as an event."""
        with self._changed:
            self._answers.pop(name, None)
            self._status.pop(name, None)
        self._send(OpenCamera(name, config.to_dict()))

    @property
    def status(self) -> dict[str, CameraStatus]:
        """Rate and age of each open camera, at most half a second old."""
        with self._changed:
            return dict(self._status)

    def start_episode(self, folder: Path, fps: int) -> None:
        """Begin a video for each open camera in ``folder``, which exists."""
        if self._is_recording:
            self.discard_episode()
        self._episode += 1
        self._is_recording = True
        self._send(StartClips(self._episode, str(folder), fps))

    def add_row(self, frames: Mapping[str, int]) -> None:
        """Name the pictures of the next row: camera → sequence in its ring. Never waits."""
        self._send(Row(dict(frames)))

    def finish_episode(self) -> Future[EpisodeClips]:
        """Close the videos. The future fails with what went wrong; then no video is left.

        Another episode may be started before it is done.
        """
        future: Future[EpisodeClips] = Future()
        with self._changed:
            if not self._is_recording:
                future.set_exception(EpisodeEmpty())
            elif self._is_lost:
                future.set_exception(MediaLost())
            else:
                self._finishing[self._episode] = future
            self._is_recording = False
        self._send(FinishClips())
        return future

    def discard_episode(self) -> Future[None]:
        """Throw the videos of this episode away. The future is done when the files are gone."""
        future: Future[None] = Future()
        with self._changed:
            if self._is_lost or not self._is_recording:
                future.set_result(None)
            else:
                self._discarding[self._episode] = future
            self._is_recording = False
        self._send(DiscardClips())
        return future

    def close(self) -> None:
        """End the process, and kill it if a camera's driver keeps it. Safe to call twice."""
        self._closing = True
        if self._process is None or self._writer is None or self._reader is None:
            return
        self._writer.close()
        try:
            self._process.wait(_CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            log.warning("the media process did not end and was killed")
            self._process.kill()
            self._process.wait()
        self._reader.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = self._writer = self._reader = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _send(self, command: OpenCamera | StartClips | Row | FinishClips | DiscardClips) -> None:
        if self._writer is not None:
            self._writer(command)

    def _on_message(self, message: Message) -> None:
        match message:
            case CameraReady(name) | Problem(device=name):
                self._note_answer(name, message)
                self._on_event(message)
            case CameraStatus(name):
                with self._changed:
                    self._status[name] = message
                self._on_event(message)
            case ProblemSolved():
                self._on_event(message)
            case ClipsFinished() | ClipsFailed() | ClipsDiscarded():
                self._settle(message)
            case Failed():
                log.error("the media process failed: %s", message.details or message.code)
            case Unknown():
                log.debug("not understood: %s", message.line)
            # Its beginning and its end are its own: passed on, they would be its owner's.

    def _note_answer(self, name: str, message: CameraReady | Problem) -> None:
        if isinstance(message, Problem) and message.code == CameraLost.code:
            return  # of a camera that is open
        with self._changed:
            self._answers[name] = message
            self._changed.notify_all()

    def _settle(self, report: ClipsFinished | ClipsFailed | ClipsDiscarded) -> None:
        with self._changed:
            finishing = self._finishing.pop(report.number, None)
            discarding = self._discarding.pop(report.number, None)
        if discarding is not None:
            discarding.set_result(None)
        if finishing is None:
            return
        match report:
            case ClipsFinished(_, clips, lost, repeated):
                facts = {camera: ClipFacts(**clip) for camera, clip in clips.items()}
                finishing.set_result(EpisodeClips(facts, lost, repeated))
            case ClipsFailed():
                finishing.set_exception(error_of(report))

    def _on_stream_end(self) -> None:
        with self._changed:
            self._is_lost = True
            finishing, self._finishing = self._finishing, {}
            discarding, self._discarding = self._discarding, {}
            self._status.clear()
            self._changed.notify_all()
        for finish in finishing.values():
            finish.set_exception(MediaLost())
        for discard in discarding.values():
            discard.set_result(None)
        if not self._closing:
            self._on_event(problem(MediaLost(), CAMERAS))
