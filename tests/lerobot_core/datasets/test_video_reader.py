import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
from dataset_samples import DATA

from lerobot_core.datasets import video_reader
from lerobot_core.datasets.video import VideoEncoder
from lerobot_core.datasets.video_reader import VideoReader
from lerobot_core.errors import DatasetDamaged, VideoDamaged

SHAPE = (48, 64, 3)
FRAMES = 30


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    encoder = VideoEncoder(tmp_path / "clip.mp4", 30, 48, 64)
    for frame in range(FRAMES):
        encoder.add(np.full(SHAPE, 8 * frame, np.uint8))
    return Path(encoder.close().path)


@pytest.fixture
def reader() -> Iterator[VideoReader]:
    opened = VideoReader()
    yield opened
    opened.close()


def shown(pictures: np.ndarray) -> list[int]:  # type: ignore[type-arg]
    """Which frames these are, by their grey."""
    return [round(float(each.mean()) / 8) for each in pictures]


@pytest.mark.parametrize(
    "frames",
    [[0], [29], [17, 3], [5, 5, 5], [0, 1, 2, 3], [29, 0, 14, 15], list(range(29, -1, -1))],
)
def test_any_order_is_answered_in_that_order(
    clip: Path, reader: VideoReader, frames: list[int]
) -> None:
    assert shown(reader.read(clip, [frame / 30 for frame in frames])) == frames


def test_random_reads_do_not_depend_on_those_before(clip: Path, reader: VideoReader) -> None:
    rng = np.random.default_rng(5)
    for frame in rng.integers(0, FRAMES, 200):
        assert shown(reader.read(clip, [frame / 30])) == [frame]


def test_times_rounded_to_float32_are_near_enough(clip: Path, reader: VideoReader) -> None:
    for frame in range(FRAMES):
        assert shown(reader.read(clip, [float(np.float32(frame / 30))])) == [frame]


@pytest.mark.parametrize("seconds", [0.5 / 30, -1 / 30, 1.0, 100.0])
def test_a_time_without_picture_is_damage(clip: Path, reader: VideoReader, seconds: float) -> None:
    with pytest.raises(VideoDamaged, match=r"clip\.mp4"):
        reader.read(clip, [seconds])
    assert shown(reader.read(clip, [0.5])) == [15]


def test_a_cut_file_gives_what_it_has(clip: Path, reader: VideoReader) -> None:
    content = clip.read_bytes()
    clip.write_bytes(content[: len(content) // 3])
    with pytest.raises((VideoDamaged, DatasetDamaged), match=r"clip\.mp4"):
        reader.read(clip, [29 / 30])


def test_flipped_bytes_are_an_error_of_ours_or_a_picture(clip: Path, reader: VideoReader) -> None:
    content = bytearray(clip.read_bytes())
    rng = np.random.default_rng(6)
    for position in rng.integers(0, len(content), 60):
        damaged = content.copy()
        damaged[position] ^= 0xFF
        path = clip.with_name(f"{position}.mp4")
        path.write_bytes(damaged)
        try:
            pictures = reader.read(path, [0.0, 0.5])
        except (VideoDamaged, DatasetDamaged):
            continue
        assert pictures.dtype == np.uint8


@pytest.mark.parametrize("name", ["missing.mp4", "text.mp4", "empty.mp4"])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, reader: VideoReader, name: str) -> None:
    (tmp_path / "text.mp4").write_text("text")
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(DatasetDamaged, match=name):
        reader.read(tmp_path / name, [0.0])


def test_only_some_files_stay_open(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_reader, "_MOST_OPEN", 2)
    reader = VideoReader()
    copies = [clip.with_name(f"copy-{number}.mp4") for number in range(5)]
    for copy in copies:
        copy.write_bytes(clip.read_bytes())
    before = psutil.Process().num_fds()
    for copy in copies * 2:
        assert shown(reader.read(copy, [0.5])) == [15]
    assert psutil.Process().num_fds() - before <= 2
    reader.close()


def test_threads_may_share_a_reader(clip: Path, reader: VideoReader) -> None:
    rng = np.random.default_rng(7)
    wanted = rng.integers(0, FRAMES, 60).tolist()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda frame: shown(reader.read(clip, [frame / 30])), wanted))
    assert found == [[frame] for frame in wanted]


def test_a_copy_for_another_process_opens_its_own_files(clip: Path, reader: VideoReader) -> None:
    reader.read(clip, [0.0])
    copy = pickle.loads(pickle.dumps(reader))
    assert shown(copy.read(clip, [0.5])) == [15]
    copy.close()


def test_a_forked_process_drops_the_decoders_of_its_parent(
    clip: Path, reader: VideoReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.read(clip, [0.0])
    parent = dict(reader._decoders)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert shown(reader.read(clip, [0.5])) == [15]
    assert reader._decoders[clip] is not parent[clip]
    parent[clip].close()


def test_golden_av1_is_read() -> None:
    path = DATA / "so101_v30/videos/observation.images.top/chunk-000/file-000.mp4"
    reader = VideoReader()
    assert reader.read(path, [3.6, 0.0]).shape == (2, 96, 128, 3)
    reader.close()
