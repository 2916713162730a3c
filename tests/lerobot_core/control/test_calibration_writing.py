"""A calibration of any arm, from a box of servos to a file whose origin is known."""

import json
from datetime import UTC, datetime
from math import degrees
from pathlib import Path

import pytest
from twin_arms import KINDS, TwinArm, TwinArms

from lerobot_core.control.calibrate import ArmCalibration
from lerobot_core.control.calibration_state import CalibrationStage, CalibrationState
from lerobot_core.control.calibration_writing import file_calibration
from lerobot_core.errors import CalibrationNotSaved
from lerobot_core.motors.calibration import load_calibration
from lerobot_core.motors.provenance import fingerprint, provenance_of, was_edited
from lerobot_core.robots.arm import Arm
from lerobot_core.robots.robot import Robot
from lerobot_core.teleoperators.teleoperator import Teleoperator

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> TwinArms:
    bench = TwinArms(request.param, tmp_path)
    for path in tmp_path.glob("*.json"):
        path.unlink()
    return bench


def forget(twin: TwinArm) -> None:
    """New servos: in their place and with their ids, but never calibrated."""
    for joint in twin.joints:
        twin.put(joint, "Homing_Offset", 0)
        twin.put(joint, "Min_Position_Limit", 0)
        twin.put(joint, "Max_Position_Limit", 4095)
        if twin.is_dynamixel:
            twin.put(joint, "Drive_Mode", 0)
            twin.put(joint, "Operating_Mode", 3)


def swept(arm: Arm, twin: TwinArm) -> ArmCalibration:
    calibration = ArmCalibration.of_arm(arm)
    for joint in twin.joints.values():
        joint.angle_rad = 0.0
    calibration.release()
    for part in twin.twin.parts:
        for angle in (part.low_rad, 0.0, part.high_rad, 0.0):
            twin.joints[part.joint].angle_rad = angle
            calibration.poll()
    calibration.finish_sweep()
    if calibration.state.stage is CalibrationStage.SIGNS:
        calibration.finish_signs()
    return calibration


def saved(arm: Arm, twin: TwinArm) -> CalibrationState:
    state = swept(arm, twin).save()
    assert state.problem is None
    assert state.stage is CalibrationStage.SAVED
    return state


def test_every_arm_of_a_robot_gets_its_own_file_and_works(bench: TwinArms) -> None:
    for twin in bench.arms.values():
        forget(twin)
    devices: list[Robot | Teleoperator] = [bench.robot(), bench.teleoperator()]
    for device, twins in zip(devices, (bench.followers, bench.leaders), strict=True):
        device.connect(calibrate=False)
        for arm, twin in zip(device.arms.values(), twins, strict=True):
            saved(arm, twin)
            filed = load_calibration(arm.calibration_path)
            if twin.is_dynamixel:
                assert arm.bus.read_calibration() == filed
        device.disconnect()
    assert len(list(bench.folder.glob("*.json"))) == len(bench.arms)
    with bench.robot() as robot, bench.teleoperator() as leader:
        robot.enable_torque()
        for twin in bench.arms.values():
            twin.move_by_hand(wrist_flex=23)
        assert leader.get_action().keys() == robot.get_observation().keys()
        wrist = next(key for key in robot.action_features if "wrist_flex" in key)
        assert leader.get_action()[wrist] == pytest.approx(robot.get_observation()[wrist], abs=0.3)
        if bench.kind.endswith(("so100", "so101")):
            assert robot.get_observation()[wrist] == pytest.approx(23, abs=3)


def test_operating_modes_are_set_before_positions_are_believed(tmp_path: Path) -> None:
    bench = TwinArms("koch", tmp_path)
    twin = bench.arms["leader"]
    forget(twin)
    leader = bench.teleoperator()
    arm = leader.arms[""]
    arm.open()
    saved(arm, twin)
    assert [twin.get(joint, "Operating_Mode") for joint in twin.joints] == [4] * 5 + [5]
    assert twin.get("elbow_flex", "Drive_Mode") == 1
    filed = load_calibration(arm.calibration_path)
    assert [joint for joint, motor in filed.items() if motor.drive_mode] == ["elbow_flex"]
    arm.close()


