"""A sample of the fault matrix; all of it is run by ``python -m benchmarks.faults``."""

from pathlib import Path

import pytest

from benchmarks.fault_bench import JOINTS
from benchmarks.fault_cases import run_case
from benchmarks.fault_kinds import FAULTS
from benchmarks.fault_list import PHASES, Case, all_cases, sample
from benchmarks.fault_rig import RIGS, FaultRig
from benchmarks.fault_watch import Watch
from benchmarks.faults import summary

SEED = 3
EVERYTHING = [case for robot in RIGS for case in all_cases(robot, SEED)]
SAMPLE = sample(EVERYTHING, 18, SEED)
ONCE_WRONG = [
    Case("so101", "slow", "follower", "shoulder_pan", "idle"),
    Case("so101", "slow", "leader", "shoulder_pan", "idle"),
    Case("koch", "delayed", "follower", "gripper", "idle"),
    Case("koch", "delayed", "leader", "elbow_flex", "idle"),
    Case("koch", "cable cut", "follower", "shoulder_pan", "engaging"),
    Case("bi_so101", "delayed", "follower", "shoulder_pan", "idle"),
]
PAIRS = [robot for robot, rig in RIGS.items() if len(rig.followers) > 1]

pytestmark = pytest.mark.expects_log("")  # what the loop says of faults


@pytest.mark.parametrize("case", [*SAMPLE, *ONCE_WRONG], ids=str)
def test_no_jump_no_silent_stall_and_the_servo_is_named(case: Case, tmp_path: Path) -> None:
    assert run_case(case, tmp_path).wrong == []


def test_the_sample_has_something_of_everything() -> None:
    assert {case.fault for case in SAMPLE} == set(FAULTS)
    assert {case.phase for case in SAMPLE} == set(PHASES)
    assert {case.joint for case in SAMPLE} == set(JOINTS)
    assert {case.robot for case in SAMPLE} == set(RIGS)


def test_every_servo_meets_every_fault_in_every_phase() -> None:
    of_servos = [name for name, fault in FAULTS.items() if not fault.whole_arm]
    cases = {(case.robot, case.fault, case.joint, case.phase) for case in EVERYTHING}
    for robot in set(RIGS) - set(PAIRS):
        for phase in PHASES:
            assert {
                (robot, fault, joint, phase) for fault in of_servos for joint in JOINTS
            } <= cases


def test_a_pair_meets_every_fault_in_its_left_arm_in_every_phase() -> None:
    cases = {(case.robot, case.fault, case.phase) for case in EVERYTHING}
    for robot in PAIRS:
        assert {(robot, fault, phase) for fault in FAULTS for phase in PHASES} <= cases
        assert {case.side for case in EVERYTHING if case.robot == robot} == {"left"}


def test_the_right_arm_is_watched_while_the_left_is_struck(tmp_path: Path) -> None:
    rig = FaultRig(RIGS["bi_so101"], tmp_path)
    watch = Watch(rig)
    with watch.operator_engages():
        rig.robot.enable_torque()
    rig.robot.arms["right"].bus.sync_write("Goal_Position", {"shoulder_pan": 60.0})
    rig.time.move_to(rig.time.now() + 0.5)
    assert watch.wrong[0].startswith("the goal of right_shoulder_pan jumped by")
    assert watch.wrong[1] == "right_shoulder_pan jumped"


def test_a_failed_case_is_counted(tmp_path: Path) -> None:
    outcome = run_case(Case("so101", "stale goal", "follower", "gripper", "idle"), tmp_path)
    assert summary("so101", 0, [outcome], 1.0)["failed"] == []
    outcome.wrong.append("something")
    assert summary("so101", 0, [outcome], 1.0)["failed"] == [str(outcome.case)]


# What is watched for is seen


@pytest.fixture
def rig(tmp_path: Path) -> FaultRig:
    return FaultRig(RIGS["so101"], tmp_path)


def test_a_goal_far_away_is_seen_and_so_is_the_jump(rig: FaultRig) -> None:
    watch = Watch(rig)
    rig.robot.enable_torque()
    rig.robot.arms[""].bus.sync_write("Goal_Position", {"shoulder_pan": 60.0})
    rig.time.move_to(rig.time.now() + 0.5)
    assert watch.wrong[0].startswith("the goal of shoulder_pan jumped by")
    assert watch.wrong[1] == "shoulder_pan jumped"


def test_torque_with_an_old_goal_is_seen(rig: FaultRig) -> None:
    watch = Watch(rig)
    rig.follower.servo("wrist_roll").memory.set("Goal_Position", 100)
    rig.robot.arms[""].bus.enable_torque(["wrist_roll"])
    assert watch.wrong[0].startswith("wrist_roll got torque with its goal")


def test_an_arm_that_is_let_fall_is_seen(rig: FaultRig) -> None:
    watch = Watch(rig)
    with watch.operator_engages():
        rig.robot.enable_torque()
    rig.robot.release()
    assert "elbow_flex was let fall" in watch.wrong


def test_a_reading_that_is_anothers_is_seen(rig: FaultRig) -> None:
    watch = Watch(rig)
    rig.loop.observers.append(watch)
    rig.loop.tick(rig.time.now())
    assert watch.wrong == []
    rig.follower.servo("gripper").plant.angle_rad += 0.5
    assert rig.loop.newest is not None
    watch.on_tick(rig.loop.newest)
    assert watch.wrong == ["follower gripper was read as another's"]
