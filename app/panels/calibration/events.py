"""How clicks and the set-up worker's events change what the panel knows. Pure: no Qt."""

from dataclasses import replace

from app.panels.calibration.state import CalibrateState
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.workers.protocol import (
    CalibrationNow,
    Cancelled,
    Failed,
    Finished,
    MirrorPose,
    PortDone,
    Problem,
)

CALIBRATE, MIRROR = "calibrate", "mirror"
"""What the set-up worker calls what it does at a port."""

_MOVED_COUNTS = 12  # between two readings; what rests does not change by so much
_STAYS_IF = 0.5  # of the fastest joint's way: who moved before stays the one that moves


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


# Details


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
