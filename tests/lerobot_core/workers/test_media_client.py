"""The media process, end to end: named frames become the frames of videos, one for each row."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import av
import psutil
import pytest
from leftovers import wait_until
from numbered_frames import number_of
from stand_in_bench import StandInBench

from lerobot_core.cameras.config import OpenCVCameraConfig
from lerobot_core.datasets.video import VideoEncoder, count_frames
from lerobot_core.errors import CameraNotFound, EpisodeEmpty, MediaLost, WorkbenchError
from lerobot_core.workers.media_client import CAMERAS, EpisodeClips, MediaClient
from lerobot_core.workers.protocol import (
    CameraReady,
    CameraStatus,
    Event,
    Problem,
    ProblemSolved,
)

TIMEOUT_S = 20.0


@pytest.fixture
def bench() -> Iterator[StandInBench]:
    with StandInBench() as bench:
        yield bench


class Events:
    """What the client has told."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Event] = SimpleQueue()
        self.put = self._queue.put

    def next(self, kind: type[Any], device: str = "") -> Any:
        """The next event of a kind, about a device."""
        found: list[Any] = []

        def look() -> bool:
            try:
                while event := self._queue.get_nowait():
                    if isinstance(event, kind) and event.device == device:
                        found.append(event)
                        return True
            except Empty:
                pass
            return False

        wait_until(look)
        return found[0]


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def client(bench: StandInBench, events: Events) -> Iterator[MediaClient]:
    with MediaClient(events.put) as client:
        yield client


