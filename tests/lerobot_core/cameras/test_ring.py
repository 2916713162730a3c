"""Pictures through a mapped file: whole, in order, and for any number of readers."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.cameras.ring import FrameRingReader, FrameRingWriter
from lerobot_core.types import FrameStamp


def picture(value: int, shape: tuple[int, int, int] = (4, 6, 3)) -> np.ndarray:
    return np.full(shape, value % 256, np.uint8)


def test_an_empty_ring_has_no_picture(tmp_path: Path) -> None:
    with FrameRingWriter(tmp_path / "ring", 4, 6) as writer, FrameRingReader(writer.path) as reader:
        assert reader.shape == (4, 6, 3)
        assert reader.newest() == FrameStamp(0, 0)
        assert reader.read_newest() is None
        assert reader.read(1) is None
        assert reader.stamp_of(1) is None


def test_the_newest_picture_comes_with_its_stamp(tmp_path: Path) -> None:
    with FrameRingWriter(tmp_path / "ring", 4, 6) as writer, FrameRingReader(writer.path) as reader:
        writer.write(picture(7), 100)
        assert writer.write(picture(8), 200) == FrameStamp(2, 200)
        newest = reader.read_newest()
        assert newest is not None
        stamp, frame = newest
        assert stamp == reader.newest() == FrameStamp(2, 200)
        assert (frame == 8).all()


@given(st.integers(1, 9), st.integers(0, 40), st.integers(1, 5), st.integers(1, 5))
def test_the_last_pictures_can_be_read_and_older_ones_cannot(
    tmp_path_factory: pytest.TempPathFactory, slots: int, written: int, height: int, width: int
) -> None:
    path = tmp_path_factory.mktemp("ring") / "ring"
    writer = FrameRingWriter(path, height, width, slots=slots)
    with writer, FrameRingReader(path) as reader:
        for number in range(1, written + 1):
            writer.write(picture(number, (height, width, 3)), number * 10)
        for number in range(1, written + 1):
            frame, stamp = reader.read(number), reader.stamp_of(number)
            if number > written - slots:
                assert frame is not None
                assert (frame == number).all()
                assert stamp == FrameStamp(number, number * 10)
            else:
                assert frame is None
                assert stamp is None


def test_a_picture_is_read_into_a_given_array(tmp_path: Path) -> None:
    with FrameRingWriter(tmp_path / "ring", 4, 6) as writer, FrameRingReader(writer.path) as reader:
        writer.write(picture(9), 1)
        out = picture(0)
        assert reader.read(1, out) is out
        assert (out == 9).all()


def test_closing_the_writer_removes_the_file_and_leaves_readers(tmp_path: Path) -> None:
    writer = FrameRingWriter(tmp_path / "ring", 4, 6)
    writer.write(picture(5), 1)
    with FrameRingReader(writer.path) as reader:
        writer.close()
        assert not reader.path.exists()
        newest = reader.read_newest()
        assert newest is not None
        assert (newest[1] == 5).all()


@pytest.mark.parametrize("content", [b"", b"x" * 63, b"LWRING01", b"x" * 200, b"LWRING01" * 64])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ring"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no frame ring"):
        FrameRingReader(path)


WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from lerobot_core.cameras.ring import FrameRingWriter

with FrameRingWriter(Path(sys.argv[1]), 120, 160, slots=4) as ring:
    for number in range(1, 20_001):
        ring.write(np.full((120, 160, 3), number % 251, np.uint8), number)
        if number == 1:
            print("writing", flush=True)
    sys.stdin.read()
"""


def test_no_picture_is_torn_between_two_processes(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    command = [sys.executable, "-c", WRITER, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        seen = []
        with FrameRingReader(path) as reader:
            while not seen or seen[-1] < 20_000:
                newest = reader.read_newest()
                if newest is None:
                    continue
                stamp, frame = newest
                assert stamp.captured_ns == stamp.sequence
                assert (frame == stamp.sequence % 251).all()
                seen.append(stamp.sequence)
        process.communicate()
    assert seen == sorted(seen)
    assert not path.exists()
