"""The public lerobot package and ours drive the same arms with the same calibrations.

Both reach a virtual bench over its pseudo-terminals, as they would reach an arm over USB. The
reference lives in an environment of its own: give its interpreter in LEROBOT_REFERENCE_PYTHON.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bench_hands import BenchHands
from reference_cases import FOLLOWERS, ID, LEADERS, ArmCase
from reference_lerobot import PYTHON, SKIP, Reference

from lerobot_core.control.calibrate import ArmCalibration
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.motors.calibration import load_calibration, save_calibration
from lerobot_core.robots.robot import Robot
from lerobot_core.sim.client import BenchClient

pytestmark = [
    pytest.mark.skipif(not PYTHON, reason=SKIP),
    pytest.mark.timeout(400),  # hands need their time: a bench over a terminal is in real time
]
followers = pytest.mark.parametrize("arm", FOLLOWERS, ids=lambda arm: arm.kind)
leaders = pytest.mark.parametrize("arm", LEADERS, ids=lambda arm: arm.kind)
arms = pytest.mark.parametrize("arm", [*FOLLOWERS, *LEADERS], ids=lambda arm: arm.kind)


@contextmanager
def bench_of(arm: ArmCase) -> Iterator[tuple[str, BenchHands]]:
    """The port of the arm, and hands that move it."""
    bench = f"{arm.bench}-reference"
    command = [sys.executable, "-m", "lerobot_core.sim", "--pty", "--bench", bench]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        client = BenchClient(bench)
        try:
            ports = json.loads(process.stdout.readline())
            yield ports[arm.chain], BenchHands(client, arm.chain)
        finally:
            client.close()
            process.stdin.close()
            process.wait(20)


def opened(reference: Reference, arm: ArmCase, port: str, folder: Path) -> Path:
    """Tell the reference which arm; where it keeps that arm's calibration."""
    told = reference.ask("open", kind=arm.kind, port=port, id=ID, folder=str(folder))
    return Path(told["calibration_file"])


def their_angles(reference: Reference, arm: ArmCase, port: str, folder: Path) -> dict[str, float]:
    """Where lerobot says that the joints are; its follower has moved them, and stays in torque."""
    opened(reference, arm, port, folder)
    assert reference.ask("connect")["is_calibrated"]
    if arm.follows:
        reference.ask("move", targets=arm.targets, seconds=3.0)
    told = reference.ask("observe")["joints"]
    reference.ask("close", hold=arm.follows)
    return told


def our_angles(arm: ArmCase, port: str, folder: Path) -> dict[str, float]:
    """Where our driver of the same arm says that the joints are."""
    ours = arm.ours(port, folder)
    ours.connect()
    read = ours.get_observation() if isinstance(ours, Robot) else ours.get_action()
    ours.disconnect()
    return {key: float(value) for key, value in read.items()}


def tell(arm: ArmCase, what: str, **facts: object) -> None:
    """For people: shown with ``-s``."""
    print(json.dumps({"arm": arm.kind, "what": what, **facts}))


def assert_same(
    ours: dict[str, float],
    theirs: dict[str, float],
    within: float,
    but: frozenset[str] = frozenset(),
) -> None:
    assert set(ours) == set(theirs)
    apart = {key: abs(ours[key] - theirs[key]) for key in set(ours) - but}
    assert max(apart.values()) <= within, apart


@arms
def test_broadcast_finds_six_servos(arm: ArmCase, tmp_path: Path) -> None:
    with bench_of(arm) as (port, _), Reference() as reference:
        opened(reference, arm, port, tmp_path)
        found = reference.ask("ping")["found"]
    assert found == {str(servo): model for servo, model in enumerate(arm.models, 1)}


@followers
def test_the_reference_drives_the_arm(arm: ArmCase, tmp_path: Path) -> None:
    with bench_of(arm) as (port, _), Reference() as reference:
        save_calibration(opened(reference, arm, port, tmp_path), arm.factory())
        opened(reference, arm, port, tmp_path)  # it reads files when it is told of an arm
        assert reference.ask("connect")["is_calibrated"]
        before = reference.ask("observe")["joints"]
        theirs = reference.ask("move", targets=arm.targets, seconds=3.0)["joints"]
        reference.ask("close", hold=True)
        ours = our_angles(arm, port, tmp_path)
    tell(arm, "driven", before=before, wanted=arm.targets, theirs=theirs, ours=ours)
    assert_same(theirs, dict(arm.targets), within=arm.three_degrees)
    assert min(abs(theirs[key] - before[key]) for key in arm.targets) > arm.three_degrees
    assert_same(ours, theirs, within=arm.one_count, but=arm.springy)


@leaders
def test_the_reference_reads_the_same_angles(arm: ArmCase, tmp_path: Path) -> None:
    with bench_of(arm) as (port, hands), Reference() as reference:
        save_calibration(opened(reference, arm, port, tmp_path), arm.factory())
        opened(reference, arm, port, tmp_path)
        assert reference.ask("connect")["is_calibrated"]
        for pose in (arm.middle, arm.sweep[0]):
            hands.move(lambda: None, pose)
            theirs = reference.ask("observe")["joints"]
        reference.ask("close")
        ours = our_angles(arm, port, tmp_path)
    tell(arm, "read", theirs=theirs, ours=ours)
    assert_same(ours, theirs, within=arm.one_count, but=arm.springy)


@arms
def test_a_calibration_by_the_reference_works_here(arm: ArmCase, tmp_path: Path) -> None:
    with bench_of(arm) as (port, hands), Reference() as reference:
        path = opened(reference, arm, port, tmp_path)
        reference.begin("calibrate")
        reference.wait_for("press ENTER")
        hands.move(reference.listen, arm.middle)
        reference.press_enter()
        reference.wait_for("Press ENTER to stop", meanwhile=hands.hold)
        for pose in arm.sweep:
            hands.move(reference.listen, pose)
        reference.press_enter()
        assert reference.result()["is_calibrated"]
        reference.ask("close")
        theirs = their_angles(reference, arm, port, tmp_path)
        ours = our_angles(arm, port, tmp_path)
    tell(arm, "calibrated by lerobot", file=json.loads(path.read_text()), theirs=theirs, ours=ours)
    assert_same(ours, theirs, within=arm.one_count, but=arm.springy)
    assert set(load_calibration(path)) == set(arm.middle)


@arms
def test_a_calibration_of_ours_works_in_the_reference(arm: ArmCase, tmp_path: Path) -> None:
    with bench_of(arm) as (port, hands), Reference() as reference:
        path = opened(reference, arm, port, tmp_path)
        calibrate_here(arm, port, hands, path)
        theirs = their_angles(reference, arm, port, tmp_path)
        ours = our_angles(arm, port, tmp_path)
    tell(arm, "calibrated here", file=json.loads(path.read_text()), theirs=theirs, ours=ours)
    assert_same(ours, theirs, within=arm.one_count, but=arm.springy)


def calibrate_here(arm: ArmCase, port: str, hands: BenchHands, path: Path) -> None:
    bus = arm.make_bus(port)
    bus.connect()
    calibration = ArmCalibration(bus, arm.family, path, homing=arm.homing)
    bus.disable_torque()
    hands.move(lambda: None, arm.middle)
    calibration.release()
    for pose in arm.sweep:
        hands.move(calibration.poll, pose)
    calibration.finish_sweep()
    if calibration.state.stage is CalibrationStage.SIGNS:
        calibration.finish_signs()
    state = calibration.save()
    assert state.stage is CalibrationStage.SAVED, state.problem
    bus.disconnect(disable_torque=False)
