"""Keeping a servo's settings in a file, and giving them to the same servo or one like it.

What is kept without power is backed up, but for id and baud rate: those make a servo part of an
arm, and the id set-up gives them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lerobot_core.errors import BackupDamaged, BackupOfOtherModel
from lerobot_core.files import write_json
from lerobot_core.motors.register_facts import Change, RegisterInfo
from lerobot_core.motors.register_table import (
    ServoAccess,
    check_change,
    describe,
    put,
    require_limp,
    unlocked,
)


@dataclass(frozen=True)
class ServoBackup:
    """Settings of one servo, in counts."""

    model: str
    servo_id: int  # that it had; for people
    registers: Mapping[str, int]


def back_up(servo: ServoAccess) -> ServoBackup:
    """Raises ServoNotResponding, BadReply, PortLost."""
    read = ((info.name, servo.read(info.name)) for info in _settings(servo.model))
    values = {name: value for name, value in read if value is not None}
    return ServoBackup(servo.model, servo.servo_id, values)


def save_backup(path: Path, backup: ServoBackup) -> None:
    """As JSON, whole or not at all. Raises DiskFull."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, asdict(backup))


def load_backup(path: Path) -> ServoBackup:
    """Raises FileNotFoundError. BackupDamaged: it is no JSON of a backup."""
    try:
        return _from_content(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise BackupDamaged(reason=str(error)) from error


def restore(servo: ServoAccess, backup: ServoBackup) -> list[str]:
    """Give the servo its settings back; returns the registers that were changed.

    Registers that it has and the backup has not stay as they are. All is checked before
    anything is written. Each change is read back; after a failure, restoring again goes on
    where this one stopped.

    Raises:
        BackupOfOtherModel, BackupDamaged: nothing was written.
        ServoHasTorque: so it was not.
        RegisterNotKept, ServoNotResponding, BadReply, PortLost.
    """
    if backup.model != servo.model:
        raise BackupOfOtherModel(found=backup.model, expected=servo.model, servo_id=servo.servo_id)
    known = {info.name: info for info in _settings(servo.model)}
    unknown = sorted(set(backup.registers) - set(known))
    if unknown:
        raise BackupDamaged(reason=f"{', '.join(unknown)} is no setting of a {servo.model}")
    wanted = {
        name: counts
        for name, counts in backup.registers.items()
        if servo.read(name) not in (None, counts)
    }
    for name, counts in wanted.items():
        check_change(known[name], servo.servo_id, counts)
    if not wanted:
        return []
    require_limp(servo, next(iter(wanted)))
    with unlocked(servo):
        for name, counts in wanted.items():
            put(servo, name, counts)
    return list(wanted)


def _settings(model: str) -> list[RegisterInfo]:
    return [info for info in describe(model) if info.is_kept and info.change is Change.TORQUE_OFF]


def _from_content(content: Any) -> ServoBackup:
    if not isinstance(content, dict) or not isinstance(content.get("registers"), dict):
        raise ValueError("it names no registers")
    model, servo_id = content.get("model"), content.get("servo_id")
    registers: dict[Any, Any] = content["registers"]
    if not isinstance(model, str) or not isinstance(servo_id, int):
        raise ValueError("it names no servo")
    if not all(_is_count(counts) for counts in registers.values()):
        raise ValueError("not all of its values are whole numbers")
    return ServoBackup(model, servo_id, registers)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
