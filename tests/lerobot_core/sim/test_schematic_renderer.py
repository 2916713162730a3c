"""Drawings of arms: they follow the joints, say what they are, and are quick to make."""

import time

import numpy as np
import pytest

from lerobot_core.sim.bench import Bench
from lerobot_core.sim.schematic_renderer import SchematicRenderer
from lerobot_core.sim.titles import write_title
from lerobot_core.sim.twins import twin_of
from lerobot_core.types import Image

SIZE = (240, 320)


def picture(bench: Bench, camera: str) -> Image:
    return SchematicRenderer(bench.twin, *SIZE).render(camera, bench.positions())


@pytest.mark.parametrize("joint", ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex"])
def test_every_joint_of_every_arm_is_seen_from_above(joint: str) -> None:
    bench = Bench(kind="bi_koch")
    for chain in bench.twin.arms:
        before = picture(bench, "top")
        bench.world.arms[chain][joint].place(0.3)
        assert not np.array_equal(before, picture(bench, "top")), (chain, joint)


@pytest.mark.parametrize("joint", ["wrist_roll", "gripper", "shoulder_pan"])
def test_the_view_of_the_wrist_is_that_of_the_followers_hand(joint: str) -> None:
    bench = Bench(kind="koch")
    before = picture(bench, "wrist")
    bench.world.arms["follower"][joint].place(0.8)
    assert not np.array_equal(before, picture(bench, "wrist"))


def test_two_followers_share_the_view_of_their_wrists() -> None:
    bench = Bench(kind="bi_so101")
    before = picture(bench, "wrist")
    bench.world.arms["right_follower"]["gripper"].place(1.2)
    changed = np.flatnonzero((before != picture(bench, "wrist")).any(axis=(0, 2)))
    assert changed.min() >= SIZE[1] // 2


@pytest.mark.parametrize("angle", [-3.0, -1.5, 0.0, 1.5, 3.0])
def test_no_pose_is_too_odd_to_be_drawn(angle: float) -> None:
    twin = twin_of("bi_koch")
    renderer = SchematicRenderer(twin, *SIZE)
    for camera in ("top", "wrist"):
        drawn = renderer.render(camera, np.full(24, angle))
        assert (drawn.shape, drawn.dtype) == ((*SIZE, 3), np.uint8)


def test_a_picture_says_that_it_is_a_drawing() -> None:
    bench = Bench(kind="koch")
    drawn = picture(bench, "top")
    titled = drawn.copy()
    write_title(titled, "Koch v1.1 · schematic")
    assert np.array_equal(drawn, titled)
    write_title(titled, "Something else")
    assert not np.array_equal(drawn, titled)


def test_pictures_of_an_so100_say_whose_shape_they_show() -> None:
    so100, so101 = (Bench(kind=kind).render("top", *SIZE) for kind in ("so100", "so101"))
    differing = np.argwhere((so100 != so101).any(axis=2))
    assert len(differing) > 100
    assert differing[:, 0].max() < SIZE[0] / 10


def test_two_cameras_at_30_frames_a_second_are_a_small_share_of_a_core() -> None:
    bench = Bench(kind="bi_koch")
    renderer = SchematicRenderer(bench.twin, 480, 640)
    took = []
    for _ in range(10):
        began = time.thread_time()
        renderer.render("top", bench.positions())
        renderer.render("wrist", bench.positions())
        took.append(time.thread_time() - began)
    assert min(took) < 0.033 * 0.75
