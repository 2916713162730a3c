import pytest

from lerobot_core.control.clock import ManualClock
from lerobot_core.control.stages import Stages


def test_tells_the_middle_and_the_tail_of_each_stage() -> None:
    clock = ManualClock()
    stages = Stages(clock)
    for duration_ms in range(101):
        with stages.timed("read"):
            clock.advance(duration_ms / 1000)
    assert stages.summary()["read"].p50_ms == pytest.approx(50)
    assert stages.summary()["read"].p95_ms == pytest.approx(95)


def test_forgets_what_is_long_ago() -> None:
    clock = ManualClock()
    stages = Stages(clock, window=2)
    for seconds in (9.0, 0.001, 0.001):
        with stages.timed("read"):
            clock.advance(seconds)
    assert stages.summary()["read"].p95_ms == pytest.approx(1)


def test_a_stage_that_failed_is_not_counted() -> None:
    stages = Stages(ManualClock())
    with pytest.raises(ValueError, match="no"), stages.timed("read"):
        raise ValueError("no")
    assert stages.summary() == {}
