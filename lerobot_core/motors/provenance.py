"""Where a calibration came from: kept in our own home, so that upstream's files stay upstream's.

One small file per calibration file: when and how it was made, the hash of what was written, and
the fingerprint of the arm. A file that was edited since is told by its hash.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from lerobot_core.files import write_json
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.paths import home, safe_name

_DIGITS = 16  # of a hash: enough to tell the arms of a lab apart


@dataclass(frozen=True)
class Provenance:
    """How a calibration file came to be."""

    made: str  # ISO 8601 with its time zone
    origin: str  # “calibrated”, “imported from …”, “copied from …”
    sha256: str  # of the file's bytes
    fingerprint: str  # of the arm that holds these values


def fingerprint(calibration: Mapping[str, MotorCalibration]) -> str:
    """Tells an arm by what its servos hold; the same from a file and from the servos.

    Horns are screwed on by hand, so no two arms have the same offsets and ranges. The drive
    mode is left out, because Feetech servos do not hold it.
    """
    held = sorted(
        (motor.id, motor.homing_offset, motor.range_min, motor.range_max)
        for motor in calibration.values()
    )
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:_DIGITS]


def record_provenance(
    path: Path, calibration: Mapping[str, MotorCalibration], origin: str, made: datetime
) -> Provenance:
    """Remember how the calibration file at ``path`` was just made. Raises DiskFull."""
    provenance = Provenance(
        made=made.isoformat(timespec="seconds"),
        origin=origin,
        sha256=_hash_of(path),
        fingerprint=fingerprint(calibration),
    )
    keep_provenance(path, provenance)
    return provenance


def keep_provenance(path: Path, provenance: Provenance) -> None:
    record = _record_path(path)
    record.parent.mkdir(parents=True, exist_ok=True)
    write_json(record, {"path": str(path), **asdict(provenance)})


def provenance_of(path: Path) -> Provenance | None:
    """None where nothing is known, as for files that upstream wrote."""
    try:
        content = json.loads(_record_path(path).read_bytes())
        return Provenance(**{name: str(content[name]) for name in Provenance.__dataclass_fields__})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_provenance(path: Path) -> None:
    _record_path(path).unlink(missing_ok=True)


def was_edited(path: Path, provenance: Provenance) -> bool:
    """Whether the file changed after it was made. Raises OSError when it is not there."""
    return _hash_of(path) != provenance.sha256


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _record_path(path: Path) -> Path:
    key = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:_DIGITS]
    return home() / "calibration-provenance" / f"{safe_name(path.stem)}-{key}.json"
