"""Rigs as files for other machines: what is true of this machine only is left out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lerobot_core.control.rig import Rig
from lerobot_core.control.rig_building import RIG_KINDS, RigDraft, RigKind, draft_of
from lerobot_core.errors import SettingInvalid
from lerobot_core.files import write_json

_FORMAT = "lerobot-workbench-rig"
_MACHINE = frozenset({"port", "calibration_dir", "index_or_path", "url", "serial_number_or_name"})
"""Entries that name something on this machine: left out at every depth."""


def export_rig(rig: Rig, target: Path) -> None:
    """Write one file. Raises SettingInvalid for a rig of no known kind, DiskFull."""
    draft = draft_of(rig)
    if not draft.kind:
        raise SettingInvalid(setting=f"“{rig.name}”", reason="rigs of its kind stay here")
    target.parent.mkdir(parents=True, exist_ok=True)
    shared = {"format": _FORMAT, "version": 1, "kind": draft.kind, "rig": rig.to_dict()}
    write_json(target, _shared(shared))


def import_rig(source: Path) -> RigDraft:
    """The choices in such a file; ports and cameras are to be found on this machine.

    Raises:
        SettingInvalid: the file cannot be read, or describes no rig.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ValueError("it is another kind of file")
        if content["kind"] not in RIG_KINDS:
            raise ValueError(f"no arms are called {content['kind']}")
        return _draft(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingInvalid(setting=str(source), reason=f"no rig is in it ({error})") from error


def _draft(content: Mapping[str, Any]) -> RigDraft:
    kind, values = RIG_KINDS[content["kind"]], dict(content["rig"])
    # Placeholders stand for what is to be found here; the draft without them is what is kept.
    found = {slot: slot for slot in kind.slots}
    robot = _with_ports(values["robot"], found, "follower", kind.is_bimanual)
    leader = _leader(values["teleoperator"], kind)
    teleoperator = _with_ports(leader, found, "leader", kind.is_bimanual)
    rig = Rig.from_dict({**values, "robot": {**robot, "cameras": {}}, "teleoperator": teleoperator})
    limits = draft_of(rig).limits
    return RigDraft(name=rig.name, kind=kind.key, limits=limits, based_on=rig)


def _leader(teleoperator: Mapping[str, Any], kind: RigKind) -> Mapping[str, Any]:
    """A leader arm, where the rig had something else that plays its part on a virtual bench."""
    if teleoperator["type"] == kind.teleoperator:
        return teleoperator
    names = ("left_arm_config", "right_arm_config") if kind.is_bimanual else ()
    sides: dict[str, Any] = {name: {} for name in names}
    return {"type": kind.teleoperator, "id": teleoperator.get("id"), **sides}


def _with_ports(
    arm: Mapping[str, Any], ports: Mapping[str, str], role: str, is_bimanual: bool
) -> dict[str, Any]:
    if not is_bimanual:
        return {**arm, "port": ports[role]}
    sides = {
        f"{side}_arm_config": {**arm[f"{side}_arm_config"], "port": ports[f"{side}_{role}"]}
        for side in ("left", "right")
    }
    return {**arm, **sides}


def _shared(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shared(entry) for key, entry in value.items() if key not in _MACHINE}
    return value
