import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.control.clock import Lateness, ManualClock, Pace, WallClock, run_at


def starts_of(durations_s: list[float], rate_hz: float = 10.0) -> tuple[list[float], Pace]:
    """When each tick starts if they take this long."""
    clock = ManualClock(5.0)
    starts: list[float] = []

    def tick(due_s: float) -> None:
        starts.append(clock.now() - 5.0)
        clock.advance(durations_s[len(starts) - 1])

    pace = run_at(rate_hz, tick, lambda: len(starts) == len(durations_s), clock)
    return starts, pace


def test_quick_ticks_start_on_the_grid() -> None:
    starts, pace = starts_of([0.01, 0.09, 0.0, 0.02])
    assert starts == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert (pace.ticks, pace.late_ticks, pace.skipped_ticks) == (4, 0, 0)


def test_a_slow_tick_makes_the_next_late_but_moves_no_deadline() -> None:
    starts, pace = starts_of([0.0, 0.15, 0.0, 0.0])
    assert starts == pytest.approx([0.0, 0.1, 0.25, 0.3])
    assert (pace.late_ticks, pace.skipped_ticks) == (1, 0)


def test_missed_ticks_are_skipped_and_not_made_up_for() -> None:
    starts, pace = starts_of([0.0, 0.35, 0.0, 0.0])
    assert starts == pytest.approx([0.0, 0.1, 0.45, 0.5])
    assert (pace.late_ticks, pace.skipped_ticks) == (1, 2)


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=30))
def test_ticks_are_never_early_nor_bunched(durations_s: list[float]) -> None:
    starts, pace = starts_of(durations_s)
    places = [int((start + 1e-6) * 10) for start in starts]
    assert len(set(places)) == len(places)  # at most one tick in a period
    assert pace.ticks + pace.skipped_ticks == places[-1] + 1


def test_lateness_is_told() -> None:
    _, pace = starts_of([0.0, 0.15, 0.0, 0.0, 0.0])
    assert pace.lateness().max_ms == pytest.approx(50)
    assert pace.lateness().p50_ms == pytest.approx(0, abs=1e-6)
    assert Pace(10, ManualClock()).lateness() == Lateness()


def test_the_wall_clock_sleeps_until_its_deadline() -> None:
    clock = WallClock()
    due_s = clock.now() + 0.02
    clock.sleep_until(due_s)
    assert due_s <= clock.now()
    before = time.monotonic()
    clock.sleep_until(before - 1)
    assert clock.now() - before < 0.5
