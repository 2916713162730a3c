import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.previews import PreviewFrame, PreviewLost, Previews
from lerobot_core.cameras.ring import FrameRingWriter
from lerobot_core.types import Image
from lerobot_core.workers.protocol import CameraReady


def picture(shade: int) -> Image:
    return np.full((48, 64, 3), shade, np.uint8)


class Viewer:
    """Previews of one ring, and all they have shown."""

    def __init__(self, ring: Path) -> None:
        self.previews = Previews()
        self.frames: list[PreviewFrame] = []
        self.losses: list[PreviewLost] = []
        self.previews.frame_ready.connect(self.frames.append)
        self.previews.frame_lost.connect(self.losses.append)
        self.previews.on_event(CameraReady("top", str(ring), 48, 64))


@pytest.fixture
def ring_path(tmp_path: Path) -> Path:
    return tmp_path / "top.ring"


@pytest.fixture
def viewer(qapp: QObject, ring_path: Path) -> Iterator[Viewer]:
    viewer = Viewer(ring_path)
    yield viewer
    viewer.previews.clear()


def test_the_newest_picture_is_shown_once(viewer: Viewer, ring_path: Path) -> None:
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns())
        ring.write(picture(2), time.monotonic_ns())
        viewer.previews.refresh()
        viewer.previews.refresh()
    [frame] = viewer.frames
    assert frame.camera == "top"
    assert frame.stamp.sequence == 2
    assert (frame.pixels == 2).all()
    assert 0 <= frame.age_ms < 1000


def test_the_rate_is_the_cameras_and_not_the_screens(viewer: Viewer, ring_path: Path) -> None:
    start = time.monotonic_ns() - 300_000_000
    with FrameRingWriter(ring_path, 48, 64) as ring:
        for number in range(9):
            ring.write(picture(number), start + number * 33_333_333)
            if number % 4 == 0:
                viewer.previews.refresh()
    assert len(viewer.frames) == 3
    assert viewer.frames[-1].fps == pytest.approx(30, abs=0.1)


def test_a_camera_that_stops_is_lost_once_with_the_time_of_its_last_picture(
    viewer: Viewer, ring_path: Path
) -> None:
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns() - 3_000_000_000)
        for _ in range(3):
            viewer.previews.refresh()
    assert len(viewer.frames) == 1
    [lost] = viewer.losses
    assert lost.since_s == pytest.approx(time.time() - 3, abs=0.5)


def test_a_ring_that_is_replaced_is_opened_again(viewer: Viewer, ring_path: Path) -> None:
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns())
        viewer.previews.refresh()
    with FrameRingWriter(ring_path, 96, 128) as ring:
        ring.write(np.zeros((96, 128, 3), np.uint8), time.monotonic_ns())
        viewer.previews.refresh()
    assert [frame.pixels.shape for frame in viewer.frames] == [(48, 64, 3), (96, 128, 3)]


def test_a_ring_may_come_later_than_its_name(viewer: Viewer, ring_path: Path) -> None:
    viewer.previews.refresh()
    assert viewer.frames == []
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns())
        viewer.previews.refresh()
    assert len(viewer.frames) == 1


def test_a_file_that_is_no_ring_harms_nobody(viewer: Viewer, ring_path: Path) -> None:
    ring_path.write_bytes(b"no ring" * 100)
    viewer.previews.refresh()
    assert viewer.frames == []


def test_pictures_are_read_only_while_somebody_looks(
    qtbot: QtBot, viewer: Viewer, ring_path: Path
) -> None:
    looker = QObject()
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns())
        qtbot.wait(100)
        assert viewer.frames == []
        viewer.previews.set_rate(30)
        viewer.previews.add_viewer(looker)
        qtbot.waitUntil(lambda: len(viewer.frames) == 1)
        viewer.previews.remove_viewer(looker)
        ring.write(picture(2), time.monotonic_ns())
        qtbot.wait(100)
    assert len(viewer.frames) == 1


def test_a_viewer_that_comes_back_sees_the_picture_again(viewer: Viewer, ring_path: Path) -> None:
    with FrameRingWriter(ring_path, 48, 64) as ring:
        ring.write(picture(1), time.monotonic_ns())
        viewer.previews.refresh()
        looker = QObject()
        viewer.previews.add_viewer(looker)
        viewer.previews.refresh()
        viewer.previews.remove_viewer(looker)
    assert len(viewer.frames) == 2
