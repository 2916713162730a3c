import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.camera_wall import CameraWall
from app.services.previews import Previews
from app.widgets.camera_tile import CameraTile
from lerobot_core.cameras.ring import FrameRingWriter


@pytest.fixture
def wall(qtbot: QtBot) -> CameraWall:
    previews = Previews()
    wall = CameraWall(previews, panel="record", keeps_shape=True)
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


def test_it_is_no_higher_than_its_pictures(qtbot: QtBot, wall: CameraWall) -> None:
    wall.set_cameras(["top", "wrist"])
    wall.show()
    wall.resize(764, 700)
    assert wall.maximumHeight() == round((764 - 12) / 2 * 3 / 4 + 33)
    wall.hide()
