"""What is claimed about the bus's speed, on the benchmark's link model in simulated time."""

import runpy
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    path = Path(__file__).parents[3] / "benchmarks" / "bus.py"
    return runpy.run_path(str(path))["report"](5, 0.001, 0)


def test_a_cycle_takes_the_two_usb_frames_that_it_must(figures: dict[str, Any]) -> None:
    assert figures["cycles_per_s"]["ours"] == pytest.approx(500)


def test_twice_as_fast_as_plain_sdk_calls(figures: dict[str, Any]) -> None:
    assert figures["times_sdk_single"] >= 2
    assert figures["times_sdk_group"] == pytest.approx(1.5, abs=0.01)


def test_a_lost_reply_costs_at_most_20_ms(figures: dict[str, Any]) -> None:
    assert max(figures["lost_packet_ms"]["ours"].values()) <= 20


def test_two_buses_at_once_take_as_long_as_one(figures: dict[str, Any]) -> None:
    assert figures["two_buses"]["in_parallel_per_s"] == pytest.approx(500)
