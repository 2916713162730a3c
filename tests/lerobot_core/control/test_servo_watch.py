from math import exp

import pytest

from lerobot_core.control.servo_watch import (
    STOP_BEFORE_OVERLOAD_S,
    WARN_WITHIN_S,
    Concern,
    Finding,
    Level,
    ServoWatch,
)
from lerobot_core.types import ServoLimits, ServoReading

LIMITS = ServoLimits(celsius=70, low_volts=4.0, high_volts=8.0, overload_percent=80, overload_s=2.0)
STEP_S = 0.25


def reading(load: float = 10, volts: float = 7.4, celsius: float = 30) -> ServoReading:
    return ServoReading(load_percent=load, volts=volts, celsius=celsius)


class Watched:
    """One servo, read four times a second."""

    def __init__(self, limits: ServoLimits = LIMITS) -> None:
        self.watch = ServoWatch({"elbow.pos": limits})
        self.now_s = 50.0

    def sees(self, *readings: ServoReading) -> Finding | None:
        for each in readings:
            self.watch.take({"elbow.pos": each}, self.now_s)
            self.now_s += STEP_S
        return next(iter(self.watch.findings), None)

    def warms(self, start: float, per_s: float, seconds: float) -> Finding | None:
        steps = round(seconds / STEP_S)
        return self.sees(
            *(reading(celsius=round(start + per_s * STEP_S * step)) for step in range(steps))
        )


def test_a_healthy_servo_is_no_finding() -> None:
    watched = Watched()
    assert watched.sees(*[reading()] * 400) is None
    assert watched.watch.seconds_left == {}


# Heat


def test_the_slope_tells_how_long_a_servo_can_go_on() -> None:
    found = Watched().warms(40, per_s=0.2, seconds=60)  # at 52 °C; 90 s to go
    assert found is not None
    assert (found.concern, found.level, found.limit) == (Concern.HEAT, Level.WARN, 70)
    assert found.seconds_left == pytest.approx(90, rel=0.15)


def test_the_estimate_is_never_late_for_a_motor_that_warms_ever_more_slowly() -> None:
    watched = Watched()

    def celsius(seconds: float) -> float:
        return 25 + 60 * (1 - exp(-seconds / 300))

    at_limit_s = next(s for s in range(2000) if celsius(s) >= 70)
    for step in range(int(at_limit_s / STEP_S)):
        seconds = step * STEP_S
        found = watched.sees(reading(celsius=round(celsius(seconds))))
        if found is not None and found.seconds_left is not None and found.level is Level.WARN:
            assert found.seconds_left <= at_limit_s - seconds + 20


def test_a_servo_that_warms_up_from_cold_is_no_concern() -> None:
    assert Watched().warms(24, per_s=0.15, seconds=60) is None  # 33 °C: 4 minutes to go


def test_a_slow_rise_far_from_the_limit_is_no_concern() -> None:
    found = Watched().warms(50, per_s=0.02, seconds=60)  # 950 s to go
    assert found is None
    assert WARN_WITHIN_S < 950


def test_a_jump_says_nothing_about_a_slope() -> None:
    assert Watched().sees(reading(celsius=30), reading(celsius=50)) is None


def test_near_the_limit_is_a_warning_without_any_slope() -> None:
    found = Watched().sees(*[reading(celsius=61)] * 100)
    assert found == Finding("elbow.pos", Concern.HEAT, Level.WARN, 61, 70, None)


def test_at_the_limit_the_arm_is_to_be_stopped() -> None:
    found = Watched().sees(reading(celsius=68))
    assert found is not None
    assert found.level is Level.CRITICAL


def test_a_warning_does_not_flicker() -> None:
    watched = Watched()
    watched.sees(reading(celsius=60))
    assert watched.sees(reading(celsius=59)) is not None
    assert watched.sees(reading(celsius=57)) is None


# Load


def test_a_strain_counts_down_to_the_servos_own_protection() -> None:
    watched = Watched()
    assert watched.sees(reading(load=-79)) is None  # one reading is a start under load
    found = watched.sees(reading(load=-79))
    assert found == Finding("elbow.pos", Concern.OVERLOAD, Level.WARN, 79, 80, 1.75)
    assert watched.watch.seconds_left == {"elbow.pos": 1.75}


def test_a_strain_is_critical_just_before_the_servo_gives_way() -> None:
    watched = Watched()
    found = watched.sees(*[reading(load=90)] * 7)
    assert found is not None
    assert found.level is Level.CRITICAL
    assert found.seconds_left == STOP_BEFORE_OVERLOAD_S


def test_a_strain_that_ends_is_forgotten() -> None:
    watched = Watched()
    watched.sees(*[reading(load=90)] * 4)
    assert watched.sees(reading(load=20)) is None
    assert watched.sees(reading(load=90)) is None


def test_a_stop_ends_a_strain_but_not_the_heat() -> None:
    watched = Watched()
    watched.sees(*[reading(load=90, celsius=62)] * 4)
    watched.watch.forget()
    assert [found.concern for found in watched.watch.findings] == [Concern.HEAT]


def test_a_servo_that_names_no_load_is_not_judged_by_it() -> None:
    watched = Watched(ServoLimits(celsius=72, low_volts=3.5, high_volts=7))
    assert watched.sees(*[reading(load=100, volts=5)] * 40) is None


def test_a_current_counts_down_as_a_load_does() -> None:
    limits = ServoLimits(70, 4.0, 8.0, current_ma=1625, current_s=2.0)
    watched = Watched(limits)
    draws = ServoReading(load_percent=20, volts=7.4, celsius=30, current_ma=-1600)
    assert watched.sees(draws) is None
    found = watched.sees(draws)
    assert found == Finding("elbow.pos", Concern.CURRENT, Level.WARN, 1600, 1625, 1.75)
    found = watched.sees(*[draws] * 5)
    assert found is not None
    assert found.level is Level.CRITICAL
    watched.watch.forget()
    assert watched.watch.findings == []


# Supply


@pytest.mark.parametrize(
    ("volts", "level", "limit"),
    [(4.2, Level.WARN, 4.0), (3.9, Level.CRITICAL, 4.0), (8.3, Level.CRITICAL, 8.0)],
)
def test_a_supply_outside_its_bounds_is_found_when_it_lasts(
    volts: float, level: Level, limit: float
) -> None:
    watched = Watched()
    assert watched.sees(*[reading(volts=volts)] * 2) is None
    assert watched.sees(reading(volts=volts)) == Finding(
        "elbow.pos", Concern.SUPPLY, level, volts, limit
    )


def test_a_sag_at_the_start_of_a_motion_is_none() -> None:
    watched = Watched()
    assert watched.sees(reading(volts=4.1), reading(), reading(volts=4.1), reading()) is None


# All together


def test_the_most_urgent_comes_first() -> None:
    watch = ServoWatch(dict.fromkeys(("a", "b", "c"), LIMITS))
    for step in range(4):
        now_s = step * STEP_S
        watch.take(
            {"a": reading(celsius=62), "b": reading(load=90), "c": reading(celsius=69)}, now_s
        )
    assert [found.joint for found in watch.findings] == ["c", "b", "a"]


def test_a_servo_without_known_limits_is_not_judged() -> None:
    watch = ServoWatch({})
    watch.take({"a": reading(celsius=100)}, 0.0)
    assert watch.findings == []
