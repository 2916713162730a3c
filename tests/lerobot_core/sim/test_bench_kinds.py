"""Benches of all kinds, in one process."""

import json
import subprocess
import sys
from math import degrees

import numpy as np
import pytest

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.motors.bus import Motor, MotorsBus
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.twins import TWINS, factory_calibration, twin_of
from lerobot_core.types import NormMode

SCHEMATIC = [kind for kind, twin in TWINS.items() if not twin.has_scene]
CHAINS = [(kind, chain) for kind, twin in TWINS.items() for chain in twin.arms]


def connect(bench: Bench, chain: str) -> MotorsBus:
    link = ChainLink(bench.chains[chain])
    arm = bench.twin.arms[bench.cables[chain]]
    motors = {
        part.joint: Motor(
            part.servo_id,
            part.model,
            NormMode.RANGE_0_100 if part.joint == "gripper" else NormMode.DEGREES,
        )
        for part in arm.parts
    }
    make = FeetechMotorsBus if arm.brand == "feetech" else DynamixelMotorsBus
    bus = make(
        link.address,
        motors,
        factory_calibration(bench.twin.kind, bench.cables[chain]),
        opener=lambda address, baudrate: link,
        clock=link.now,
    )
    bus.connect()
    return bus


@pytest.mark.parametrize(("kind", "chain"), CHAINS)
def test_a_new_arm_is_set_up_and_calibrated(kind: str, chain: str) -> None:
    bench = Bench(kind=kind)
    bus = connect(bench, chain)
    assert bus.is_calibrated
    for joint in bench.world.arms[chain]:
        assert bus.read("Torque_Enable", joint) == 0


@pytest.mark.parametrize(("kind", "chain"), CHAINS)
def test_a_hand_moves_a_joint_and_its_servo_tells(kind: str, chain: str) -> None:
    bench = Bench(kind=kind)
    seconds = bench.command("move_joint", chain=chain, joint="wrist_flex", degrees=20.0)
    bench.advance(seconds["seconds"] - 0.01)
    seconds = bench.command("move_joint", chain=chain, joint="gripper", degrees=40.0)
    bench.advance(seconds["seconds"] - 0.01)
    said = connect(bench, chain).sync_read("Present_Position")
    angle = degrees(bench.world.arms[chain]["wrist_flex"].angle_rad)
    part = bench.twin.arms[chain].part("wrist_flex")
    middle = degrees(part.low_rad + part.high_rad) / 2
    assert said["wrist_flex"] == pytest.approx(angle - middle, abs=0.3)
    assert said["gripper"] == pytest.approx(40, abs=1.5)


def test_the_leaders_elbow_of_a_koch_reads_turned_round() -> None:
    bench = Bench(kind="koch")
    seconds = bench.command("move_joint", chain="leader", joint="elbow_flex", degrees=30.0)
    bench.advance(seconds["seconds"] + 0.1)
    said = connect(bench, "leader").sync_read("Present_Position")
    assert said["elbow_flex"] == pytest.approx(-30, abs=0.3)


@pytest.mark.parametrize("kind", SCHEMATIC)
def test_goals_move_an_arm_that_is_drawn(kind: str) -> None:
    bench = Bench(kind=kind)
    chain = bench.twin.followers[0]
    bus = connect(bench, chain)
    bus.enable_torque()
    bus.sync_write("Goal_Position", {"shoulder_pan": 25.0, "elbow_flex": 40.0})
    bench.advance(2.0)
    said = bus.sync_read("Present_Position")
    assert said["shoulder_pan"] == pytest.approx(25, abs=0.5)
    assert said["elbow_flex"] == pytest.approx(40, abs=0.5)
    angle = bench.world.arms[chain]["shoulder_pan"].angle_rad
    assert degrees(angle) == pytest.approx(25, abs=0.5)


