"""The set-up worker tells which calibration an arm holds, whatever its file is like."""

import pytest
from setup_driver import SetupDriver, is_free

from lerobot_core.control.calibration_use import arm_calibrations
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.motors.provenance import fingerprint
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.twins import factory_calibration
from lerobot_core.workers.protocol import (
    BeginCalibration,
    BeginMirror,
    CalibrationHeld,
    CalibrationNow,
    MirrorPose,
    Problem,
    ReadCalibration,
    StopPort,
)

ADDRESS = "sim://bi_so101/left_follower"
ROBOT = virtual_rig("bi_so101").robot.to_dict()


@pytest.mark.usefixtures("two_so101")
def test_the_fingerprint_is_that_of_the_arms_file(worker: SetupDriver) -> None:
    held = worker.ask(ReadCalibration(ROBOT, True, "left"), CalibrationHeld)
    expected = factory_calibration("bi_so101", "left_follower")
    assert held.address == ADDRESS
    assert held.fingerprint == fingerprint(expected)
    assert held.values["elbow_flex"].range_min == expected["elbow_flex"].range_min
    worker.wait_for_end_of("recognize")
    assert is_free(ADDRESS)


@pytest.mark.usefixtures("two_so101")
def test_a_damaged_file_keeps_no_arm_from_being_read_or_calibrated(worker: SetupDriver) -> None:
    rig = virtual_rig("bi_so101")
    path = arm_calibrations(rig)["left_follower"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{", encoding="utf-8")
    robot = rig.robot.to_dict()
    assert worker.ask(ReadCalibration(robot, True, "left"), CalibrationHeld).values
    assert worker.ask(BeginCalibration(robot, True, "left"), CalibrationNow).stage == "release"
    assert path.read_text(encoding="utf-8") == "{"


def test_a_silent_servo_is_a_problem(worker: SetupDriver, two_so101: BenchClient) -> None:
    two_so101.command("unplug", chain="left_follower", servo=4)
    assert worker.problem(ReadCalibration(ROBOT, True, "left")).device == ADDRESS
    worker.wait_for_end_of("recognize")
    assert is_free(ADDRESS)


@pytest.mark.usefixtures("two_so101")
def test_poses_of_two_arms_are_told_apart(worker: SetupDriver) -> None:
    install_virtual_calibrations()
    robot = virtual_rig("bi_so101").robot.to_dict()
    for side in ("left", "right"):
        worker.send(BeginMirror(robot, True, side))
    for side in ("left", "right"):
        address = f"sim://bi_so101/{side}_follower"
        pose = worker.story.wait_for(MirrorPose, lambda pose, at=address: pose.address == at)
        assert set(pose.radians) == set(pose.values) - {"gripper"}
    worker.send(StopPort())
    worker.wait_for_end_of("mirror")
    assert not worker.story.of(Problem)
