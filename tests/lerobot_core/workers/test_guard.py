"""The guard holds or releases an arm on a shared wire when its session cannot."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from leftovers import wait_until
from pty_chain import PtyChain, torque_off_packet

from lerobot_core.workers.guard import ANSWER_NS, SILENCE_NS, Judgement
from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest

ROOT = Path(__file__).parents[3]
SESSION = ROOT / "tests" / "stand_in_session.py"
HOLD, RELEASE, NONE = StopRequest.HOLD, StopRequest.RELEASE, StopRequest.NONE


class StandIn:
    """A session process, and the lifeline that an app would have."""

    def __init__(self, chain: PtyChain, **settings: Any) -> None:
        defaults = {"on_silence": "hold", "app_pid": os.getpid(), "armed": True}
        given = defaults | settings | {"port": chain.path, "plan": chain.plan(-1)}
        self.process = subprocess.Popen(
            # -P: the folder of tests has a lerobot_core of its own.
            [sys.executable, "-P", str(SESSION), json.dumps(given)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        said = self.hear()
        self.line = Lifeline(Path(said["lifeline"]))
        self.guard = psutil.Process(said["guard"])

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()

    def wait_for(self, state: GuardState) -> None:
        wait_until(lambda: self.line.state() is state)

    def guard_has_ended(self) -> bool:
        try:
            # An orphan stays a zombie until the system's first process gets round to it.
            return self.guard.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def close(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        assert self.line.dismiss_guard(5.0)
        wait_until(self.guard_has_ended)
        assert not self.line.path.exists()
        self.line.close()


@pytest.fixture
def chain() -> Iterator[PtyChain]:
    with PtyChain() as chain:
        yield chain


@pytest.fixture
def start(chain: PtyChain) -> Iterator[Callable[..., StandIn]]:
    with ExitStack() as stack:

        def start(**settings: Any) -> StandIn:
            session = StandIn(chain, **settings)
            stack.callback(session.close)
            return session

        yield start


def is_frozen(chain: PtyChain) -> bool:
    """Every goal is where the joint is (within the ticks that it moved during the exchange)."""
    goals, positions = chain.register("Goal_Position"), chain.register("Present_Position")
    return all(abs(goals[servo] - positions[servo]) < 60 for servo in goals)


def test_holds_the_arm_of_a_killed_session(chain: PtyChain, start: Callable[..., StandIn]) -> None:
    session = start()
    chain.drive_away()
    assert not is_frozen(chain)

    session.process.kill()

    session.wait_for(GuardState.HELD)
    assert is_frozen(chain)
    assert set(chain.register("Torque_Enable").values()) == {1}


def test_releases_the_arm_where_the_rig_says_so(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start(on_silence="release")
    chain.drive_away()

    session.process.kill()

    session.wait_for(GuardState.RELEASED)
    assert set(chain.register("Torque_Enable").values()) == {0}
    wait_until(session.guard_has_ended)


def test_a_stopped_session_learns_what_the_guard_did(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()

    session.process.send_signal(signal.SIGSTOP)
    session.wait_for(GuardState.HELD)
    assert is_frozen(chain)
    session.process.send_signal(signal.SIGCONT)

    assert session.hear() == {"acted": "HELD"}
    session.wait_for(GuardState.WATCHING)
    assert session.line.actions == 1


def test_a_beating_session_is_left_alone(chain: PtyChain, start: Callable[..., StandIn]) -> None:
    session = start()
    chain.drive_away()
    beat, until = session.line.beat_ns, time.monotonic_ns() + 2 * SILENCE_NS
    wait_until(lambda: time.monotonic_ns() > until)
    assert session.line.beat_ns > beat
    assert session.line.state() is GuardState.WATCHING
    assert chain.heard == []


def test_a_session_without_torque_may_die_in_peace(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start(armed=False)
    session.process.kill()
    wait_until(session.guard_has_ended)
    assert chain.heard == []


def test_releases_on_request_after_the_session_died(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()
    session.process.kill()
    session.wait_for(GuardState.HELD)

    session.line.ask(RELEASE)

    session.wait_for(GuardState.RELEASED)
    assert set(chain.register("Torque_Enable").values()) == {0}
    assert torque_off_packet(list(chain.joints)) in b"".join(data for _, data in chain.heard)


def test_obeys_stop_when_a_living_session_does_not(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()

    session.line.ask(HOLD)

    assert session.hear() == {"acted": "HELD"}
    assert is_frozen(chain)


def test_leaves_stop_to_a_session_that_obeys(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    session.tell("obey")
    request = session.line.ask(HOLD)
    assert session.hear() == {"obeyed": "HOLD"}
    assert session.line.is_acknowledged(request)
    until = time.monotonic_ns() + 2 * ANSWER_NS
    wait_until(lambda: time.monotonic_ns() > until)
    assert chain.heard == []


def test_an_orderly_end_moves_nothing(chain: PtyChain, start: Callable[..., StandIn]) -> None:
    session = start()
    session.tell("disarm")
    assert session.hear() == {"disarmed": True}
    session.tell("end")
    assert session.hear()["state"] == "NONE"
    assert session.process.wait(10) == 0
    assert session.guard_has_ended()
    assert chain.heard == []


def test_a_new_session_sends_the_old_guard_away(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    session.process.kill()
    session.wait_for(GuardState.HELD)
    heard = len(chain.heard)
    assert session.line.dismiss_guard(5.0)
    wait_until(session.guard_has_ended)
    assert len(chain.heard) == heard


def test_holds_and_ends_when_the_app_is_gone_too(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    with subprocess.Popen(["sleep", "60"]) as app:
        session = start(app_pid=app.pid)
        chain.drive_away()
        app.kill()
        session.process.kill()
        wait_until(session.guard_has_ended)
    assert session.line.state() is GuardState.HELD
    assert is_frozen(chain)


def test_says_when_a_servo_did_not_confirm_and_goes_on_trying(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()
    chain.chain.faults.unplugged = {3}
    session.process.kill()
    session.wait_for(GuardState.FAILED)
    others = chain.register("Goal_Position")
    assert all(goal != 3500 for servo, goal in others.items() if servo != 3)

    chain.chain.faults.unplugged = set()

    session.wait_for(GuardState.HELD)


def test_damaged_replies_are_asked_for_again(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()
    chain.chain.faults.corrupt_probability = 0.4
    session.process.kill()
    session.wait_for(GuardState.HELD)
    assert is_frozen(chain)


def test_replies_to_the_session_are_not_mistaken_for_its_own(
    chain: PtyChain, start: Callable[..., StandIn]
) -> None:
    session = start()
    chain.drive_away()
    session.process.send_signal(signal.SIGSTOP)
    chain.say(b"\xff\xff\x01\x04\x00\x10\x00\xea" + b"\xff\xff\x02")  # an old position, half a one
    session.wait_for(GuardState.HELD)
    assert is_frozen(chain)


def test_loads_only_the_standard_library() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); before = set(sys.modules)\n"
        "from lerobot_core.workers import guard\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} - before))"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(ROOT)]
    loaded = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert loaded - {"lerobot_core"} <= set(sys.stdlib_module_names)


# The judgement alone


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Lifeline]:
    line = Lifeline.create(tmp_path / "lifeline")
    yield line
    line.remove()


def look(judgement: Judgement, line: Lifeline, ms: int, *, gone: bool = False) -> StopRequest:
    return judgement.look(line, ms * 1_000_000, session_gone=gone)


def test_silence_is_judged_by_the_beat(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.armed = 1
    line.beat_ns = 1
    asked = [look(judgement, line, ms) for ms in range(0, 301, 20)]
    assert set(asked) == {NONE}
    assert look(judgement, line, 320) is HOLD


def test_a_guard_that_was_stopped_gives_time_for_one_beat(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.armed = 1
    look(judgement, line, 0)
    assert look(judgement, line, 5000) is NONE
    assert look(judgement, line, 5050) is NONE
    line.beat_ns = 1
    assert look(judgement, line, 5110) is NONE


def test_without_torque_silence_is_no_reason(line: Lifeline) -> None:
    assert look(Judgement(HOLD, 0), line, 400, gone=True) is NONE


def test_acts_once_in_a_silence_and_again_in_the_next(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.armed = 1
    assert look(judgement, line, 10, gone=True) is HOLD
    judgement.done(HOLD)
    assert look(judgement, line, 20, gone=True) is NONE
    line.beat_ns = 1
    assert look(judgement, line, 30) is NONE
    assert look(judgement, line, 40, gone=True) is HOLD


def test_a_release_after_a_hold_is_obeyed_and_not_the_reverse(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.armed = 1
    look(judgement, line, 10, gone=True)
    judgement.done(HOLD)
    line.ask(RELEASE)
    assert look(judgement, line, 20, gone=True) is RELEASE
    judgement.done(RELEASE)
    line.ask(HOLD)
    assert look(judgement, line, 30, gone=True) is NONE


def test_a_request_is_the_sessions_first(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.armed = 1
    line.beat_ns = 1
    look(judgement, line, 0)
    request = line.ask(RELEASE)
    assert look(judgement, line, 20) is NONE
    assert look(judgement, line, 100) is NONE
    assert look(judgement, line, 121) is RELEASE
    line.acknowledged = request
    assert look(judgement, line, 140) is NONE


def test_hold_is_not_obeyed_without_torque_but_release_is(line: Lifeline) -> None:
    judgement = Judgement(HOLD, 0)
    line.ask(HOLD)
    look(judgement, line, 0)
    assert look(judgement, line, 150) is NONE
    line.ask(RELEASE)
    look(judgement, line, 160)
    assert look(judgement, line, 270) is RELEASE
