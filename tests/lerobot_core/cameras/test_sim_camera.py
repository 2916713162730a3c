"""A camera of the bench, with a ring that the test fills in the bench's place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from numbered_frames import NumberedRing, number_of

from lerobot_core.cameras import sim_camera, watching
from lerobot_core.cameras.config import CameraConfig, SimCameraConfig
from lerobot_core.errors import (
    CameraLost,
    CameraNotFound,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    SettingInvalid,
)

CONFIG = SimCameraConfig(url="sim://default/top", width=128, height=64)


class Attachment:
    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[NumberedRing]:
    ring = NumberedRing(tmp_path / "ring")
    yield ring
    ring.close()


@pytest.fixture(autouse=True)
def attachment(ring: NumberedRing, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    attachment = Attachment()
    monkeypatch.setattr(sim_camera, "_attach", lambda url: (ring.path, attachment))
    return attachment


def test_shows_what_the_bench_renders(ring: NumberedRing, attachment: Attachment) -> None:
    ring.write(3)
    camera = CONFIG.build("top")
    camera.connect()
    assert camera.ring == ring.path
    assert camera.newest().sequence == 3
    assert number_of(camera.read_latest(max_age_ms=60_000)) == 3
    with pytest.raises(DeviceAlreadyConnectedError):
        camera.connect()
    camera.disconnect()
    assert not attachment.is_open
    with pytest.raises(DeviceNotConnectedError):
        camera.newest()


def test_a_frozen_camera_is_lost(ring: NumberedRing) -> None:
    ring.write()
    camera = CONFIG.build("top")
    camera.connect()
    with pytest.raises(CameraLost):
        camera.read_latest(max_age_ms=-1)
    camera.disconnect()


def test_a_bench_that_renders_nothing_is_not_found(
    attachment: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FIRST_PICTURE_TIMEOUT_S", 0.05)
    camera = CONFIG.build("top")
    with pytest.raises(CameraNotFound, match="top"):
        camera.connect()
    assert not camera.is_connected
    assert not attachment.is_open


def test_another_size_is_refused(ring: NumberedRing, attachment: Attachment) -> None:
    ring.write()
    camera = SimCameraConfig(url="sim://default/top", width=640, height=480).build("top")
    with pytest.raises(SettingInvalid, match="128×64"):
        camera.connect()
    assert not attachment.is_open


def test_configs_survive_a_file() -> None:
    assert CameraConfig.from_dict(CONFIG.to_dict()) == CONFIG