def numbers_in(path: str) -> list[int]:
    with av.open(path) as container:
        return [number_of(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def result(future: Future[EpisodeClips]) -> EpisodeClips:
    return future.result(TIMEOUT_S)


def test_frames_are_the_named_ones_in_order(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    # Long rings: this test writes faster than any camera.
    top, wrist = bench.add("top", slots=128), bench.add("wrist", slots=128, width=64, height=32)
    ready = client.open(
        {"top": bench.config("top"), "wrist": bench.config("wrist", width=64, height=32)}
    )
    assert ready["top"].ring == str(top.path)
    assert (ready["wrist"].height, ready["wrist"].width) == (32, 64)

    client.start_episode(tmp_path, 30)
    rows = []
    for tick in range(60):
        # Each picture of the slower camera is the newest in two rows.
        slower = wrist.write() if tick % 2 else wrist.newest
        rows.append({"top": top.write().sequence, "wrist": slower.sequence})
        client.add_row(rows[-1])
    episode = result(client.finish_episode())

    for camera, clip in episode.clips.items():
        assert clip.frames == 60
        assert clip.fps == 30
        assert Path(clip.path).parent == tmp_path
        assert numbers_in(clip.path) == [row[camera] for row in rows]
    assert episode.lost_frames == 0
    assert episode.repeated_frames == 30 - 1


def test_a_frame_that_is_gone_is_replaced_and_counted(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    ring = bench.add("top")
    client.open({"top": bench.config("top")})
    ring.write(20)
    client.start_episode(tmp_path, 30)
    for sequence in (2, 3, 20, 20, 21):
        client.add_row({"top": sequence})
    episode = result(client.finish_episode())

    numbers = numbers_in(episode.clips["top"].path)
    assert len(numbers) == 5
    assert numbers[2:] == [20, 20, 21]
    assert 3 < numbers[0] <= 15  # the oldest that was still there
    assert episode.lost_frames == 2
    assert episode.repeated_frames == 2


def test_a_row_that_names_a_future_frame_waits_for_it(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    ring = bench.add("top")
    client.open({"top": bench.config("top")})
    client.start_episode(tmp_path, 30)
    client.add_row({"top": 1})
    client.add_row({"top": 2})
    ring.write()
    episode = result(client.finish_episode())
    assert numbers_in(episode.clips["top"].path) == [1, 2]


def test_the_next_episode_starts_before_the_last_is_done(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    ring = bench.add("top")
    client.open({"top": bench.config("top")})
    finished = []
    for _ in range(3):
        client.start_episode(tmp_path, 30)
        newest = ring.write(2).sequence
        client.add_row({"top": newest - 1})
        client.add_row({"top": newest})
        finished.append(client.finish_episode())
    clips = [result(future).clips["top"] for future in finished]
    assert [clip.frames for clip in clips] == [2, 2, 2]
    assert len({clip.path for clip in clips}) == 3


def test_a_discarded_episode_leaves_nothing(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    bench.add("top")
    client.open({"top": bench.config("top")})
    client.start_episode(tmp_path, 30)
    client.add_row({"top": 1})
    client.discard_episode().result(TIMEOUT_S)
    assert list(tmp_path.glob("*.mp4")) == []


def test_an_episode_without_rows_is_empty(
    bench: StandInBench, client: MediaClient, tmp_path: Path
) -> None:
    bench.add("top")
    client.open({"top": bench.config("top")})
    client.start_episode(tmp_path, 30)
    with pytest.raises(EpisodeEmpty):
        result(client.finish_episode())
    with pytest.raises(EpisodeEmpty):
        result(client.finish_episode())  # none was started
    assert list(tmp_path.glob("*.mp4")) == []


def test_without_cameras_there_are_no_videos(client: MediaClient, tmp_path: Path) -> None:
    assert client.open({}) == {}
    client.start_episode(tmp_path, 30)
    client.add_row({})
    assert result(client.finish_episode()) == EpisodeClips({}, 0, 0)


def test_a_video_that_cannot_be_written_fails_alone(
    bench: StandInBench, client: MediaClient, events: Events, tmp_path: Path
) -> None:
    bench.add("top")
    client.open({"top": bench.config("top")})
    client.start_episode(tmp_path / "missing", 30)
    client.add_row({"top": 1})
    events.next(Problem, "top")
    with pytest.raises(WorkbenchError):
        result(client.finish_episode())
    assert client.is_alive
    client.start_episode(tmp_path, 30)
    client.add_row({"top": 1})
    assert result(client.finish_episode()).clips["top"].frames == 1


def test_a_missing_camera_is_named_and_the_others_stay_open(
    bench: StandInBench, client: MediaClient, events: Events, tmp_path: Path
) -> None:
    bench.add("top")
    with pytest.raises(CameraNotFound, match="wrist"):
        client.open({"top": bench.config("top"), "wrist": bench.config("wrist")})
    assert client.open({"top": bench.config("top")})

    ring = bench.add("wrist")
    client.reopen("wrist", bench.config("wrist"))
    events.next(ProblemSolved, "wrist")
    client.start_episode(tmp_path, 30)
    client.add_row({"top": 1, "wrist": ring.write().sequence})
    assert result(client.finish_episode()).clips.keys() == {"top", "wrist"}


def test_a_frozen_camera_is_reported_once_and_again_when_it_is_well(
    bench: StandInBench, client: MediaClient, events: Events
) -> None:
    ring = bench.add("top")
    client.open({"top": bench.config("top")})
    assert events.next(Problem, "top").code == "camera_lost"
    wait_until(lambda: client.status["top"].age_ms > 500)
    ring.write()
    events.next(ProblemSolved, "top")


def test_the_rate_of_a_camera_is_measured(bench: StandInBench, client: MediaClient) -> None:
    ring = bench.add("top")
    client.open({"top": bench.config("top")})

    def is_measured() -> bool:
        ring.write()
        status = client.status.get("top")
        return status is not None and 10 < status.fps < 100 and status.age_ms < 500

    wait_until(is_measured)


def test_a_process_that_dies_is_noticed_and_can_be_started_again(
    bench: StandInBench, client: MediaClient, events: Events, tmp_path: Path
) -> None:
    bench.add("top")
    client.open({"top": bench.config("top")})
    client.start_episode(tmp_path, 30)
    client.add_row({"top": 1})
    (process,) = psutil.Process().children()
    os.kill(process.pid, signal.SIGSTOP)
    finished = client.finish_episode()
    os.kill(process.pid, signal.SIGKILL)

    assert events.next(Problem, CAMERAS).code == "media_lost"
    with pytest.raises(MediaLost):
        result(finished)
    with pytest.raises(MediaLost):
        client.open({"top": bench.config("top")})
    client.add_row({"top": 1})
    client.discard_episode().result(TIMEOUT_S)

    client.start()
    assert client.open({"top": bench.config("top")})


def test_a_session_that_vanishes_leaves_closed_videos(
    bench: StandInBench, events: Events, tmp_path: Path
) -> None:
    ring = bench.add("top")
    with MediaClient(events.put) as client:
        client.open({"top": bench.config("top")})
        client.start_episode(tmp_path, 30)
        for _ in range(5):
            client.add_row({"top": ring.write().sequence})
    (video,) = tmp_path.glob("*.mp4")
    assert count_frames(video) == 5


def test_the_beginning_and_the_end_of_the_process_are_its_own(bench: StandInBench) -> None:
    heard: list[object] = []
    bench.add("top")
    with MediaClient(heard.append) as client:
        client.open({"top": bench.config("top")})
    assert {type(event) for event in heard} <= {CameraReady, CameraStatus, Problem, ProblemSolved}
    assert any(isinstance(event, CameraReady) for event in heard)


def test_a_camera_of_its_own_ends_with_its_pictures(
    client: MediaClient, events: Events, tmp_path: Path
) -> None:
    path = tmp_path / "camera.mp4"
    with VideoEncoder(path, 30, 64, 128) as encoder:
        for _ in range(10):
            encoder.add(av.VideoFrame(128, 64, "rgb24").to_ndarray())
        encoder.close()
    config = OpenCVCameraConfig(index_or_path=str(path), width=128, height=64)
    client.open({"file": config})
    assert events.next(Problem, "file").code == "camera_lost"
