"""Raw counts to user units and back, as upstream computes them.

User units are those of ``NormMode``; ``resolution`` is counts in one turn. Whole counts are
reached by truncation toward zero. The drive mode turns the two range modes round; degrees are
neither turned nor clamped.
"""

from math import isfinite

from lerobot_core.errors import CalibrationMissing
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.types import NormMode


def to_user(raw: int, calibration: MotorCalibration, mode: NormMode, resolution: int) -> float:
    """Counts → user units. Raises CalibrationMissing when the range is empty."""
    low, high = _range(calibration)
    if mode is NormMode.DEGREES:
        return (raw - (low + high) / 2) * 360 / (resolution - 1)
    share = (min(max(raw, low), high) - low) / (high - low)
    if mode is NormMode.RANGE_0_100:
        percent = share * 100
        return 100 - percent if calibration.drive_mode else percent
    percent = share * 200 - 100
    return -percent if calibration.drive_mode else percent


def to_raw(value: float, calibration: MotorCalibration, mode: NormMode, resolution: int) -> int:
    """User units → counts.

    Raises:
        CalibrationMissing: the range is empty.
        ValueError: ``value`` is not a finite number (a clamp would let NaN through).
    """
    if not isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    low, high = _range(calibration)
    if mode is NormMode.DEGREES:
        return int(value * (resolution - 1) / 360 + (low + high) / 2)
    if mode is NormMode.RANGE_0_100:
        if calibration.drive_mode:
            value = 100 - value
        return int(min(max(value, 0.0), 100.0) / 100 * (high - low) + low)
    if calibration.drive_mode:
        value = -value
    return int((min(max(value, -100.0), 100.0) + 100) / 200 * (high - low) + low)


def _range(calibration: MotorCalibration) -> tuple[int, int]:
    if calibration.range_min == calibration.range_max:
        raise CalibrationMissing(device=f"Servo {calibration.id}")
    return calibration.range_min, calibration.range_max
