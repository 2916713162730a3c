"""USB cameras, with a video file in the place of a device."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from leftovers import wait_until
from numbered_frames import number_of, paint

from lerobot_core.cameras.config import OpenCVCameraConfig
from lerobot_core.cameras.opencv_camera import OpenCVCamera
from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.datasets.video import VideoEncoder
from lerobot_core.errors import (
    CameraLost,
    CameraNotFound,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    SettingInvalid,
)
from lerobot_core.paths import shared_memory_folder

FRAMES, FPS = 60, 60


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "camera.mp4"
    with VideoEncoder(path, FPS, 64, 128) as encoder:
        for number in range(FRAMES):
            encoder.add(paint(number))
        encoder.close()
    return path


def config(video: Path, **changes: int) -> OpenCVCameraConfig:
    size = {"width": 128, "height": 64, "fps": FPS} | changes
    return OpenCVCameraConfig(index_or_path=str(video), **size)


@pytest.fixture
def camera(video: Path) -> Iterator[OpenCVCamera]:
    camera = OpenCVCamera("top", config(video))
    camera.connect()
    yield camera
    if camera.is_connected:
        camera.disconnect()


def test_pictures_arrive_in_the_ring_in_order(camera: OpenCVCamera) -> None:
    assert camera.is_connected
    with FrameRingReader(camera.ring) as reader:
        wait_until(lambda: camera.newest().sequence >= 20)
        stamp = camera.newest()
        frame = reader.read(stamp.sequence)
        assert frame is not None
        assert number_of(frame) == stamp.sequence - 1
        assert stamp.age_ms(time.monotonic_ns()) < 5000


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    path = tmp_path / "red.mp4"
    red = paint(0)
    red[..., 0] = 200
    with VideoEncoder(path, 30, 64, 128) as encoder:
        for _ in range(30):
            encoder.add(red)
        encoder.close()
    camera = OpenCVCamera("top", config(path))
    camera.connect()
    seen = camera.read_latest(max_age_ms=5000).mean(axis=(0, 1))
    camera.disconnect()
    assert seen[0] > 150
    assert max(seen[1], seen[2]) < 50


def test_the_end_of_the_pictures_is_noticed(camera: OpenCVCamera) -> None:
    def is_lost() -> bool:
        try:
            camera.read_latest(max_age_ms=60_000)
        except CameraLost:
            return True
        return False

    wait_until(is_lost)
    assert camera.newest().sequence == FRAMES


def test_an_old_picture_is_none(camera: OpenCVCamera) -> None:
    with pytest.raises(CameraLost, match="top"):
        camera.read_latest(max_age_ms=-1)


def test_can_be_closed_and_opened_again(camera: OpenCVCamera) -> None:
    with pytest.raises(DeviceAlreadyConnectedError):
        camera.connect()
    camera.disconnect()
    camera.disconnect()
    assert list(shared_memory_folder().iterdir()) == []
    camera.connect()
    assert number_of(camera.read_latest(max_age_ms=5000)) < FRAMES


def test_a_closed_camera_shows_nothing(video: Path) -> None:
    camera = OpenCVCamera("top", config(video))
    for look in (camera.newest, camera.read_latest, lambda: camera.ring):
        with pytest.raises(DeviceNotConnectedError):
            look()


def test_a_missing_camera_is_named(tmp_path: Path) -> None:
    camera = OpenCVCamera("wrist", config(tmp_path / "nothing.mp4"))
    with pytest.raises(CameraNotFound, match="wrist"):
        camera.connect()
    assert not camera.is_connected


def test_a_file_without_pictures_is_no_camera(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("no video")
    with pytest.raises(CameraNotFound):
        OpenCVCamera("wrist", config(path)).connect()


def test_another_size_is_refused(video: Path) -> None:
    camera = OpenCVCamera("top", config(video, width=640, height=480))
    with pytest.raises(SettingInvalid, match="128×64"):
        camera.connect()
    assert list(shared_memory_folder().iterdir()) == []
