"""The rigs on disk, as the Set up panel builds, copies, hands out, takes in and throws away."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.services.rigs import RigFile, list_rigs
from lerobot_core.control.calibration_use import arm_calibrations
from lerobot_core.control.rig import load_rig, rig_folder, rig_path, save_rig
from lerobot_core.control.rig_building import RigDraft, copy_name, draft_of, missing, rig_of
from lerobot_core.control.rig_sharing import export_rig, import_rig
from lerobot_core.errors import SettingInvalid
from lerobot_core.paths import home


@dataclass(frozen=True)
class TrashedRig:
    """A rig that was thrown away, and can be put back."""

    name: str
    path: Path  # where it was
    place: Path  # where it lies now


class RigBuilding:
    """Nothing here opens a device."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(rig.name for rig in list_rigs())

    def draft_of(self, rig: RigFile) -> RigDraft:
        return draft_of(rig.rig)

    def calibrated(self, draft: RigDraft) -> Mapping[str, bool]:
        """Slot → whether there is a calibration file for that arm."""
        if not draft.kind or missing(draft):
            return {}
        paths = arm_calibrations(rig_of(draft))
        return {slot: paths[slot].exists() for slot in draft.slots if slot in paths}

    def save(self, draft: RigDraft) -> RigFile:
        """Replaces the rig of this name. Raises SettingInvalid, DiskFull.

        The rest pose is not chosen here: a session may have recorded another one into the file.
        """
        rig = rig_of(draft)
        with suppress(SettingInvalid):  # there is no such file yet, or it is damaged
            filed = load_rig(rig_path(rig.name))
            if filed.robot.kind == rig.robot.kind:
                rig = replace(rig, rest_pose=filed.rest_pose)
        return RigFile(save_rig(rig), rig)

    def duplicate(self, draft: RigDraft) -> RigDraft:
        """The same parts and calibrations under another name, not saved yet."""
        return replace(draft, name=copy_name(draft.name.strip(), self.names))

    def trash(self, name: str) -> TrashedRig:
        """Move a rig's file to the trash. Raises SettingInvalid: there is no such rig."""
        rig = next((rig for rig in list_rigs() if rig.name == name), None)
        if rig is None:
            raise SettingInvalid(setting=f"“{name}”", reason="there is no such rig")
        trash = home() / "trash" / "rigs"
        trash.mkdir(parents=True, exist_ok=True)
        number = 1
        while (place := trash / f"{rig.path.stem}-{number}.json").exists():
            number += 1
        rig.path.replace(place)
        return TrashedRig(name, rig.path, place)

    def put_back(self, trashed: TrashedRig) -> RigFile:
        """Raises SettingInvalid: another rig has taken its place, or the trash was emptied."""
        if trashed.path.exists():
            raise SettingInvalid(setting=f"“{trashed.name}”", reason="another rig has this name")
        rig = load_rig(trashed.place)
        rig_folder().mkdir(parents=True, exist_ok=True)
        trashed.place.replace(trashed.path)
        return RigFile(trashed.path, rig)

    def export(self, draft: RigDraft, target: Path) -> None:
        """One file, without what is true of this machine only. Raises SettingInvalid, DiskFull."""
        export_rig(rig_of(draft), target)

    def take_in(self, source: Path) -> RigDraft:
        """Ports and cameras are to be chosen. Raises SettingInvalid: it is no rig."""
        return import_rig(source)
