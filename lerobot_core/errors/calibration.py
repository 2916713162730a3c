"""Calibrations: missing, damaged, or of another arm."""

from lerobot_core.errors.base import DeviceError


class CalibrationMissing(
    DeviceError,
    code="calibration_missing",
    sentence="{device} has no calibration.",
    hint="Calibrate it first.",
):
    pass


class CalibrationDamaged(
    DeviceError,
    code="calibration_damaged",
    sentence="The calibration file {path} cannot be used: {reason}.",
    hint="Calibrate the arm again, or put back a copy of the file.",
):
    pass


class CalibrationMismatch(
    DeviceError,
    code="calibration_mismatch",
    sentence="{device} is not the arm this calibration was made for: {joint} differs.",
    hint="Check that the two arms are not swapped, or calibrate this one.",
):
    pass
