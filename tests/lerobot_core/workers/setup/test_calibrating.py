"""An arm of a bench is calibrated through the set-up worker, and interrupted at every stage."""

from pathlib import Path
from typing import Any

import pytest
from setup_driver import SetupDriver, is_free

from lerobot_core.motors.calibration import load_calibration, save_calibration
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.twins import factory_calibration
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.protocol import (
    BeginCalibration,
    BeginMirror,
    CalibrationHeld,
    CalibrationNow,
    CalibrationStep,
    MirrorPose,
    PortDone,
    Problem,
    ReadCalibration,
    ScanArm,
    StopPort,
    WatchArm,
)

CHAIN = "left_leader"
PORT = f"sim://bi_so101/{CHAIN}"
FACTORY = factory_calibration("bi_so101", CHAIN)
JOINTS = list(FACTORY)


@pytest.fixture
def arm(tmp_path: Path) -> dict[str, Any]:
    """Its config, with a place of its own for the calibration file."""
    return {
        "type": "so101_leader",
        "port": PORT,
        "id": "left",
        "calibration_dir": str(tmp_path),
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "left.json"


class Operator:
    """Goes through a calibration step by step."""

    def __init__(self, worker: SetupDriver, bench: BenchClient, arm: dict[str, Any]) -> None:
        self.worker, self.bench, self.arm = worker, bench, arm

    def begin(self, joint: str = "") -> CalibrationNow:
        asked = BeginCalibration(self.arm, is_robot=False, joint=joint)
        return self.worker.ask(asked, CalibrationNow)

    def step(self, step: str, stage: str, joint: str = "", accept: Any = ()) -> CalibrationNow:
        mark = self.worker.story.mark()
        self.worker.send(CalibrationStep(step, joint, list(accept)))
        return self.worker.story.wait_for(
            CalibrationNow, lambda now: now.stage == stage, since=mark
        )

    def sweep(self, joint: str = "") -> CalibrationNow:
        wanted = [joint] if joint else JOINTS
        one = {"joint": joint} if joint else {}
        self.bench.command("sweep", chain=CHAIN, **one)
        return self.worker.story.wait_for(
            CalibrationNow,
            lambda now: (
                bool(now.sweeps)
                and all(now.sweeps[name].verdict == "plausible" for name in wanted)
                and all(
                    now.sweeps[name].is_full_turn
                    or now.sweeps[name].travel_deg > 0.98 * travel_deg(name)
                    for name in wanted
                )
            ),
        )

    def held(self) -> CalibrationHeld:
        return self.worker.ask(ReadCalibration(self.arm, is_robot=False), CalibrationHeld)


def travel_deg(joint: str) -> float:
    held = FACTORY[joint]
    return (held.range_max - held.range_min) * 360 / 4096


@pytest.fixture
def operator(worker: SetupDriver, two_so101: BenchClient, arm: dict[str, Any]) -> Operator:
    return Operator(worker, two_so101, arm)


def test_a_whole_calibration_is_written_to_servos_and_file(operator: Operator, file: Path) -> None:
    begun = operator.begin()
    assert (begun.stage, begun.joints, begun.path) == ("release", JOINTS, str(file))
    assert begun.volts == pytest.approx(7.4, abs=0.2)
    operator.step("release", "sweep")
    operator.sweep()
    signs = operator.step("finish_sweep", "signs").signs
    assert signs
    review = operator.step("finish_signs", "review")
    assert set(review.changes) == set(JOINTS)
    assert not file.exists()
    operator.step("save", "saved")
    operator.worker.wait_for_end_of("calibrate")
    saved = load_calibration(file)
    for joint, found in saved.items():
        wanted = FACTORY[joint]
        assert found.id == wanted.id
        if joint != "wrist_roll":  # it has no ends: its middle is where it was at the release
            assert found.range_max - found.range_min == pytest.approx(
                wanted.range_max - wanted.range_min,
                rel=0.02,  # sweeps are waited for so far
            )
    held = operator.held()
    assert {joint: value.homing_offset for joint, value in held.values.items()} == {
        joint: found.homing_offset for joint, found in saved.items()
    }
    assert held.address == PORT
    operator.worker.wait_for_end_of("recognize")
    pose = operator.worker.ask(BeginMirror(operator.arm, is_robot=False), MirrorPose)
    assert (set(pose.values), pose.stale, pose.address) == (set(JOINTS), [], PORT)
    operator.worker.send(StopPort(PORT))
    operator.worker.wait_for_end_of("mirror")
    assert is_free(PORT)


@pytest.mark.parametrize("stage", ["release", "sweep", "signs", "review"])
def test_a_calibration_that_is_ended_leaves_servos_and_file_as_they_were(
    stage: str, operator: Operator, file: Path
) -> None:
    operator.begin()
    if stage != "release":
        operator.step("release", "sweep")
    if stage in ("signs", "review"):
        operator.sweep()
        operator.step("finish_sweep", "signs")
    if stage == "review":
        operator.step("finish_signs", "review")
    operator.worker.send(StopPort(PORT))
    operator.worker.wait_for_end_of("calibrate")
    assert is_free(PORT)
    assert not file.exists()
    assert_holds_what_it_held(operator)


def assert_holds_what_it_held(operator: Operator) -> None:
    held = operator.held().values
    for joint, wanted in FACTORY.items():
        found = held[joint]
        assert (found.homing_offset, found.range_min, found.range_max) == (
            wanted.homing_offset,
            wanted.range_min,
            wanted.range_max,
        )


def test_a_live_look_does_not_end_it(operator: Operator) -> None:
    operator.begin()
    operator.step("release", "sweep")
    done = operator.worker.ask(WatchArm(PORT, "so101_leader"), PortDone)
    assert (done.address, done.doing) == (PORT, "watch")
    operator.step("cancel", "cancelled")
    operator.worker.wait_for_end_of("calibrate")


def test_cancelling_ends_it(operator: Operator) -> None:
    operator.begin()
    operator.step("release", "sweep")
    operator.step("cancel", "cancelled")
    operator.worker.wait_for_end_of("calibrate")
    assert_holds_what_it_held(operator)


def test_when_the_window_vanishes_in_mid_calibration_nothing_has_changed(
    two_so101: BenchClient, arm: dict[str, Any], file: Path
) -> None:
    with SetupDriver() as worker:
        operator = Operator(worker, two_so101, arm)
        operator.begin()
        operator.step("release", "sweep")
        worker.close_commands()
        worker.join()
    assert is_free(PORT)
    assert not file.exists()
    with SetupDriver() as worker:
        assert_holds_what_it_held(Operator(worker, two_so101, arm))


def test_a_servo_that_is_unplugged_pauses_it_until_it_is_back(operator: Operator) -> None:
    operator.begin()
    operator.step("release", "sweep")
    operator.bench.command("unplug", chain=CHAIN, servo=4)
    paused = operator.worker.story.wait_for(CalibrationNow, lambda now: bool(now.problem_code))
    assert paused.problem_code == "servos_missing"
    assert "wrist_flex" in str(paused.problem_facts["missing"])
    mark = operator.worker.story.mark()
    operator.bench.command("plug", chain=CHAIN, servo=4)
    going_on = operator.worker.story.wait_for(
        CalibrationNow, lambda now: not now.problem_code, since=mark
    )
    assert going_on.stage == "sweep"


def test_an_adapter_that_comes_back_is_taken_up_again(operator: Operator) -> None:
    operator.begin()
    operator.step("release", "sweep")
    operator.bench.command("unplug_adapter", chain=CHAIN)
    operator.worker.story.wait_for(CalibrationNow, lambda now: bool(now.problem_code))
    mark = operator.worker.story.mark()
    operator.bench.command("plug_adapter", chain=CHAIN)
    operator.worker.story.wait_for(
        CalibrationNow, lambda now: now.stage == "sweep" and not now.problem_code, since=mark
    )


def test_steps_that_are_not_possible_now_are_told_and_it_goes_on(operator: Operator) -> None:
    operator.begin()
    for step, code in {
        "save": "setting_invalid",
        "dance": "setting_invalid",
        "take_middle": "setting_invalid",
    }.items():
        assert operator.worker.problem(CalibrationStep(step)).code == code
    operator.step("release", "sweep")
    for step, joint, code in (
        ("sweep_again", "knee", "unknown_choice"),
        ("take_middle", "elbow_flex", "setting_invalid"),
        ("take_middle", "knee", "setting_invalid"),
        ("finish_sweep", "", "setting_invalid"),
        ("check_sign", "gripper", "setting_invalid"),
    ):
        assert operator.worker.problem(CalibrationStep(step, joint)).code == code, step
    operator.step("cancel", "cancelled")


def test_one_joint_alone_keeps_the_others(operator: Operator, file: Path) -> None:
    save_calibration(file, FACTORY)
    begun = operator.begin("gripper")
    assert begun.joints == ["gripper"]
    operator.step("release", "sweep")
    operator.sweep("gripper")
    operator.step("finish_sweep", "review")
    operator.step("save", "saved")
    saved = load_calibration(file)
    assert {joint: saved[joint] for joint in JOINTS if joint != "gripper"} == {
        joint: FACTORY[joint] for joint in JOINTS if joint != "gripper"
    }


@pytest.mark.parametrize(
    ("changes", "joint", "code"),
    [
        ({"type": "cobra"}, "", "unknown_choice"),
        ({"type": "so101_follower"}, "", "unknown_choice"),
        ({}, "knee", "unknown_choice"),
        ({}, "gripper", "calibration_missing"),
        ({"port": "sim://bi_so101/third"}, "", "port_not_found"),
        ({"port": "/dev/no-such-port"}, "", "port_not_found"),
        ({"speed": 3}, "", "setting_invalid"),
    ],
)
def test_an_arm_that_cannot_be_calibrated_is_a_problem(
    changes: dict[str, Any], joint: str, code: str, operator: Operator
) -> None:
    operator.arm = {**operator.arm, **changes}
    asked = BeginCalibration(operator.arm, is_robot=False, joint=joint)
    assert operator.worker.problem(asked).code == code


def test_configs_that_are_none_are_problems(worker: SetupDriver) -> None:
    for config in ({}, {"type": 3}, {"port": PORT}):
        for command in (
            BeginCalibration(config, is_robot=True),
            BeginMirror(config, is_robot=False),
            ReadCalibration(config, is_robot=False, side="left"),
        ):
            assert worker.problem(command).code in ("unknown_choice", "setting_invalid")


def test_a_wrong_supply_voltage_is_refused(operator: Operator) -> None:
    operator.bench.command("voltage", chain=CHAIN, volts=12)
    problem = operator.worker.problem(BeginCalibration(operator.arm, is_robot=False))
    assert problem.code == "supply_voltage_wrong"
    assert problem.device == PORT


def test_an_arm_of_a_session_is_left_alone(operator: Operator) -> None:
    with Lease(PORT):
        problem = operator.worker.problem(BeginCalibration(operator.arm, is_robot=False))
        assert problem.code == "device_in_use"
        assert not is_free(PORT)


def test_an_arm_without_or_with_another_calibration_is_not_mirrored(
    operator: Operator, file: Path
) -> None:
    asked = BeginMirror(operator.arm, is_robot=False)
    assert operator.worker.problem(asked).code == "calibration_missing"
    other = factory_calibration("bi_so101", "right_leader")
    save_calibration(file, other)
    assert operator.worker.problem(asked).code == "calibration_mismatch"
    assert operator.worker.story.of(MirrorPose) == []


def test_a_mirror_follows_and_names_a_servo_that_is_silent(operator: Operator, file: Path) -> None:
    save_calibration(file, FACTORY)
    worker = operator.worker
    worker.ask(BeginMirror(operator.arm, is_robot=False), MirrorPose)
    operator.bench.command("move_joint", chain=CHAIN, joint="shoulder_pan", degrees=30)
    worker.story.wait_for(MirrorPose, lambda pose: pose.values["shoulder_pan"] > 28)
    operator.bench.command("unplug", chain=CHAIN, servo=1)
    worker.story.wait_for(MirrorPose, lambda pose: pose.stale == ["shoulder_pan"])
    worker.send(ScanArm(PORT, "so101_leader"))
    worker.wait_for_end_of("mirror")
    worker.send(StopPort(""))
    worker.wait_for_end_of("scan")
    assert worker.story.of(Problem) == []
