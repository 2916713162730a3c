"""What the Calibrate panel knows. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.panels.calibration.arms import ArmChoice
from app.panels.calibration.progress import READY, Progress, progress_of
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.motors.travel import is_full_turn
from lerobot_core.workers.protocol import (
    CalibrationNow,
    MirrorPose,
    Problem,
)


class Step(StrEnum):
    ARM = "arm"
    RELEASE = "release"
    SWEEP = "sweep"
    SIGNS = "signs"
    COMPARE = "compare"
    MIRROR = "mirror"


_STEPS = {
    CalibrationStage.RELEASE: Step.RELEASE,
    CalibrationStage.SWEEP: Step.SWEEP,
    CalibrationStage.SIGNS: Step.SIGNS,
    CalibrationStage.REVIEW: Step.COMPARE,
    CalibrationStage.SAVING: Step.COMPARE,
    CalibrationStage.CANCELLING: Step.COMPARE,
    CalibrationStage.SAVED: Step.MIRROR,
    CalibrationStage.CANCELLED: Step.ARM,
}


class FileKnown(StrEnum):
    """What an arm's calibration file is like."""

    MISSING = "missing"
    DAMAGED = "damaged"
    FINE = "fine"


@dataclass(frozen=True)
class FileFacts:
    known: FileKnown
    made: str = ""  # ISO 8601; empty: by another program
    reason: str = ""  # why it is damaged
    joints: tuple[str, ...] = ()  # that it has


@dataclass(frozen=True)
class CalibrateState:
    """One arm at a time. ``now`` is the worker's truth about its calibration."""

    arms: tuple[ArmChoice, ...] = ()
    chosen: str = ""  # key of an arm
    files: Mapping[str, FileFacts] | None = None  # by key of the arm
    joint: str = ""  # only this one; empty: all
    is_opening: bool = False  # the worker was asked to begin, and has not answered yet
    now: CalibrationNow | None = None
    accepted: frozenset[str] = frozenset()  # joints whose unusual travel is right
    moving: str = ""
    is_mirroring: bool = False
    pose: MirrorPose | None = None
    ghost: MirrorPose | None = None  # of the arm beside it
    has_ghost: bool = False
    done: frozenset[str] = frozenset()  # arms that were calibrated and looked right
    problem: Problem | None = None
    is_refused: bool = False  # torque is on
    was_interrupted: bool = False  # somebody else needed the port before it was saved

    @property
    def arm(self) -> ArmChoice | None:
        return next((arm for arm in self.arms if arm.key == self.chosen), None)

    @property
    def file(self) -> FileFacts:
        """What is known of the chosen arm's calibration file."""
        return (self.files or {}).get(self.chosen, FileFacts(FileKnown.MISSING))

    @property
    def stage(self) -> CalibrationStage | None:
        return CalibrationStage(self.now.stage) if self.now else None

    @property
    def step(self) -> Step:
        if self.is_mirroring:
            return Step.MIRROR
        return _STEPS[self.stage] if self.stage is not None else Step.ARM

    @property
    def steps(self) -> tuple[Step, ...]:
        """All there are. Directions are not asked for where one joint is calibrated alone."""
        without = (Step.SIGNS,) if self.joint else ()
        return tuple(step for step in Step if step not in without)

    @property
    def is_busy(self) -> bool:
        """A calibration or a mirror has the arm's port."""
        return self.is_opening or self.is_mirroring or self.is_calibrating

    @property
    def is_calibrating(self) -> bool:
        return self.stage is not None and not self.stage.is_over

    @property
    def is_paused(self) -> bool:
        return bool(self.now and self.now.problem_code)

    @property
    def joints(self) -> tuple[str, ...]:
        return tuple(self.now.joints) if self.now else ()

    @property
    def silent(self) -> frozenset[str]:
        """Joints whose servos do not answer, as the pause says."""
        missing = str(self.now.problem_facts.get("missing", "")) if self.now else ""
        return frozenset(joint for joint in self.joints if joint in missing)

    def progress(self, joint: str) -> Progress:
        """Raises KeyError for a joint that is not swept."""
        assert self.now is not None
        if joint in self.silent:
            return Progress.SILENT
        return progress_of(self.now.sweeps[joint], is_accepted=joint in self.accepted)

    @property
    def missing(self) -> dict[str, Progress]:
        """Joints that keep the sweep from being finished, and why."""
        if self.now is None:
            return {}
        found = {joint: self.progress(joint) for joint in self.now.sweeps}
        return {joint: progress for joint, progress in found.items() if progress not in READY}

    @property
    def can_finish_sweep(self) -> bool:
        has_swept = self.step is Step.SWEEP and bool(self.now and self.now.sweeps)
        is_over = not self.missing and not (self.now and self.now.growing)
        return has_swept and is_over and not self.is_paused

    @property
    def next_arm(self) -> ArmChoice | None:
        """What is left to calibrate: arms without a usable file, else those not done yet."""
        others = [arm for arm in self.arms if arm.key not in self.done and arm.key != self.chosen]
        files = self.files or {}
        lacking = [
            arm
            for arm in others
            if files.get(arm.key, FileFacts(FileKnown.MISSING)).known is not FileKnown.FINE
        ]
        return next(iter([*lacking, *others]), None)

    @property
    def is_finished(self) -> bool:
        """The chosen arm was calibrated and looked right; the way on is elsewhere."""
        return self.step is Step.ARM and not self.is_busy and self.chosen in self.done

    @property
    def full_turns(self) -> tuple[str, ...]:
        """Joints whose middle is taken when torque goes off."""
        family = self.now.family if self.now else ""
        return tuple(joint for joint in self.joints if is_full_turn(family, joint))
