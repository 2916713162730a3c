"""One video file of one episode and camera, encoded while it is recorded.

H.264 with a key frame every second frame costs about 2 ms a 480p picture and reads fast at
random. The container is written in fragments while open, so that a killed process loses the last
two frames at most, and becomes an ordinary mp4 when closed.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from lerobot_core.datasets.image_stats import ImageStatistics
from lerobot_core.datasets.stats import to_lists
from lerobot_core.errors import DatasetDamaged, DiskFull, EpisodeEmpty, FrameMismatch, UnknownChoice
from lerobot_core.files import disk_errors
from lerobot_core.types import Image


@dataclass(frozen=True)
class CodecSettings:
    encoder: str
    pix_fmt: str
    options: Mapping[str, str]


CODECS = {
    # zerolatency: no frame stays inside the encoder, so that what was added is on its way to disk.
    "h264": CodecSettings(
        "libx264",
        "yuv420p",
        {"preset": "ultrafast", "tune": "zerolatency", "crf": "20", "g": "2"},
    ),
}

_movflags = [
    "hybrid_fragmented+frag_keyframe",  # fragments while open, an ordinary mp4 when closed
    "frag_keyframe+empty_moov+default_base_moof",  # what muxers before FFmpeg 7.1 know
]


@dataclass(frozen=True)
class ClipFacts:
    """A finished video file of one episode and camera."""

    path: str
    frames: int
    height: int
    width: int
    codec: str  # canonical name, such as "h264"
    pix_fmt: str
    fps: int
    size_bytes: int
    stats: dict[str, list[Any]]  # statistic → nested lists of shape (3, 1, 1); count: (1,)


class VideoEncoder:
    """Writes pictures to ``path``. Frame n is shown at n / fps.

    Raises:
        UnknownChoice: the codec has no settings here.
        FrameMismatch: the size cannot be encoded.
        DiskFull: now, while adding, or on closing.
    """

    def __init__(self, path: Path, fps: int, height: int, width: int, codec: str = "h264") -> None:
        if codec not in CODECS:
            raise UnknownChoice(kind=codec, known=", ".join(CODECS))
        if height % 2 or width % 2:
            raise FrameMismatch(reason=f"{height} × {width} pixels cannot be encoded, only even")
        self.path = path
        self.fps = fps
        self.codec = codec
        self.frames = 0
        self._shape = (height, width, 3)
        self._settings = CODECS[codec]
        self._statistics = ImageStatistics()
        # Opened with the first picture: closing a hybrid file without any crashes the muxer.
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._problem: DiskFull | None = None
        self._is_closed = False

    def add(self, rgb: Image) -> None:
        """Encode the next picture, shape (height, width, 3).

        Raises:
            FrameMismatch: it has another shape or type. It does not count.
            DiskFull: nothing more can be added, and the file can only be discarded.
        """
        if rgb.shape != self._shape or rgb.dtype != np.uint8:
            raise FrameMismatch(
                reason=f"a picture has shape {list(rgb.shape)} and type {rgb.dtype}, "
                f"expected were {list(self._shape)} and uint8"
            )
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        frame = frame.reformat(format=self._settings.pix_fmt)
        frame.pts, frame.time_base, frame.duration = self.frames, Fraction(1, self.fps), 1
        self._write(frame)
        self._statistics.add(rgb)
        self.frames += 1

    def close(self) -> ClipFacts:
        """Finish the file. It is whole, but not yet forced to disk.

        Raises:
            EpisodeEmpty: there is no picture in it. The file is removed.
        """
        if self.frames == 0:
            self.discard()
            raise EpisodeEmpty
        self._write(None)
        return ClipFacts(
            path=str(self.path),
            frames=self.frames,
            height=self._shape[0],
            width=self._shape[1],
            codec=self.codec,
            pix_fmt=self._settings.pix_fmt,
            fps=self.fps,
            size_bytes=self.path.stat().st_size,
            stats=to_lists({"": self._statistics.result()})[""],
        )

    def discard(self) -> None:
        """Throw the file away."""
        with suppress(OSError, av.FFmpegError):  # a trailer that has no room is of no interest
            self._close()
        self.path.unlink(missing_ok=True)

    def _write(self, frame: av.VideoFrame | None) -> None:
        """Encode a frame, or finish the file. After a full disk it stays broken."""
        if self._is_closed:
            raise RuntimeError("the clip is closed")
        if self._problem:
            raise self._problem
        try:
            with disk_errors(self.path):
                self._encode(frame)
        except DiskFull as error:
            self._problem = error
            raise

    def _encode(self, frame: av.VideoFrame | None) -> None:
        if self._container is None or self._stream is None:
            height, width, _ = self._shape
            self._container, self._stream = _open_mp4(
                self.path, self._settings, self.fps, height, width
            )
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        if frame is None:
            self._close()

    def _close(self) -> None:
        self._is_closed = True
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: object, *_: object) -> None:
        """Discards the file if the block failed; closing it is the block's part."""
        if error_type is not None:
            self.discard()


def video_info(clip: ClipFacts) -> dict[str, Any]:
    """``info`` of the video feature that a clip belongs to, as the reference writes it."""
    return {
        "video.height": clip.height,
        "video.width": clip.width,
        "video.codec": clip.codec,
        "video.pix_fmt": clip.pix_fmt,
        "video.is_depth_map": False,
        "video.fps": clip.fps,
        "video.channels": 3,
        "has_audio": False,
    }


def count_frames(path: Path) -> int:
    """How many pictures a finished video file lists. Nothing is decoded.

    A file that was not closed lists fewer than it holds.

    Raises:
        DatasetDamaged: the file is missing, or no video.
    """
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            # A file of fragments alone has no list, only packets.
            return int(stream.frames) or sum(
                bool(packet.size) for packet in container.demux(stream)
            )
    except (av.FFmpegError, IndexError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error


def _open_mp4(
    path: Path, settings: CodecSettings, fps: int, height: int, width: int
) -> tuple[OutputContainer, VideoStream]:
    """Open a file that is readable up to its last pictures even if it is never closed."""
    while True:
        options = {"movflags": _movflags[0], "flush_packets": "1"}
        container = av.open(str(path), "w", format="mp4", options=options)
        stream = container.add_stream(settings.encoder, rate=fps, options=dict(settings.options))
        stream.width, stream.height, stream.pix_fmt = width, height, settings.pix_fmt
        # One thread: cameras are encoded side by side, and two cores have an arm to drive.
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, fps)
        try:
            container.start_encoding()
        except av.ArgumentError:
            container.close()
            if len(_movflags) == 1:
                raise
            del _movflags[0]  # an older muxer: the next kind of file, from now on
        else:
            return container, stream
