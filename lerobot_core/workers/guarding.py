"""The session's side of the guard: start it before torque, keep it informed, send it away."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from lerobot_core.errors import GuardUnavailable
from lerobot_core.paths import mapped_file
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest

START_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 2.0
PATIENCE_S = 1.5  # a chain with a silent servo needs up to half a second to be engaged
_BEAT_S = 0.05
_POLL_S = 0.002
_ROOT = Path(__file__).parents[2]
# Without site-packages and the user's settings it starts sooner, and nothing can interfere.
_BOOT = "import sys; sys.path.append(sys.argv[1]); from lerobot_core.workers import guard; "


def create_lifeline() -> Lifeline:
    """This session's lifeline. Files that sessions left when they were killed are removed."""
    return Lifeline.create(mapped_file("lifeline", "session"))


class Guarding:
    """A guard that is watching.

    ``arm`` it before torque is switched on, and ``disarm`` it after torque is off.
    """

    def __init__(self, lifeline: Lifeline, process: "subprocess.Popen[bytes]") -> None:
        self.lifeline = lifeline
        self._process = process

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def state(self) -> GuardState:
        return self.lifeline.state()

    def beat(self) -> None:
        self.lifeline.beat()

    @contextmanager
    def kept_alive(self, at_most_s: float = PATIENCE_S) -> Iterator[None]:
        """Beat from a thread during work that takes many exchanges, such as engaging.

        Two writers on one wire would spoil each other's packets, so the guard must not take a
        slow bus for a dead session; but it acts if the work takes longer than it ever should.
        """
        over = threading.Event()
        deadline = time.monotonic() + at_most_s

        def beat() -> None:
            while time.monotonic() < deadline and not over.wait(_BEAT_S):
                self.lifeline.beat()

        self.lifeline.beat()
        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.lifeline.beat()

    def arm(self) -> None:
        """From now on the guard acts on silence. Raises GuardUnavailable when it has ended."""
        if not self.is_alive:
            raise GuardUnavailable(reason="it has ended")
        self.lifeline.beat()
        self.lifeline.armed = 1

    def disarm(self) -> None:
        self.lifeline.armed = 0

    def has_acted(self) -> bool:
        """The guard held or released the arm, and ``accept`` was not called since.

        A session that was stopped and goes on looks here before it moves the arm again.
        """
        return self.lifeline.actions != self.lifeline.actions_seen

    def accept(self) -> GuardState:
        """Take note of what the guard did, so that it watches again. Returns what it did."""
        state = self.state
        self.lifeline.actions_seen = self.lifeline.actions
        return state

    def stop(self) -> None:
        """Send the guard away without it acting; torque must be off."""
        self.lifeline.armed = 0
        self.lifeline.leave = 1
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Only now: the end of its input tells the guard that the session has died.
        if self._process.stdin is not None:
            self._process.stdin.close()
        self.lifeline.guard_pid = 0
        self.lifeline.report(GuardState.NONE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


def start_guard(
    plan: Sequence[dict[str, Any]], on_silence: str, lifeline: Lifeline, app_pid: int = 0
) -> Guarding:
    """Start a guard and wait until it is watching.

    Args:
        plan: ``Robot.guard_plan()``; the descriptors in it are handed down.
        on_silence: ``hold`` or ``release``.
        app_pid: The window's process, which may ask for stops when the session is gone;
            0 when there is no window.

    Raises:
        GuardUnavailable: it did not come up.
    """
    if any(bus["descriptor"] < 0 for bus in plan):
        raise GuardUnavailable(reason="the arm's port cannot be shared")
    _reset(lifeline)
    command = [sys.executable, "-I", "-S", "-c", f"{_BOOT}guard.main()", str(_ROOT)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[bus["descriptor"] for bus in plan],
            start_new_session=True,  # an interrupt from the terminal is not for the guard
        )
    except OSError as error:
        raise GuardUnavailable(reason=str(error)) from error
    guarding = Guarding(lifeline, process)
    try:
        _brief(process, plan, on_silence, lifeline, app_pid)
        _wait_until_watching(guarding)
    except BaseException:
        guarding.stop()
        raise
    return guarding


def _reset(lifeline: Lifeline) -> None:
    lifeline.armed = lifeline.leave = lifeline.guard_pid = 0
    lifeline.acknowledged = lifeline.request
    lifeline.actions_seen = lifeline.actions
    lifeline.report(GuardState.NONE)


def _brief(
    process: "subprocess.Popen[bytes]",
    plan: Sequence[dict[str, Any]],
    on_silence: str,
    lifeline: Lifeline,
    app_pid: int,
) -> None:
    assert process.stdin is not None
    briefing = {
        "lifeline": str(lifeline.path),
        "app_pid": app_pid,
        "on_silence": StopRequest[on_silence.upper()].name,
        "buses": list(plan),
    }
    with suppress(BrokenPipeError):  # it has ended; the wait says so
        process.stdin.write(json.dumps(briefing).encode() + b"\n")
        process.stdin.flush()


def _wait_until_watching(guarding: Guarding) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while guarding.state is not GuardState.WATCHING:
        if not guarding.is_alive:
            raise GuardUnavailable(reason="it ended at once; its message is in the session's log")
        if time.monotonic() > deadline:
            raise GuardUnavailable(reason=f"it was not ready within {START_TIMEOUT_S:.0f} s")
        time.sleep(_POLL_S)
