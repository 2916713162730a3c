"""Ids are given to the servos of a bench, plugged in one by one by virtual hands."""

import pytest
from setup_driver import SetupDriver, codes, is_free

from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import (
    BeginIds,
    ChooseJoint,
    IdsState,
    LookForServo,
    SkipJoint,
    StopPort,
    WriteId,
)

CHAIN = "left_leader"
PORT = f"sim://bi_so101/{CHAIN}"
BEGIN = BeginIds(PORT, "so101_leader")
ORDER = ["gripper", "wrist_roll", "wrist_flex", "elbow_flex", "shoulder_lift", "shoulder_pan"]


@pytest.fixture
def virgin(two_so101: BenchClient) -> BenchClient:
    two_so101.command("virgin", chain=CHAIN)
    return two_so101


def ids(bench: BenchClient) -> list[int]:
    return [servo["id"] for servo in bench.command("faults")["chains"][CHAIN]["servos"]]


def plug_in(bench: BenchClient, servo: int | None) -> None:
    bench.command("only", chain=CHAIN, servo=servo)


def give(worker: SetupDriver, bench: BenchClient, servo: int, joint: str) -> None:
    plug_in(bench, servo)
    mark = worker.story.mark()
    worker.story.wait_for(
        IdsState, lambda state: state.wanted == joint and state.can_write, since=mark
    )
    worker.send(WriteId(PORT))
    done = worker.story.wait_for(IdsState, lambda state: joint in state.done, since=mark)
    assert codes(done.findings) == ["setup_done"]


def test_the_servos_of_a_new_arm_get_their_ids_one_by_one(
    virgin: BenchClient, worker: SetupDriver
) -> None:
    done = ORDER[:4]
    first = worker.ask(BeginIds(PORT, "so101_leader", done=done), IdsState)
    assert list(first.joints) == ORDER
    assert (first.done, first.wanted) == (done, "shoulder_lift")
    assert not first.can_write  # all six answer at once
    assert ids(virgin) == [1] * 6
    give(worker, virgin, 2, "shoulder_lift")
    give(worker, virgin, 1, "shoulder_pan")
    worker.wait_for_end_of("ids")
    last = worker.story.of(IdsState)[-1]
    assert (last.done, last.wanted) == (ORDER, "")
    plug_in(virgin, None)
    assert ids(virgin) == [1, 2, 1, 1, 1, 1]
    assert is_free(PORT)


def test_nothing_is_written_to_several_servos(virgin: BenchClient, worker: SetupDriver) -> None:
    worker.ask(BEGIN, IdsState)
    mark = worker.story.mark()
    worker.send(WriteId(PORT))
    worker.story.wait_for(IdsState, since=mark)
    worker.ask(LookForServo(PORT), IdsState)
    worker.send(StopPort(PORT))
    worker.wait_for_end_of("ids")
    assert ids(virgin) == [1] * 6


def test_it_goes_on_where_it_was_interrupted(virgin: BenchClient, worker: SetupDriver) -> None:
    worker.ask(BEGIN, IdsState)
    give(worker, virgin, 6, "gripper")
    virgin.command("unplug_adapter", chain=CHAIN)
    worker.wait_for_end_of("ids")
    virgin.command("plug_adapter", chain=CHAIN)
    again = worker.ask(BeginIds(PORT, "so101_leader", done=["gripper", "nobody"]), IdsState)
    assert (again.done, again.wanted) == (["gripper"], "wrist_roll")
    assert ids(virgin) == [1, 1, 1, 1, 1, 6]


def test_a_joint_is_skipped_and_another_chosen(virgin: BenchClient, worker: SetupDriver) -> None:
    plug_in(virgin, 6)
    worker.ask(BEGIN, IdsState)
    mark = worker.story.mark()
    worker.send(SkipJoint(PORT))
    worker.story.wait_for(IdsState, lambda state: state.wanted == "wrist_roll", since=mark)
    worker.send(ChooseJoint(PORT, "gripper"))
    worker.story.wait_for(IdsState, lambda state: state.wanted == "gripper", since=mark)


def test_a_joint_that_the_arm_has_not_is_a_problem_and_it_goes_on(
    virgin: BenchClient, worker: SetupDriver
) -> None:
    plug_in(virgin, 6)
    worker.ask(BEGIN, IdsState)
    assert worker.problem(ChooseJoint(PORT, "knee")).code == "unknown_choice"
    give(worker, virgin, 6, "gripper")


def test_ids_that_are_distinct_are_changed_in_place(
    two_so101: BenchClient, worker: SetupDriver
) -> None:
    two_so101.command("duplicate", chain=CHAIN, servo=2, other=3)
    two_so101.command("duplicate", chain=CHAIN, servo=3, other=2)
    present = dict(zip(reversed(ORDER), [1, 3, 2, 4, 5, 6], strict=True))
    state = worker.ask(BeginIds(PORT, "so101_leader", in_place=True, present=present), IdsState)
    assert set(state.done) == set(ORDER)
    assert ids(two_so101) == [1, 2, 3, 4, 5, 6]


def test_ids_in_place_that_make_no_sense_are_refused(
    two_so101: BenchClient, worker: SetupDriver
) -> None:
    for present in ({}, dict.fromkeys(ORDER, 3)):
        asked = BeginIds(PORT, "so101_leader", in_place=True, present=present)
        assert worker.problem(asked).code == "setting_invalid"
    assert ids(two_so101) == [1, 2, 3, 4, 5, 6]
