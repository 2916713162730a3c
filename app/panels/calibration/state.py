"""What the Calibrate panel knows, and how each event changes it. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.panels.calibration.arms import ArmChoice
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.motors.travel import Verdict, is_full_turn
from lerobot_core.workers.protocol import (
    CalibrationNow,
    Cancelled,
    Failed,
    Finished,
    MirrorPose,
    PortDone,
    Problem,
    SweepSeen,
)

CALIBRATE, MIRROR = "calibrate", "mirror"
"""What the set-up worker calls what it does at a port."""

_MOVED_COUNTS = 12  # between two readings; what rests does not change by so much
_STAYS_IF = 0.5  # of the fastest joint's way: who moved before stays the one that moves
LEAST_DEG = 5.0
"""A joint that was moved by less was not meant."""


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


class Progress(StrEnum):
    """How far the sweep of one joint is."""

    UNMOVED = "unmoved"
    TOO_LITTLE = "too_little"
    COMPLETE = "complete"
    TOO_MUCH = "too_much"
    ACCEPTED = "accepted"  # unusual, and said to be right
    NO_NEED = "no_need"  # it turns all the way round
    WRONG_MIDDLE = "wrong_middle"  # of such a joint
    SILENT = "silent"


READY = frozenset({Progress.COMPLETE, Progress.ACCEPTED, Progress.NO_NEED})


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
        return _progress(self.now.sweeps[joint], is_accepted=joint in self.accepted)

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


def after(state: CalibrateState, event: object) -> CalibrateState:
    """The state once ``event`` of the set-up worker has happened."""
    match event:
        case CalibrationNow():
            return _calibrating(state, event)
        case MirrorPose() if state.is_mirroring:
            return _mirrored(state, event)
        case Problem():
            return _with_problem(state, event)
        case PortDone() if state.arm is not None and event.address == state.arm.address:
            return _port_done(state, event.doing)
        case Failed():
            failure = Problem(event.code, event.facts, "", event.details)
            return replace(idle(state), problem=failure) if state.is_busy else state
        case Finished() | Cancelled():
            return idle(state)
    return state


# What was asked for


def idle(state: CalibrateState) -> CalibrateState:
    """Nothing goes on any more; what is known of the arms stays."""
    return replace(
        state,
        joint="",
        is_opening=False,
        now=None,
        accepted=frozenset(),
        moving="",
        is_mirroring=False,
        pose=None,
        ghost=None,
        has_ghost=False,
    )


def without_notices(state: CalibrateState) -> CalibrateState:
    """The operator has read them, or goes on."""
    return replace(state, problem=None, is_refused=False, was_interrupted=False)


def beginning(state: CalibrateState, joint: str = "") -> CalibrateState:
    """A calibration was asked for."""
    return replace(without_notices(idle(state)), joint=joint, is_opening=True)


def mirroring(state: CalibrateState) -> CalibrateState:
    """A mirror was asked for; what was calibrated stays to be seen."""
    return replace(without_notices(state), is_mirroring=True, is_opening=False, pose=None)


def accepting(state: CalibrateState, joint: str, *, accepts: bool) -> CalibrateState:
    """The operator says that a joint's travel is right, or takes that back."""
    accepted = state.accepted | {joint} if accepts else state.accepted - {joint}
    return replace(state, accepted=accepted)


def confirmed(state: CalibrateState) -> CalibrateState:
    """The mirror looked right."""
    return replace(idle(state), done=state.done | {state.chosen})


def can_accept(sweep: SweepSeen) -> bool:
    """Whether its travel is unusual, and yet one that an arm may have."""
    if sweep.is_full_turn:
        return sweep.meets_seam
    return sweep.verdict != Verdict.PLAUSIBLE and LEAST_DEG <= sweep.travel_deg < 359


# Details


def _progress(sweep: SweepSeen, *, is_accepted: bool) -> Progress:
    accepts = is_accepted and can_accept(sweep)
    if sweep.is_full_turn:
        if sweep.meets_seam:
            return Progress.ACCEPTED if accepts else Progress.WRONG_MIDDLE
        return Progress.NO_NEED
    if sweep.verdict == Verdict.PLAUSIBLE:
        return Progress.COMPLETE
    if accepts:
        return Progress.ACCEPTED
    if sweep.verdict == Verdict.TOO_LARGE:
        return Progress.TOO_MUCH
    return Progress.TOO_LITTLE if sweep.travel_deg >= LEAST_DEG else Progress.UNMOVED


def _calibrating(state: CalibrateState, now: CalibrationNow) -> CalibrateState:
    if not state.is_opening and state.now is None:
        return state  # the last word of a calibration that was left
    moving = _moving(state, now)
    accepted = state.accepted & now.sweeps.keys()
    if CalibrationStage(now.stage) is CalibrationStage.CANCELLED:
        return idle(state)
    return replace(state, now=now, is_opening=False, moving=moving, accepted=accepted)


def _moving(state: CalibrateState, now: CalibrationNow) -> str:
    """The joint that moved most since the last reading; in doubt the one that moved before."""
    if state.now is None:
        return state.joint
    ways = {
        joint: abs(sweep.now - state.now.sweeps[joint].now)
        for joint, sweep in now.sweeps.items()
        if joint in state.now.sweeps
    }
    fastest = max(ways, key=lambda joint: ways[joint], default="")
    if not fastest or ways[fastest] < _MOVED_COUNTS:
        return state.moving
    if ways.get(state.moving, 0) >= _STAYS_IF * ways[fastest]:
        return state.moving
    return fastest


def _mirrored(state: CalibrateState, pose: MirrorPose) -> CalibrateState:
    assert state.arm is not None
    if pose.address == state.arm.address:
        return replace(state, pose=pose, problem=None)
    return replace(state, ghost=pose) if state.has_ghost else state


def _with_problem(state: CalibrateState, problem: Problem) -> CalibrateState:
    addresses = {arm.address for arm in state.arms}
    is_ours = problem.device in addresses or problem.device.startswith("bench ")
    return replace(state, problem=problem) if is_ours and state.is_busy else state


def _port_done(state: CalibrateState, doing: str) -> CalibrateState:
    """What went on at the arm's port has ended."""
    if doing == CALIBRATE and (state.is_opening or state.is_calibrating):
        was_interrupted = state.is_calibrating and state.problem is None
        return replace(idle(state), was_interrupted=was_interrupted)
    if doing == MIRROR and state.is_mirroring:
        return replace(idle(state), now=None)
    return state
