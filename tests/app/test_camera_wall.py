import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.camera_wall import CameraWall
from app.services.previews import Previews
from app.widgets.camera_tile import CameraTile
from app.widgets.text import Text
from lerobot_core.cameras.ring import FrameRingWriter
from lerobot_core.workers.protocol import DeviceReading, DeviceState


@pytest.fixture
def wall(qtbot: QtBot) -> CameraWall:
    previews = Previews()
    wall = CameraWall(previews, panel="record")
    previews.setParent(wall)
    qtbot.addWidget(wall)
    wall.resize(800, 600)
    return wall


def tile(wall: QWidget, name: str) -> CameraTile:
    found = wall.findChild(CameraTile, f"record.camera.{name}")
    assert isinstance(found, CameraTile)
    return found


def test_a_picture_reaches_the_tile_of_its_camera(
    qtbot: QtBot, wall: CameraWall, tmp_path: Path
) -> None:
    previews = wall.findChild(Previews)
    assert isinstance(previews, Previews)
    wall.set_cameras(["top", "wrist"])
    wall.show()
    with FrameRingWriter(tmp_path / "ring", 48, 64) as ring:
        previews.watch("wrist", tmp_path / "ring")
        ring.write(np.zeros((48, 64, 3), np.uint8), time.monotonic_ns())
        qtbot.waitUntil(lambda: tile(wall, "wrist").picture.has_picture)
    assert not tile(wall, "top").picture.has_picture
    wall.hide()
    previews.clear()


def test_tiles_are_made_anew_only_for_other_cameras(wall: CameraWall) -> None:
    wall.set_cameras(["top"])
    first = tile(wall, "top")
    wall.set_cameras(["top"])
    assert tile(wall, "top") is first


def test_pictures_fill_the_height_and_are_shown_whole(qtbot: QtBot, wall: CameraWall) -> None:
    wall.set_cameras(["top", "wrist"])
    wall.resize(764, 700)
    wall.show()
    picture = tile(wall, "top").picture
    picture.show_pixels(np.zeros((480, 640, 3), np.uint8))
    assert tile(wall, "top").height() == 700
    fitted = picture.fitted()
    assert fitted.width() / fitted.height() == pytest.approx(4 / 3)
    assert picture.rect().toRectF().contains(fitted)
    wall.hide()


def test_a_slow_camera_says_its_rate_once(qtbot: QtBot, wall: CameraWall) -> None:
    wall.set_cameras(["top"])
    slow = DeviceReading("top", "camera", DeviceState.WARN, "16 of 30 fps", fps=15.6, age_ms=12.0)
    wall.show_devices([slow])
    texts = [label.text() for label in tile(wall, "top").findChildren(Text)]
    assert texts == ["16 of 30 fps  12 ms"]


def test_a_hidden_picture_leaves_its_room_and_its_button_stays(
    qtbot: QtBot, wall: CameraWall
) -> None:
    wall.set_cameras(["top", "wrist"])
    wall.show()
    qtbot.waitExposed(wall)
    top, wrist = tile(wall, "top"), tile(wall, "wrist")
    width, place = wrist.width(), top.hide_button.y()
    top.hide_button.click()
    qtbot.waitUntil(lambda: wrist.width() > width)
    assert top.hide_button.y() == place
    assert top.y() == 0
    assert top.width() >= top.minimumSizeHint().width()
    top.hide_button.click()
    qtbot.waitUntil(lambda: wrist.width() == width)
    wall.hide()