@pytest.mark.parametrize("kind", ["so101", "koch"])
def test_one_joint_alone_keeps_what_values_mean(kind: str, tmp_path: Path) -> None:
    """Its servo was replaced: another horn place, nothing in it."""
    bench = TwinArms(kind, tmp_path)
    twin = bench.arms["leader"]
    leader = bench.teleoperator()
    leader.connect()
    twin.move_by_hand(wrist_flex=30)
    before = leader.get_action()
    leader.disconnect()

    twin.servo("wrist_flex").zero_ticks += 700
    twin.put("wrist_flex", "Homing_Offset", 0)
    part = twin.twin.part("wrist_flex")
    leader.connect(calibrate=False)
    calibration = ArmCalibration.of_arm(leader.arms[""], joint="wrist_flex")
    calibration.release()
    for angle in (part.low_rad, 0.0, part.high_rad, 0.0):
        twin.joints["wrist_flex"].angle_rad = angle
        calibration.poll()
    calibration.finish_sweep()
    assert calibration.save().problem is None
    leader.disconnect()
    twin.move_by_hand(wrist_flex=30)
    leader.connect()
    assert leader.get_action() == pytest.approx(before, abs=0.3)
    assert degrees(twin.joints["wrist_flex"].angle_rad) == pytest.approx(30)


def test_a_saved_file_is_upstreams_and_its_origin_is_known(tmp_path: Path) -> None:
    bench = TwinArms("so101", tmp_path)
    arm = bench.robot().arms[""]
    arm.open()
    saved(arm, bench.arms["follower"])
    text = arm.calibration_path.read_text()
    assert text.rstrip("\n") == json.dumps(json.loads(text), indent=4)
    assert list(json.loads(text)) == list(arm.motors)
    provenance = provenance_of(arm.calibration_path)
    assert provenance is not None
    assert provenance.origin == "calibrated"
    assert provenance.fingerprint == fingerprint(arm.bus.read_calibration())
    assert not was_edited(arm.calibration_path, provenance)
    arm.close()


def test_a_save_that_broke_off_says_what_was_written(tmp_path: Path) -> None:
    bench = TwinArms("so101", tmp_path)
    twin = bench.arms["follower"]
    forget(twin)
    arm = bench.robot().arms[""]
    arm.open()
    calibration = swept(arm, twin)
    before = arm.calibration_path.read_bytes()
    write = twin.link.write

    def unplug_at_the_third(data: bytes) -> None:
        if data[2] == 3 and data[4] == 3 and data[5] == 31:
            twin.chain.faults.unplugged.add(3)
        write(data)

    twin.link.write = unplug_at_the_third  # type: ignore[method-assign]
    problem = calibration.save().problem
    assert isinstance(problem, CalibrationNotSaved)
    assert "shoulder_pan, shoulder_lift were written" in str(problem)
    assert "elbow_flex, wrist_flex, wrist_roll, gripper were not" in str(problem)
    assert "Servo 3 does not answer" in str(problem)
    assert "Save again" in problem.hint
    assert arm.calibration_path.read_bytes() == before
    twin.link.write = write  # type: ignore[method-assign]
    twin.chain.faults.unplugged.clear()
    assert calibration.save().stage is CalibrationStage.SAVED
    arm.close()


def test_a_file_that_cannot_be_written_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "arm.json"
    path.mkdir()
    with pytest.raises(CalibrationNotSaved, match="the servos hold the new values, but the file"):
        file_calibration(path, {}, lambda: NOW)


@pytest.mark.expects_log("is not recorded")
def test_an_origin_that_cannot_be_recorded_does_not_spoil_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("LEROBOT_WORKBENCH_HOME", str(blocked))
    calibration = TwinArms("koch", tmp_path).arms["leader"].calibration
    file_calibration(tmp_path / "arm.json", calibration, lambda: NOW)
    assert load_calibration(tmp_path / "arm.json") == calibration
