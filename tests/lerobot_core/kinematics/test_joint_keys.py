from math import degrees

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.errors import SettingInvalid, UnsafeAction
from lerobot_core.kinematics.joint_keys import angles_of, values_of
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.motors.normalisation import to_user
from lerobot_core.sim.so101 import TICKS_PER_RAD, factory_calibration, zero_ticks
from lerobot_core.types import NormMode

POSE = {f"{joint}.pos": 10.0 * index for index, joint in enumerate(SO101.joints)}


@given(st.lists(st.floats(-180, 180), min_size=5, max_size=5), st.floats(0, 100))
def test_values_come_back_and_the_gripper_passes_through(values, percent):
    pose = {f"{joint}.pos": value for joint, value in zip(SO101.joints, values, strict=True)}
    pose["gripper.pos"] = percent
    again = values_of(SO101, angles_of(SO101, pose), pose)
    assert list(again) == list(pose)
    assert again == pytest.approx(pose)
    assert again["gripper.pos"] == percent


def test_pictures_are_no_joints():
    others = {**POSE, "top": np.zeros((2, 2, 3))}
    assert set(values_of(SO101, np.zeros(5), others)) == set(POSE)


def test_a_missing_joint_is_named():
    del (pose := dict(POSE))["wrist_flex.pos"]
    with pytest.raises(SettingInvalid, match="wrist_flex"):
        angles_of(SO101, pose)


def test_what_is_no_number_is_refused():
    with pytest.raises(UnsafeAction, match="elbow_flex"):
        angles_of(SO101, {**POSE, "elbow_flex.pos": float("nan")})


@pytest.mark.parametrize("joint", SO101.joints)
@pytest.mark.parametrize("angle_rad", [-0.7, 0.0, 1.1])
def test_degrees_of_a_calibrated_arm_are_the_chains_angles(joint, angle_rad):
    """What a servo of the bench counts at an angle reads as that angle."""
    calibration = factory_calibration("follower")[joint]
    counts = zero_ticks("follower", joint) + round(angle_rad * TICKS_PER_RAD)
    reading = counts - calibration.homing_offset
    told = to_user(reading, calibration, NormMode.DEGREES, 4096)
    assert told == pytest.approx(degrees(angle_rad), abs=0.2)
