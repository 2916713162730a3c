"""Reading single pictures out of video files.

PyAV with one thread a decoder; few, large native calls. Decoders stay open in a small LRU, are
used by one thread at a time, and are not used by a forked process, where they would share file
offsets with the parent.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from lerobot_core.errors import DatasetDamaged, VideoDamaged
from lerobot_core.types import Image

_MOST_OPEN = 16
"""Open decoders; one of a 480p H.264 file holds about 2 MB."""
_READ_ON = 8
"""Frames ahead up to which decoding on is cheaper than seeking."""

_of_the_parent: list[object] = []
"""Decoders that a forked process must leave alone."""


class VideoReader:
    """Pictures by file and time."""

    def __init__(self, tolerance_s: float = 1e-4) -> None:
        self._tolerance_s = tolerance_s
        self._decoders: OrderedDict[Path, _Decoder] = OrderedDict()
        self._lock = threading.Lock()
        self._process = os.getpid()

    def read(self, path: Path, seconds: Sequence[float]) -> NDArray[np.uint8]:
        """The pictures at given times, shape (times, height, width, 3), RGB.

        Raises:
            DatasetDamaged: the file is missing, or no video.
            VideoDamaged: there is no picture within the tolerance of a time.
        """
        with self._lock:
            decoder = self._decoder(path)
            try:
                found = decoder.pictures(seconds, self._tolerance_s)
            except BaseException:
                self._decoders.pop(path).close()  # whatever state it is in, it is not reused
                raise
        return found

    def _decoder(self, path: Path) -> "_Decoder":
        if self._process != os.getpid():
            # Kept, never freed: freeing would wait for threads that did not come along.
            _of_the_parent.append(self._decoders)
            self._decoders = OrderedDict()
            self._process = os.getpid()
        decoder = self._decoders.pop(path, None) or _Decoder(path)
        self._decoders[path] = decoder
        while len(self._decoders) > _MOST_OPEN:
            self._decoders.popitem(last=False)[1].close()
        return decoder

    def close(self) -> None:
        with self._lock:
            for decoder in self._decoders.values():
                decoder.close()
            self._decoders = OrderedDict()

    def __getstate__(self) -> dict[str, Any]:
        return {"tolerance_s": self._tolerance_s}

    def __setstate__(self, state: dict[str, Any]) -> None:
        VideoReader.__init__(self, **state)


class _Decoder:
    """One open file, and where in it decoding has come to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._container = av.open(str(path))
            self._stream = self._container.streams.video[0]
        except FileNotFoundError as error:
            raise DatasetDamaged(path=str(path), reason="the file is missing") from error
        except (av.FFmpegError, IndexError) as error:
            raise DatasetDamaged(path=str(path), reason=str(error)) from error
        self._stream.codec_context.thread_count = 1
        self._tick_s = float(self._stream.time_base or 0)
        self._frame_s = float(1 / self._stream.average_rate) if self._stream.average_rate else 0.0
        self._frames: Iterator[av.VideoFrame] | None = None
        self._last: av.VideoFrame | None = None

    def pictures(self, seconds: Sequence[float], tolerance_s: float) -> NDArray[np.uint8]:
        """Pictures in the order asked for; each is decoded once."""
        found: dict[float, Image] = {}
        for wanted_s in sorted(set(seconds)):
            frame = self._nearest(wanted_s)
            if frame is None or abs(self._seconds(frame) - wanted_s) > tolerance_s:
                raise VideoDamaged(path=str(self._path), seconds=round(wanted_s, 4))
            found[wanted_s] = frame.to_ndarray(format="rgb24")
        return np.stack([found[wanted_s] for wanted_s in seconds])

    def _nearest(self, wanted_s: float) -> av.VideoFrame | None:
        """The frame nearest to a time, or the last one there is."""
        if not self._can_read_on(wanted_s):
            self._seek(wanted_s)
        best = self._last
        while best is None or self._seconds(best) < wanted_s - self._frame_s / 2:
            frame = self._next()
            if frame is None:
                break
            best = self._last = frame
        return best

    def _can_read_on(self, wanted_s: float) -> bool:
        if self._last is None:
            return False
        ahead_s = wanted_s - self._seconds(self._last)
        return -self._frame_s / 2 <= ahead_s <= _READ_ON * self._frame_s

    def _seek(self, wanted_s: float) -> None:
        """Go to the key frame before a time."""
        self._last = None
        try:
            ticks = round(wanted_s / self._tick_s) if self._tick_s else 0
            self._container.seek(max(0, ticks), stream=self._stream, backward=True)
        except av.FFmpegError as error:
            raise VideoDamaged(path=str(self._path), seconds=round(wanted_s, 4)) from error
        self._frames = self._container.decode(self._stream)

    def _next(self) -> av.VideoFrame | None:
        try:
            return next(self._frames, None) if self._frames else None
        except av.FFmpegError as error:
            last_s = self._seconds(self._last) if self._last else 0.0
            raise VideoDamaged(
                path=str(self._path), seconds=round(last_s + self._frame_s, 4)
            ) from error

    def _seconds(self, frame: av.VideoFrame) -> float:
        return (frame.pts or 0) * self._tick_s

    def close(self) -> None:
        self._container.close()