@pytest.mark.parametrize("kind", SCHEMATIC)
def test_a_demonstration_waves_all_leaders_smoothly_within_their_travel(kind: str) -> None:
    bench = Bench(kind=kind)
    leaders = [joint for chain in bench.twin.leaders for joint in bench.world.arms[chain].values()]
    bench.command("demonstrate", running=True, seed=3)
    speeds, lows, highs = [], [9.0] * len(leaders), [-9.0] * len(leaders)
    before = [joint.angle_rad for joint in leaders]
    for _ in range(1200):
        bench.advance(0.01)
        now = [joint.angle_rad for joint in leaders]
        speeds.append(max(abs(a - b) / 0.012 for a, b in zip(now, before, strict=True)))
        lows, highs = list(map(min, lows, now)), list(map(max, highs, now))
        before = now
    assert max(speeds) < 2.0
    for joint, low, high in zip(leaders, lows, highs, strict=True):
        assert high - low > 0.2
        assert joint.travel_rad[0] < low + 1e-9
        assert high < joint.travel_rad[1]
    bench.command("demonstrate", running=False)
    bench.advance(0.5)
    assert [joint.angle_rad for joint in leaders] == before
    assert bench.command("scene")["phase"] == "resting"


@pytest.mark.parametrize("kind", SCHEMATIC)
def test_what_is_drawn_follows_the_joints(kind: str) -> None:
    bench = Bench(kind=kind)
    for camera in ("top", "wrist"):
        before = bench.render(camera, 240, 320)
        assert before.shape == (240, 320, 3)
        assert np.array_equal(before, bench.render(camera, 240, 320))
    chain = bench.twin.followers[-1]
    seconds = bench.command("move_joint", chain=chain, joint="gripper", degrees=90.0)["seconds"]
    bench.advance(seconds)
    assert not np.array_equal(before, bench.render("wrist", 240, 320))
    with pytest.raises(UnknownChoice):
        bench.render("side")


def test_a_bench_without_a_scene_says_so() -> None:
    bench = Bench(kind="koch")
    scene = bench.command("scene")
    assert (scene["kind"], scene["cube"], scene["success"]) == ("koch", None, False)
    with pytest.raises(SettingInvalid, match="Koch"):
        bench.command("reset_scene", seed=1)
    with pytest.raises(UnknownChoice):
        Bench(kind="knee")


def test_a_bench_without_a_scene_loads_no_physics() -> None:
    code = (
        "import sys; from lerobot_core.sim.bench import Bench; Bench(kind='koch').advance(0.1);"
        "sys.exit('mujoco' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", TWINS)
def test_everything_comes_back_from_a_snapshot(kind: str) -> None:
    bench = Bench(kind=kind)
    leader = twin_of(kind).leaders[-1]
    follower = twin_of(kind).followers[-1]
    seconds = bench.command("move_joint", chain=leader, joint="wrist_roll", degrees=50.0)
    bench.advance(seconds["seconds"])
    bench.command("virgin", chain=follower, seed=5)
    bench.command("swap", chain=follower, other=leader)
    other = Bench(kind=kind)
    other.restore(json.loads(json.dumps(bench.snapshot())))
    assert other.snapshot()["chains"] == bench.snapshot()["chains"]
    assert other.cables[follower] == leader
    assert [servo.servo_id for servo in other.chains[leader].servos] == [1] * 6
    assert other.positions() == pytest.approx(bench.positions(), abs=1e-3)


@pytest.mark.parametrize(
    "change",
    [{"angles_rad": 3}, {"angles_rad": {}}, {"cables": {"follower": "knee"}}, {"chains": {}}],
)
def test_what_is_no_snapshot_is_refused(change: dict[str, object]) -> None:
    bench = Bench(kind="koch")
    with pytest.raises((KeyError, TypeError, ValueError)):
        bench.restore(bench.snapshot() | change)


def test_a_state_of_before_there_were_other_arms_is_taken() -> None:
    bench = Bench()
    old = bench.snapshot()
    del old["kind"], old["cables"]
    for chain in old["chains"].values():
        del chain["zero_ticks"]
    Bench().restore(old)
