"""Writing a calibration to servos and to its file, so that it is known what was written."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lerobot_core.errors import (
    CalibrationMismatch,
    CalibrationNotSaved,
    DeviceError,
    DiskFull,
    WorkbenchError,
)
from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.calibration import MotorCalibration, save_calibration
from lerobot_core.motors.homing import Homing, encoder_counts, reading
from lerobot_core.motors.provenance import record_provenance

log = logging.getLogger(__name__)

_UNMOVED_DEG = 10.0  # nobody moves a joint further than this while it is saved


class CalibrationWriter:
    """Servos of one arm that get new values. ``device`` is what errors call the arm."""

    def __init__(self, bus: MotorsBus, device: str, homing: Homing, resolution: int) -> None:
        self._bus = bus
        self._device = device
        self._homing = homing
        self._resolution = resolution
        self.done: list[str] = []
        """Joints whose servo has been written to since ``write`` began."""

    def counts(
        self,
        positions: Mapping[str, float],
        old: Mapping[str, MotorCalibration],
        new: Mapping[str, MotorCalibration],
    ) -> dict[str, int]:
        """Where the encoders are. A save that was interrupted left some servos old, some new."""
        holding = self._bus.read_calibration()
        for joint, motor in old.items():
            if holding[joint].homing_offset not in (
                motor.homing_offset,
                new[joint].homing_offset,
            ):
                raise CalibrationMismatch(device=self._device, joint=joint)
        return {
            joint: encoder_counts(int(position), holding[joint], self._homing)
            for joint, position in positions.items()
        }

    def write(self, wanted: Mapping[str, MotorCalibration]) -> None:
        """One servo after the other, torque off, then all read back.

        Raises:
            DeviceError: ``done`` says how far it came.
        """
        before = self._bus.calibration
        self.done = []
        try:
            for joint, motor in wanted.items():
                self._bus.write_calibration({joint: motor})
                self.done.append(joint)
        finally:
            self._bus.calibration = before  # who asked for this says when it counts
        self._compare(wanted)

    def check_readings(
        self,
        positions: Mapping[str, float],
        new: Mapping[str, MotorCalibration],
        counts: Mapping[str, int],
    ) -> None:
        """The servos read what follows from what they hold now."""
        for joint, position in positions.items():
            expected = reading(counts[joint], new[joint], self._homing, self._resolution)
            gap = (int(position) - expected) % self._resolution
            if min(gap, self._resolution - gap) * 360 > _UNMOVED_DEG * self._resolution:
                raise DeviceError(
                    what=f"{self._named(joint)} was moved, or does not use its new calibration"
                )

    @contextmanager
    def telling_of_servos(self, joints: Collection[str]) -> Iterator[None]:
        """Raises CalibrationNotSaved for whatever goes wrong: what was written, and what not."""
        try:
            yield
        except DeviceError as error:
            left = [joint for joint in joints if joint not in self.done]
            written = f"{', '.join(self.done)} were written" if self.done else "nothing was written"
            missing = f"{', '.join(left)} were not" if left else "they are not as they should be"
            raise CalibrationNotSaved(
                written=written, missing=missing, reason=_reason(error)
            ) from error

    def _compare(self, wanted: Mapping[str, MotorCalibration]) -> None:
        held = self._bus.read_calibration()
        for joint, motor in wanted.items():
            # Where the drive mode is the file's alone, servos cannot hold it.
            drive_mode = motor.drive_mode if self._homing.inverts_counts else 0
            if replace(held[joint], drive_mode=0) != replace(motor, drive_mode=0) or (
                held[joint].drive_mode != drive_mode
            ):
                raise DeviceError(what=f"{self._named(joint)} does not keep what is written to it")

    def _named(self, joint: str) -> str:
        return f"{joint} (servo {self._bus.motors[joint].id})"


def file_calibration(
    path: Path, calibration: Mapping[str, MotorCalibration], now: Callable[[], datetime]
) -> None:
    """Replace the file, whole, and remember when and how it was made.

    Raises:
        CalibrationNotSaved: the servos hold the new values, and the file does not.
    """
    try:
        save_calibration(path, calibration)
    except (OSError, DiskFull) as error:
        raise CalibrationNotSaved(
            written="the servos hold the new values",
            missing=f"the file {path} cannot be written",
            reason=_reason(error),
        ) from error
    try:
        record_provenance(path, calibration, "calibrated", now())
    except (OSError, DiskFull) as error:  # the calibration itself is whole
        log.warning("where %s came from is not recorded: %s", path, error)


def _reason(error: OSError | WorkbenchError) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said.rstrip(".")
