from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.errors import CalibrationMissing
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.normalisation import to_raw, to_user
from lerobot_core.types import NormMode

DEGREES, PERCENT, SIGNED = NormMode.DEGREES, NormMode.RANGE_0_100, NormMode.RANGE_M100_100

calibrations = st.builds(
    lambda low, width, drive: MotorCalibration(1, drive, 0, low, low + width),
    st.integers(0, 3000),
    st.integers(1, 1095),
    st.sampled_from([0, 1]),
)


@given(calibrations, st.sampled_from(NormMode), st.data())
def test_counts_come_back_to_within_one(
    calibration: MotorCalibration, mode: NormMode, data: st.DataObject
) -> None:
    raw = data.draw(st.integers(calibration.range_min, calibration.range_max))
    again = to_raw(to_user(raw, calibration, mode, 4096), calibration, mode, 4096)
    assert abs(again - raw) <= 1  # truncation may cost a count


@given(calibrations, st.sampled_from([PERCENT, SIGNED]), st.floats(-1e6, 1e6))
def test_range_modes_stay_in_the_range(
    calibration: MotorCalibration, mode: NormMode, value: float
) -> None:
    raw = to_raw(value, calibration, mode, 4096)
    assert calibration.range_min <= raw <= calibration.range_max


@given(calibrations, st.sampled_from([PERCENT, SIGNED]), st.integers(-5000, 9000))
def test_range_modes_show_no_more_than_the_range(
    calibration: MotorCalibration, mode: NormMode, raw: int
) -> None:
    low = 0 if mode is PERCENT else -100
    assert low <= to_user(raw, calibration, mode, 4096) <= 100


# Values computed by hand from spec: (raw − (min+max)/2)·360/4095, (b−min)/(max−min)·100, …
@pytest.mark.parametrize(
    ("mode", "drive_mode", "raw", "user"),
    [
        (DEGREES, 0, 2000, 0.0),
        (DEGREES, 1, 2000 + 1365, 120.0),
        (DEGREES, 0, 0, -2000 * 360 / 4095),
        (PERCENT, 0, 1500, 25.0),
        (PERCENT, 1, 1500, 75.0),
        (PERCENT, 0, 5000, 100.0),
        (SIGNED, 0, 1500, -50.0),
        (SIGNED, 1, 1500, 50.0),
        (SIGNED, 1, 0, 100.0),
    ],
)
def test_cases(mode: NormMode, drive_mode: int, raw: int, user: float) -> None:
    calibration = MotorCalibration(1, drive_mode, 0, 1000, 3000)
    assert to_user(raw, calibration, mode, 4096) == pytest.approx(user)


@pytest.mark.parametrize(
    ("mode", "low", "high", "user", "raw"),
    [
        (DEGREES, 0, 4095, 0.0, 2047),  # 2047.5
        (DEGREES, 0, 10, -1.0, -6),  # −6.375 goes toward zero, not down
        (PERCENT, 1000, 3000, 33.333, 1666),
        (SIGNED, 1000, 3000, -33.333, 1666),
    ],
)
def test_counts_are_cut_toward_zero(
    mode: NormMode, low: int, high: int, user: float, raw: int
) -> None:
    assert to_raw(user, MotorCalibration(1, 0, 0, low, high), mode, 4096) == raw


def test_degrees_are_not_clamped() -> None:
    assert to_raw(360, MotorCalibration(1, 0, 0, 1000, 3000), DEGREES, 4096) == 2000 + 4095


@pytest.mark.parametrize("mode", NormMode)
def test_an_empty_range_is_no_calibration(mode: NormMode) -> None:
    calibration = MotorCalibration(3, 0, 0, 2000, 2000)
    with pytest.raises(CalibrationMissing, match="Servo 3"):
        to_user(2000, calibration, mode, 4096)
    with pytest.raises(CalibrationMissing):
        to_raw(0.0, calibration, mode, 4096)


@pytest.mark.parametrize("mode", NormMode)
@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_no_number_is_refused(mode: NormMode, value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        to_raw(value, MotorCalibration(1, 0, 0, 1000, 3000), mode, 4096)
