"""What a bench says of its faults, and mending all of them."""

import json
from typing import Any

import pytest

from lerobot_core.errors import UnknownChoice
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.twins import TWINS


@pytest.fixture(params=["so101", "koch"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(kind=request.param)


def told(bench: Bench, chain: str = "follower") -> dict[str, Any]:
    report = bench.command("faults")
    assert json.loads(json.dumps(report)) == report
    return dict(report["chains"][chain])


@pytest.mark.parametrize("kind", TWINS)
def test_a_bench_that_is_well_reports_no_fault(kind: str) -> None:
    bench = Bench(kind=kind)
    report = bench.command("faults")
    assert list(report["chains"]) == list(TWINS[kind].arms)
    assert report["cables"] == {name: name for name in TWINS[kind].arms}
    for chain in report["chains"].values():
        assert [servo["id"] for servo in chain["servos"]] == [1, 2, 3, 4, 5, 6]
        assert {servo["baudrate"] for servo in chain["servos"]} == {1_000_000}
        assert chain["volts"] == chain["usual_volts"]
        assert not any(chain[key] for key in chain if key not in ("servos", "volts", "usual_volts"))


FAULTS = [
    ("unplug", {"servo": 4}, "unplugged", [4]),
    ("cut", {"servo": 3}, "cut_before", 3),
    ("only", {"servo": 6}, "only", 6),
    ("unplug_adapter", {}, "adapter_gone", True),
    ("deny_port", {"denied": True}, "denied", True),
    ("corrupt", {"probability": 0.3}, "corrupt", 0.3),
    ("corrupt", {"probability": 0.3, "servo": 2}, "corrupted", {"2": 0.3}),
    ("delay", {"seconds": 0.03}, "delay", 0.03),
    ("delay", {"seconds": 0.03, "servo": 2}, "delayed", {"2": 0.03}),
    ("voltage", {"volts": 4.5}, "volts", 4.5),
    ("overload", {"servo": 5}, "overloaded", [5]),
    ("heat", {"servo": 5, "celsius": 80}, "celsius", {"5": 80.0}),
    ("block", {"joint": "elbow_flex"}, "blocked", ["elbow_flex"]),
]


@pytest.mark.parametrize(("command", "arguments", "key", "value"), FAULTS)
def test_each_fault_is_told_and_mended(
    bench: Bench, command: str, arguments: dict[str, Any], key: str, value: object
) -> None:
    before = bench.command("faults")
    bench.command(command, chain="follower", **arguments)
    assert told(bench)[key] == value
    bench.command("end_faults")
    assert bench.command("faults") == before


def test_swapped_cables_are_told_and_put_back() -> None:
    bench = Bench(kind="bi_koch")
    before = bench.command("faults")
    bench.command("swap", chain="left_follower", other="right_follower")
    bench.command("swap", chain="right_follower", other="left_leader")
    assert bench.command("faults")["cables"]["left_follower"] == "right_follower"
    bench.command("end_faults")
    assert bench.command("faults") == before


def test_cameras_that_stand_still_or_are_gone(bench: Bench) -> None:
    bench.command("freeze_camera", camera="top")
    bench.command("unplug_camera", camera="wrist")
    report = bench.command("faults")
    assert (report["frozen_cameras"], report["missing_cameras"]) == (["top"], ["wrist"])
    bench.command("plug_camera", camera="wrist")
    bench.command("thaw_camera", camera="top")
    report = bench.command("faults")
    assert (report["frozen_cameras"], report["missing_cameras"]) == ([], [])
    with pytest.raises(UnknownChoice):
        bench.command("unplug_camera", camera="back")


def test_a_wrong_id_and_baud_rate_are_mended_but_new_servos_stay_new(bench: Bench) -> None:
    bench.command("duplicate", chain="follower", servo=4, other=2)
    bench.command("wrong_baud", chain="follower", servo=3, baudrate=57_600)
    bench.command("virgin", chain="leader")
    servos = told(bench)["servos"]
    assert (servos[3]["id"], servos[2]["baudrate"]) == (2, 57_600)
    assert not any(servo["is_new"] for servo in servos)
    assert all(servo["is_new"] for servo in told(bench, "leader")["servos"])
    kept = [servo.kept for servo in bench.chains["leader"].servos]
    bench.command("end_faults")
    assert [servo["id"] for servo in told(bench)["servos"]] == [1, 2, 3, 4, 5, 6]
    assert {servo["baudrate"] for servo in told(bench)["servos"]} == {1_000_000}
    assert [servo.kept for servo in bench.chains["leader"].servos] == kept


def test_behind_a_cut_all_is_silent(bench: Bench) -> None:
    bench.command("cut", chain="follower", servo=4)
    bench.advance(0.01)
    servos = bench.chains["follower"].servos
    assert [servo.is_powered for servo in servos] == [True] * 3 + [False] * 3
    bench.command("cut", chain="follower", servo=None)
    bench.advance(0.01)
    assert all(servo.is_powered for servo in servos)


def test_where_joints_are_in_what_hands_are_told(bench: Bench) -> None:
    bench.command("move_joint", chain="leader", joint="shoulder_pan", degrees=30)
    bench.command("move_joint", chain="leader", joint="gripper", degrees=50)
    bench.advance(3.0)
    joints = bench.command("pose", chain="leader")["joints"]
    assert joints["shoulder_pan"]["now"] == pytest.approx(30, abs=1.5)
    assert joints["gripper"]["now"] == pytest.approx(50, abs=5)
    assert (joints["gripper"]["low"], joints["gripper"]["high"]) == (0, 100)
    assert joints["shoulder_pan"]["low"] < -90


def test_a_word_of_the_protocol_is_no_name_of_an_argument(bench: Bench) -> None:
    with pytest.raises(UnknownChoice):
        bench.command("unplug", name="follower")


def test_a_servo_that_gave_up_is_well_again(bench: Bench) -> None:
    servo = bench.chains["follower"].servo(3)
    servo.memory.set("Torque_Enable", 1)
    bench.command("overload", chain="follower", servo=3)
    bench.command("heat", chain="follower", servo=3, celsius=90)
    bench.advance(0.1)
    assert servo.protection.is_tripped
    assert servo.protection.celsius == 90
    bench.command("end_faults")
    bench.advance(0.1)
    assert not servo.protection.is_tripped
    assert servo.protection.celsius < 30
    assert not servo.memory.get("Torque_Enable")
