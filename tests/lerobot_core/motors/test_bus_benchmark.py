"""What is claimed about the bus's speed, on the benchmark's link model in simulated time."""

import runpy
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    path = Path(__file__).parents[3] / "benchmarks" / "bus.py"
    return runpy.run_path(str(path))["report"](6, 0.001, 0)


@pytest.mark.parametrize(("brand", "frames"), [("feetech", 2), ("dynamixel", 3)])
def test_a_cycle_takes_the_usb_frames_that_it_must(
    figures: dict[str, Any], brand: str, frames: int
) -> None:
    assert figures[brand]["cycles_per_s"]["ours"] == pytest.approx(1000 / frames, abs=0.1)


@pytest.mark.parametrize("brand", ["feetech", "dynamixel"])
def test_twice_as_fast_as_plain_sdk_calls(figures: dict[str, Any], brand: str) -> None:
    assert figures[brand]["times_sdk_single"] >= 2
    assert figures[brand]["times_sdk_group"] > 1.3
    assert figures[brand]["two_buses"]["times_sdk_group"] >= 2


@pytest.mark.parametrize("brand", ["feetech", "dynamixel"])
@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_disturbed_reply_is_made_up_for_within_20_ms(
    figures: dict[str, Any], brand: str, how: str
) -> None:
    ours = figures[brand][how]["ours"]
    assert ours["heard_in_tick"] == 1.0
    assert ours["longest_extra_ms"] <= 20


@pytest.mark.parametrize("brand", ["feetech", "dynamixel"])
def test_two_buses_asked_ahead_take_as_long_as_one(figures: dict[str, Any], brand: str) -> None:
    two = figures[brand]["two_buses"]["asked_ahead_per_s"]
    assert two == pytest.approx(figures[brand]["cycles_per_s"]["ours"], abs=0.1)
