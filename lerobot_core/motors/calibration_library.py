"""The calibrations on this machine: listed, brought in, handed out, renamed, thrown away.

Files lie where upstream keeps them, ``<calibration home>/robots/<folder>/<name>.json`` and
``…/teleoperators/…``, and hold its bytes; a copy or an import changes none of them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lerobot_core.errors import CalibrationDamaged, SettingInvalid
from lerobot_core.files import write_json, write_whole
from lerobot_core.motors.calibration import MotorCalibration, load_calibration
from lerobot_core.motors.provenance import (
    Provenance,
    fingerprint,
    forget_provenance,
    keep_provenance,
    provenance_of,
    record_provenance,
    was_edited,
)
from lerobot_core.paths import calibration_home, home

ROBOTS, TELEOPERATORS = "robots", "teleoperators"
SHELVES = (ROBOTS, TELEOPERATORS)

_FAMILIES = {
    "so100_follower": "so_follower",
    "so101_follower": "so_follower",
    "so100_leader": "so_leader",
    "so101_leader": "so_leader",
    "demonstrator": "so_leader",
    "bi_so_follower": "so_follower",
    "bi_so_leader": "so_leader",
    "bi_koch_follower": "koch_follower",
    "bi_koch_leader": "koch_leader",
}
_ENTRY, _ORIGIN = "calibration.json", "origin.json"


@dataclass(frozen=True)
class FiledCalibration:
    """One calibration file. ``calibration`` is None where ``problem`` says why."""

    path: Path
    shelf: str  # robots or teleoperators
    folder: str  # as it is called on disk
    name: str  # upstream's id of the arm
    calibration: Mapping[str, MotorCalibration] | None
    problem: CalibrationDamaged | None
    provenance: Provenance | None
    is_edited: bool  # since the provenance was recorded

    @property
    def family(self) -> str:
        return family_of(self.folder)


def family_of(folder: str) -> str:
    """Upstream's folder of today for any it ever used, and for the kind of any arm's config."""
    return _FAMILIES.get(folder, folder)


def path_of(shelf: str, family: str, name: str) -> Path:
    """Where a calibration is kept. Raises SettingInvalid for a name that is no file name."""
    for part in (family, name):
        if not part.strip() or part.startswith(".") or not part.isprintable():
            raise SettingInvalid(setting=f"The name “{part}”", reason="it is empty or hidden")
        if any(sign in part for sign in '/\\:*?"<>|'):
            reason = 'it has one of / \\ : * ? " < > | in it'
            raise SettingInvalid(setting=f"The name “{part}”", reason=reason)
    if shelf not in SHELVES:
        raise SettingInvalid(setting=shelf, reason=f"it is none of {', '.join(SHELVES)}")
    return calibration_home() / shelf / family / f"{name}.json"


def list_calibrations() -> list[FiledCalibration]:
    """Everything there is, damaged files included, by shelf, family and name."""
    found = [
        open_calibration(path)
        for shelf in SHELVES
        for path in (calibration_home() / shelf).glob("*/*.json")
        if not path.name.startswith(".")
    ]
    return sorted(found, key=lambda filed: (filed.shelf, filed.family, filed.name, filed.folder))


def open_calibration(path: Path) -> FiledCalibration:
    """What is known of one file. Raises FileNotFoundError."""
    calibration: dict[str, MotorCalibration] | None = None
    problem: CalibrationDamaged | None = None
    try:
        calibration = load_calibration(path)
    except CalibrationDamaged as error:
        problem = error
    provenance = provenance_of(path)
    return FiledCalibration(
        path=path,
        shelf=path.parent.parent.name,
        folder=path.parent.name,
        name=path.stem,
        calibration=calibration,
        problem=problem,
        provenance=provenance,
        is_edited=provenance is not None and was_edited(path, provenance),
    )


def matching(
    held: Mapping[str, MotorCalibration], filed: Iterable[FiledCalibration]
) -> list[FiledCalibration]:
    """The calibrations that this arm holds, so that a forgotten arm is recognized."""
    wanted = fingerprint(held)
    return [
        entry
        for entry in filed
        if entry.calibration is not None and fingerprint(entry.calibration) == wanted
    ]


# Changes


def import_calibration(
    source: Path, shelf: str, family: str, name: str, now: datetime
) -> FiledCalibration:
    """Take a copy of a file from anywhere, bytes unchanged.

    Raises:
        FileNotFoundError, CalibrationDamaged: it is no calibration.
        SettingInvalid: the name is taken, or is no file name.
    """
    load_calibration(source)
    return _copy(source, path_of(shelf, family, name), f"imported from {source}", now)


def export_calibration(filed: FiledCalibration, target: Path) -> None:
    """Write the file's bytes elsewhere, replacing what is there. Raises DiskFull."""
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, filed.path.read_bytes())


