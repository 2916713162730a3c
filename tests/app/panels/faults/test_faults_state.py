"""Every fault, begun and undone on benches in this process, by the commands of the panel."""

from dataclasses import replace

import pytest

from app.panels.faults.faults import Fault, FaultKind, begin, end, kinds
from app.panels.faults.state import (
    FaultsState,
    Pick,
    of_rig,
    with_chain,
    with_goal,
    with_pick,
    with_pose,
    with_report,
)
from app.panels.faults.words import (
    action_of,
    active_text,
    expectation_of,
    sentence_of,
    servos_text,
    target_label,
    title_of,
    value_text,
)
from lerobot_core.control.virtual import virtual_rigs
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.twins import TWINS
from lerobot_core.teleoperators.so_config import SO101LeaderConfig

KINDS_OF_BENCH = ["koch", "bi_koch", "bi_so101"]


def look(state: FaultsState, bench: Bench) -> FaultsState:
    return with_report(state, bench.command("faults"))


def of_bench(kind: str) -> FaultsState:
    return FaultsState(bench=kind, chain=next(iter(TWINS[kind].arms)))


def do(bench: Bench, request: tuple[str, object]) -> None:
    command, arguments = request
    bench.command(command, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", range(5))
def test_each_virtual_rig_has_its_bench(place: int) -> None:
    rig = virtual_rigs()[place]
    state = of_rig(rig)
    assert state.chain in state.twin.arms
    assert state.bench
    assert {address.partition("://")[2].partition("/")[0] for address in rig.addresses} == {
        state.bench
    }


def test_a_real_rig_has_none() -> None:
    follower = SO101FollowerConfig(port="/dev/ttyACM0", id="a")
    leader = SO101LeaderConfig(port="/dev/ttyACM1", id="b")
    real = replace(virtual_rigs()[0], robot=follower, teleoperator=leader)
    assert of_rig(real) == FaultsState()


@pytest.mark.parametrize("kind_of_bench", KINDS_OF_BENCH)
@pytest.mark.parametrize("kind", kinds())
def test_each_fault_is_seen_with_its_words_and_ends(kind: FaultKind, kind_of_bench: str) -> None:
    bench = Bench(kind=kind_of_bench)
    state = look(of_bench(kind_of_bench), bench)
    for chain in state.twin.arms:
        state = look(with_chain(state, chain), bench)
        assert state.faults == ()
        for target in state.targets(kind) or [""]:
            for value in with_pick(state, kind, Pick(target)).values(kind) or [""]:
                state = with_pick(state, kind, Pick(target, value))
                assert state.pick(kind) == Pick(target, value)
                do(bench, begin(state.picked(kind), state.report))
                state = look(state, bench)
                active = state.active(kind)
                assert active is not None
                assert state.faults == (active,)
                assert_worded(active, state)
                do(bench, end(active, state.chains.get(active.chain, state.report)))
                state = look(state, bench)
                assert state.faults == ()


def assert_worded(fault: Fault, state: FaultsState) -> None:
    texts = [
        title_of(fault.kind),
        sentence_of(fault.kind),
        action_of(fault.kind),
        expectation_of(fault, state),
        active_text(fault, state),
    ]
    texts += [target_label(fault.kind, key, state) for key in state.targets(fault.kind)]
    texts += [value_text(fault.kind, key) for key in state.values(fault.kind)]
    for text in texts:
        assert text
        assert "{" not in text
        assert "  " not in text


def test_one_servo_alone_is_listed_too() -> None:
    bench = Bench(kind="koch")
    bench.command("only", chain="leader", servo=6)
    state = look(of_bench("koch"), bench)
    assert [fault.kind for fault in state.faults] == [FaultKind.ONLY]
    assert active_text(state.faults[0], state) == (
        "Only servo 6 (Gripper) of the leader is plugged in"
    )
    do(bench, end(state.faults[0], state.chains["leader"]))
    assert look(state, bench).faults == ()


def test_several_faults_of_one_chain_are_told_apart() -> None:
    bench = Bench(kind="koch")
    bench.command("unplug", chain="follower", servo=2)
    bench.command("heat", chain="follower", servo=5, celsius=85)
    bench.command("delay", chain="leader", seconds=0.03)
    state = look(of_bench("koch"), bench)
    assert len(state.faults) == 3
    assert state.count("cables") == state.count("wire") == state.count("power") == 1
    assert state.active(FaultKind.UNPLUG) is None  # the row is about servo 4
    state = with_pick(state, FaultKind.UNPLUG, Pick("2"))
    assert state.active(FaultKind.UNPLUG) is not None
    assert state.active(FaultKind.DELAY) is None  # of the follower
    assert with_chain(state, "leader").active(FaultKind.DELAY) is not None


def test_a_servo_with_another_id_goes_by_its_own_number() -> None:
    bench = Bench(kind="koch")
    bench.command("duplicate", chain="follower", servo=4, other=2)
    state = look(of_bench("koch"), bench)
    state = with_pick(state, FaultKind.UNPLUG, Pick("4"))
    assert begin(state.picked(FaultKind.UNPLUG), state.report).arguments["servo"] == 2


def test_servos_that_are_as_new_are_no_fault() -> None:
    bench = Bench(kind="koch")
    bench.command("virgin", chain="leader")
    state = with_chain(look(of_bench("koch"), bench), "leader")
    assert state.faults == ()
    assert state.report.is_new
    assert "as new" in servos_text(state.report)
    bench.command("ready", chain="leader")
    assert servos_text(look(state, bench).report) == "Ids 1, 2, 3, 4, 5, 6."


def test_a_swap_is_undone_from_either_arm() -> None:
    bench = Bench(kind="bi_koch")
    bench.command("swap", chain="left_follower", other="right_leader")
    state = look(of_bench("bi_koch"), bench)
    for chain, other in (("left_follower", "right_leader"), ("right_leader", "left_follower")):
        there = with_pick(with_chain(state, chain), FaultKind.SWAP, Pick(other))
        assert there.active(FaultKind.SWAP) is not None
    elsewhere = with_pick(with_chain(state, "left_leader"), FaultKind.SWAP, Pick("right_leader"))
    assert elsewhere.active(FaultKind.SWAP) is None


def test_a_joint_is_shown_where_the_hand_brings_it_until_it_is_there() -> None:
    bench = Bench(kind="koch")
    state = of_bench("koch")
    state = with_pose(state, "follower", bench.command("pose", chain="follower"))
    bench.command("move_joint", chain="follower", joint="shoulder_pan", degrees=40)
    state = with_goal(state, "shoulder_pan", 40)
    assert state.joints["shoulder_pan"].shown == 40
    state = with_pose(state, "follower", bench.command("pose", chain="follower"))
    assert (state.joints["shoulder_pan"].shown, round(state.joints["shoulder_pan"].now)) == (40, 0)
    bench.advance(3.0)
    state = with_pose(state, "follower", bench.command("pose", chain="follower"))
    assert state.joints["shoulder_pan"].goal is None
    assert state.joints["shoulder_pan"].now == pytest.approx(40, abs=1)


def test_a_joint_that_does_not_get_there_is_shown_where_it_is_after_a_while() -> None:
    bench = Bench(kind="koch")
    state = with_pose(of_bench("koch"), "follower", bench.command("pose", chain="follower"))
    state = with_goal(state, "shoulder_pan", 40)
    for _ in range(10):
        state = with_pose(state, "follower", bench.command("pose", chain="follower"))
    assert state.joints["shoulder_pan"].shown == pytest.approx(0, abs=1)


def test_a_pose_of_the_arm_that_was_chosen_before_is_not_shown() -> None:
    state = with_chain(of_bench("koch"), "leader")
    assert with_pose(state, "follower", {"joints": {}}) == state
    assert with_goal(state, "shoulder_pan", 3) == state
    assert with_chain(state, "arm of somebody else") == state
