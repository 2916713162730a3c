"""What makes two servos of one model comparable: homing, range, and the file that keeps them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lerobot_core.errors import CalibrationDamaged
from lerobot_core.files import write_json

MAX_SERVO_ID = 252


@dataclass(frozen=True)
class MotorCalibration:
    """One servo's calibration, in the fields of upstream's files. Positions are in counts."""

    id: int
    drive_mode: int  # 1: user values run against the counts
    homing_offset: int
    range_min: int
    range_max: int


def homing_offset_to_middle(position: int, resolution: int) -> int:
    """The Homing_Offset that makes an actual ``position`` read as the middle of a turn.

    ``position`` is what the servo reports while its offset is 0. Feetech servos report
    actual − offset; their offset register reaches ±2047.
    """
    return position - (resolution - 1) // 2


def load_calibration(path: Path) -> dict[str, MotorCalibration]:
    """Read a calibration file of any upstream version. Order as in the file.

    Raises:
        FileNotFoundError: there is none.
        CalibrationDamaged: it is no JSON, or not every motor has five whole numbers that fit.
    """
    try:
        content = json.loads(path.read_bytes())
        return _from_content(content)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise CalibrationDamaged(path=str(path), reason=str(error)) from error


def save_calibration(path: Path, calibration: Mapping[str, MotorCalibration]) -> None:
    """Write the file as upstream does (JSON, indent 4), whole or not at all. Raises DiskFull."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {name: asdict(motor) for name, motor in calibration.items()}, indent=4)


def _from_content(content: Any) -> dict[str, MotorCalibration]:
    if not isinstance(content, dict) or not content:
        raise ValueError("it names no motors")
    calibration = {name: _motor(name, values) for name, values in content.items()}
    if len({motor.id for motor in calibration.values()}) < len(calibration):
        raise ValueError("two motors have the same id")
    return calibration


def _motor(name: str, values: Any) -> MotorCalibration:
    if not isinstance(values, dict):
        raise ValueError(f"{name} has no values")
    numbers: dict[str, int] = {}
    for field in fields(MotorCalibration):
        number = values.get(field.name)
        if not isinstance(number, int) or isinstance(number, bool):
            raise ValueError(f"{field.name} of {name} is no whole number")
        numbers[field.name] = number
    motor = MotorCalibration(**numbers)
    if not 0 <= motor.id <= MAX_SERVO_ID:
        raise ValueError(f"{name} has the id {motor.id}")
    if motor.range_min >= motor.range_max:
        raise ValueError(f"{name} has no range to move in")
    return motor
