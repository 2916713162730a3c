"""Calibrating an arm: says what it needs next and what it found. It asks nobody and never waits.

Whoever shows it calls ``poll`` many times a second while joints are moved by hand, and the
other methods when the operator is ready. Until ``save`` nothing is written but “torque off”:
positions are read with whatever offset a servo holds, and the arithmetic takes it out again.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from lerobot_core.control.calibration_findings import CalibrationFindings
from lerobot_core.control.calibration_servos import CalibrationServos
from lerobot_core.control.calibration_state import CalibrationStage, CalibrationState
from lerobot_core.control.calibration_writing import CalibrationWriter, file_calibration
from lerobot_core.errors import (
    CalibrationMismatch,
    CalibrationMissing,
    PortLost,
    SettingInvalid,
    UnknownChoice,
    WorkbenchError,
)
from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.calibration import MotorCalibration, load_calibration
from lerobot_core.motors.homing import FEETECH, Homing
from lerobot_core.robots.arm import Arm

_REVIEWED = (CalibrationStage.REVIEW, CalibrationStage.SAVING, CalibrationStage.SAVED)


class ArmCalibration:
    """One calibration of an arm, or of one joint of it, over an open bus.

    Args:
        bus: Connected. Its servos may be new, or hold any calibration.
        family: Upstream's folder name, for what is plausible: ``so_follower``.
        path: The calibration file; replaced whole when everything else is done.
        joint: Only this one: it keeps the meaning of the values in existing recordings, and
            the others are not touched. Its direction stays as the file says.
        set_modes: Called once torque is off. Dynamixel servos heed offsets of half a turn in
            the operating modes of their arm only (extended or current-based position).
        now: For the record of when the file was made.

    Raises:
        UnknownChoice: the arm has no such joint.
        CalibrationMissing, CalibrationDamaged: ``joint`` without a usable file for all joints.
    """

    def __init__(
        self,
        bus: MotorsBus,
        family: str,
        path: Path,
        *,
        joint: str | None = None,
        homing: Homing = FEETECH,
        resolution: int = 4096,
        set_modes: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.joints = tuple(bus.motors) if joint is None else (joint,)
        if joint is not None:
            self._require_joint(joint, bus.motors)
        self._bus = bus
        self._family = family
        self._path = path
        self._is_alone = joint is not None
        self._homing = homing
        self._resolution = resolution
        self._set_modes = set_modes
        self._now = now
        self._servos = CalibrationServos(bus, self.joints, family)
        self._writer = CalibrationWriter(bus, family, homing, resolution)
        self._before = dict(bus.calibration)
        self._filed = self._read_file()
        self._found: CalibrationFindings | None = None
        self._is_written = False
        self._stage = CalibrationStage.RELEASE
        self._problem: WorkbenchError | None = None

    @classmethod
    def of_arm(cls, arm: Arm, *, joint: str | None = None) -> Self:
        """Of an arm that is open. Raises as the constructor does."""
        return cls(
            arm.bus,
            arm.family,
            arm.calibration_path,
            joint=joint,
            homing=arm.brand.homing,
            set_modes=arm.set_modes,
        )

    @property
    def state(self) -> CalibrationState:
        found, stage = self._found, self._stage
        if found is None:
            return CalibrationState(stage=stage, problem=self._problem)
        return CalibrationState(
            stage=stage,
            sweeps=found.sweeps,
            signs=found.sign_checks() if stage is CalibrationStage.SIGNS else None,
            checking=found.checking,
            changes=found.changes() if stage in _REVIEWED else None,
            problem=self._problem,
        )

    @property
    def _findings(self) -> CalibrationFindings:
        if self._found is None:
            raise SettingInvalid(
                setting="This step of the calibration", reason="the arm was not released yet"
            )
        return self._found

    # What the operator does

    def release(self) -> CalibrationState:
        """Torque off, read back; the sweep begins where the joints are."""
        self._require(CalibrationStage.RELEASE)
        return self._try(self._begin)

    def poll(self) -> CalibrationState:
        """Look where the joints are. Ends a pause whose reason is gone."""
        if self._stage not in (CalibrationStage.SWEEP, CalibrationStage.SIGNS):
            return self.state
        return self._try(self._look if self._problem is None else self._look_again)

    def take_middle(self, joint: str) -> CalibrationState:
        """A full-turn joint is in its middle now. Without this: where it was at the release.

        Raises:
            SettingInvalid: the joint has ends, which say where its middle is.
        """
        self._require(CalibrationStage.SWEEP)
        self._findings.take_middle(joint)
        return self.state

    def sweep_again(self, joint: str) -> CalibrationState:
        """Forget one joint's sweep; it begins anew where the joint is. Leads back to the sweep."""
        self._require(CalibrationStage.SWEEP, CalibrationStage.SIGNS, CalibrationStage.REVIEW)
        self._require_joint(joint, self.joints)
        self._findings.restart(joint)
        self._stage = CalibrationStage.SWEEP
        return self.state

    def finish_sweep(self, accept: Collection[str] = ()) -> CalibrationState:
        """On to the signs, or to the review where no direction is to be checked.

        ``accept`` names joints whose travel is right though it looks unusual.

        Raises:
            SettingInvalid: a joint's travel is implausible and not accepted, or impossible.
        """
        self._require(CalibrationStage.SWEEP)
        for joint in self.joints:
            self._findings.check_travel(joint, is_accepted=joint in accept)
        has_signs = not self._is_alone and self._findings.sign_checks()
        self._stage = CalibrationStage.SIGNS if has_signs else CalibrationStage.REVIEW
        return self.state

    def check_sign(self, joint: str) -> CalibrationState:
        """From here, the joint is moved the way its words say; polling sees which way it goes."""
        self._require(CalibrationStage.SIGNS)
        self._require_joint(joint, self._findings.sign_checks())
        self._findings.check_sign(joint)
        return self.state

    def finish_signs(self) -> CalibrationState:
        """Joints that were not checked are taken as they are usually built."""
        self._require(CalibrationStage.SIGNS)
        self._findings.end_sign_check()
        self._stage = CalibrationStage.REVIEW
        return self.state

    def save(self) -> CalibrationState:
        """Write the servos, read them back, then replace the file. May be called again."""
        self._require(CalibrationStage.REVIEW, CalibrationStage.SAVING)
        if self._problem is None:
            return self._try(self._save)
        return self._try(self._servos.reconnect, self._save)

    def cancel(self) -> CalibrationState:
        """Give the servos back what they held. The file was not touched. May be called again."""
        if self._stage.is_over:
            return self.state
        if not self._is_written:
            self._problem = None
            self._stage = CalibrationStage.CANCELLED
            return self.state
        self._stage = CalibrationStage.CANCELLING
        return self._try(self._servos.reconnect, self._restore)

    # Devices

    def _try(self, *steps: Callable[[], None]) -> CalibrationState:
        """What a device or the disk says pauses the calibration; nothing found so far is lost."""
        try:
            for step in steps:
                step()
            self._problem = None
        except WorkbenchError as error:
            self._problem = error
        return self.state

    def _begin(self) -> None:
        self._reconnect_if_lost()
        self._bus.confirm_torque_off()
        self._set_modes()
        held = self._bus.read_calibration()
        self._found = CalibrationFindings(
            {joint: self._bus.motors[joint] for joint in self.joints},
            self._family,
            self._filed,
            self._homing,
            self._resolution,
            keeps_frame=self._is_alone,
            held={joint: held[joint] for joint in self.joints},
            positions=self._servos.positions(),
        )
        self._stage = CalibrationStage.SWEEP

    def _look(self) -> None:
        positions = self._servos.known_positions()
        self._findings.move(positions, is_sweep=self._stage is CalibrationStage.SWEEP)
        self._servos.require_all(positions)

    def _look_again(self) -> None:
        """After a pause: the same servos, limp, before anything they say is believed."""
        self._reconnect_if_lost()
        self._servos.positions()
        found = self._bus.read_calibration()
        for joint, held in self._findings.held.items():
            if found[joint] != held:
                raise CalibrationMismatch(device=self._family, joint=joint)
        self._bus.confirm_torque_off()
        self._look()

    def _reconnect_if_lost(self) -> None:
        if not self._bus.is_connected or isinstance(self._problem, PortLost):
            self._servos.reconnect()

    def _save(self) -> None:
        new = self._findings.new_calibration()
        counts = self._writer.counts(self._servos.positions(), self._findings.held, new)
        self._stage = CalibrationStage.SAVING
        self._is_written = True
        self._bus.confirm_torque_off()
        with self._writer.telling_of_servos(new):
            self._writer.write(new)
            self._writer.check_readings(self._servos.positions(), new, counts)
        everything = {**self._filed, **new} if self._is_alone else new
        everything = {joint: everything[joint] for joint in self._bus.motors}
        file_calibration(self._path, everything, self._now)
        self._bus.calibration = everything
        self._stage = CalibrationStage.SAVED

    def _restore(self) -> None:
        self._bus.confirm_torque_off()
        self._writer.write(self._findings.held)
        self._bus.calibration = dict(self._before)
        self._stage = CalibrationStage.CANCELLED

    # Small questions

    def _read_file(self) -> dict[str, MotorCalibration]:
        if not self._is_alone:
            with suppress(FileNotFoundError, WorkbenchError):  # it is to be replaced
                return load_calibration(self._path)
            return {}
        try:
            filed = load_calibration(self._path)
        except FileNotFoundError as error:
            raise CalibrationMissing(device=self._family) from error
        if not set(self._bus.motors) <= set(filed):
            raise CalibrationMissing(device=self._family)
        return filed

    def _require(self, *stages: CalibrationStage) -> None:
        if self._stage not in stages:
            raise SettingInvalid(
                setting="This step of the calibration", reason=f"it is at “{self._stage}” now"
            )

    def _require_joint(self, joint: str, known: Collection[str]) -> None:
        if joint not in known:
            raise UnknownChoice(kind=joint, known=", ".join(known))
