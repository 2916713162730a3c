"""What is done with whole rigs: copied, thrown away and put back, handed out and taken in."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.panels.setup.controller import SetupController
from app.panels.setup.rigs import TrashedRig
from app.panels.setup.state import News
from lerobot_core.errors import DiskFull, SettingInvalid


class RigShelf(QObject):
    """Beside the controller, which has the rig that is being built."""

    def __init__(self, controller: SetupController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._trashed: TrashedRig | None = None

    @Slot()
    def duplicate(self) -> None:
        """The same parts under another name; it is saved when the operator says so."""
        controller = self._controller
        controller.show_draft(controller.rigs.duplicate(controller.state.draft))

    @Slot()
    def throw_away(self) -> None:
        """The rig that is shown; it can be put back as long as no other is thrown away."""
        controller, name = self._controller, self._controller.state.saved_name
        try:
            self._trashed = controller.rigs.trash(name)
        except SettingInvalid as error:
            controller.report(error)
            return
        controller.tell(News("rig_trashed", {"name": name}), trashed_name=name)
        controller.rig_trashed.emit()

    @Slot()
    def put_back(self) -> None:
        if self._trashed is None:
            return
        controller = self._controller
        try:
            rig = controller.rigs.put_back(self._trashed)
        except SettingInvalid as error:
            controller.report(error)
            return
        self._trashed = None
        controller.tell(None)
        controller.rig_saved.emit(rig)

    @Slot(object)
    def hand_out(self, path: Path) -> None:
        """As one file for another machine."""
        controller = self._controller
        try:
            controller.rigs.export(controller.state.draft, path)
        except (SettingInvalid, DiskFull, OSError) as error:
            controller.report(_as_setting(error, path))
            return
        controller.tell(News("rig_exported", {"path": str(path)}))

    @Slot(object)
    def take_in(self, path: Path) -> None:
        """Its ports and cameras are to be chosen on this machine."""
        controller = self._controller
        try:
            draft = controller.rigs.take_in(path)
        except SettingInvalid as error:
            controller.report(error)
            return
        controller.show_draft(draft)
        controller.tell(News("rig_imported", {"name": draft.name}))


def _as_setting(error: Exception, path: Path) -> SettingInvalid | DiskFull:
    if isinstance(error, SettingInvalid | DiskFull):
        return error
    reason = getattr(error, "strerror", None) or str(error)
    return SettingInvalid(setting=str(path), reason=reason)
