"""The rigs on disk, as the Set up panel builds, copies, hands out and takes in."""

from collections.abc import Mapping
from pathlib import Path

from app.services.rigs import RigFile, list_rigs
from lerobot_core.control.calibration_use import arm_calibrations
from lerobot_core.control.rig import save_rig
from lerobot_core.control.rig_building import RigDraft, draft_of, missing, rig_of
from lerobot_core.control.rig_sharing import export_rig, import_rig


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
        """Replaces the rig of this name. Raises SettingInvalid."""
        rig = rig_of(draft)
        return RigFile(save_rig(rig), rig)

    def export(self, rig: RigFile, target: Path) -> None:
        """One file, without what is true of this machine only. Raises SettingInvalid, DiskFull."""
        export_rig(rig.rig, target)

    def take_in(self, source: Path) -> RigDraft:
        """Ports and cameras are to be chosen. Raises SettingInvalid: it is no rig."""
        return import_rig(source)
