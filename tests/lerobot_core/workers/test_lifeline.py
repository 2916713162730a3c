"""The words through which app, session and guard see each other."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.workers.lifeline import GuardState, Lifeline, StopRequest


@pytest.fixture
def line(tmp_path: Path):
    line = Lifeline.create(tmp_path / "lifeline")
    yield line
    line.remove()


def test_two_mappings_see_each_other(line: Lifeline) -> None:
    with Lifeline(line.path) as other:
        line.beat()
        line.armed = 1
        assert other.beat_ns == line.beat_ns > 0
        assert other.armed == 1


def test_a_new_line_asks_for_nothing(line: Lifeline) -> None:
    assert line.pending_request() == (0, StopRequest.NONE)
    assert line.state() is GuardState.NONE
    assert line.is_acknowledged(line.request)


def test_a_request_is_pending_until_it_is_acknowledged(line: Lifeline) -> None:
    request = line.ask(StopRequest.HOLD)
    assert line.pending_request() == (request, StopRequest.HOLD)
    assert not line.is_acknowledged(request)

    line.acknowledged = request

    assert line.pending_request() == (request, StopRequest.NONE)
    assert line.is_acknowledged(request)


@given(st.lists(st.sampled_from([StopRequest.HOLD, StopRequest.RELEASE]), min_size=1))
def test_every_request_is_a_new_one(kinds: list[StopRequest]) -> None:
    with TemporaryDirectory() as folder, Lifeline.create(Path(folder) / "asked") as line:
        requests = []
        for kind in kinds:
            requests.append(line.ask(kind))
            assert line.pending_request() == (requests[-1], kind)
        assert requests == sorted(set(requests))


def test_removing_takes_the_file_away_and_leaves_other_mappings(tmp_path: Path) -> None:
    line = Lifeline.create(tmp_path / "lifeline")
    with Lifeline(line.path) as other:
        line.armed = 1
        line.remove()
        assert not other.path.exists()
        assert other.armed == 1


@pytest.mark.parametrize("content", [b"", b"LWLINE01", bytes(128), b"x" * 4096])
def test_refuses_a_file_that_is_no_lifeline(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no lifeline"):
        Lifeline(path)


def test_dismissing_waits_for_the_guard(line: Lifeline) -> None:
    assert line.dismiss_guard(0.0)
    line.guard_pid = 1
    assert not line.dismiss_guard(0.01)
    assert line.leave == 1
    line.guard_pid = 2**22 + 1  # beyond the largest number of a process: it was killed
    assert line.dismiss_guard(0.0)


def test_words_are_never_seen_half_written(line: Lifeline) -> None:
    writer = (
        "import sys; from pathlib import Path\n"
        "from lerobot_core.workers.lifeline import Lifeline\n"
        "line = Lifeline(Path(sys.argv[1]))\n"
        "for n in range(200_000):\n"
        "    line.beat_ns = 0xFFFF_FFFF_FFFF_FFFF if n % 2 else 0\n"
        "line.leave = 1\n"
    )
    with subprocess.Popen([sys.executable, "-c", writer, str(line.path)]) as process:
        seen = set()
        while not line.leave and process.poll() is None:
            seen.add(line.beat_ns)
        assert process.wait(10) == 0
    assert seen <= {0, 2**64 - 1}
