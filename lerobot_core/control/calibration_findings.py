"""What a sweep by hand says about the joints, and the calibration that follows from it."""

from collections.abc import Mapping
from dataclasses import replace

from lerobot_core.control.calibration_state import Direction, JointChange, JointSweep, SignCheck
from lerobot_core.errors import SettingInvalid
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.homing import (
    Homing,
    Travel,
    calibrate_full_turn,
    calibrate_in_frame,
    calibrate_travel,
    change_of_values,
    encoder_counts,
    longest_travel,
    old_frame,
)
from lerobot_core.motors.travel import (
    POSITIVE,
    Verdict,
    band_of,
    is_full_turn,
    usual_drive_mode,
)
from lerobot_core.types import NormMode

_SIGN_DEG = 10.0  # a joint that moved so far was meant to


class CalibrationFindings:
    """The sweep of some joints of one arm, as far as it has come.

    Args:
        motors: The joints that are calibrated.
        family: Upstream's folder name, for what is plausible: ``so_follower``.
        filed: What the file says; joints that keep their frame must be in it.
        keeps_frame: Values in existing recordings go on meaning the same poses.
        held: What the servos hold, with which their positions are read.
        positions: Where they are at the start, as they read it. Full-turn joints: the middle.
    """

    def __init__(
        self,
        motors: Mapping[str, Motor],
        family: str,
        filed: Mapping[str, MotorCalibration],
        homing: Homing,
        resolution: int,
        *,
        keeps_frame: bool,
        held: Mapping[str, MotorCalibration],
        positions: Mapping[str, float],
    ) -> None:
        self.held = dict(held)
        self._motors = motors
        self._family = family
        self._filed = filed
        self._homing = homing
        self._resolution = resolution
        self._keeps_frame = keeps_frame
        self._travel = {
            joint: Travel.starting_at(self._counts_at(joint, position))
            for joint, position in positions.items()
        }
        self._middles = {
            joint: travel.now
            for joint, travel in self._travel.items()
            if is_full_turn(family, joint)
        }
        self._retaken: set[str] = set()
        self._signs: dict[str, Direction] = {}
        self._checking: tuple[str, int] | None = None  # joint, counts when the check began

    # The sweep

    def move(self, positions: Mapping[str, float], *, is_sweep: bool) -> None:
        """The joints are there now; those that are left out stayed silent.

        After the sweep only their directions are looked at: what was accepted stays.
        """
        for joint, position in positions.items():
            counts, before = self._counts_at(joint, position), self._travel[joint]
            after = before.moved_to(counts, self._resolution)
            self._travel[joint] = after if is_sweep else replace(before, now=after.now)
        self._check_direction()

    def restart(self, joint: str) -> None:
        self._travel[joint] = Travel.starting_at(self._travel[joint].now)
        self._signs.pop(joint, None)
        self._checking = None

    def take_middle(self, joint: str) -> None:
        """Raises SettingInvalid if the joint has ends, which say where its middle is."""
        if joint not in self._middles:
            raise SettingInvalid(setting=joint, reason="it is no joint that turns all the way")
        self._middles[joint] = self._travel[joint].now
        self._retaken.add(joint)

    @property
    def sweeps(self) -> dict[str, JointSweep]:
        return {joint: self._sweep(joint) for joint in self._travel}

    def _sweep(self, joint: str) -> JointSweep:
        travel = self._travel[joint]
        travel_deg = travel.span * 360 / self._resolution
        reach = 0
        if joint in self._middles and travel.span < self._resolution:
            middle = self._middles[joint]
            reach = max(travel.high - middle, middle - travel.low)
        return JointSweep(
            travel=travel,
            travel_deg=travel_deg,
            verdict=band_of(self._family, joint).verdict(travel_deg),
            is_full_turn=joint in self._middles,
            meets_seam=reach >= self._resolution // 2,
        )

    def check_travel(self, joint: str, *, is_accepted: bool) -> None:
        """Raises SettingInvalid if it is implausible and not accepted, or impossible."""
        sweep = self._sweep(joint)
        if sweep.is_full_turn:
            if sweep.meets_seam and not is_accepted:
                reason = "it was not near its middle when the arm was released"
                raise SettingInvalid(setting=joint, reason=reason)
            return
        is_possible = 0 < sweep.travel.span <= longest_travel(self._resolution)
        if not is_possible or (sweep.verdict is not Verdict.PLAUSIBLE and not is_accepted):
            raise SettingInvalid(
                setting=f"The travel of {joint}",
                reason=f"{sweep.travel_deg:.0f} degrees are "
                f"{'too few' if sweep.verdict is Verdict.TOO_SMALL else 'too many'} for it",
            )
        try:
            self._new(joint)
        except ValueError as error:
            reason = "it reaches nothing of the old range"
            raise SettingInvalid(setting=f"The travel of {joint}", reason=reason) from error

    # Directions

    @property
    def checking(self) -> str | None:
        return self._checking[0] if self._checking else None

    def check_sign(self, joint: str) -> None:
        """From here on the joint is moved as its words say."""
        self._signs.pop(joint, None)
        self._checking = joint, self._travel[joint].now

    def end_sign_check(self) -> None:
        self._checking = None

    def sign_checks(self) -> dict[str, SignCheck]:
        words = POSITIVE.get(self._family, {})
        return {
            joint: SignCheck(
                words=words[joint],
                found=self._signs.get(joint, Direction.UNCHECKED),
                can_be_corrected=self._homing.inverts_counts
                or self._motors[joint].norm_mode is not NormMode.DEGREES,
            )
            for joint in self._motors
            if joint in words
        }

    def _check_direction(self) -> None:
        if self._checking is None:
            return
        joint, start = self._checking
        moved = self._travel[joint].now - start
        if abs(moved) * 360 >= _SIGN_DEG * self._resolution:
            self._signs[joint] = Direction.AS_NAMED if moved > 0 else Direction.INVERTED
            self._checking = None

    def _drive_mode(self, joint: str) -> int:
        found = self._signs.get(joint, Direction.UNCHECKED)
        if found is Direction.UNCHECKED:
            return usual_drive_mode(self._family, joint)
        return int(found is Direction.INVERTED)

    # The calibration

    def new_calibration(self) -> dict[str, MotorCalibration]:
        return {joint: self._new(joint) for joint in self._motors}

    def _new(self, joint: str) -> MotorCalibration:
        if self._keeps_frame:
            return self._new_in_frame(joint)
        servo_id = self._motors[joint].id
        drive_mode = self._drive_mode(joint)
        if joint in self._middles:
            return calibrate_full_turn(
                servo_id,
                self._middles[joint],
                self._homing,
                drive_mode=drive_mode,
                resolution=self._resolution,
            )
        return calibrate_travel(
            servo_id,
            self._travel[joint],
            self._homing,
            drive_mode=drive_mode,
            resolution=self._resolution,
        )

    def _new_in_frame(self, joint: str) -> MotorCalibration:
        old = replace(self._filed[joint], id=self._motors[joint].id)
        if joint not in self._middles:
            return calibrate_in_frame(
                self._travel[joint],
                old,
                self._motors[joint].norm_mode,
                self._homing,
                is_same_servo=self._is_same_servo(joint),
                resolution=self._resolution,
            )
        if self._is_same_servo(joint) and joint not in self._retaken:
            return old
        return calibrate_full_turn(
            old.id,
            self._middles[joint],
            self._homing,
            drive_mode=old.drive_mode,
            resolution=self._resolution,
        )

    def changes(self) -> dict[str, JointChange]:
        return {
            joint: JointChange(
                held=self.held[joint],
                filed=self._filed.get(joint),
                new=new,
                value_change=self._value_change(joint, new),
            )
            for joint, new in self.new_calibration().items()
        }

    def _value_change(self, joint: str, new: MotorCalibration) -> tuple[float, float] | None:
        if not self._keeps_frame or joint in self._middles:
            return None
        ends = old_frame(
            self._travel[joint],
            self._filed[joint],
            self._homing,
            is_same_servo=self._is_same_servo(joint),
            resolution=self._resolution,
        )
        return change_of_values(
            ends, new, self._motors[joint].norm_mode, self._homing, self._resolution
        )

    def _is_same_servo(self, joint: str) -> bool:
        """It still holds what the file says, so its counts mean what they meant."""
        held, filed = self.held[joint], self._filed[joint]
        return (held.homing_offset, held.range_min, held.range_max) == (
            filed.homing_offset,
            filed.range_min,
            filed.range_max,
        )

    def _counts_at(self, joint: str, position: float) -> int:
        return encoder_counts(int(position), self.held[joint], self._homing)
