"""What virtual hands can be asked to do: sweeps, and servos as they come out of their boxes."""

import pytest

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.twins import TWINS

CHAINS = [(kind, chain) for kind, twin in TWINS.items() for chain in twin.arms]


def watch(bench: Bench, chain: str, seconds: float) -> dict[str, tuple[float, float]]:
    """How far each joint goes in this time."""
    joints = bench.world.arms[chain]
    angles: dict[str, list[float]] = {name: [] for name in joints}
    for _ in range(round(seconds * 60)):
        bench.advance(1 / 60)
        for name, joint in joints.items():
            angles[name].append(joint.angle_rad)
    return {name: (min(seen), max(seen)) for name, seen in angles.items()}


@pytest.mark.parametrize(("kind", "chain"), CHAINS)
def test_a_sweep_reaches_both_stops_of_all_joints_and_comes_back(kind: str, chain: str) -> None:
    bench = Bench(kind=kind)
    bench.advance(0.5)
    start = {name: joint.angle_rad for name, joint in bench.world.arms[chain].items()}
    seconds = bench.command("sweep", chain=chain, seconds=15.0)["seconds"]
    assert seconds == pytest.approx(15.3)
    reached = watch(bench, chain, seconds + 1.0)
    for name, joint in bench.world.arms[chain].items():
        assert reached[name] == pytest.approx(joint.travel_rad, abs=0.01)
        assert joint.angle_rad == pytest.approx(start[name], abs=0.03)
    assert not bench.hands.busy


@pytest.mark.parametrize("chain", ["follower", "leader"])
@pytest.mark.parametrize("joint", ["elbow_flex", "shoulder_lift", "wrist_roll"])
def test_a_sweep_of_one_joint(chain: str, joint: str) -> None:
    bench = Bench()
    bench.advance(0.5)
    seconds = bench.command("sweep", chain=chain, joint=joint)["seconds"]
    reached = watch(bench, chain, seconds + 0.5)
    swept = bench.world.arms[chain][joint]
    assert reached[joint] == pytest.approx(swept.travel_rad, abs=0.01)


def test_a_sweep_of_one_joint_leaves_others_where_nothing_is_in_the_way() -> None:
    bench = Bench(kind="koch")
    seconds = bench.command("sweep", chain="follower", joint="gripper", seconds=2)["seconds"]
    reached = watch(bench, "follower", seconds)
    assert reached["gripper"] == pytest.approx((-0.15, 1.35), abs=1e-4)
    assert all(low == high for name, (low, high) in reached.items() if name != "gripper")


def test_hands_can_be_taken_off() -> None:
    bench = Bench(kind="koch")
    bench.command("sweep", chain="leader", seconds=10)
    bench.advance(2.0)
    bench.command("let_go", chain="leader")
    before = bench.positions()
    bench.advance(2.0)
    assert list(bench.positions()) == list(before)
    assert not bench.hands.busy


@pytest.mark.parametrize(("kind", "baudrate"), [("so101", 1_000_000), ("koch", 57_600)])
def test_servos_as_new_and_ready_again(kind: str, baudrate: int) -> None:
    bench = Bench(kind=kind)
    before = bench.chains["follower"].snapshot()
    bench.command("virgin", chain="follower", seed=1)
    servos = bench.chains["follower"].servos
    assert [servo.servo_id for servo in servos] == [1] * 6
    assert {servo.baudrate for servo in servos} == {baudrate}
    assert {servo.memory.get("Homing_Offset") for servo in servos} == {0}
    first = [servo.zero_ticks for servo in servos]
    bench.command("virgin", chain="follower", seed=2)
    assert [servo.zero_ticks for servo in servos] != first
    bench.command("virgin", chain="follower", seed=1)
    assert [servo.zero_ticks for servo in servos] == first
    bench.command("ready", chain="follower")
    assert bench.chains["follower"].snapshot() == before


@pytest.mark.parametrize("kind", ["so101", "koch"])
def test_one_servo_alone_is_plugged_in_whatever_its_id(kind: str) -> None:
    bench = Bench(kind=kind)
    bench.command("virgin", chain="leader", seed=1)
    servos = bench.chains["leader"].servos
    for number in (6, 1, 3):
        bench.command("only", chain="leader", servo=number)
        bench.advance(0.01)
        assert [servo.is_powered for servo in servos].index(True) == number - 1
        assert sum(servo.is_powered for servo in servos) == 1
    bench.command("only", chain="leader", servo=None)
    bench.advance(0.01)
    assert all(servo.is_powered for servo in servos)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("sweep", {"chain": "third"}, UnknownChoice),
        ("sweep", {"chain": "leader", "joint": "knee"}, UnknownChoice),
        ("sweep", {"chain": "leader", "seconds": 0}, SettingInvalid),
        ("only", {"chain": "leader", "servo": 7}, UnknownChoice),
        ("only", {"chain": "leader", "servo": "6"}, SettingInvalid),
        ("virgin", {"chain": "leader", "seed": "x"}, SettingInvalid),
        ("ready", {}, UnknownChoice),
        ("let_go", {"chain": 3}, UnknownChoice),
    ],
)
def test_what_makes_no_sense_is_refused(
    name: str, arguments: dict[str, object], error: type[Exception]
) -> None:
    bench = Bench(kind="koch")
    before = bench.snapshot()
    with pytest.raises(error):
        bench.command(name, **arguments)
    assert bench.snapshot() == before
    assert not bench.hands.busy
