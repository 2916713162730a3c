"""What a calibration knows and needs next, for whoever shows it. Nothing here asks a device."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lerobot_core.errors import WorkbenchError
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.homing import Travel
from lerobot_core.motors.travel import Verdict


class CalibrationStage(StrEnum):
    """What is needed next."""

    RELEASE = "release"  # somebody who supports the arm, and then release()
    SWEEP = "sweep"  # every joint moved from stop to stop, then finish_sweep()
    SIGNS = "signs"  # joints moved the way they are told, or none; then finish_signs()
    REVIEW = "review"  # a look at the changes, then save()
    SAVING = "saving"  # save() again: it was interrupted, and some servos may hold new values
    CANCELLING = "cancelling"  # cancel() again: not every servo has its old values back
    SAVED = "saved"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (CalibrationStage.SAVED, CalibrationStage.CANCELLED)


class Direction(StrEnum):
    """What a sign check found."""

    UNCHECKED = "unchecked"
    AS_NAMED = "as_named"
    INVERTED = "inverted"


@dataclass(frozen=True)
class JointSweep:
    """One joint during the sweep."""

    travel: Travel
    travel_deg: float
    verdict: Verdict
    is_full_turn: bool  # it has no ends: its middle is the pose at release or take_middle
    meets_seam: bool  # of a full-turn joint: it was moved half a turn away from its middle


@dataclass(frozen=True)
class SignCheck:
    """One joint's direction: “Move it ``words``.”"""

    words: str
    found: Direction
    can_be_corrected: bool
    """Whether a drive mode turns its values; Feetech servos in degrees ignore it, as upstream."""


@dataclass(frozen=True)
class JointChange:
    """Before and after, for review."""

    held: MotorCalibration  # by the servo, when the calibration began
    filed: MotorCalibration | None  # in the file, if there is one
    new: MotorCalibration
    value_change: tuple[float, float] | None
    """(scale, shift) from old values to new ones where one joint keeps the frame of the arm."""


@dataclass(frozen=True)
class CalibrationState:
    """A calibration at one moment.

    ``problem`` pauses it: polling goes on, and ends the pause when the reason is gone, except
    while saving and cancelling, which are to be asked for again.
    """

    stage: CalibrationStage = CalibrationStage.RELEASE
    sweeps: Mapping[str, JointSweep] | None = None
    signs: Mapping[str, SignCheck] | None = None
    checking: str | None = None  # the joint that is to be moved for its sign
    changes: Mapping[str, JointChange] | None = None
    problem: WorkbenchError | None = None
