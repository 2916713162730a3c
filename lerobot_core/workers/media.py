"""The media process: holds a session's cameras and encoders, away from the control loop.

A crash in a codec, a driver that hangs or a slow disk cannot reach the arm from here. The end
of the command stream ends the process; videos that are open then are closed and stay.
"""

import logging
import signal
from pathlib import Path

from lerobot_core.cameras.config import CameraConfig
from lerobot_core.errors import WorkbenchError
from lerobot_core.logs import start_logging
from lerobot_core.workers.camera_feed import CameraFeed
from lerobot_core.workers.clips import ClipSet, Ending
from lerobot_core.workers.protocol import (
    DiscardClips,
    FinishClips,
    Message,
    OpenCamera,
    Row,
    StartClips,
    problem,
)
from lerobot_core.workers.runner import CommandStream, Send, run_worker

log = logging.getLogger(__name__)

_COMMAND_POLL_S = 0.5
_ABANDON_TIMEOUT_S = 3.0


class Media:
    """The cameras by name, and the videos that are being recorded."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._feeds: dict[str, CameraFeed] = {}
        self._clips: ClipSet | None = None

    def handle(self, command: Message) -> None:
        match command:
            case OpenCamera(name, config):
                self._open(name, config)
            case StartClips(number, folder, fps):
                self._end_clips(Ending.DISCARD)
                self._clips = ClipSet(number, Path(folder), fps, self._feeds, self._send)
            case Row(frames) if self._clips is not None:
                self._clips.add(frames)
            case FinishClips():
                self._end_clips(Ending.KEEP)
            case DiscardClips():
                self._end_clips(Ending.DISCARD)
            case _:
                log.debug("ignored: %r", command)

    def close(self) -> None:
        if self._clips is not None:
            self._clips.abandon(_ABANDON_TIMEOUT_S)
        for feed in self._feeds.values():
            feed.close()

    def _open(self, name: str, entries: dict[str, object]) -> None:
        try:
            config = CameraConfig.from_dict(entries)
        except WorkbenchError as error:
            self._send(problem(error, name))
            return
        if name in self._feeds:
            self._feeds[name].reopen(config)
        else:
            self._feeds[name] = CameraFeed(name, config, self._send)

    def _end_clips(self, ending: Ending) -> None:
        if self._clips is not None:
            self._clips.end(ending)
            self._clips = None


def main(send: Send) -> int:
    """Serve the commands on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the session ends this process, not the keyboard
    start_logging("media")
    return run_worker(lambda: _serve(send), send)


def _serve(send: Send) -> None:
    commands = CommandStream()
    media = Media(send)
    try:
        while not commands.has_ended:
            if command := commands.next(_COMMAND_POLL_S):
                media.handle(command)
    finally:
        media.close()
        commands.close()
