from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.sim.motion import Motion

positions = st.floats(0, 4095)


@given(positions, positions, st.floats(100, 4000), st.floats(500, 30000))
def test_reaches_the_goal_within_its_speed_and_acceleration(
    start: float, goal: float, top_speed: float, acceleration: float
) -> None:
    motion, seconds = Motion(), 0.005
    path = [start]
    # Longest: speeding up, cruising and slowing down, and some steps for rounding.
    limit = 2 * top_speed / acceleration + 4095 / top_speed + 2
    while path[-1] != goal and len(path) * seconds < 3 * limit:
        path.append(motion.towards(goal, start, top_speed, acceleration, seconds))
    assert path[-1] == goal
    assert all(abs(b - a) <= top_speed * seconds * 1.001 for a, b in pairwise(path))


def test_without_acceleration_it_is_at_full_speed_at_once() -> None:
    assert Motion().towards(1000, 0, 500, None, 0.1) == pytest.approx(50)


def test_never_passes_the_goal() -> None:
    motion = Motion()
    assert motion.towards(10, 0, 1000, None, 1.0) == 10
    assert motion.towards(10, 0, 1000, None, 1.0) == 10


def test_starts_from_the_joint_after_a_stop() -> None:
    motion = Motion()
    motion.towards(1000, 0, 500, None, 1.0)
    motion.stop()
    assert motion.towards(1000, 100, 500, None, 0.1) == pytest.approx(150)


def test_turns_at_a_speed_for_ever() -> None:
    assert Motion().at_speed(-200, 50, None, 0.1) == pytest.approx(30)
