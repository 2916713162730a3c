"""Drives the set-up worker: in this process, where leftovers are seen, or as a process."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from story import TIMEOUT_S, Kind, Story

from lerobot_core.errors import DeviceInUse
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.protocol import (
    EndSession,
    PortDone,
    Problem,
    SetupCommand,
    from_line,
    to_line,
)
from lerobot_core.workers.runner import CommandStream
from lerobot_core.workers.setup.worker import SetupWorker


class SetupDriver:
    """The worker on a thread of this process, its commands through a pipe as always."""

    def __init__(self) -> None:
        self.story = Story()
        reading, self._writing = os.pipe()
        self._reading = reading
        self._commands = CommandStream(reading)
        self._thread = threading.Thread(target=self._run, name="setup-worker")
        self._thread.start()

    def send(self, *commands: SetupCommand | EndSession) -> None:
        for command in commands:
            self.send_line(to_line(command))

    def send_line(self, line: str) -> None:
        os.write(self._writing, line.encode() + b"\n")

    def ask(self, command: SetupCommand, kind: type[Kind]) -> Kind:
        """Send a command, and wait for the first answer of this kind."""
        since = self.story.mark()
        self.send(command)
        return self.story.wait_for(kind, since=since)

    def problem(self, command: SetupCommand) -> Problem:
        return self.ask(command, Problem)

    def wait_for_end_of(self, doing: str, *, since: int = 0) -> PortDone:
        return self.story.wait_for(PortDone, lambda done: done.doing == doing, since=since)

    def close_commands(self) -> None:
        """As when the window vanishes."""
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def join(self) -> None:
        self._thread.join(TIMEOUT_S)
        assert self.is_over

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close_commands()
        self.join()
        self._commands.close()
        os.close(self._reading)

    def _run(self) -> None:
        SetupWorker(self._commands, self.story.add).run()


class SetupProcess:
    """The worker as the window starts it."""

    def __init__(self) -> None:
        self.story = Story()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lerobot_core.workers", "setup"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._read, name="setup-reader")
        self._reader.start()

    def send_line(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")

    def send(self, command: SetupCommand | EndSession) -> None:
        self.send_line(to_line(command))

    def close_commands(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self) -> int:
        return self.process.wait(TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close_commands()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.story.add(from_line(line))


@contextmanager
def running_bench(kind: str) -> Iterator[BenchClient]:
    """A bench of this kind as a process, ended afterwards."""
    client = BenchClient(kind)
    client.command("faults")
    try:
        yield client
    finally:
        client.end_bench()


def is_free(address: str) -> bool:
    """Nobody has the right to use this port."""
    try:
        with Lease(address):
            return True
    except DeviceInUse:
        return False


def codes(findings: Sequence[object]) -> list[str]:
    return [finding.code for finding in findings]  # type: ignore[attr-defined]
