"""Starting a guard, and sending it away."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from leftovers import wait_until
from pty_chain import PtyChain

from lerobot_core.errors import GuardUnavailable
from lerobot_core.paths import mapped_file
from lerobot_core.workers.guarding import create_lifeline, start_guard
from lerobot_core.workers.lifeline import GuardState, Lifeline


@pytest.fixture
def line() -> Iterator[Lifeline]:
    line = create_lifeline()
    yield line
    line.remove()


@pytest.fixture
def port() -> Iterator[int]:
    with PtyChain() as chain:
        descriptor = os.open(chain.path, os.O_RDWR | os.O_NOCTTY)
        yield descriptor
        os.close(descriptor)


def plan(port: int) -> list[dict[str, object]]:
    return PtyChain.plan_of([1, 2], port)


def test_starts_watching_and_ends_on_request(line: Lifeline, port: int) -> None:
    guarding = start_guard(plan(port), "hold", line, os.getpid())
    assert guarding.state is GuardState.WATCHING
    assert guarding.is_alive
    assert not guarding.has_acted()
    guarding.stop()
    assert not guarding.is_alive
    assert guarding.state is GuardState.NONE


def test_can_be_started_again_on_the_same_lifeline(line: Lifeline, port: int) -> None:
    for _ in range(2):
        with start_guard(plan(port), "release", line) as guarding:
            assert guarding.state is GuardState.WATCHING


def test_a_guard_without_a_wire_is_refused(line: Lifeline) -> None:
    with pytest.raises(GuardUnavailable, match="cannot be shared"):
        start_guard(plan(-1), "hold", line)


def test_a_guard_that_cannot_read_its_plan_is_refused(line: Lifeline, port: int) -> None:
    damaged = [plan(port)[0] | {"protocol": "unheard-of"}]
    with pytest.raises(GuardUnavailable, match="ended at once"):
        start_guard(damaged, "hold", line)
    assert line.state() is GuardState.NONE


def test_a_guard_that_was_killed_cannot_be_armed(line: Lifeline, port: int) -> None:
    with start_guard(plan(port), "hold", line) as guarding:
        os.kill(line.guard_pid, signal.SIGKILL)
        wait_until(lambda: not guarding.is_alive)
        with pytest.raises(GuardUnavailable):
            guarding.arm()
        assert not line.armed


def test_an_interrupt_does_not_end_the_guard(line: Lifeline, port: int) -> None:
    with start_guard(plan(port), "hold", line) as guarding:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(line.guard_pid, ending)
        line.report(GuardState.HELD)  # the guard puts this right in its next turn
        wait_until(lambda: guarding.state is GuardState.WATCHING)


def test_a_killed_sessions_file_is_removed_by_the_next(line: Lifeline) -> None:
    stale = line.path.with_name(f"lifeline-{2**22 + 1}-session")  # beyond the largest pid
    stale.write_bytes(b"")
    ours = line.path.with_name("lifeline-notes")
    ours.write_bytes(b"")
    assert mapped_file("lifeline", "x").name == f"lifeline-{os.getpid()}-x"
    assert not stale.exists()
    assert line.path.exists()
    assert ours.exists()
    Path(ours).unlink()


def test_slow_work_is_no_silence_but_endless_work_is(line: Lifeline, port: int) -> None:
    with start_guard(plan(port), "hold", line, os.getpid()) as guarding:
        guarding.arm()
        with guarding.kept_alive(at_most_s=0.6):
            beats = {line.beat_ns}
            wait_until(lambda: beats.add(line.beat_ns) or len(beats) > 5)
            assert not guarding.has_acted()
            wait_until(guarding.has_acted)
        assert guarding.accept() is GuardState.HELD
