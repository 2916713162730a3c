import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lerobot_core.kinematics.chain import forward
from lerobot_core.kinematics.inverse import inverse
from lerobot_core.kinematics.so101 import SO101

_INSIDE = st.tuples(
    *(
        st.floats(low * 0.8, high * 0.8)
        for low, high in zip(SO101.low_rad, SO101.high_rad, strict=True)
    )
)


@settings(max_examples=40, deadline=None)
@given(_INSIDE, st.lists(st.floats(-0.15, 0.15), min_size=5, max_size=5))
def test_finds_a_pose_again_from_nearby(angles, nudge):
    wanted = forward(SO101, angles)
    reach = inverse(SO101, wanted, np.array(angles) + nudge)
    assert reach.position_error_m < 5e-4
    assert forward(SO101, reach.angles_rad)[:3, 3] == pytest.approx(wanted[:3, 3], abs=5e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-0.6, 0.6), min_size=3, max_size=3))
def test_stays_within_the_limits_and_says_how_far_it_is_off(point):
    wanted = np.eye(4)
    wanted[:3, 3] = point
    reach = inverse(SO101, wanted, np.zeros(5), iterations=60)
    assert np.all(reach.angles_rad >= SO101.low_rad)
    assert np.all(reach.angles_rad <= SO101.high_rad)
    found = forward(SO101, reach.angles_rad)[:3, 3]
    assert reach.position_error_m == pytest.approx(np.linalg.norm(found - point), abs=1e-9)


def test_a_point_out_of_reach_is_said_to_be():
    wanted = np.eye(4)
    wanted[:3, 3] = (1.0, 0.0, 0.2)
    assert inverse(SO101, wanted, np.zeros(5)).position_error_m > 0.5
