"""One arm's calibration, told as it goes on. What it needs next, it says itself."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace

from lerobot_core.control.calibrate import ArmCalibration
from lerobot_core.control.calibration_state import (
    CalibrationStage,
    CalibrationState,
    JointChange,
    JointSweep,
)
from lerobot_core.errors import SettingInvalid, WorkbenchError
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.travel import band_of, is_full_turn
from lerobot_core.robots.arm import Arm
from lerobot_core.workers.protocol import (
    BeginCalibration,
    BeginMirror,
    CalibrationNow,
    CalibrationStep,
    CalibrationValues,
    ChangeSeen,
    ReadCalibration,
    SignSeen,
    SweepSeen,
)
from lerobot_core.workers.setup.arms import arm_of
from lerobot_core.workers.setup.desk import Desk

_POLL_EVERY_S = 0.02  # no hand turns a joint by half a turn in this time
_TELL_EVERY = 5  # polls
_GROWTH_COUNTS = 6  # half a degree: pressing against a stop gives that much
_GROWN_FOR_S = 1.0


def arm_address(asked: BeginCalibration | BeginMirror | ReadCalibration) -> str:
    """The port that this needs. Raises UnknownChoice, SettingInvalid."""
    return arm_of(asked.arm, is_robot=asked.is_robot, side=asked.side).port


class Calibrating:
    """Polls while joints are moved by hand; commands are the operator's steps."""

    def __init__(self, asked: BeginCalibration) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        asked = self._asked
        arm = arm_of(asked.arm, is_robot=asked.is_robot, side=asked.side)
        with ExitStack() as stack:
            desk.take(stack, arm.port)
            arm.open(reads_file=False)
            stack.callback(arm.close)
            volts = arm.check_voltage()
            calibration = ArmCalibration.of_arm(arm, joint=asked.joint or None)
            stack.callback(_leave, calibration)
            self._drive(calibration, arm, desk, volts)

    def _drive(
        self, calibration: ArmCalibration, arm: Arm, desk: Desk, volts: float | None
    ) -> None:
        polls, told, growth = 0, None, SweepGrowth()
        while not calibration.state.stage.is_over:
            command = desk.next(_POLL_EVERY_S)
            if isinstance(command, CalibrationStep):
                self._take_step(calibration, command, desk)
            state = calibration.poll()
            polls += 1
            if command is not None or polls % _TELL_EVERY == 0:
                growing = growth.growing(state.sweeps or {}, time.monotonic())
                now = replace(_now(calibration, state, arm), volts=volts, growing=growing)
                if now != told:
                    desk.tell(now)
                told = now
        desk.tell(replace(_now(calibration, calibration.state, arm), volts=volts))

    def _take_step(self, calibration: ArmCalibration, asked: CalibrationStep, desk: Desk) -> None:
        """One that is not possible now is told; the calibration goes on as it was."""
        steps: dict[str, Callable[[], CalibrationState]] = {
            "release": calibration.release,
            "take_middle": lambda: calibration.take_middle(asked.joint),
            "sweep_again": lambda: calibration.sweep_again(asked.joint),
            "finish_sweep": lambda: calibration.finish_sweep(asked.accept),
            "check_sign": lambda: calibration.check_sign(asked.joint),
            "finish_signs": calibration.finish_signs,
            "save": calibration.save,
            "cancel": calibration.cancel,
        }
        try:
            if asked.step not in steps:
                raise SettingInvalid(setting=asked.step, reason="it is no step of a calibration")
            steps[asked.step]()
        except WorkbenchError as error:
            desk.problem(error)


class SweepGrowth:
    """Remembers when each joint's sweep got larger: who is on the way to a stop is not there."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[int, float]] = {}  # joint → counts, when it got there

    def growing(self, sweeps: Mapping[str, JointSweep], now_s: float) -> list[str]:
        for joint, sweep in sweeps.items():
            span, _ = self._spans.get(joint, (0, 0.0))
            if abs(sweep.travel.span - span) > _GROWTH_COUNTS:  # less, too: it was begun anew
                self._spans[joint] = sweep.travel.span, now_s
        return [
            joint
            for joint, sweep in sweeps.items()
            if not sweep.is_full_turn
            and joint in self._spans
            and now_s - self._spans[joint][1] < _GROWN_FOR_S
        ]


def _leave(calibration: ArmCalibration) -> None:
    """Whatever ends it before it is saved: the servos hold what they held before."""
    if calibration.state.stage is not CalibrationStage.SAVED:
        calibration.cancel()


def _now(calibration: ArmCalibration, state: CalibrationState, arm: Arm) -> CalibrationNow:
    family = arm.family
    return CalibrationNow(
        stage=state.stage.value,
        joints=list(calibration.joints),
        family=family,
        path=str(arm.calibration_path),
        sweeps={
            joint: _sweep_seen(sweep, family, joint)
            for joint, sweep in (state.sweeps or {}).items()
        },
        signs={
            joint: SignSeen(sign.words, sign.found.value, sign.can_be_corrected)
            for joint, sign in (state.signs or {}).items()
        },
        checking=state.checking or "",
        changes={joint: _change_seen(change) for joint, change in (state.changes or {}).items()},
        problem_code=state.problem.code if state.problem else "",
        problem_facts=dict(state.problem.facts) if state.problem else {},
    )


def _sweep_seen(sweep: JointSweep, family: str, joint: str) -> SweepSeen:
    band = band_of(family, joint)
    is_bound = not is_full_turn(family, joint)
    return SweepSeen(
        low=sweep.travel.low,
        high=sweep.travel.high,
        now=sweep.travel.now,
        travel_deg=sweep.travel_deg,
        verdict=sweep.verdict.value,
        least_deg=band.least_deg if is_bound else 0.0,
        most_deg=band.most_deg if is_bound else 0.0,
        is_full_turn=sweep.is_full_turn,
        meets_seam=sweep.meets_seam,
    )


def _change_seen(change: JointChange) -> ChangeSeen:
    scale, shift = change.value_change or (None, None)
    return ChangeSeen(
        new=_values(change.new),
        held=_values(change.held),
        filed=_values(change.filed) if change.filed else None,
        scale=scale,
        shift=shift,
    )


def _values(calibration: MotorCalibration) -> CalibrationValues:
    return CalibrationValues(
        homing_offset=calibration.homing_offset,
        range_min=calibration.range_min,
        range_max=calibration.range_max,
        drive_mode=calibration.drive_mode,
    )
