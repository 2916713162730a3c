"""What every worker does around its work."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from leftovers import wait_until

from lerobot_core.errors import PortBusy
from lerobot_core.progress import CancelRequested
from lerobot_core.workers.protocol import (
    Cancelled,
    Devices,
    Engage,
    Event,
    Failed,
    Finished,
    Started,
    Stop,
    Telemetry,
    Unknown,
    from_line,
    to_line,
)
from lerobot_core.workers.runner import CROWDED, CommandStream, MessageWriter, run_worker


def outcome(work: Callable[[], None]) -> tuple[int, list[Event]]:
    sent: list[Event] = []
    return run_worker(work, sent.append), sent


def raises(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_a_worker_starts_and_finishes() -> None:
    code, sent = outcome(lambda: None)
    assert code == 0
    assert sent == [Started(pid=os.getpid()), Finished()]


def test_what_it_says_first_can_be_given() -> None:
    sent: list[Event] = []
    run_worker(lambda: None, sent.append, Started(lifeline="/line"))
    assert sent[0] == Started(lifeline="/line")


def test_a_wish_to_stop_is_no_failure() -> None:
    code, sent = outcome(raises(CancelRequested()))
    assert code == 0
    assert sent[1:] == [Cancelled()]


def test_a_failure_keeps_its_code_and_facts() -> None:
    code, sent = outcome(raises(PortBusy(port="/dev/ttyACM0")))
    assert code == 1
    (ending,) = sent[1:]
    assert isinstance(ending, Failed)
    assert (ending.code, ending.facts) == ("port_busy", {"port": "/dev/ttyACM0"})


@pytest.mark.expects_log("ended by a defect")
def test_a_defect_is_reported_with_its_details() -> None:
    code, sent = outcome(raises(ZeroDivisionError("by our own mistake")))
    assert code == 2
    (ending,) = sent[1:]
    assert isinstance(ending, Failed)
    assert ending.code == "failure"
    assert "by our own mistake" in ending.details


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    for descriptor in (read, write):
        try:
            os.close(descriptor)
        except OSError:
            continue  # closed by the test


def test_commands_arrive_in_order_and_in_pieces(pipe: tuple[int, int]) -> None:
    stream = CommandStream(pipe[0])
    text = f"{to_line(Engage())}\nnonsense\n{to_line(Stop())}\n".encode()
    for start in range(0, len(text), 7):
        os.write(pipe[1], text[start : start + 7])
    assert [stream.next(5.0) for _ in range(3)] == [Engage(), Unknown("nonsense"), Stop()]
    assert stream.next(0.0) is None
    assert not stream.has_ended
    stream.close()


def test_the_end_of_the_stream_wakes_who_waits(pipe: tuple[int, int]) -> None:
    stream = CommandStream(pipe[0])
    os.write(pipe[1], f"{to_line(Stop())}\n".encode())
    os.close(pipe[1])
    wait_until(lambda: stream.has_ended or bool(stream.poll()))
    assert stream.next(60.0) is None
    assert stream.has_ended
    stream.close()


def test_poll_takes_all_there_is(pipe: tuple[int, int]) -> None:
    stream = CommandStream(pipe[0])
    os.write(pipe[1], f"{to_line(Stop())}\n{to_line(Engage())}\n".encode())
    got: list[Any] = []
    wait_until(lambda: bool(got.extend(stream.poll())) or len(got) == 2)
    assert got == [Stop(), Engage()]
    stream.close()


def read_all(descriptor: int) -> list[Any]:
    text = b""
    while chunk := os.read(descriptor, 65536):
        text += chunk
    return [from_line(line) for line in text.decode().splitlines()]


def test_messages_are_written_in_order_before_closing(pipe: tuple[int, int]) -> None:
    writer = MessageWriter(pipe[1])
    sent = [Failed("a", {"n": n}) for n in range(100)]
    for message in sent:
        writer(message)
    writer.close()
    assert read_all(pipe[0]) == sent


def test_a_full_pipe_blocks_nobody_and_drops_only_what_is_repeated(pipe: tuple[int, int]) -> None:
    writer = MessageWriter(pipe[1])
    big = Failed("a", details="x" * 70_000)  # more than a pipe holds
    writer(big)
    for _ in range(3 * CROWDED):
        writer(Telemetry(0.0, {}))
    writer(Devices([]))
    writer(Finished())
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read_all, pipe[0])
        writer.close()
    got = reading.result()
    assert got[0] == big
    assert got[-1] == Finished()
    assert CROWDED <= len(got) <= CROWDED + 5


def test_a_reader_that_went_away_hurts_nobody(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    writer = MessageWriter(pipe[1])
    for _ in range(10):
        writer(Finished())
    writer.close()


def test_standard_output_carries_messages_only() -> None:
    code = (
        "import os\n"
        "from lerobot_core.workers.runner import claim_stdout\n"
        "from lerobot_core.workers.protocol import Finished\n"
        "writer = claim_stdout()\n"
        "print('a library says hello', flush=True)\n"
        "os.write(1, b'so does its C part')\n"
        "writer(Finished())\n"
        "writer.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{to_line(Finished())}\n"
    assert "hello" in done.stderr
    assert "C part" in done.stderr