def duplicate_calibration(filed: FiledCalibration, name: str, now: datetime) -> FiledCalibration:
    """Raises SettingInvalid when the name is taken; CalibrationDamaged for a damaged file."""
    if filed.problem is not None:
        raise filed.problem
    target = path_of(filed.shelf, filed.folder, name)
    return _copy(filed.path, target, f"copied from {filed.name}", now)


def use_calibration(filed: FiledCalibration, target: Path, now: datetime) -> Path | None:
    """Copy it to where an arm looks for its calibration. What was there goes to the trash.

    Returns:
        The place in the trash, or None when there was nothing at ``target``.

    Raises:
        CalibrationDamaged: for a damaged file; nothing has happened then.
        SettingInvalid: the arm uses this file already.
    """
    if filed.problem is not None:
        raise filed.problem
    if target.resolve() == filed.path.resolve():
        raise SettingInvalid(setting=filed.name, reason="the arm uses it already")
    replaced = trash_calibration(open_calibration(target)) if target.exists() else None
    _copy(filed.path, target, f"copied from {filed.name}", now)
    return replaced


def rename_calibration(filed: FiledCalibration, name: str) -> FiledCalibration:
    """Raises SettingInvalid when the name is taken. Rigs that use it are not told."""
    target = path_of(filed.shelf, filed.folder, name)
    _require_free(target)
    write_whole(target, filed.path.read_bytes())
    if filed.provenance is not None:
        keep_provenance(target, filed.provenance)
    filed.path.unlink()
    forget_provenance(filed.path)
    return open_calibration(target)


def trash_calibration(filed: FiledCalibration) -> Path:
    """Move it to the trash. Returns its place there, for ``put_back``."""
    trash = home() / "trash" / "calibrations"
    trash.mkdir(parents=True, exist_ok=True)
    number = 1
    while (place := trash / f"{filed.shelf}-{filed.folder}-{filed.name}-{number}").exists():
        number += 1
    place.mkdir()
    write_whole(place / _ENTRY, filed.path.read_bytes())
    origin = {
        "path": str(filed.path),
        "shelf": filed.shelf,
        "folder": filed.folder,
        "name": filed.name,
        "provenance": None if filed.provenance is None else asdict(filed.provenance),
    }
    write_json(place / _ORIGIN, origin)
    filed.path.unlink()
    forget_provenance(filed.path)
    return place


def put_back(place: Path) -> FiledCalibration:
    """Take a calibration out of the trash again.

    Raises:
        SettingInvalid: there is another of its name by now, or nothing at ``place``.
    """
    try:
        origin = json.loads((place / _ORIGIN).read_bytes())
        target = _place_of(origin)
        known = origin["provenance"]
        provenance = None if known is None else Provenance(**known)
        content = (place / _ENTRY).read_bytes()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingInvalid(setting=str(place), reason="it is no calibration") from error
    _require_free(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    if provenance is not None:
        keep_provenance(target, provenance)
    for name in (_ENTRY, _ORIGIN):
        (place / name).unlink()
    place.rmdir()
    return open_calibration(target)


def _place_of(origin: Mapping[str, Any]) -> Path:
    """Where it lay. Rigs may keep calibrations outside the shelves."""
    if origin["shelf"] not in SHELVES:
        return Path(origin["path"])
    return path_of(origin["shelf"], origin["folder"], origin["name"])


def _copy(source: Path, target: Path, origin: str, now: datetime) -> FiledCalibration:
    _require_free(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, source.read_bytes())
    record_provenance(target, load_calibration(target), origin, now)
    return open_calibration(target)


def _require_free(target: Path) -> None:
    if target.exists():
        reason = "there is already a calibration of this name"
        raise SettingInvalid(setting=target.stem, reason=reason)
