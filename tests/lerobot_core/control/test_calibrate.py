"""Calibrations by virtual hands, at byte level: new servos, calibrated ones, and trouble."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import degrees
from pathlib import Path

import pytest
from simulated_arms import SpyLink

from lerobot_core.control.calibrate import ArmCalibration
from lerobot_core.control.calibration_state import CalibrationStage, CalibrationState, Direction
from lerobot_core.errors import (
    CalibrationMismatch,
    CalibrationMissing,
    DeviceError,
    PortLost,
    ServosMissing,
    SettingInvalid,
    TorqueNotOff,
    UnknownChoice,
)
from lerobot_core.motors.calibration import MotorCalibration, load_calibration, save_calibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.travel import Verdict
from lerobot_core.robots.so_arm import SO_MOTORS, so_motors
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.sim.so101 import RANGES_RAD, factory_calibration, zero_ticks

TICK_DEG = 360 / 4096
STEP_RAD = 0.3  # between two polls


class HandMovedArm:
    """A follower whose joints are moved by hand, and the bus to it."""

    def __init__(self, *, zeros: Mapping[str, int] | None = None, direction: int = 1) -> None:
        self.joints = {name: HandJoint() for name in SO_MOTORS}
        self.zeros = zeros or {name: zero_ticks("follower", name) for name in SO_MOTORS}
        self.chain = ServoChain(
            [
                SimulatedServo(
                    number, self.joints[name], zero_ticks=self.zeros[name], direction=direction
                )
                for name, number in SO_MOTORS.items()
            ]
        )
        self.link = SpyLink(self.chain)

    def connect(self, *, use_degrees: bool = True) -> FeetechMotorsBus:
        bus = FeetechMotorsBus(
            "sim://test/chain",
            so_motors(use_degrees),
            opener=lambda *_: self.link.reopen(),
            clock=self.link.now,
        )
        bus.connect()
        return bus

    def held(self) -> dict[str, MotorCalibration]:
        """What the servos keep, also without power."""
        self.chain.power_cycle()
        bus = self.connect()
        held = bus.read_calibration()
        bus.disconnect(disable_torque=False)
        return held

    def sweep(self, calibration: ArmCalibration, *names: str) -> CalibrationState:
        """Every joint from stop to stop and back to where it was."""
        for name in names or calibration.joints:
            joint = self.joints[name]
            back = joint.angle_rad
            for end in (*RANGES_RAD[name], back):
                while abs(end - joint.angle_rad) > STEP_RAD:
                    joint.angle_rad += STEP_RAD if end > joint.angle_rad else -STEP_RAD
                    calibration.poll()
                joint.angle_rad = end
                calibration.poll()
        return calibration.state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "robots" / "so_follower" / "blue.json"


def whole_calibration(arm: HandMovedArm, path: Path, **settings: bool) -> CalibrationState:
    calibration = ArmCalibration(arm.connect(**settings), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    assert calibration.finish_sweep().stage is CalibrationStage.SIGNS
    calibration.finish_signs()
    return calibration.save()


def check_angles(arm: HandMovedArm, path: Path, allowed_ticks: float = 2.0) -> None:
    """With the file, degrees are the joints' true angles, and percent the gripper's opening."""
    assert {
        name: replace(motor, drive_mode=0) for name, motor in load_calibration(path).items()
    } == arm.held()
    bus = arm.connect()
    bus.calibration = load_calibration(path)
    for share in (0.05, 0.5, 0.8):
        for name, joint in arm.joints.items():
            low, high = RANGES_RAD[name]
            joint.angle_rad = low + share * (high - low)
        said = bus.sync_read("Present_Position")
        for name, joint in arm.joints.items():
            if name == "gripper":
                assert said[name] == pytest.approx(100 * share, abs=0.2)
                continue
            middle = 0.0 if name == "wrist_roll" else sum(RANGES_RAD[name]) / 2
            true_deg = degrees(joint.angle_rad - middle)
            assert abs(said[name] - true_deg) <= allowed_ticks * TICK_DEG, name


# The whole way


def test_new_servos_become_a_calibrated_arm(path: Path) -> None:
    arm = HandMovedArm()
    state = whole_calibration(arm, path)
    assert state.problem is None
    assert state.stage is CalibrationStage.SAVED
    check_angles(arm, path)
    for name, motor in load_calibration(path).items():
        factory = factory_calibration("follower")[name]
        assert abs(motor.homing_offset - factory.homing_offset) <= 2
        assert abs(motor.range_min - factory.range_min) <= 2
        assert abs(motor.range_max - factory.range_max) <= 2


def test_an_arm_that_holds_another_calibration_is_calibrated_the_same(path: Path) -> None:
    fresh, used = HandMovedArm(), HandMovedArm()
    bus = used.connect()
    bus.write_calibration(
        {
            name: MotorCalibration(motor.id, 0, 333 * motor.id - 1500, 100, 3000)
            for name, motor in bus.motors.items()
        }
    )
    bus.disconnect()
    whole_calibration(fresh, path)
    from_fresh = load_calibration(path)
    whole_calibration(used, path)
    assert load_calibration(path) == from_fresh
    check_angles(used, path)


@pytest.mark.parametrize("zero", [0, 1, 1023, 2047, 2048, 3000, 4094, 4095])
def test_wherever_the_seam_is_the_angles_are_right(path: Path, zero: int) -> None:
    arm = HandMovedArm(zeros=dict.fromkeys(SO_MOTORS, zero))
    whole_calibration(arm, path)
    check_angles(arm, path)


def test_until_it_is_saved_only_torque_is_written(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    arm.link.packets.clear()
    calibration.release()
    arm.sweep(calibration)
    calibration.finish_sweep()
    calibration.finish_signs()
    written = {packet.address for packet in arm.link.packets if packet.code in (0x03, 0x83)}
    assert written == {40, 55}  # Torque_Enable, Lock
    assert not path.exists()


def test_the_sweep_is_shown_while_it_goes_on(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    assert calibration.state.sweeps is None
    calibration.release()
    arm.joints["elbow_flex"].angle_rad = 0.5
    sweeps = calibration.poll().sweeps
    assert sweeps is not None
    assert sweeps["elbow_flex"].travel_deg == pytest.approx(degrees(0.5), abs=2 * TICK_DEG)
    assert sweeps["elbow_flex"].verdict is Verdict.TOO_SMALL
    assert sweeps["wrist_roll"].is_full_turn
    arm.sweep(calibration, "elbow_flex")
    sweeps = calibration.state.sweeps
    assert sweeps is not None
    assert sweeps["elbow_flex"].verdict is Verdict.PLAUSIBLE


def test_a_joint_that_was_hardly_moved_is_named_and_can_be_accepted(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration, *[name for name in SO_MOTORS if name != "wrist_flex"])
    with pytest.raises(SettingInvalid, match="wrist_flex"):
        calibration.finish_sweep(accept=["wrist_flex"])  # not moved at all: impossible
    arm.joints["wrist_flex"].angle_rad = 0.4
    calibration.poll()
    with pytest.raises(SettingInvalid, match="23 degrees are too few"):
        calibration.finish_sweep()
    assert calibration.finish_sweep(accept=["wrist_flex"]).stage is CalibrationStage.SIGNS


def test_a_joint_is_swept_again(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    calibration.finish_sweep()
    state = calibration.sweep_again("shoulder_pan")
    assert state.stage is CalibrationStage.SWEEP
    assert state.sweeps is not None
    assert state.sweeps["shoulder_pan"].travel.span == 0
    assert state.sweeps["gripper"].travel.span > 0
    with pytest.raises(UnknownChoice):
        calibration.sweep_again("knee")


def test_the_middle_of_a_full_turn_joint_can_be_taken_later(path: Path) -> None:
    arm = HandMovedArm()
    arm.joints["wrist_roll"].angle_rad = 2.5
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    with pytest.raises(SettingInvalid, match="middle"):
        calibration.finish_sweep()  # the seam would be in the way
    arm.joints["wrist_roll"].angle_rad = 0.0
    calibration.poll()
    calibration.take_middle("wrist_roll")
    with pytest.raises(SettingInvalid):
        calibration.take_middle("elbow_flex")
    calibration.finish_sweep()
    calibration.finish_signs()
    calibration.save()
    check_angles(arm, path)


def test_steps_out_of_turn_are_refused(path: Path) -> None:
    calibration = ArmCalibration(HandMovedArm().connect(), "so_follower", path)
    for step in (calibration.save, calibration.finish_sweep, calibration.finish_signs):
        with pytest.raises(SettingInvalid):
            step()
    assert calibration.poll().stage is CalibrationStage.RELEASE


# Directions


def check_direction(calibration: ArmCalibration, arm: HandMovedArm, name: str) -> Direction:
    assert calibration.check_sign(name).checking == name
    for _ in range(10):
        arm.joints[name].angle_rad += 0.03
        state = calibration.poll()
    assert state.checking is None
    assert state.signs is not None
    return state.signs[name].found


@pytest.mark.parametrize(
    ("direction", "found"), [(1, Direction.AS_NAMED), (-1, Direction.INVERTED)]
)
def test_a_joint_moved_as_named_tells_how_it_is_built(
    path: Path, direction: int, found: Direction
) -> None:
    arm = HandMovedArm(direction=direction)
    calibration = ArmCalibration(arm.connect(use_degrees=False), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    signs = calibration.finish_sweep().signs
    assert signs is not None
    assert all(sign.can_be_corrected for sign in signs.values())
    assert "right" in signs["shoulder_pan"].words
    for name in SO_MOTORS:
        assert check_direction(calibration, arm, name) is found
    calibration.finish_signs()
    assert calibration.save().problem is None
    filed = load_calibration(path)
    assert {motor.drive_mode for motor in filed.values()} == {int(direction < 0)}
    bus = arm.connect(use_degrees=False)
    bus.calibration = filed
    for share in (0.1, 0.7):
        for name, joint in arm.joints.items():
            low, high = RANGES_RAD[name]
            joint.angle_rad = low + share * (high - low)
        said = bus.sync_read("Present_Position")
        assert said.pop("gripper") == pytest.approx(100 * share, abs=0.2)
        del said["wrist_roll"]  # percent of the whole turn
        assert said == pytest.approx(dict.fromkeys(said, 200 * share - 100), abs=0.3)


def test_degrees_of_feetech_servos_cannot_be_turned_round_and_that_is_said(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    signs = calibration.finish_sweep().signs
    assert signs is not None
    assert not signs["shoulder_pan"].can_be_corrected
    assert signs["gripper"].can_be_corrected


# One joint alone


@pytest.fixture
def calibrated(path: Path) -> HandMovedArm:
    arm = HandMovedArm()
    whole_calibration(arm, path)
    return arm


def test_one_joint_keeps_the_frame_and_leaves_the_others_alone(
    calibrated: HandMovedArm, path: Path
) -> None:
    before = load_calibration(path)
    calibration = ArmCalibration(calibrated.connect(), "so_follower", path, joint="elbow_flex")
    calibration.release()
    calibrated.sweep(calibration)
    calibrated.joints["elbow_flex"].angle_rad = 2.0  # a stop was filed away
    calibration.poll()
    calibrated.joints["elbow_flex"].angle_rad = 0.0
    state = calibration.finish_sweep()
    assert state.stage is CalibrationStage.REVIEW
    assert state.changes is not None
    assert state.changes["elbow_flex"].value_change == (1.0, 0.0)
    calibrated.link.packets.clear()
    assert calibration.save().stage is CalibrationStage.SAVED
    written = {
        packet.servo_id
        for packet in calibrated.link.packets
        if packet.code == 0x03 and packet.address == 31
    }
    assert written == {3}
    after = load_calibration(path)
    assert {name for name in after if after[name] != before[name]} == {"elbow_flex"}
    check_angles(calibrated, path)


def test_a_new_servo_in_an_old_joint_means_the_same_poses(
    calibrated: HandMovedArm, path: Path
) -> None:
    other = HandMovedArm(zeros={**calibrated.zeros, "shoulder_lift": 777})
    bus = other.connect()
    before = load_calibration(path)
    bus.write_calibration({name: before[name] for name in before if name != "shoulder_lift"})
    bus.disconnect()
    calibration = ArmCalibration(other.connect(), "so_follower", path, joint="shoulder_lift")
    calibration.release()
    other.sweep(calibration)
    state = calibration.finish_sweep()
    assert state.changes is not None
    scale, shift = state.changes["shoulder_lift"].value_change or (0, 0)
    assert scale == 1.0
    assert abs(shift) <= TICK_DEG
    calibration.save()
    check_angles(other, path)


def test_a_full_turn_joint_alone_keeps_its_zero_unless_told_otherwise(
    calibrated: HandMovedArm, path: Path
) -> None:
    before = load_calibration(path)["wrist_roll"]
    calibrated.joints["wrist_roll"].angle_rad = 0.4
    calibration = ArmCalibration(calibrated.connect(), "so_follower", path, joint="wrist_roll")
    calibration.release()
    changes = calibration.finish_sweep().changes
    assert changes is not None
    assert changes["wrist_roll"].new == before
    calibration.sweep_again("wrist_roll")
    calibration.take_middle("wrist_roll")
    changes = calibration.finish_sweep().changes
    assert changes is not None
    assert changes["wrist_roll"].new.homing_offset - before.homing_offset == pytest.approx(
        0.4 / 6.2832 * 4096, abs=2
    )


def test_one_joint_needs_a_file_for_the_others(path: Path) -> None:
    bus = HandMovedArm().connect()
    with pytest.raises(CalibrationMissing):
        ArmCalibration(bus, "so_follower", path, joint="gripper")
    save_calibration(path, {"gripper": MotorCalibration(6, 0, 0, 0, 4095)})
    with pytest.raises(CalibrationMissing):
        ArmCalibration(bus, "so_follower", path, joint="gripper")
    with pytest.raises(UnknownChoice):
        ArmCalibration(bus, "so_follower", path, joint="knee")


# Trouble


def test_torque_that_stays_on_begins_no_sweep(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    arm.chain.faults.unplugged.add(4)
    state = calibration.release()
    assert isinstance(state.problem, TorqueNotOff)
    assert state.stage is CalibrationStage.RELEASE
    arm.chain.faults.unplugged.discard(4)
    assert calibration.release().stage is CalibrationStage.SWEEP


def test_a_lost_servo_pauses_and_counting_goes_on_after_the_replug(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration, "shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex")
    arm.joints["gripper"].angle_rad = 1.0
    before = calibration.poll().sweeps
    arm.chain.faults.unplugged.add(6)
    state = calibration.poll()
    assert isinstance(state.problem, ServosMissing)
    assert "gripper (servo 6)" in str(state.problem)
    assert state.sweeps == before
    arm.chain.faults.unplugged.discard(6)
    assert calibration.poll().problem is None
    arm.sweep(calibration, "gripper", "wrist_roll")
    calibration.finish_sweep()
    calibration.finish_signs()
    assert calibration.save().stage is CalibrationStage.SAVED
    check_angles(arm, path)


def test_a_lost_adapter_is_opened_again(path: Path) -> None:
    arm = HandMovedArm()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    arm.chain.faults.adapter_gone = True
    for _ in range(3):
        assert isinstance(calibration.poll().problem, PortLost)
    arm.chain.faults.adapter_gone = False
    assert calibration.poll().problem is None
    assert calibration.finish_sweep().stage is CalibrationStage.SIGNS


def test_another_arm_in_the_pause_is_noticed(path: Path) -> None:
    arm, other = HandMovedArm(), HandMovedArm()
    bus = other.connect()
    bus.write_calibration(factory_calibration("leader"))
    bus.disconnect()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.chain.faults.adapter_gone = True
    calibration.poll()
    arm.link = other.link
    assert isinstance(calibration.poll().problem, CalibrationMismatch)


@pytest.mark.parametrize("lost", [1, 3, 6])
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_servo_lost_while_saving(path: Path, lost: int, is_cancelled: bool) -> None:
    arm = HandMovedArm()
    virgin = arm.held()
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    calibration.finish_sweep()
    calibration.finish_signs()
    arm.link.lose = {(0x03, 11)}  # offsets and lower limits arrive, upper limits do not
    state = calibration.save()
    assert state.stage is CalibrationStage.SAVING
    assert isinstance(state.problem, DeviceError)
    assert not path.exists()
    arm.link.lose = set()
    arm.chain.faults.unplugged.add(lost)
    again = calibration.cancel if is_cancelled else calibration.save
    assert again().problem is not None
    arm.chain.faults.unplugged.discard(lost)
    state = again()
    assert state.problem is None
    if is_cancelled:
        assert state.stage is CalibrationStage.CANCELLED
        assert arm.held() == virgin
        assert not path.exists()
    else:
        assert state.stage is CalibrationStage.SAVED
        check_angles(arm, path)


@pytest.mark.parametrize("at", list(CalibrationStage)[:4])
def test_cancelling_leaves_servos_and_file_as_they_were(
    calibrated: HandMovedArm, path: Path, at: CalibrationStage
) -> None:
    before, file = calibrated.held(), path.read_bytes()
    calibration = ArmCalibration(calibrated.connect(), "so_follower", path)
    steps = {
        CalibrationStage.SWEEP: calibration.release,
        CalibrationStage.SIGNS: partial(_sweep_all, calibrated, calibration),
        CalibrationStage.REVIEW: calibration.finish_signs,
    }
    for stage, step in steps.items():
        if calibration.state.stage is at:
            break
        assert step().stage is stage
    assert calibration.cancel().stage is CalibrationStage.CANCELLED
    assert calibration.cancel().stage is CalibrationStage.CANCELLED
    assert (calibrated.held(), path.read_bytes()) == (before, file)


def _sweep_all(arm: HandMovedArm, calibration: ArmCalibration) -> CalibrationState:
    arm.sweep(calibration)
    return calibration.finish_sweep()


def test_a_file_that_cannot_be_written_can_still_be_cancelled(path: Path) -> None:
    arm = HandMovedArm()
    virgin = arm.held()
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("a file where the folder should be")
    state = whole_calibration_at_review(arm, path).save()
    assert state.stage is CalibrationStage.SAVING
    assert "cannot be written" in str(state.problem)
    path.parent.unlink()
    calibration = whole_calibration_at_review(arm, path)
    calibration.save()
    assert load_calibration(path)
    arm = HandMovedArm()
    path.unlink()
    path.mkdir()
    calibration = whole_calibration_at_review(arm, path)
    assert calibration.save().problem is not None
    assert calibration.cancel().stage is CalibrationStage.CANCELLED
    assert arm.held() == virgin


def whole_calibration_at_review(arm: HandMovedArm, path: Path) -> ArmCalibration:
    calibration = ArmCalibration(arm.connect(), "so_follower", path)
    calibration.release()
    arm.sweep(calibration)
    calibration.finish_sweep()
    calibration.finish_signs()
    return calibration


def test_a_joint_moved_while_it_is_saved_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm = HandMovedArm()
    calibration = whole_calibration_at_review(arm, path)
    write = FeetechMotorsBus.write_calibration

    def write_while_moved(bus: FeetechMotorsBus, values: dict[str, MotorCalibration]) -> None:
        write(bus, values)
        arm.joints["wrist_flex"].angle_rad += 0.5

    monkeypatch.setattr(FeetechMotorsBus, "write_calibration", write_while_moved)
    state = calibration.save()
    assert "wrist_flex (servo 4)" in str(state.problem)
    assert not path.exists()
