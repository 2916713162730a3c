"""Does with the calibrations of this machine what the library's buttons ask for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.panels.calibration.arms import ArmChoice
from app.panels.calibration.library_state import Entry, LibraryState, Trashed, entries_of, is_about
from app.panels.calibration.words import tr
from app.port_sharing import PortSharing
from app.services.rigs import list_rigs
from app.services.setup_service import SetupService
from lerobot_core.errors import SettingInvalid, WorkbenchError
from lerobot_core.motors.calibration_library import (
    FiledCalibration,
    duplicate_calibration,
    export_calibration,
    import_calibration,
    list_calibrations,
    open_calibration,
    put_back,
    rename_calibration,
    trash_calibration,
    use_calibration,
)
from lerobot_core.workers.protocol import (
    CalibrationHeld,
    PortDone,
    Problem,
    ReadCalibration,
    problem,
)

_RECOGNIZE = "recognize"  # what the set-up worker calls it


class LibraryController(QObject):
    """Owns no widgets. Files are small, so they are read and written at once."""

    state_changed = Signal(object)  # LibraryState
    files_changed = Signal()

    def __init__(
        self,
        service: SetupService,
        sharing: PortSharing,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._now = now
        self._state = LibraryState()
        service.event_received.connect(self._on_event)

    @property
    def state(self) -> LibraryState:
        return self._state

    @Slot()
    def refresh(self) -> None:
        """List what is on the disk now."""
        filed = list_calibrations()
        known = {each.path for each in filed}
        rigs = [file.rig for file in list_rigs()]
        arm = self._state.arm
        if arm is not None and arm.path not in known and arm.path.exists():
            filed.append(open_calibration(arm.path))  # a rig may keep its own elsewhere
        entries = entries_of(filed, rigs)
        keys = [entry.key for entry in entries]
        chosen = self._state.chosen if self._state.chosen in keys else next(iter(keys), "")
        self._set(replace(self._state, entries=entries, chosen=chosen))

    def use_arm(self, arm: ArmChoice | None) -> None:
        """The panel is about another arm now."""
        if arm != self._state.arm:
            self._set(replace(self._state, arm=arm, held="", is_reading=False))
            self.refresh()

    @Slot(str)
    def choose(self, key: str) -> None:
        self._set(replace(self._state, chosen=key, message="", problem=None))

    # Files

    @Slot(str, str)
    def bring_in(self, source: str, name: str) -> None:
        """Take a copy of a file, for arms such as the chosen one."""
        arm = self._state.arm
        path = Path(source).expanduser()

        def take() -> str:
            if arm is None:
                raise SettingInvalid(setting=str(path), reason="there is no arm that it is for")
            if not path.is_file():
                raise SettingInvalid(setting=str(path), reason="there is no such file")
            filed = import_calibration(
                path, arm.shelf, arm.family, name.strip() or path.stem, self._now()
            )
            self._state = replace(self._state, chosen=str(filed.path))
            return tr("Imported as {0}.").format(filed.name)

        self._do(take)

    @Slot(str)
    def hand_out(self, target: str) -> None:
        """Write the chosen file elsewhere."""
        path = Path(target).expanduser()

        def give(filed: FiledCalibration) -> str:
            to = path / filed.path.name if path.is_dir() else path
            export_calibration(filed, to)
            return tr("Exported to {0}.").format(to)

        self._do_with_chosen(give)

    @Slot(str)
    def rename(self, name: str) -> None:
        def call(filed: FiledCalibration) -> str:
            renamed = rename_calibration(filed, name.strip())
            self._state = replace(self._state, chosen=str(renamed.path))
            return tr("Renamed to {0}.").format(renamed.name)

        self._do_with_chosen(call)

    @Slot(str)
    def duplicate(self, name: str) -> None:
        arm, entry = self._state.arm, self._state.entry

        def copy(filed: FiledCalibration) -> str:
            if arm is not None and entry is not None and not entry.is_shelved:
                copied = import_calibration(
                    filed.path, arm.shelf, arm.family, name.strip(), self._now()
                )
            else:
                copied = duplicate_calibration(filed, name.strip(), self._now())
            self._state = replace(self._state, chosen=str(copied.path))
            return tr("Duplicated as {0}.").format(copied.name)

        self._do_with_chosen(copy)

    @Slot()
    def throw_away(self) -> None:
        """Into the trash, from where ``undo`` takes it."""

        def throw(filed: FiledCalibration) -> str:
            place = trash_calibration(filed)
            self._state = replace(self._state, trashed=Trashed(place, filed.name))
            return tr("{0} is in the trash.").format(filed.name)

        self._do_with_chosen(throw)

    @Slot()
    def undo(self) -> None:
        trashed = self._state.trashed
        if trashed is None:
            return

        def back() -> str:
            if trashed.over is not None and trashed.over.exists():
                trash_calibration(open_calibration(trashed.over))
            filed = put_back(trashed.place)
            self._state = replace(self._state, trashed=None, chosen=str(filed.path))
            return tr("{0} is back.").format(filed.name)

        self._do(back)

    @Slot()
    def use_for_arm(self) -> None:
        """Put a copy of the chosen file where the arm looks; what was there goes to the trash."""
        arm = self._state.arm
        if arm is None or not self._state.fits:
            return

        def use(filed: FiledCalibration) -> str:
            replaced = use_calibration(filed, arm.path, self._now())
            if replaced is not None:
                self._state = replace(
                    self._state, trashed=Trashed(replaced, arm.path.stem, arm.path)
                )
            return tr("The arm uses {0} now. Mirror it to see whether it fits.").format(filed.name)

        self._do_with_chosen(use)

    # The arm itself

    @Slot()
    def read_arm(self) -> None:
        """Which of these does the arm hold?"""
        arm = self._state.arm
        if arm is None:
            return
        sent = self._sharing.send(ReadCalibration(dict(arm.config), arm.is_robot, arm.side))
        self._set(
            replace(
                self._state,
                is_reading=sent,
                is_refused=not sent,
                held="",
                message="",
                problem=None,
            )
        )

    @Slot()
    def dismiss(self) -> None:
        self._set(replace(self._state, problem=None, is_refused=False))

    # Details

    def _do_with_chosen(self, deed: Callable[[FiledCalibration], str]) -> None:
        entry = self._state.entry
        if entry is not None:
            self._do(lambda: deed(entry.filed))

    def _do(self, deed: Callable[[], str]) -> None:
        """What the disk refuses is told, and the list is read again in any case."""
        try:
            said, trouble = deed(), None
        except WorkbenchError as error:
            said, trouble = "", problem(error, "")
        except OSError as error:
            refusal = SettingInvalid(setting=str(error.filename), reason=str(error.strerror))
            said, trouble = "", problem(refusal, "")
        self._state = replace(self._state, message=said, problem=trouble)
        self.refresh()
        self.state_changed.emit(self._state)
        self.files_changed.emit()

    @Slot(object)
    def _on_event(self, event: object) -> None:
        state = self._state
        match event:
            case CalibrationHeld() if is_about(state, event):
                found = replace(state, held=event.fingerprint, is_reading=False)
                chosen = found.matches[0].key if found.matches else found.chosen
                self._set(replace(found, chosen=chosen, message=_recognized(found.matches)))
            case Problem() if is_about(state, event):
                self._set(replace(state, problem=event, is_reading=False))
            case PortDone(doing=doing) if doing == _RECOGNIZE and state.is_reading:
                self._set(replace(state, is_reading=False))

    def _set(self, state: LibraryState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _recognized(matches: tuple[Entry, ...]) -> str:
    if not matches:
        return tr("The arm holds none of these calibrations.")
    names = ", ".join(entry.filed.name for entry in matches)
    return tr("The arm holds: {0}.").format(names)
