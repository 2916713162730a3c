from math import hypot, pi

import numpy as np
import pytest

from lerobot_core.kinematics.chain import forward
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.sim.grasping import (
    DROP_HEIGHT_M,
    GRASP_HEIGHT_M,
    HOVER_HEIGHT_M,
    plan_drop,
    plan_grasp,
    raised,
    random_place,
)
from lerobot_core.sim.scene import BIN_CENTRE_M, BIN_RADIUS_M


def test_a_grasp_comes_straight_down_beside_the_cube():
    grasp = plan_grasp(0.22, -0.08, 0.3)
    assert grasp is not None
    above, below = forward(SO101, grasp.above_rad), forward(SO101, grasp.at_cube_rad)
    assert above[2, 3] == pytest.approx(HOVER_HEIGHT_M, abs=2e-3)
    assert below[2, 3] == pytest.approx(GRASP_HEIGHT_M, abs=2e-3)
    assert above[:2, 3] == pytest.approx(below[:2, 3], abs=2e-3)
    assert hypot(*(below[:2, 3] - (0.22, -0.08))) < 0.025
    assert below[:3, 0] == pytest.approx((0, 0, -1), abs=0.1)


def test_the_jaw_closes_on_a_face_of_the_cube():
    for yaw in np.linspace(-pi, pi, 9):
        grasp = plan_grasp(0.23, 0.02, float(yaw))
        assert grasp is not None
        closing = forward(SO101, grasp.at_cube_rad)[:2, 2]
        off = (np.arctan2(closing[1], closing[0]) - yaw + pi / 4) % (pi / 2) - pi / 4
        assert abs(off) < 0.1


def test_what_is_out_of_reach_is_not_planned():
    assert plan_grasp(0.5, 0.0, 0.0) is None


def test_the_cube_is_held_over_the_middle_of_the_bin():
    tool = forward(SO101, plan_drop())
    assert tool[2, 3] == pytest.approx(DROP_HEIGHT_M, abs=2e-3)
    assert hypot(*(tool[:2, 3] - BIN_CENTRE_M)) < BIN_RADIUS_M / 2


def test_rising_goes_straight_up():
    start = plan_grasp(0.22, 0.0, 0.0).at_cube_rad
    before, after = forward(SO101, start), forward(SO101, raised(start, 0.04))
    assert after[:3, 3] - before[:3, 3] == pytest.approx((0, 0, 0.04), abs=3e-3)


def test_places_repeat_with_their_seed_and_can_be_reached():
    places = [random_place(np.random.default_rng(seed)) for seed in range(20)]
    assert places == [random_place(np.random.default_rng(seed)) for seed in range(20)]
    assert len(set(places)) == 20
    for x, y, yaw in places:
        assert plan_grasp(x, y, yaw) is not None
        assert hypot(x - BIN_CENTRE_M[0], y - BIN_CENTRE_M[1]) > BIN_RADIUS_M + 0.03
