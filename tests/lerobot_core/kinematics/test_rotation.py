from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.kinematics.rotation import (
    angle_between,
    roll_pitch_yaw,
    rotation_about,
    rotation_vector,
)

_DIRECTION = st.tuples(*(st.floats(-1, 1) for _ in range(3))).filter(
    lambda v: np.linalg.norm(v) > 0.1
)


@given(_DIRECTION, st.floats(0, pi - 1e-3))
def test_a_rotation_vector_comes_back(direction, angle):
    vector = np.array(direction) / np.linalg.norm(direction) * angle
    rotation = rotation_about(vector)
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    assert rotation_vector(rotation) == pytest.approx(vector, abs=1e-6)
    assert angle_between(rotation, np.eye(3)) == pytest.approx(angle, abs=1e-6)


@given(_DIRECTION)
def test_half_a_turn_is_about_the_same_line(direction):
    vector = np.array(direction) / np.linalg.norm(direction) * pi
    rotation = rotation_about(vector)
    assert rotation_about(rotation_vector(rotation)) == pytest.approx(rotation, abs=1e-6)


def test_roll_comes_first_and_yaw_last():
    turned = roll_pitch_yaw(pi / 2, 0.0, pi / 2)
    assert turned @ [0, 1, 0] == pytest.approx([0, 0, 1])  # rolled up, and there yaw leaves it
    assert turned @ [1, 0, 0] == pytest.approx([0, 1, 0])
    assert roll_pitch_yaw(0.0, pi / 2, 0.0) @ [1, 0, 0] == pytest.approx([0, 0, -1])
