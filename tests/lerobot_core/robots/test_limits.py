from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.errors import UnsafeAction
from lerobot_core.robots.limits import LONGEST_STEP_S, MotionLimit, limit_targets, slowed

ANGLE = st.floats(-500, 500)
LIMITS = st.builds(
    MotionLimit,
    max_speed=st.floats(1, 500),
    max_gap=st.floats(1, 200),
    low=st.floats(-200, -1),
    high=st.floats(1, 200),
)


def limit(
    target: float, last: float, measured: float, bounds: MotionLimit, seconds: float
) -> float:
    sent = limit_targets(
        {"a.pos": target}, {"a.pos": last}, {"a.pos": measured}, {"a.pos": bounds}, seconds
    )
    return sent["a.pos"]


@given(ANGLE, ANGLE, ANGLE, LIMITS, st.floats(-1, 100))
def test_never_leaves_the_range(
    target: float, last: float, measured: float, bounds: MotionLimit, seconds: float
) -> None:
    assert bounds.low <= limit(target, last, measured, bounds, seconds) <= bounds.high


@given(ANGLE, ANGLE, st.floats(-1, 1), LIMITS, st.floats(-1, 100))
def test_stays_near_a_joint_inside_its_range(
    target: float, last: float, share: float, bounds: MotionLimit, seconds: float
) -> None:
    measured = bounds.high * share if share > 0 else -bounds.low * share
    sent = limit(target, last, measured, bounds, seconds)
    assert abs(sent - measured) <= bounds.max_gap + 1e-9


@given(ANGLE, st.floats(-1, 1), LIMITS, st.floats(0, 100))
def test_is_never_faster_than_the_speed_limit(
    target: float, share: float, bounds: MotionLimit, seconds: float
) -> None:
    here = bounds.high * share if share > 0 else -bounds.low * share
    sent = limit(target, here, here, bounds, seconds)
    assert abs(sent - here) <= bounds.max_speed * min(seconds, LONGEST_STEP_S) + 1e-9


@given(st.floats(-1, 1), st.floats(-1, 1), LIMITS)
def test_never_goes_past_a_target_inside_the_range(
    here: float, there: float, bounds: MotionLimit
) -> None:
    low, high = sorted((here, there))
    assert low <= limit(there, here, here, bounds, 0.02) <= high


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_refuses_what_is_no_number(value: float) -> None:
    bounds = MotionLimit(max_speed=1, max_gap=1, low=-1, high=1)
    with pytest.raises(UnsafeAction, match="for a was not a number"):
        limit(value, 0, 0, bounds, 0.02)


@pytest.mark.parametrize(
    "values", [(0, 1, -1, 1), (1, 0, -1, 1), (1, 1, 1, 1), (inf, 1, -1, 1), (1, nan, -1, 1)]
)
def test_limits_are_finite_and_leave_room(values: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="limits must"):
        MotionLimit(*values)


def test_slowed_changes_the_speed_alone() -> None:
    bounds = MotionLimit(max_speed=200, max_gap=60, low=-90, high=90)
    assert slowed({"a.pos": bounds}, 0.25)["a.pos"] == MotionLimit(50, 60, -90, 90)
