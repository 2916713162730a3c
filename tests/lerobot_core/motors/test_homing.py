"""Calibration arithmetic, over every place where an encoder may stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.homing import (
    DYNAMIXEL,
    FEETECH,
    Homing,
    Travel,
    calibrate_full_turn,
    calibrate_in_frame,
    calibrate_travel,
    change_of_values,
    encoder_counts,
    longest_travel,
    old_frame,
    reading,
    turns_beyond,
)
from lerobot_core.motors.normalisation import to_raw, to_user
from lerobot_core.types import NormMode

R = 4096
BRANDS = [pytest.param(FEETECH, id="feetech"), pytest.param(DYNAMIXEL, id="dynamixel")]
starts = st.integers(0, R - 1)
spans = st.integers(1, longest_travel(R))
drive_modes = st.sampled_from((0, 1))
brands = st.sampled_from((FEETECH, DYNAMIXEL))
modes = st.sampled_from(tuple(NormMode))
every_start = pytest.mark.parametrize("drive_mode", [0, 1])


def travel_of(low: int, high: int) -> Travel:
    return Travel(low, low, high)


def unclamped(
    calibration: MotorCalibration, mode: NormMode, position: float, homing: Homing = FEETECH
) -> float:
    """User units of a position, on beyond the ends as well."""
    low, high = calibration.range_min, calibration.range_max
    if mode is NormMode.DEGREES:
        return (position - (low + high) / 2) * 360 / (R - 1)
    percent = (position - low) / (high - low) * 200 - 100
    if calibration.drive_mode and not homing.inverts_counts:
        percent = -percent
    return percent if mode is NormMode.RANGE_M100_100 else (percent + 100) / 2


# Counting


@given(starts, st.lists(st.integers(-2000, 2000), max_size=40))
def test_counting_goes_on_beyond_the_seam_any_number_of_times(start: int, moves: list[int]) -> None:
    travel = Travel.starting_at(start)
    places = [start]
    for move in moves:
        places.append(places[-1] + move)
        travel = travel.moved_to(places[-1] % R, R)
    assert (travel.now, travel.low, travel.high) == (places[-1], min(places), max(places))


@given(starts, st.integers(-2047, 2047), drive_modes, brands)
def test_what_is_read_tells_the_encoder(
    counts: int, offset: int, drive_mode: int, homing: Homing
) -> None:
    held = MotorCalibration(1, drive_mode, offset, 0, R - 1)
    position = reading(counts, held, homing, R)
    assert (encoder_counts(position, held, homing) - counts) % R == 0


# Travel


@every_start
@pytest.mark.parametrize("homing", BRANDS)
@pytest.mark.parametrize("span", [1, 2, 1500, 2533, longest_travel(R)])
def test_from_every_start_the_travel_lies_round_the_middle(
    homing: Homing, span: int, drive_mode: int
) -> None:
    for start in range(R):
        made = calibrate_travel(
            1, travel_of(start, start + span), homing, drive_mode=drive_mode, resolution=R
        )
        assert abs(made.homing_offset) <= 2047
        assert 0 <= made.range_min < made.range_max <= R - 1
        assert made.range_max - made.range_min == span
        assert 2046.5 <= (made.range_min + made.range_max) / 2 <= 2048.5
        ends = sorted(reading(count, made, homing, R) for count in (start, start + span))
        assert ends == [made.range_min, made.range_max]


@given(starts, spans, st.data(), drive_modes, brands)
def test_a_travel_never_meets_the_seam(
    start: int, span: int, data: st.DataObject, drive_mode: int, homing: Homing
) -> None:
    made = calibrate_travel(
        1, travel_of(start, start + span), homing, drive_mode=drive_mode, resolution=R
    )
    count = data.draw(st.integers(start, start + span - 1))
    step = reading(count + 1, made, homing, R) - reading(count, made, homing, R)
    assert step == homing.direction(drive_mode)
    assert made.range_min <= reading(count, made, homing, R) <= made.range_max


@given(starts, st.integers(50, longest_travel(R)), st.data(), drive_modes, brands, modes)
def test_units_to_counts_and_back_agree(
    start: int, span: int, data: st.DataObject, drive_mode: int, homing: Homing, mode: NormMode
) -> None:
    made = calibrate_travel(
        1, travel_of(start, start + span), homing, drive_mode=drive_mode, resolution=R
    )
    position = reading(data.draw(st.integers(start, start + span)), made, homing, R)
    # Whole counts are reached by truncation, as upstream does: at most one is lost.
    assert abs(to_raw(to_user(position, made, mode, R), made, mode, R) - position) <= 1


@every_start
@pytest.mark.parametrize("mode", list(NormMode))
@pytest.mark.parametrize("homing", BRANDS)
def test_from_every_start_units_and_counts_agree(
    homing: Homing, mode: NormMode, drive_mode: int
) -> None:
    span = 2533
    for start in range(R):
        made = calibrate_travel(
            1, travel_of(start, start + span), homing, drive_mode=drive_mode, resolution=R
        )
        for counts in (start, start + span // 3, start + span):
            position = reading(counts, made, homing, R)
            units = to_user(position, made, mode, R)
            assert abs(to_raw(units, made, mode, R) - position) <= 1


@every_start
@pytest.mark.parametrize("span", [400, 2533, 3900])
def test_after_any_power_on_a_joint_is_found_on_its_turn(span: int, drive_mode: int) -> None:
    """A servo that counts turns begins with the first one, then adds its offset."""
    for start in range(R):
        made = calibrate_travel(
            1, travel_of(start, start + span), DYNAMIXEL, drive_mode=drive_mode, resolution=R
        )
        for counts in (start, start + span // 2, start + span):
            direction = DYNAMIXEL.direction(drive_mode)
            position = direction * counts % R + made.homing_offset
            turns = turns_beyond(position, made, resolution=R)
            assert turns is not None
            assert position - turns * R == reading(counts, made, DYNAMIXEL, R)


@given(st.integers(-20 * R, 20 * R), starts, st.integers(1, R - 1), st.integers(0, 200))
def test_a_turn_is_found_or_there_is_no_single_one(
    position: int, low: int, span: int, tolerance: int
) -> None:
    held = MotorCalibration(1, 0, 0, low, low + span)
    turns = turns_beyond(position, held, tolerance=tolerance, resolution=R)
    near = [
        turn
        for turn in range(-25, 26)
        if low - tolerance <= position - turn * R <= low + span + tolerance
    ]
    inside = [turn for turn in near if low <= position - turn * R <= low + span]
    assert turns == (inside[0] if inside else near[0] if len(near) == 1 else None)


@pytest.mark.parametrize("span", [0, longest_travel(R) + 1, 9000])
def test_a_travel_without_a_place_for_the_seam_is_refused(span: int) -> None:
    with pytest.raises(ValueError, match="seam"):
        calibrate_travel(3, travel_of(7, 7 + span), FEETECH)


@every_start
@pytest.mark.parametrize("homing", BRANDS)
def test_a_full_turn_has_its_middle_where_the_joint_was(homing: Homing, drive_mode: int) -> None:
    for middle in range(-R, R):
        made = calibrate_full_turn(1, middle, homing, drive_mode=drive_mode, resolution=R)
        assert (made.range_min, made.range_max) == (0, R - 1)
        assert abs(made.homing_offset) <= 2047
        assert reading(middle, made, homing, R) in (2047, 2048)


# One joint alone

OLD = MotorCalibration(2, 0, 300, 900, 3100)  # Feetech: encoder counts 1200 to 3400


@given(starts, st.integers(400, 3000), st.data(), drive_modes, brands)
def test_degrees_keep_their_zero_for_the_same_servo(
    start: int, span: int, data: st.DataObject, drive_mode: int, homing: Homing
) -> None:
    old = calibrate_travel(
        1, travel_of(start, start + span), homing, drive_mode=drive_mode, resolution=R
    )
    more = [data.draw(st.integers(0, 400)) for _ in range(2)]
    turns = data.draw(st.integers(-3, 3)) * R
    wider = travel_of(start - more[0] + turns, start + span + more[1] + turns)
    new = calibrate_in_frame(wider, old, NormMode.DEGREES, homing, is_same_servo=True)
    ends = old_frame(wider, old, homing, is_same_servo=True)
    assert change_of_values(ends, new, NormMode.DEGREES, homing) == (1.0, 0.0)
    for count in (start, start + span // 2, start + span):
        before = unclamped(old, NormMode.DEGREES, reading(count, old, homing, R), homing)
        after = unclamped(new, NormMode.DEGREES, reading(count, new, homing, R), homing)
        assert after == pytest.approx(before)
    assert new.range_min >= min(reading(end, new, homing, R) for end in (wider.low, wider.high))
    assert new.drive_mode == drive_mode


@pytest.mark.parametrize("mode", [NormMode.RANGE_0_100, NormMode.RANGE_M100_100])
def test_percent_keep_their_ends_while_the_joint_reaches_them(mode: NormMode) -> None:
    wider = travel_of(1200 - 200, 3400 + 50)
    new = calibrate_in_frame(wider, OLD, mode, FEETECH, is_same_servo=True)
    for count in (1200, 2000, 3400):
        assert to_user(reading(count, new, FEETECH, R), new, mode, R) == to_user(
            reading(count, OLD, FEETECH, R), OLD, mode, R
        )
    ends = old_frame(wider, OLD, FEETECH, is_same_servo=True)
    assert change_of_values(ends, new, mode, FEETECH) == (1.0, 0.0)


@given(
    st.integers(600, 1800),
    st.integers(600, 1800),
    drive_modes,
    brands,
    modes,
    st.integers(-900, 900),
)
def test_the_change_of_values_is_what_happens_to_a_pose(
    below: int, above: int, drive_mode: int, homing: Homing, mode: NormMode, offset: int
) -> None:
    old = MotorCalibration(2, drive_mode, offset, 900, 3100)
    middle = encoder_counts(2000, old, homing)
    travel = travel_of(middle - below, middle + above)
    new = calibrate_in_frame(travel, old, mode, homing, is_same_servo=True)
    ends = old_frame(travel, old, homing, is_same_servo=True)
    scale, shift = change_of_values(ends, new, mode, homing)
    moved = sum(ends) // 2 - encoder_counts(2000, old, homing)  # where the frame was put anew
    for position in (1500, 2000, 2600):
        counts = encoder_counts(position, old, homing) + moved
        is_told = unclamped(new, mode, reading(counts, new, homing, R), homing)
        assert is_told == pytest.approx(
            scale * unclamped(old, mode, position, homing) + shift, abs=1e-6
        )


def test_a_changed_servo_is_lined_up_by_the_stops() -> None:
    travel = travel_of(3600, 3600 + 2210)  # the same joint on a horn with other teeth
    new = calibrate_in_frame(travel, OLD, NormMode.DEGREES, FEETECH, is_same_servo=False)
    assert unclamped(new, NormMode.DEGREES, reading(3600 + 1105, new, FEETECH, R)) == 0.0
    assert abs(new.range_max - new.range_min - 2210) <= 1


def test_the_same_servo_on_a_shifted_horn_is_noticed_by_its_stops() -> None:
    travel = travel_of(1200 + 500, 3400 + 500)
    assert old_frame(travel, OLD, FEETECH, is_same_servo=True) == (1700, 3900)


@pytest.mark.parametrize(("short", "beyond"), [(35, 0), (300, 0), (300, 60), (60, 300)])
def test_a_sweep_that_falls_short_of_one_stop_keeps_the_zero(short: int, beyond: int) -> None:
    travel = travel_of(1200 + short, 3400 + beyond)
    assert old_frame(travel, OLD, FEETECH, is_same_servo=True) == (1200, 3400)
    new = calibrate_in_frame(travel, OLD, NormMode.DEGREES, FEETECH, is_same_servo=True)
    assert unclamped(new, NormMode.DEGREES, reading(2300, new, FEETECH, R)) == 0.0


def test_percent_of_a_shorter_travel_end_where_it_ends() -> None:
    travel = travel_of(1300, 3300)
    new = calibrate_in_frame(travel, OLD, NormMode.RANGE_0_100, FEETECH, is_same_servo=True)
    assert new.range_max - new.range_min == 2000
    ends = old_frame(travel, OLD, FEETECH, is_same_servo=True)
    assert change_of_values(ends, new, NormMode.RANGE_0_100, FEETECH) == (1.1, pytest.approx(-5.0))
