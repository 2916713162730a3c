"""The calibrations on this machine, as the library shows them. Pure: no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.panels.calibration.arms import ArmChoice
from lerobot_core.control.calibration_use import rigs_using
from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration_library import SHELVES, FiledCalibration
from lerobot_core.motors.provenance import fingerprint
from lerobot_core.workers.protocol import CalibrationHeld, Problem


@dataclass(frozen=True)
class Entry:
    """One file, and who would miss it."""

    filed: FiledCalibration = field(hash=False)
    rigs: tuple[str, ...] = ()
    fingerprint: str = ""  # empty: it is damaged

    @property
    def key(self) -> str:
        return str(self.filed.path)

    @property
    def is_shelved(self) -> bool:
        """It lies where upstream keeps calibrations; virtual rigs keep theirs elsewhere."""
        return self.filed.shelf in SHELVES


@dataclass(frozen=True)
class Trashed:
    """A calibration in the trash. ``over``: the file that took its place, which goes then."""

    place: Path
    name: str
    over: Path | None = None


@dataclass(frozen=True)
class LibraryState:
    entries: tuple[Entry, ...] = ()
    chosen: str = ""  # key of an entry
    arm: ArmChoice | None = None  # the one that the panel is about
    held: str = ""  # fingerprint of that arm, once it was read
    is_reading: bool = False
    trashed: Trashed | None = None  # what was thrown away last, for undo
    problem: Problem | None = None
    message: str = ""  # what was done last, in words
    is_refused: bool = False  # torque is on

    @property
    def entry(self) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == self.chosen), None)

    @property
    def matches(self) -> tuple[Entry, ...]:
        """What the arm that was read holds."""
        return tuple(e for e in self.entries if self.held and e.fingerprint == self.held)

    @property
    def fits(self) -> bool:
        """Whether the chosen file can be used for the arm: it is whole, and for such an arm."""
        entry, arm = self.entry, self.arm
        if entry is None or arm is None or entry.filed.calibration is None:
            return False
        # What lies outside the shelves is the file of one arm, whose kind only its rig knows.
        return entry.filed.family == arm.family or not entry.is_shelved

    @property
    def is_in_use(self) -> bool:
        """The arm reads the chosen file already."""
        return self.arm is not None and Path(self.chosen) == self.arm.path


def entries_of(filed: Iterable[FiledCalibration], rigs: Sequence[Rig]) -> tuple[Entry, ...]:
    """In the order given, each with the rigs that use it."""
    return tuple(
        Entry(
            each,
            tuple(rigs_using(each.path, rigs)),
            "" if each.calibration is None else fingerprint(each.calibration),
        )
        for each in filed
    )


def is_about(state: LibraryState, event: CalibrationHeld | Problem) -> bool:
    """Whether it is about the arm that was asked to be read."""
    if state.arm is None or not state.is_reading:
        return False
    address = event.address if isinstance(event, CalibrationHeld) else event.device
    return address == state.arm.address
