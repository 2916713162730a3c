"""The guard: a small process that can hold or release the arm when the session cannot.

It shares the session's open port, watches the lifeline, and uses only the standard library,
so that it starts in tens of milliseconds and nothing of ours can make it fail. Its plan is one
line of JSON on standard input, whose end then tells that the session is gone.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lerobot_core.workers.guard_buses import BUSES, ServoBus
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest, process_exists

SILENCE_NS = 300_000_000  # the session beats at least ten times a second
ANSWER_NS = 100_000_000  # how long the session has to obey a stop request itself
AGAIN_NS = 250_000_000  # between two tries on servos that did not confirm
POLL_S = 0.02
PASSES = (1, 2)  # tries of one packet: a silent bus must not keep the other waiting
LAST_ROUNDS = 20  # with nobody left to tell, silent servos are given up after these


class Judgement:
    """Decides when to act; touches nothing. Times in nanoseconds."""

    def __init__(self, on_silence: StopRequest, now_ns: int) -> None:
        self._on_silence = on_silence
        self._beat = -1
        self._request = 0
        self._obeyed = 0
        self._heard_ns = self._looked_ns = self._asked_ns = now_ns
        self.served = StopRequest.NONE  # in this silence
        self.is_silent = False

    def look(self, line: Lifeline, now_ns: int, *, session_gone: bool) -> StopRequest:
        """What still has to be done to the arm. Repeats itself until told that it was done."""
        self._listen(line.beat_ns, now_ns)
        self.is_silent = session_gone or now_ns - self._heard_ns > SILENCE_NS
        if not self.is_silent:
            self.served = StopRequest.NONE
        wanted = self._on_silence if self.is_silent and line.armed else StopRequest.NONE
        wanted = max(wanted, self._unheard_request(line, now_ns))
        return wanted if wanted > self.served else StopRequest.NONE

    def done(self, kind: StopRequest) -> None:
        """The arm was held or released, confirmed by every servo."""
        self._obeyed = self._request
        if self.is_silent:
            self.served = kind

    def _listen(self, beat: int, now_ns: int) -> None:
        if beat != self._beat:
            self._beat, self._heard_ns = beat, now_ns
        elif now_ns - self._looked_ns > ANSWER_NS:
            # The guard was stopped itself, perhaps the session too: it gets time for one beat.
            self._heard_ns = max(self._heard_ns, now_ns - SILENCE_NS + ANSWER_NS)
        self._looked_ns = now_ns

    def _unheard_request(self, line: Lifeline, now_ns: int) -> StopRequest:
        request = line.request
        if request != self._request:
            self._request, self._asked_ns = request, now_ns
        if line.is_acknowledged(request) or request == self._obeyed:
            return StopRequest.NONE
        if not self.is_silent and now_ns - self._asked_ns < ANSWER_NS:
            return StopRequest.NONE
        kind = StopRequest(request & 3)
        # A goal that is written while torque is off may switch it on.
        return kind if line.armed or kind is StopRequest.RELEASE else StopRequest.NONE


class Hands:
    """Acts on the servos, and goes on with those that did not confirm."""

    def __init__(self, buses: list[ServoBus]) -> None:
        self._buses = buses
        self._kind = StopRequest.NONE
        self._open: list[tuple[ServoBus, int]] = []
        self.rounds = 0

    def act(self, kind: StopRequest) -> bool:
        """One round. Returns whether every servo has confirmed by now."""
        if kind is not self._kind or not self._open:
            self._kind, self.rounds = kind, 0
            self._open = [(bus, servo) for bus in self._buses for servo in bus.ids]
        self.rounds += 1
        if kind is StopRequest.RELEASE:
            for bus in self._buses:
                bus.release_all()
        for tries in PASSES:
            self._open = [
                (bus, servo)
                for bus, servo in self._open
                if not (bus.release if kind is StopRequest.RELEASE else bus.hold)(servo, tries)
            ]
        return not self._open


def watch(
    line: Lifeline,
    hands: Hands,
    judgement: Judgement,
    session_gone: Callable[[float], bool],
    app_gone: Callable[[], bool],
) -> None:
    """Guard until told to leave, or until nobody is left who could ask for more."""
    line.report(GuardState.WATCHING)
    again_ns = 0
    while not line.leave:
        gone = session_gone(POLL_S)
        now = time.monotonic_ns()
        wanted = judgement.look(line, now, session_gone=gone)
        if wanted and now >= again_ns:
            confirmed = hands.act(wanted)
            if confirmed:
                judgement.done(wanted)
            again_ns = 0 if confirmed else time.monotonic_ns() + AGAIN_NS
            acted = GuardState.HELD if wanted is StopRequest.HOLD else GuardState.RELEASED
            line.actions += 1
            line.report(acted if confirmed else GuardState.FAILED)
        elif gone and _is_over(line, judgement, hands, app_gone, is_done=not wanted):
            return
        elif line.guard_state != GuardState.WATCHING and _session_is_back(line, judgement):
            line.report(GuardState.WATCHING)
        if gone:
            time.sleep(POLL_S)  # an input that has ended is no longer worth waiting for


def _session_is_back(line: Lifeline, judgement: Judgement) -> bool:
    return not judgement.is_silent and line.actions_seen == line.actions


def _is_over(
    line: Lifeline,
    judgement: Judgement,
    hands: Hands,
    app_gone: Callable[[], bool],
    *,
    is_done: bool,
) -> bool:
    if not line.armed or judgement.served is StopRequest.RELEASE:
        return True
    return app_gone() and (is_done or hands.rounds >= LAST_ROUNDS)


def input_ended(timeout_s: float) -> bool:
    """Wait for at most ``timeout_s``; whether standard input has ended."""
    return bool(select.select([0], [], [], timeout_s)[0]) and not os.read(0, 4096)


def process_ended(pid: int) -> Callable[[], bool]:
    """A question that a reused process number cannot deceive, where the system can tell.

    0 stands for nobody.
    """
    if pid == 0:
        return lambda: True
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return lambda: True
    except (AttributeError, OSError):
        return lambda: not process_exists(pid)
    return lambda: bool(select.select([descriptor], [], [], 0)[0])


def main() -> None:
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)  # it leaves when the arm may be left alone
    plan = json.loads(sys.stdin.readline())
    app_gone = process_ended(plan["app_pid"])
    hands = Hands([BUSES[bus["protocol"]](bus) for bus in plan["buses"]])
    judgement = Judgement(StopRequest[plan["on_silence"].upper()], time.monotonic_ns())
    with Lifeline(Path(plan["lifeline"])) as line:
        line.guard_pid = os.getpid()
        try:
            watch(line, hands, judgement, input_ended, app_gone)
        finally:
            line.guard_pid = 0
            if input_ended(0):  # the session cannot remove the file any more
                line.path.unlink(missing_ok=True)
