"""A small mapped file through which app, session and guard see each other without waiting.

It works when a pipe does not: a stopped session reads no pipe, and the guard must not wait
for one. Every fact is one aligned 64-bit word with one writer, so no reader sees half of it.
Only the standard library is used, because the guard loads this module too.
"""

import mmap
import os
import time
from enum import IntEnum
from pathlib import Path
from typing import Self

_MAGIC = int.from_bytes(b"LWLINE01", "little")
_WORDS = 16
_BYTES = _WORDS * 8
_KIND_BITS = 2
_POLL_S = 0.005


class StopRequest(IntEnum):
    """What the operator asked for."""

    NONE = 0
    HOLD = 1
    RELEASE = 2


class GuardState(IntEnum):
    NONE = 0  # there is no guard
    WATCHING = 1
    HELD = 2  # it froze the arm; torque is on
    RELEASED = 3  # torque is off, read back
    FAILED = 4  # it tried to act, and not every servo confirmed


class _Word:
    """One 64-bit word of a lifeline."""

    def __init__(self, index: int) -> None:
        self._index = index

    def __get__(self, line: "Lifeline", owner: type["Lifeline"]) -> int:
        return line.words[self._index]

    def __set__(self, line: "Lifeline", value: int) -> None:
        line.words[self._index] = value


class Lifeline:
    """The mapped file. Times are CLOCK_MONOTONIC in nanoseconds, shared by all processes.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is no lifeline.
    """

    # Written by the session.
    beat_ns = _Word(1)
    armed = _Word(2)  # 1: torque is on, the guard acts on silence
    acknowledged = _Word(3)  # the newest request that the session has obeyed
    actions_seen = _Word(4)  # how many actions of the guard the session knows of
    leave = _Word(5)  # 1: the guard ends without acting. Written by whoever takes over
    # Written by the app.
    request = _Word(6)  # counter and kind in one word, see ``ask``
    # Written by the guard.
    guard_pid = _Word(7)  # 0: it has ended
    guard_state = _Word(8)
    guard_state_ns = _Word(9)
    actions = _Word(10)  # how often it has acted

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("r+b") as file:
            if os.fstat(file.fileno()).st_size != _BYTES:
                raise ValueError(f"{path} is no lifeline")
            self._map = mmap.mmap(file.fileno(), _BYTES)
        # Native order: a view moves a native word in one step; struct's "<Q" goes byte by byte.
        self.words = memoryview(self._map).cast("Q")
        if self.words[0] != _MAGIC:
            self.close()
            raise ValueError(f"{path} is no lifeline")

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file, which its creator removes again with ``remove``."""
        staging = path.with_name(f".{path.name}.partial")
        staging.write_bytes(_MAGIC.to_bytes(8, "little") + bytes(_BYTES - 8))
        staging.replace(path)
        return cls(path)

    # The session's side.

    def beat(self) -> None:
        """Say that the control loop is alive; at least ten times a second."""
        self.beat_ns = time.monotonic_ns()

    def pending_request(self) -> tuple[int, StopRequest]:
        """The newest request and its kind; NONE when it was obeyed, or nothing was asked."""
        request = self.request
        if request == self.acknowledged:
            return request, StopRequest.NONE
        return request, StopRequest(request & 3)

    # The app's side.

    def ask(self, kind: StopRequest) -> int:
        """Ask for a stop. Returns the request, for ``is_acknowledged``."""
        self.request = ((self.request >> _KIND_BITS) + 1 << _KIND_BITS) | kind
        return self.request

    def is_acknowledged(self, request: int) -> bool:
        return self.acknowledged >= request

    def state(self) -> GuardState:
        return GuardState(self.guard_state)

    def dismiss_guard(self, timeout_s: float) -> bool:
        """Tell the guard to leave the port without acting. Returns whether it has left."""
        self.leave = 1
        deadline = time.monotonic() + timeout_s
        while self._has_guard() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return not self._has_guard()

    def _has_guard(self) -> bool:
        return self.guard_pid != 0 and process_exists(self.guard_pid)

    # Everybody's.

    def report(self, state: GuardState) -> None:
        """What the guard does now (the guard's word)."""
        self.guard_state_ns = time.monotonic_ns()
        self.guard_state = state

    def close(self) -> None:
        self.words.release()
        self._map.close()

    def remove(self) -> None:
        """Close, and take the file away; processes that have mapped it keep what they see."""
        self.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
