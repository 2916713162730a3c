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


class JointOutsideRange(
    DeviceError,
    code="joint_outside_range",
    sentence="{joint} of {device} stands outside the range it was calibrated over.",
    hint="Move it by hand into its range and try again. If it is there, calibrate the arm again.",
):
    pass


class CalibrationNotSaved(
    DeviceError,
    code="calibration_not_saved",
    sentence="The calibration is not saved: {written}, but {missing} ({reason}).",
    hint="Save again when the reason is gone, or cancel to give the servos their old values back.",
):
    pass


class CalibrationMismatch(
    DeviceError,
    code="calibration_mismatch",
    sentence="{device} is not the arm this calibration was made for: {joint} differs.",
    hint="Check that the two arms are not swapped, or calibrate this one.",
):
    pass
