"""Drives a real session worker over its pipes, as the window does."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from story import TIMEOUT_S, Kind, Story

from lerobot_core.control.rig import Rig, save_rig
from lerobot_core.workers.lifeline import Lifeline
from lerobot_core.workers.protocol import (
    Command,
    EndSession,
    Heartbeat,
    Phase,
    PhaseChanged,
    Problem,
    Started,
    from_line,
    to_line,
)

_BEAT_S = 0.2
COMMAND = ("-m", "lerobot_core.workers", "session")


class SessionDriver(Story):
    """A session process, everything it said, and a heartbeat that can be paused."""

    def __init__(self, rig: Rig, command: Sequence[str] = COMMAND) -> None:
        super().__init__()
        path = save_rig(rig)
        self._process = subprocess.Popen(
            [sys.executable, *command, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.heartbeat = threading.Event()
        self.heartbeat.set()
        self._over = threading.Event()
        self._reader = threading.Thread(target=self._read, name="session-reader")
        self._beater = threading.Thread(target=self._beat, name="session-heartbeat")
        self._reader.start()
        self._beater.start()
        self._lifeline: Path | None = None
        try:
            self._lifeline = Path(self.wait_for(Started).lifeline)
        except AssertionError:
            self.__exit__()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def lifeline(self) -> Lifeline:
        assert self._lifeline is not None
        return Lifeline(self._lifeline)

    def send(self, command: Command) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(to_line(command) + "\n")

    def wait_for_phase(self, phase: Phase, *, since: int = 0) -> PhaseChanged:
        return self.wait_for(PhaseChanged, lambda event: event.phase is phase, since=since)

    def wait_for_problem(self, code: str, *, since: int = 0) -> Problem:
        return self.wait_for(Problem, lambda event: event.code == code, since=since)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)

    def close_commands(self) -> None:
        self.heartbeat.clear()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> int:
        """Ask it to end, and wait. Returns its exit code."""
        if self._process.poll() is None and not self._process.stdin.closed:  # type: ignore[union-attr]
            self.send(EndSession())
        return self._process.wait(TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            self.end()
        except (subprocess.TimeoutExpired, OSError):
            self._process.kill()
            self._process.wait()
        self._dismiss_guard()
        self._over.set()
        self.heartbeat.set()
        self._beater.join()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _dismiss_guard(self) -> None:
        """As the window does: an arm that could not be brought to rest is still guarded."""
        if self._lifeline is not None and self._lifeline.exists():
            line = self.lifeline()
            line.dismiss_guard(5.0)
            line.remove()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.add(from_line(line))
        self.finish()

    def _beat(self) -> None:
        while not self._over.wait(_BEAT_S):
            self.heartbeat.wait()
            try:
                self.send(Heartbeat())
            except (OSError, ValueError):
                return


def events_of(driver: SessionDriver, kind: type[Kind]) -> list[Kind]:
    return [event for event in driver.events if isinstance(event, kind)]
