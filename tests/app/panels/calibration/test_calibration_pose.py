from dataclasses import replace
from math import radians

import pytest
from calibrations import WHOLE

from app.panels.calibration.pose import middle_pose, mirrored_pose, swept_pose
from app.widgets.arm_shapes import arm_shape_for
from lerobot_core.workers.protocol import MirrorPose

SHAPE = arm_shape_for("so_follower")
LOW, HIGH = SHAPE.limits_rad("elbow_flex")


def test_a_whole_sweep_reaches_from_stop_to_stop() -> None:
    span = round((HIGH - LOW) * 4096 / radians(360))
    sweep = replace(WHOLE, low=-300, high=-300 + span, now=-300)
    assert swept_pose({"elbow_flex": sweep}, SHAPE)["elbow_flex"] == pytest.approx(LOW, abs=0.01)
    there = replace(sweep, now=sweep.high)
    assert swept_pose({"elbow_flex": there}, SHAPE)["elbow_flex"] == pytest.approx(HIGH, abs=0.01)


def test_a_joint_stays_within_its_stops_whatever_its_servo_says() -> None:
    far = replace(WHOLE, low=0, high=9000, now=9000)
    assert swept_pose({"elbow_flex": far}, SHAPE)["elbow_flex"] == HIGH


def test_joints_that_were_not_swept_are_in_their_middle() -> None:
    assert swept_pose({}, SHAPE) == middle_pose(SHAPE)


def test_a_mirrored_joint_stands_where_the_worker_says() -> None:
    pose = MirrorPose({"elbow_flex": 30.0, "gripper": 50.0}, {"elbow_flex": 0.52})
    angles = mirrored_pose(pose, SHAPE)
    assert angles["elbow_flex"] == 0.52
    assert angles["gripper"] == pytest.approx(sum(SHAPE.limits_rad("gripper")) / 2)


def test_without_radians_a_value_is_a_share_of_the_way() -> None:
    pose = MirrorPose({"elbow_flex": -100.0})
    assert mirrored_pose(pose, SHAPE)["elbow_flex"] == pytest.approx(LOW)
