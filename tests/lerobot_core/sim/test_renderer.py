import logging
import subprocess
import sys

import numpy as np
import pytest

from lerobot_core.sim.bench import Bench
from lerobot_core.sim.physics import Physics
from lerobot_core.sim.renderer import RENDERER_VARIABLE, RENDERERS, open_renderer

_POSE = {"shoulder_lift": 0.1, "elbow_flex": 0.2, "wrist_flex": 1.2, "gripper": 0.3}


@pytest.fixture(scope="module")
def physics() -> Physics:
    physics = Physics()
    physics.pose_arm(_POSE)
    return physics


def picture(physics, name, camera, height=480, width=640):
    renderer = RENDERERS[name](physics.model, height, width)
    try:
        return np.array(renderer.render(camera, physics.positions()))
    finally:
        renderer.close()


def share(image, red, green, blue):
    """How much of a picture has nearly the direction of this colour."""
    pixels = image.reshape(-1, 3).astype(float)
    directions = pixels / np.maximum(np.linalg.norm(pixels, axis=1, keepdims=True), 1)
    wanted = np.array([red, green, blue]) / np.linalg.norm([red, green, blue])
    return float((directions @ wanted > 0.97).mean())


def best_opengl() -> str:
    renderer = open_renderer(Physics().model, 48, 64)
    renderer.close()
    return renderer.name


@pytest.mark.parametrize("name", [best_opengl(), "software"])
def test_the_top_camera_sees_arm_cube_bin_and_mat(physics, name):
    image = picture(physics, name, "top")
    assert image.shape == (480, 640, 3)
    assert image.dtype == np.uint8
    assert share(image, 0.9, 0.12, 0.1) > 0.001  # cube
    assert share(image, 0.16, 0.34, 0.7) > 0.01  # bin
    assert share(image, 22, 92, 74) > 0.1  # mat
    assert share(image, 176, 132, 88) > 0.1  # wood


@pytest.mark.parametrize("name", [best_opengl(), "software"])
def test_the_wrist_camera_sees_what_is_between_the_jaws(name):
    seen = Physics()
    seen.pose_arm(_POSE)
    seen.place_cube(0.255, 0.0, 0.0)
    assert share(picture(seen, name, "wrist"), 0.9, 0.12, 0.1) > 0.02
    seen.place_cube(0.0, 0.5, 0.0)
    assert share(picture(seen, name, "wrist"), 0.9, 0.12, 0.1) == 0


def test_both_kinds_show_the_same_scene(physics):
    for camera in ("top", "wrist"):
        drawn = picture(physics, best_opengl(), camera).astype(int)
        painted = picture(physics, "software", camera).astype(int)
        assert np.abs(drawn - painted).mean() < 14


@pytest.mark.parametrize("name", [best_opengl(), "software"])
def test_pictures_change_with_the_arm_and_only_then(name):
    physics = Physics()
    renderer = RENDERERS[name](physics.model, 120, 160)
    first = np.array(renderer.render("top", physics.positions()))
    same = np.array(renderer.render("top", physics.positions()))
    physics.pose_arm(_POSE)
    moved = np.array(renderer.render("top", physics.positions()))
    renderer.close()
    assert np.array_equal(first, same)
    assert np.abs(first.astype(int) - moved).mean() > 1


def test_a_camera_that_looks_up_sees_no_table():
    upwards = Physics()
    upwards.pose_arm({"shoulder_lift": -1.0, "elbow_flex": -0.5, "wrist_flex": -1.5})
    for name in {best_opengl(), "software"}:
        assert share(picture(upwards, name, "wrist"), 176, 132, 88) < 0.05


def test_the_painter_takes_over_where_opengl_is_missing(monkeypatch, caplog):
    def missing(model, height, width):
        raise ImportError("no such library")

    for name in ("egl", "osmesa"):
        monkeypatch.setitem(RENDERERS, name, missing)
    with caplog.at_level(logging.INFO):
        renderer = open_renderer(Physics().model, 48, 64)
    assert renderer.name == "software"
    assert "pictures are rendered with software" in caplog.text
    assert renderer.render("top", Physics().positions()).shape == (48, 64, 3)


def test_a_renderer_can_be_asked_for(monkeypatch):
    monkeypatch.setenv(RENDERER_VARIABLE, "software")
    bench = Bench()
    assert bench.render("wrist", 48, 64).shape == (48, 64, 3)
    assert bench.renderer_name == "software"
    bench.close()


def test_no_window_library_is_loaded():
    code = (
        "import sys; from lerobot_core.sim.bench import Bench; Bench().render('top', 48, 64);"
        "sys.exit('glfw' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
