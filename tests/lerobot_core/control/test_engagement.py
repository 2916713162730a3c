from itertools import pairwise
from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.control.engagement import (
    BLOCKED_AFTER_S,
    NEAR_REST,
    SETTLE_S,
    EaseIn,
    WayToRest,
    gaps,
    has_caught_up,
    rest_seconds,
    smoothstep,
)
from lerobot_core.robots.limits import MotionLimit
from lerobot_core.types import ServoReading

LIMITS = {"a.pos": MotionLimit(200, 60, -100, 100), "b.pos": MotionLimit(200, 60, 0, 100)}
ANGLE = st.floats(-180, 180)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_smoothstep_rises_from_0_to_1(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert 0 <= smoothstep(low) <= smoothstep(high) <= 1


def test_smoothstep_is_flat_at_both_ends() -> None:
    assert smoothstep(0.01) < 0.001
    assert smoothstep(0.99) > 0.999


@given(ANGLE, ANGLE, st.floats(-1, 10))
def test_easing_stays_between_where_it_starts_and_what_is_wanted(
    start: float, wanted: float, now_s: float
) -> None:
    ease = EaseIn({"a.pos": start}, started_s=2.0, seconds=1.5)
    target = ease.blend({"a.pos": wanted}, now_s)["a.pos"]
    assert min(start, wanted) - 1e-9 <= target <= max(start, wanted) + 1e-9


def test_easing_starts_where_the_robot_is_and_ends_at_the_source() -> None:
    ease = EaseIn({"a.pos": 10.0}, started_s=2.0, seconds=1.5)
    assert ease.blend({"a.pos": 50.0}, 2.0) == {"a.pos": 10.0}
    assert ease.blend({"a.pos": 50.0}, 2.75) == {"a.pos": 30.0}
    assert ease.blend({"a.pos": 50.0}, 3.5) == {"a.pos": 50.0}
    assert [ease.fraction(now) for now in (1.0, 2.75, 9.0)] == [0.0, 0.5, 1.0]
    assert EaseIn({}, 0.0, 0.0).fraction(0.0) == 1.0


@pytest.mark.parametrize("now_s", [2.0, 2.5, 9.0])
def test_easing_does_not_hide_what_is_no_number(now_s: float) -> None:
    ease = EaseIn({"a.pos": 10.0}, started_s=2.0, seconds=1.0)
    assert isnan(ease.blend({"a.pos": nan}, now_s)["a.pos"])


def test_gaps_are_signed() -> None:
    assert gaps({"a.pos": 1.0}, {"a.pos": 4.0, "b.pos": 0.0}) == {"a.pos": -3.0}


@pytest.mark.parametrize(
    ("sent", "wanted", "measured", "expected"),
    [
        (49.5, 50.0, 48.0, True),
        (30.0, 50.0, 28.0, False),  # the speed still holds it back
        (100.0, 140.0, 99.0, True),  # the range does: it will never get there
        (60.0, 90.0, 0.0, True),  # something holds the joint
    ],
)
def test_a_hand_over_is_done_when_no_speed_limit_is_left(
    sent: float, wanted: float, measured: float, expected: bool
) -> None:
    caught_up = has_caught_up({"a.pos": sent}, {"a.pos": wanted}, {"a.pos": measured}, LIMITS)
    assert caught_up is expected


@given(ANGLE, ANGLE, st.floats(5, 100))
def test_the_way_to_rest_is_never_faster_than_it_should(
    start: float, rest: float, speed: float
) -> None:
    way = EaseIn({"a.pos": start}, 0.0, rest_seconds({"a.pos": start}, {"a.pos": rest}, speed))
    steps = 200
    times = [way.seconds * step / steps for step in range(steps + 1)]
    targets = [way.blend({"a.pos": rest}, now)["a.pos"] for now in times]
    longest = max(abs(b - a) for a, b in pairwise(targets))
    assert longest <= speed * way.seconds / steps + 1e-6


def way_to_rest() -> WayToRest:
    return WayToRest.plan({"a.pos": 0.0, "b.pos": 50.0}, {"a.pos": 80.0}, LIMITS, 10.0, speed=40.0)


def test_joints_without_a_rest_position_stay() -> None:
    assert way_to_rest().target(99.0) == {"a.pos": 80.0, "b.pos": 50.0}


def test_a_rest_pose_outside_the_range_is_approached_as_far_as_allowed() -> None:
    way = WayToRest.plan({"a.pos": 0.0}, {"a.pos": 130.0}, LIMITS, 0.0)
    assert way.pose == {"a.pos": 100.0}


def test_is_over_when_near_or_when_it_had_its_time_to_settle() -> None:
    way = way_to_rest()
    end_s = 10.0 + way.ease.seconds
    near, sagging = {"a.pos": 79.0, "b.pos": 50.0}, {"a.pos": 72.0, "b.pos": 50.0}
    assert not way.is_over(near, end_s - 0.1)
    assert way.is_over(near, end_s)
    assert not way.is_over(sagging, end_s)
    assert way.is_over(sagging, end_s + SETTLE_S)


def test_a_joint_that_stays_behind_is_blocked_after_a_moment() -> None:
    way = way_to_rest()
    behind = {"a.pos": 10.0, "b.pos": 50.0}
    assert way.blocked_joint(behind, {}, 12.9) is None
    assert way.blocked_joint(behind, {}, 12.9 + BLOCKED_AFTER_S) == "a.pos"


def stuck_way() -> tuple[WayToRest, dict[str, float]]:
    """A way, and where its first joint was stopped at 11.5 s, a little behind its target."""
    way = way_to_rest()
    return way, {"a.pos": way.target(11.5)["a.pos"] - 2 * NEAR_REST, "b.pos": 50.0}


STRAINED = {"a.pos": ServoReading(load_percent=-95, volts=7, celsius=40)}
EASY = {"a.pos": ServoReading(load_percent=-20, volts=7, celsius=40)}


def test_a_joint_that_pushes_in_vain_is_blocked_and_a_short_strain_is_not() -> None:
    way, here = stuck_way()
    assert way.blocked_joint(here, STRAINED, 11.5) is None
    assert way.blocked_joint(here, EASY, 11.6) is None
    assert way.blocked_joint(here, STRAINED, 11.7) is None
    assert way.blocked_joint(here, STRAINED, 11.7 + BLOCKED_AFTER_S) == "a.pos"


def test_a_joint_that_pushes_and_gets_on_is_not_blocked() -> None:
    way, here = stuck_way()
    for step in range(10):
        on = {**here, "a.pos": here["a.pos"] + 2 * step}
        assert way.blocked_joint(on, STRAINED, 11.5 + step * BLOCKED_AFTER_S / 4) is None


def test_a_joint_that_bears_a_load_where_it_should_be_is_not_blocked() -> None:
    way = way_to_rest()
    bears = {"b.pos": ServoReading(load_percent=95, volts=7, celsius=40)}
    for now_s in (10.0, 10.0 + 2 * BLOCKED_AFTER_S):
        here = {**way.target(now_s), "b.pos": 50.0}
        assert way.blocked_joint(here, bears, now_s) is None
