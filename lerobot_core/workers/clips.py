"""The videos of one episode: one encoder thread for each camera, one frame for each row."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from enum import Enum, auto
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from lerobot_core.datasets.video import ClipFacts, VideoEncoder
from lerobot_core.errors import CameraLost, WorkbenchError
from lerobot_core.paths import safe_name
from lerobot_core.workers.camera_feed import CameraFeed
from lerobot_core.workers.protocol import ClipsDiscarded, ClipsFailed, ClipsFinished, problem
from lerobot_core.workers.runner import Send

log = logging.getLogger(__name__)

_FRAME_TIMEOUT_S = 1.0  # for a frame that control has seen in the ring and the feed has not
_numbers = count(1)


class Ending(Enum):
    KEEP = auto()
    DISCARD = auto()
    ABANDON = auto()  # the session is gone: close the files, they can be recovered


class ClipEncoder:
    """Encodes the frames that rows name, in order, on a thread of its own."""

    def __init__(
        self,
        feed: CameraFeed,
        folder: Path,
        fps: int,
        on_problem: Callable[["ClipEncoder"], None],
        on_end: Callable[["ClipEncoder"], None],
    ) -> None:
        """Raises CameraLost when the camera is not open."""
        self.camera = feed.name
        self.path = folder / f"{safe_name(feed.name)}-{os.getpid()}-{next(_numbers)}.mp4"
        self.lost = self.repeated = 0
        self.facts: ClipFacts | None = None
        self.error: WorkbenchError | None = None
        self._feed, self._fps = feed, fps
        self._buffer, self._size = feed.subscribe()
        self._on_problem, self._on_end = on_problem, on_end
        self._wanted: SimpleQueue[int | None] = SimpleQueue()
        self._has_all = False
        self._ending = Ending.KEEP
        self._thread = threading.Thread(target=self._run, name=f"encode-{feed.name}", daemon=True)
        self._thread.start()

    def add(self, sequence: int) -> None:
        self._wanted.put(sequence)

    def end(self, ending: Ending) -> None:
        """Close the video; ``on_end`` is called when that is done."""
        self._ending = ending
        self._wanted.put(None)

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._encode()
        except WorkbenchError as error:
            self._fail(error)
        except Exception:  # the thread's last stop
            log.exception("the video of %s cannot be written", self.camera)
            self._fail(WorkbenchError())
        finally:
            self._feed.unsubscribe(self._buffer)
            self._on_end(self)

    def _encode(self) -> None:
        with VideoEncoder(self.path, self._fps, *self._size) as encoder:
            self._encode_rows(encoder)
            if self._ending is Ending.DISCARD:
                encoder.discard()
            else:
                self.facts = encoder.close()

    def _encode_rows(self, encoder: VideoEncoder) -> None:
        before = 0
        while (wanted := self._next_wanted()) is not None:
            if self._ending is Ending.DISCARD:
                continue
            picked = self._buffer.pick(wanted, _FRAME_TIMEOUT_S)
            if picked is None:
                raise CameraLost(camera=self.camera)
            sequence, frame = picked
            encoder.add(frame)
            self.lost += sequence != wanted
            self.repeated += sequence == before
            before = sequence

    def _next_wanted(self) -> int | None:
        wanted = self._wanted.get()
        self._has_all = wanted is None
        return wanted

    def _fail(self, error: WorkbenchError) -> None:
        self.error = error
        self._on_problem(self)
        while not self._has_all:
            self._next_wanted()  # rows go on until the session has heard of it


class ClipSet:
    """The encoders of one episode. Sends one event when the last of them has ended."""

    def __init__(
        self, number: int, folder: Path, fps: int, feeds: Mapping[str, CameraFeed], send: Send
    ) -> None:
        self._number = number
        self._send = send
        self._ending = Ending.KEEP
        self._ended: list[ClipEncoder] = []
        self._lock = threading.Lock()
        self._missing: WorkbenchError | None = None
        self._encoders: list[ClipEncoder] = []
        for feed in feeds.values():
            try:
                encoder = ClipEncoder(feed, folder, fps, self._on_problem, self._on_end)
            except CameraLost as error:
                self._missing = error
                send(problem(error, feed.name))
            else:
                self._encoders.append(encoder)

    def add(self, frames: Mapping[str, int]) -> None:
        """One row. A camera it does not name gets its oldest waiting frame, counted as lost."""
        for encoder in self._encoders:
            encoder.add(frames.get(encoder.camera, 0))

    def end(self, ending: Ending) -> None:
        self._ending = ending
        for encoder in self._encoders:
            encoder.end(ending)
        if not self._encoders:
            self._report()

    def abandon(self, timeout_s: float) -> None:
        """Close the files without a report, as whole as they are."""
        self.end(Ending.ABANDON)
        for encoder in self._encoders:
            encoder.join(timeout_s)

    def _on_problem(self, encoder: ClipEncoder) -> None:
        if encoder.error is not None:
            self._send(problem(encoder.error, encoder.camera))

    def _on_end(self, encoder: ClipEncoder) -> None:
        with self._lock:
            self._ended.append(encoder)
            is_last = len(self._ended) == len(self._encoders)
        if is_last:
            self._report()

    def _report(self) -> None:
        if self._ending is Ending.ABANDON:
            return
        failed = next((encoder for encoder in self._encoders if encoder.error is not None), None)
        error = self._missing if failed is None else failed.error
        if self._ending is Ending.DISCARD or error is not None:
            self._remove_files()
        if self._ending is Ending.DISCARD:
            self._send(ClipsDiscarded(self._number))
        elif error is not None:
            camera = failed.camera if failed is not None else ""
            self._send(ClipsFailed(self._number, error.code, error.facts, camera))
        else:
            self._send(self._finished())

    def _finished(self) -> ClipsFinished:
        facts = {encoder.camera: encoder.facts for encoder in self._encoders}
        clips = {camera: asdict(clip) for camera, clip in facts.items() if clip is not None}
        lost = sum(encoder.lost for encoder in self._encoders)
        repeated = sum(encoder.repeated for encoder in self._encoders)
        return ClipsFinished(self._number, clips, lost, repeated)

    def _remove_files(self) -> None:
        for encoder in self._encoders:
            with suppress(OSError):
                encoder.path.unlink(missing_ok=True)
