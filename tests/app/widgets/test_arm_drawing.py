from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme.theme import ThemeChoice, theme
from app.theme.tokens import DARK
from app.widgets.arm_drawing import ArmDrawing
from app.widgets.arm_scene import ArmScene
from app.widgets.arm_shapes import arm_shape_for, side_by_side


@pytest.fixture(autouse=True)
def worn(qapp: QApplication) -> Iterator[None]:
    theme().wear(qapp, ThemeChoice.DARK)
    yield
    theme().set_scale(1.0)
    theme().choose(ThemeChoice.DARK)


@pytest.fixture
def drawing(qtbot: QtBot) -> ArmDrawing:
    drawing = ArmDrawing()
    qtbot.addWidget(drawing)
    drawing.resize(330, 320)
    drawing.show_shape(arm_shape_for("so_follower"))
    drawing.show()
    return drawing


def pixels(drawing: ArmDrawing) -> np.ndarray:
    image = drawing.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int).copy()


def bluish(drawing: ArmDrawing) -> np.ndarray:
    picture = pixels(drawing)
    return (picture[..., 2] - picture[..., 0] > 60) & (picture[..., 2] > 120)


def bright(drawing: ArmDrawing) -> np.ndarray:
    return pixels(drawing).min(axis=2) > 110


def test_the_arm_fills_the_well_without_touching_its_edge(drawing: ArmDrawing) -> None:
    rows, columns = np.nonzero(bright(drawing))
    assert np.ptp(columns) > 0.75 * 330
    assert columns.min() > 8
    assert columns.max() < 330 - 8
    assert rows.max() < 320 - 8


def test_only_what_the_joint_moves_is_in_accent(drawing: ArmDrawing) -> None:
    assert not bluish(drawing).any()
    drawing.highlight("elbow_flex")
    forearm = np.nonzero(bluish(drawing))[1].mean()
    assert drawing.accessibleName().endswith("elbow flex")
    drawing.highlight("gripper")
    jaw = np.nonzero(bluish(drawing))[1].mean()
    assert jaw > forearm + 60
    drawing.highlight(None)
    assert not bluish(drawing).any()
    assert "gripper" not in drawing.accessibleName()


def test_the_arm_moves_as_the_real_one(drawing: ArmDrawing, qtbot: QtBot) -> None:
    before = pixels(drawing)
    drawing.show_angles({"elbow_flex": 0.8})
    qtbot.waitUntil(lambda: bool((pixels(drawing) != before).any()))
    top = np.nonzero(bright(drawing))[0].min()
    drawing.show_angles({"elbow_flex": -0.8})
    assert np.nonzero(bright(drawing))[0].min() < top - 20, "a lower angle lifts the forearm"


@pytest.mark.parametrize("lift", [-1.7, 0.0, 1.7])
def test_no_pose_leaves_the_well(drawing: ArmDrawing, lift: float) -> None:
    drawing.show_angles({"shoulder_lift": lift, "elbow_flex": -1.6, "shoulder_pan": 1.9})
    rows, columns = np.nonzero(bright(drawing))
    assert rows.min() > 4
    assert rows.max() < 315
    assert columns.min() > 4
    assert columns.max() < 325


def test_the_picture_stands_still_while_small_movements_go_on(drawing: ArmDrawing) -> None:
    base = slice(200, 320), slice(0, 120)
    drawing.show_angles({"shoulder_lift": 0.3})
    before = bright(drawing)[base]
    drawing.show_angles({"shoulder_lift": 0.25, "wrist_flex": 0.1})
    assert (bright(drawing)[base] == before).all()


def test_keys_and_drags_turn_the_view_and_home_resets_it(drawing: ArmDrawing, qtbot: QtBot) -> None:
    home = drawing.view_rad
    qtbot.keyClick(drawing, Qt.Key.Key_Right)
    qtbot.keyClick(drawing, Qt.Key.Key_Up)
    assert drawing.view_rad[0] > home[0]
    assert drawing.view_rad[1] > home[1]
    qtbot.keyClick(drawing, Qt.Key.Key_Home)
    assert drawing.view_rad == home
    qtbot.mousePress(drawing, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(drawing, QPoint(160, 100))
    qtbot.mouseRelease(drawing, Qt.MouseButton.LeftButton, pos=QPoint(160, 100))
    assert drawing.view_rad[0] != home[0]
    drawing.reset_view()
    drawing.turn_view()
    assert drawing.view_rad[0] != home[0]
    for _ in range(20):
        qtbot.keyClick(drawing, Qt.Key.Key_Down)
    assert drawing.view_rad[1] > 0, "never from under the floor"


def test_a_ghost_is_fainter_than_the_arm(drawing: ArmDrawing) -> None:
    arm_alone = int(bright(drawing).sum())
    drawing.ghost({"shoulder_lift": -0.9})
    ghosted = pixels(drawing)
    faint = (ghosted.min(axis=2) > 50) & (ghosted.min(axis=2) < 105)
    assert faint.sum() > 1000
    assert int(bright(drawing).sum()) <= arm_alone + 50
    drawing.ghost(None)
    gone = pixels(drawing)
    assert ((gone.min(axis=2) > 50) & (gone.min(axis=2) < 105)).sum() < faint.sum()


def test_a_schematic_arm_says_so(drawing: ArmDrawing) -> None:
    corner = slice(290, 316), slice(8, 90)
    published = pixels(drawing)[corner].max()
    drawing.show_shape(arm_shape_for("koch_follower"))
    assert pixels(drawing)[corner].max() > published + 40


def test_the_well_is_dark_in_both_themes(drawing: ArmDrawing) -> None:
    theme().choose(ThemeChoice.LIGHT)
    assert drawing.grab().toImage().pixelColor(165, 6) == QColor(DARK.well)


def test_a_pair_is_seen_from_behind_so_that_left_is_left(drawing: ArmDrawing) -> None:
    pair = side_by_side(arm_shape_for("so_follower"), arm_shape_for("so_follower"))
    drawing.show_shape(pair)
    drawing.highlight("left_elbow_flex")
    left = np.nonzero(bluish(drawing))[1].mean()
    drawing.highlight("right_elbow_flex")
    assert np.nonzero(bluish(drawing))[1].mean() > left + 80


def test_what_is_nearer_covers_what_is_behind() -> None:
    pair = side_by_side(arm_shape_for("so_follower"), arm_shape_for("so_follower"))
    scene = ArmScene(pair)
    from_the_right = scene.view(-np.pi / 2, 0.1)
    sides = [
        "left" if str(face.joint).startswith("left") else "right"
        for face in scene.faces({}, from_the_right)
        if face.joint is not None
    ]
    assert sides == sorted(sides), "all of the left arm is painted before the right one"
