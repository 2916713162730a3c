from math import isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.control.gripper_care import GRIP, STALLED_AFTER_S, GripperCare, is_gripper
from lerobot_core.types import ServoLimits, ServoReading

GRIPPER = "gripper.pos"
LIMITS = {GRIPPER: ServoLimits(70, 4, 8, overload_percent=25, overload_s=2)}
STEP_S = 1 / 60


class Gripper:
    """A gripper that is asked for a position and stands where the test says."""

    def __init__(self, here: float = 50.0) -> None:
        self.care = GripperCare(LIMITS)
        self.here = here
        self.now_s = 0.0

    def asks(self, wanted: float, seconds: float = STEP_S) -> float:
        sent = wanted
        for _ in range(max(round(seconds / STEP_S), 1)):
            sent = self.care.relaxed({GRIPPER: wanted}, {GRIPPER: self.here}, self.now_s)[GRIPPER]
            self.now_s += STEP_S
        return sent

    def loaded(self, percent: float) -> None:
        self.care.take({GRIPPER: ServoReading(percent, 7.4, 30)})

    def holds_something(self) -> "Gripper":
        self.loaded(60)
        assert self.asks(0, STALLED_AFTER_S + 2 * STEP_S) == pytest.approx(self.here - GRIP)
        return self


def test_which_joints_are_grippers() -> None:
    assert is_gripper("gripper.pos")
    assert is_gripper("left_gripper.pos")
    assert not is_gripper("wrist_roll.pos")


def test_a_gripper_that_moves_is_left_alone() -> None:
    gripper = Gripper(100)
    gripper.loaded(60)
    for _ in range(60):
        gripper.here -= 1.5
        assert gripper.asks(0) == 0


def test_a_stalled_gripper_is_asked_for_a_little_beyond_where_it_is() -> None:
    gripper = Gripper(50)
    gripper.loaded(60)
    assert gripper.asks(0) == 0  # not at once
    gripper.holds_something()
    assert gripper.care.held == {GRIPPER}


def test_it_holds_outwards_as_well() -> None:
    gripper = Gripper(50)
    gripper.loaded(60)
    assert gripper.asks(100, 1.0) == pytest.approx(50 + GRIP)


def test_a_gripper_without_load_is_not_stalled_but_slow() -> None:
    gripper = Gripper(50)
    gripper.loaded(3)
    assert gripper.asks(0, 1.0) == 0


def test_a_grip_that_is_still_too_hard_is_eased() -> None:
    gripper = Gripper().holds_something()
    gripper.loaded(24)  # above 0.8 of the 25 % at which the servo protects itself
    assert gripper.here - gripper.asks(0) == pytest.approx(GRIP * 0.7)
    for _ in range(20):
        gripper.loaded(24)
    assert gripper.here - gripper.asks(0) == pytest.approx(0.5)


def test_a_moderate_grip_stays() -> None:
    gripper = Gripper().holds_something()
    gripper.loaded(18)
    assert gripper.here - gripper.asks(0) == pytest.approx(GRIP)


def test_opening_is_obeyed_at_once() -> None:
    gripper = Gripper(50).holds_something()
    assert gripper.asks(60) == 60
    assert gripper.care.held == frozenset()


def test_a_leader_that_opens_a_little_loosens_the_grip_no_earlier_than_it_is_asked_to() -> None:
    gripper = Gripper(50).holds_something()
    assert gripper.asks(30) == pytest.approx(50 - GRIP)
    assert gripper.asks(49) == 49


def test_it_closes_on_when_the_thing_gives_way() -> None:
    gripper = Gripper(50).holds_something()
    gripper.here = 48.5
    assert gripper.asks(0) == 0


def test_after_a_stop_it_begins_without_a_grip() -> None:
    gripper = Gripper(50).holds_something()
    gripper.care.forget()
    assert gripper.asks(0) == 0


def test_other_joints_pass_unchanged() -> None:
    wanted = {"elbow_flex.pos": 90.0}
    care = GripperCare({})
    for tick in range(100):
        assert care.relaxed(wanted, {"elbow_flex.pos": 0.0}, tick * STEP_S) == wanted


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_what_is_no_number_is_passed_on_to_be_refused(seconds: float) -> None:
    gripper = Gripper(50)
    if seconds:
        gripper.holds_something()
    assert isnan(gripper.asks(nan))


@given(st.floats(0, 100), st.floats(0, 100), st.lists(st.floats(-100, 100), max_size=8))
def test_it_never_asks_for_more_than_was_wanted(
    here: float, wanted: float, loads: list[float]
) -> None:
    gripper = Gripper(here)
    low, high = sorted((here, wanted))
    for load in loads:
        gripper.loaded(load)
        assert low <= gripper.asks(wanted, 0.2) <= high
