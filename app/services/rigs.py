"""The rigs saved on this machine, and which one was chosen last."""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lerobot_core.control.rig import Rig, load_rig, rig_folder, rig_path, save_rig
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig, virtual_rigs
from lerobot_core.errors import SettingInvalid
from lerobot_core.files import write_json
from lerobot_core.paths import home

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RigFile:
    """A rig and the file it was read from, which is what a session is started with."""

    path: Path
    rig: Rig

    @property
    def name(self) -> str:
        return self.rig.name


def list_rigs() -> list[RigFile]:
    """All rigs that can be read, by name. One that cannot is left alone, and logged."""
    found = []
    for path in sorted(rig_folder().glob("*.json")):
        try:
            found.append(RigFile(path, load_rig(path)))
        except SettingInvalid as error:
            _log.info("left out of the list of rigs: %s", error)
    return sorted(found, key=lambda entry: entry.name.casefold())


def prepare_rigs() -> RigFile:
    """Make sure that there are the virtual rigs, and return the one chosen last.

    Raises:
        OSError, DiskFull: the folder of rigs cannot be written.
    """
    for rig in virtual_rigs():
        if not rig_path(rig.name).exists():
            save_rig(rig)
    install_virtual_calibrations()
    virtual = virtual_rig()
    virtual_path = rig_path(virtual.name)
    rigs = list_rigs()
    chosen = _last_choice()
    fallback = RigFile(virtual_path, virtual)
    by_name = {entry.path.name: entry for entry in rigs}
    return by_name.get(chosen, by_name.get(virtual_path.name, fallback))


def reloaded(rig: RigFile) -> RigFile:
    """As it is on disk now: a session may have changed it. Unchanged where it cannot be read."""
    with suppress(SettingInvalid):
        return RigFile(rig.path, load_rig(rig.path))
    return rig


def remember_choice(rig: RigFile) -> None:
    """Open with this rig next time."""
    home().mkdir(parents=True, exist_ok=True)
    write_json(_choice_path(), {"rig": rig.path.name})


def _last_choice() -> str:
    with suppress(OSError, ValueError, TypeError, KeyError):
        return str(json.loads(_choice_path().read_text(encoding="utf-8"))["rig"])
    return ""


def _choice_path() -> Path:
    return home() / "chosen-rig.json"
