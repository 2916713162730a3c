"""What every worker does around its work: talk in lines, hear commands, end exactly once."""

import logging
import os
import select
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from lerobot_core.errors import WorkbenchError
from lerobot_core.progress import CancelRequested
from lerobot_core.workers.protocol import (
    CameraStatus,
    Cancelled,
    Devices,
    Event,
    Failed,
    Finished,
    LoopStatistics,
    Message,
    RecordingProgress,
    SetupEvent,
    Started,
    Telemetry,
    from_line,
    to_line,
)

log = logging.getLogger(__name__)

Send = Callable[[Event | SetupEvent], None]

CROWDED = 200  # messages waiting; beyond this those that are soon repeated are left out
_REPEATED = (Telemetry, Devices, LoopStatistics, RecordingProgress, CameraStatus)
_FLUSH_TIMEOUT_S = 2.0


def run_worker(work: Callable[[], None], send: Send, started: Started | None = None) -> int:
    """Do the work and report its end exactly once. Returns the process's exit code.

    0: finished or cancelled, 1: the operator can do something about it, 2: a defect of ours.
    """
    send(started or Started(pid=os.getpid()))
    try:
        work()
    except CancelRequested:
        send(Cancelled())
    except WorkbenchError as error:
        log.info("ended by %s", error.code, exc_info=True)
        send(Failed(error.code, error.facts, traceback.format_exc()))
        return 1
    except Exception:  # the last stop: whatever it is, the app hears of it
        log.exception("ended by a defect")
        send(Failed(WorkbenchError.code, details=traceback.format_exc()))
        return 2
    else:
        send(Finished())
    return 0


class MessageWriter:
    """Writes messages to a descriptor from a thread of its own: a full pipe blocks nobody.

    The descriptor is closed once everything is written, or nobody reads any more.
    When the reader does not keep up, messages that are repeated anyway are left out.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: deque[Message] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._drain, name="message-writer", daemon=True)
        self._thread.start()

    def __call__(self, message: Message) -> None:
        """Send a message soon, in order. Never waits, never raises."""
        with self._changed:
            if self._closing or (len(self._waiting) > CROWDED and isinstance(message, _REPEATED)):
                return
            self._waiting.append(message)
            self._changed.notify()

    def close(self) -> None:
        """Send no more. Waits for at most two seconds until everything is written."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(_FLUSH_TIMEOUT_S)

    def _drain(self) -> None:
        with suppress(OSError):  # nobody reads any more; the end of its commands says so too
            while lines := self._take():
                while lines:
                    lines = lines[os.write(self._descriptor, lines) :]
        with self._changed:
            self._closing = True
        os.close(self._descriptor)

    def _take(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            messages = list(self._waiting)
            self._waiting.clear()
        return "".join(f"{to_line(message)}\n" for message in messages).encode()


class MessageReader:
    """Reads messages from a descriptor on a thread of its own, into a queue or a callback."""

    def __init__(
        self, descriptor: int, on_message: Callable[[Message], None], on_end: Callable[[], None]
    ) -> None:
        self._descriptor = descriptor
        self._on_message, self._on_end = on_message, on_end
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._read, name="message-reader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading. The descriptor stays open; it was given."""
        os.write(self._wake_write, b"x")
        self._thread.join()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _read(self) -> None:
        rest = b""
        while chunk := self._next_chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._on_message(from_line(line.decode(errors="replace")))
        self._on_end()

    def _next_chunk(self) -> bytes:
        # Not a buffered file: closing the program must not wait for a blocked read.
        ready, _, _ = select.select([self._descriptor, self._wake_read], [], [])
        if self._wake_read in ready:
            return b""
        with suppress(OSError):
            return os.read(self._descriptor, 65536)
        return b""


class CommandStream:
    """The commands that arrive on standard input, or on another descriptor."""

    def __init__(self, descriptor: int = 0) -> None:
        self._queue: SimpleQueue[Message | None] = SimpleQueue()  # None: the end
        self._ended = threading.Event()
        self._reader = MessageReader(descriptor, self._queue.put, self._end)

    def next(self, timeout_s: float) -> Message | None:
        """The next command, or None if none came in time or the stream has ended."""
        if self.has_ended:
            return None
        try:
            return self._queue.get(timeout=timeout_s)
        except Empty:
            return None

    def poll(self) -> list[Message]:
        """All commands that have arrived."""
        commands = []
        with suppress(Empty):
            while command := self._queue.get_nowait():
                commands.append(command)
        return commands

    @property
    def has_ended(self) -> bool:
        """Nothing more comes: whoever gave the commands has closed the pipe, or died."""
        return self._ended.is_set() and self._queue.empty()

    def close(self) -> None:
        self._reader.close()

    def _end(self) -> None:
        self._ended.set()
        self._queue.put(None)


def claim_stdout() -> MessageWriter:
    """Keep standard output for messages: whatever prints goes to standard error from now on.

    To be called before anything else is loaded, since libraries print while they load.
    """
    descriptor = os.dup(1)
    sys.stdout.flush()
    os.dup2(2, 1)
    return MessageWriter(descriptor)
