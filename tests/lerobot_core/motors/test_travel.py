from math import radians

import numpy as np
import pytest

from lerobot_core.kinematics.chain import forward
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.motors.travel import (
    FULL_TURN,
    POSITIVE,
    Verdict,
    band_of,
    is_full_turn,
    usual_drive_mode,
)
from lerobot_core.sim.so101 import JOINTS, TICKS_PER_TURN, factory_calibration
from lerobot_core.sim.twins import factory_calibration as koch_calibration


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("family", ["so_follower", "so_leader"])
def test_the_factory_s_ranges_are_plausible(family: str, joint: str) -> None:
    motor = factory_calibration("follower")[joint]
    travel_deg = (motor.range_max - motor.range_min) * 360 / TICKS_PER_TURN
    assert band_of(family, joint).verdict(travel_deg) is Verdict.PLAUSIBLE


@pytest.mark.parametrize("joint", [joint for joint in JOINTS if joint != "wrist_roll"])
def test_hardly_moved_and_turned_too_far_are_told(joint: str) -> None:
    band = band_of("so_follower", joint)
    assert band.verdict(15.0) is Verdict.TOO_SMALL
    assert band.verdict(330.0) is Verdict.TOO_LARGE


@pytest.mark.parametrize("chain", ["follower", "leader"])
def test_guesses_for_koch_arms_let_the_twin_pass_and_catch_what_they_are_for(chain: str) -> None:
    for joint, motor in koch_calibration("koch", chain).items():
        band = band_of(f"koch_{chain}", joint)
        travel_deg = (motor.range_max - motor.range_min) * 360 / TICKS_PER_TURN
        assert band.verdict(travel_deg) is Verdict.PLAUSIBLE
        if not is_full_turn(f"koch_{chain}", joint):
            assert band.verdict(10.0) is Verdict.TOO_SMALL
            assert band.verdict(350.0) is Verdict.TOO_LARGE


def test_no_direction_is_named_that_is_not_known() -> None:
    assert set(POSITIVE["koch_follower"]) == set(POSITIVE["koch_leader"]) == {"gripper"}


def test_joints_without_ends_are_those_of_upstream() -> None:
    assert is_full_turn("so_leader", "wrist_roll")
    assert is_full_turn("koch_follower", "shoulder_pan")
    assert not is_full_turn("so_follower", "shoulder_pan")
    assert not is_full_turn("unheard_of", "wrist_roll")
    assert band_of("koch_leader", "wrist_roll") is FULL_TURN


def test_a_leader_s_trigger_may_be_shorter_than_the_jaw() -> None:
    assert band_of("so_leader", "gripper").verdict(45.0) is Verdict.PLAUSIBLE
    assert band_of("so_follower", "gripper").verdict(45.0) is Verdict.TOO_SMALL


def test_an_unknown_arm_s_joints_may_do_anything_usual() -> None:
    band = band_of("unheard_of", "finger")
    assert [band.verdict(deg) for deg in (5.0, 90.0, 359.0)] == [
        Verdict.TOO_SMALL,
        Verdict.PLAUSIBLE,
        Verdict.TOO_LARGE,
    ]


def test_the_words_for_a_direction_are_what_the_model_does() -> None:
    assert set(POSITIVE["so_follower"]) == set(JOINTS)
    at_zero = forward(SO101, np.zeros(5))

    def turned(joint: str) -> np.ndarray:
        angles = np.zeros(5)
        angles[SO101.joints.index(joint)] = radians(10)
        return forward(SO101, angles)

    assert turned("shoulder_pan")[1, 3] < at_zero[1, 3] - 0.01  # x is forward, y left, z up
    assert turned("shoulder_lift")[0, 3] > at_zero[0, 3] + 0.005
    for joint in ("shoulder_lift", "elbow_flex", "wrist_flex"):
        assert turned(joint)[2, 3] < at_zero[2, 3] - 0.01
    roll = turned("wrist_roll")[:3, :3] @ at_zero[:3, :3].T
    assert roll[2, 1] < -0.1  # the left side goes down


def test_koch_leaders_have_their_elbow_the_other_way_round() -> None:
    assert usual_drive_mode("koch_leader", "elbow_flex") == 1
    assert usual_drive_mode("koch_follower", "elbow_flex") == 0
    assert usual_drive_mode("so_leader", "elbow_flex") == 0
