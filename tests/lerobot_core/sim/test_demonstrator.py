from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from lerobot_core.sim.bench import Bench


@pytest.fixture(scope="module")
def benchmark_module():
    path = Path(__file__).parents[3] / "benchmarks" / "demonstrator.py"
    spec = spec_from_file_location("demonstrator_benchmark", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 22, 57, 90])
def test_the_cube_ends_in_the_bin(benchmark_module, seed):
    seconds = benchmark_module.run_try(seed, max_speed=120.0)
    assert seconds is not None
    assert 4.0 < seconds < 10.0


def test_a_slow_control_loop_is_waited_for(benchmark_module):
    assert benchmark_module.run_try(5, max_speed=40.0) is not None


def test_the_interval_of_a_rate(benchmark_module):
    assert benchmark_module.wilson(100, 100) == pytest.approx((0.963, 1.0), abs=1e-3)


def follow(bench, seconds):
    """The follower does at once what the leader shows."""
    for _ in range(round(seconds * 60)):
        for joint, leader in bench.leader.items():
            bench.physics.joints[joint].drive(leader.angle_rad, 1.0)
        bench.physics.advance(1 / 60)
        bench.demonstrator.advance(1 / 60)
        for leader in bench.leader.values():
            leader.advance(1 / 60)


def test_it_plays_again_with_the_cube_at_a_new_place():
    bench = Bench()
    bench.demonstrator.start(seed=3)
    follow(bench, 20)
    assert bench.demonstrator.successes >= 2
    assert bench.demonstrator.tries >= bench.demonstrator.successes


def test_it_rests_where_it_was_stopped():
    bench = Bench()
    bench.demonstrator.start(seed=3)
    follow(bench, 2)
    bench.demonstrator.stop()
    before = [joint.angle_rad for joint in bench.leader.values()]
    follow(bench, 1)
    assert [joint.angle_rad for joint in bench.leader.values()] == before
    assert not bench.demonstrator.running


def test_without_a_follower_it_gives_up_and_tries_again(caplog):
    bench = Bench()
    bench.demonstrator.start(seed=3)
    with caplog.at_level("INFO"):
        bench.advance(8)
    assert "did not come along" in caplog.text
    assert bench.demonstrator.successes == 0


def test_a_cube_that_was_taken_away_is_not_carried():
    bench = Bench()
    bench.demonstrator.start(seed=3)
    while bench.demonstrator.phase != "descending":
        follow(bench, 1 / 60)
    bench.physics.place_cube(0.25, -0.1, 0.0)
    follow(bench, 20)
    assert bench.demonstrator.tries >= 2
    assert bench.demonstrator.successes >= 1
