from itertools import pairwise
from math import nan
from pathlib import Path

import pytest
from driven_arms import HZ, Bench, Pose

from lerobot_core.control.teleoperate import MAX_STALE_TICKS, Mode
from lerobot_core.control.tick import Tick
from lerobot_core.errors import (
    BenchUnavailable,
    CalibrationMismatch,
    DiskFull,
    PortLost,
    RestBlocked,
    ServoLost,
    ServosMissing,
    SettingInvalid,
    SupplyVoltageWrong,
    TorqueNotOff,
    UnsafeAction,
)
from lerobot_core.types import FrameStamp


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def sent_of(ticks: list[Tick], joint: str) -> list[float]:
    return [tick.sent[f"{joint}.pos"] for tick in ticks]


# Following


def test_watches_without_torque_before_it_is_engaged(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=30)
    (tick, *_) = bench.run(0.1)
    assert bench.teleoperation.mode is Mode.IDLE
    assert bench.goals_written == 0
    assert tick.is_handover
    assert tick.frames == {"top": FrameStamp(7, 123)}
    assert bench.teleoperation.gap["shoulder_pan.pos"] == pytest.approx(30, abs=0.3)


def test_the_follower_ends_where_the_leader_is(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=40, elbow_flex=-50, gripper=70)
    bench.teleoperation.engage()
    bench.run(2.5)
    assert bench.arms.follower.pose_deg == pytest.approx(bench.arms.leader.pose_deg, abs=0.5)
    assert bench.teleoperation.mode is Mode.FOLLOWING
    assert bench.told == [True]


def test_engaging_eases_in_instead_of_jumping(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=90)
    bench.teleoperation.engage()
    ticks = bench.run(1.5)
    sent = sent_of(ticks, "shoulder_pan")
    steps = [later - earlier for earlier, later in pairwise([0.0, *sent])]
    assert sent[0] == pytest.approx(0, abs=1)
    assert max(steps) <= 1.5 * 90 / HZ * 1.2
    assert sent[-1] == pytest.approx(90, abs=0.3)


def test_ticks_of_the_ease_in_are_marked(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=30)
    bench.teleoperation.engage()
    ticks = bench.run(2.0)
    marks = [tick.is_handover for tick in ticks]
    assert marks == sorted(marks, reverse=True)
    assert sum(marks) == pytest.approx(1.0 * HZ, abs=4)
    fractions = [tick.engaged_fraction for tick in ticks]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_the_hand_over_lasts_until_a_slow_arm_has_caught_up(bench: Bench) -> None:
    bench.teleoperation.set_speed(0.1)  # 20 degrees per second
    bench.arms.leader.move_by_hand(shoulder_pan=60)
    bench.teleoperation.engage()
    ticks = bench.run(4.0)
    assert sum(tick.is_handover for tick in ticks) == pytest.approx(3.0 * HZ, rel=0.1)


def test_the_operators_speed_limit_holds(bench: Bench) -> None:
    bench.teleoperation.engage()
    bench.run(1.1)
    bench.teleoperation.set_speed(0.1)
    bench.arms.leader.move_by_hand(shoulder_pan=60)
    sent = sent_of(bench.run(1.0), "shoulder_pan")
    assert max(later - earlier for earlier, later in pairwise(sent)) <= 20 / HZ * 1.25
    assert sent[-1] == pytest.approx(20, abs=3)


@pytest.mark.parametrize("fraction", [0.0, -1.0, 1.1, nan])
def test_an_impossible_speed_limit_is_refused(bench: Bench, fraction: float) -> None:
    with pytest.raises(SettingInvalid):
        bench.teleoperation.set_speed(fraction)


def test_another_source_takes_over_without_a_jump(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=30)
    bench.teleoperation.engage()
    before = bench.run(2.0)[-1]
    bench.teleoperation.use(Pose({**before.sent, "shoulder_pan.pos": -30.0}))
    ticks = bench.run(2.0)
    sent = [before.sent["shoulder_pan.pos"], *sent_of(ticks, "shoulder_pan")]
    assert max(abs(later - earlier) for earlier, later in pairwise(sent)) <= 1.5 * 60 / HZ * 1.2
    assert ticks[0].is_handover
    assert sent[-1] == pytest.approx(-30, abs=0.1)


def test_after_a_pause_of_the_loop_the_arm_eases_in_again(bench: Bench) -> None:
    bench.teleoperation.engage()
    bench.run(1.5)
    bench.arms.leader.move_by_hand(shoulder_pan=60)
    bench.arms.advance(1.0)
    ticks = bench.run(1.5)
    sent = [0.0, *sent_of(ticks, "shoulder_pan")]
    assert ticks[0].is_handover
    assert max(later - earlier for earlier, later in pairwise(sent)) <= 1.5 * 60 / HZ * 1.2
    assert sent[-1] == pytest.approx(60, abs=0.3)


def test_every_tick_is_shown_to_observers_and_timed(bench: Bench) -> None:
    bench.teleoperation.engage()
    ticks = bench.run(0.5)
    assert bench.watcher.ticks == ticks
    assert [tick.number for tick in ticks] == list(range(30))
    stages = bench.teleoperation.stages()
    names = ["read", "frames", "leader", "limits", "write", "observers", "whole"]
    assert sorted(stages) == sorted(names)


# Engaging that fails


def test_a_wrong_supply_keeps_torque_off(bench: Bench) -> None:
    bench.arms.follower.chain.faults.volts = 12.0
    with pytest.raises(SupplyVoltageWrong):
        bench.teleoperation.engage()
    assert bench.teleoperation.mode is Mode.IDLE
    assert bench.goals_written == 0
    assert bench.told == []


def test_a_leader_exchanged_since_it_was_connected_is_refused(bench: Bench) -> None:
    leader = bench.arms.leader
    leader.put(4, "Lock", 0)
    leader.put(4, "Homing_Offset", leader.register(4, "Homing_Offset") + 40)
    with pytest.raises(CalibrationMismatch, match=r"so_leader leader.*wrist_flex"):
        bench.teleoperation.engage()
    assert bench.teleoperation.mode is Mode.IDLE
    assert bench.goals_written == 0


def test_a_silent_leader_is_not_taken_for_the_follower(bench: Bench) -> None:
    bench.arms.leader.chain.faults.unplugged.add(5)
    with pytest.raises(ServosMissing, match=r"wrist_roll \(servo 5\) of so_leader leader"):
        bench.teleoperation.engage()
    assert bench.goals_written == 0


def test_a_demonstrator_that_cannot_start_leaves_the_arm_holding(bench: Bench) -> None:
    def gone(engaged: bool) -> None:
        if engaged:
            raise BenchUnavailable(bench="default", reason="it ended.")

    bench.leader.engaged = gone  # type: ignore[method-assign]
    with pytest.raises(BenchUnavailable):
        bench.teleoperation.engage()
    assert bench.teleoperation.mode is Mode.HOLDING


def test_a_teleoperator_of_another_robot_is_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bench.leader), "action_features", {"thumb.pos": float})
    with pytest.raises(SettingInvalid, match="no joint thumb"):
        bench.teleoperation.engage()
    assert bench.teleoperation.mode is Mode.IDLE


# Stopping


def moving(bench: Bench) -> None:
    """The follower is on its way to a far leader."""
    bench.arms.leader.move_by_hand(shoulder_pan=90)
    bench.teleoperation.engage()
    bench.run(0.5)


def assert_held(bench: Bench) -> None:
    here = bench.arms.follower.pose_deg["shoulder_pan"]
    assert bench.teleoperation.mode is Mode.HOLDING
    assert all(bench.arms.follower.has_torque)
    bench.arms.advance(1.0)
    assert bench.arms.follower.pose_deg["shoulder_pan"] == pytest.approx(here, abs=5)


def test_stop_freezes_and_holds(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.stop()
    assert_held(bench)
    assert bench.told == [True, False]
    written = bench.goals_written
    bench.run(0.5)
    assert bench.goals_written == written


def test_engaging_again_after_a_stop_eases_in_from_there(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.stop()
    bench.arms.advance(1.0)
    here = bench.arms.follower.pose_deg["shoulder_pan"]
    bench.teleoperation.engage()
    ticks = bench.run(2.0)
    assert ticks[0].sent["shoulder_pan.pos"] == pytest.approx(here, abs=1)
    assert ticks[-1].sent["shoulder_pan.pos"] == pytest.approx(90, abs=0.3)


def test_release_switches_torque_off(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.release()
    assert not any(bench.arms.follower.has_torque)
    assert bench.teleoperation.mode is Mode.IDLE


def test_a_release_that_is_not_confirmed_is_told_and_sends_nothing_more(bench: Bench) -> None:
    moving(bench)
    bench.arms.follower.chain.faults.unplugged.add(3)
    with pytest.raises(TorqueNotOff, match="elbow_flex"):
        bench.teleoperation.release()
    assert bench.teleoperation.mode is Mode.HOLDING
    written = bench.goals_written
    bench.run(0.1)
    assert bench.goals_written == written


def test_what_is_no_number_stops_the_arm_and_is_not_sent(bench: Bench) -> None:
    moving(bench)
    pose = dict(bench.watcher.ticks[-1].sent)
    bench.teleoperation.use(Pose({**pose, "wrist_flex.pos": nan}))
    bench.arms.follower.link.packets.clear()
    with pytest.raises(UnsafeAction, match="wrist_flex"):
        bench.run(0.1)
    assert bench.goals_written == 1  # the hold
    assert_held(bench)


def test_a_lost_packet_is_asked_again_within_its_tick(bench: Bench) -> None:
    moving(bench)
    bench.arms.follower.link.lose_once.add((0x82, 56))
    ticks = bench.run(0.5)
    assert bench.teleoperation.mode is Mode.FOLLOWING
    assert not any(tick.stale for tick in ticks)
    assert not bench.arms.follower.link.lose_once


def test_a_servo_that_is_lost_in_mid_run_stops_the_arm_by_name(bench: Bench) -> None:
    moving(bench)
    bench.arms.follower.chain.faults.unplugged.add(4)
    with pytest.raises(ServoLost, match=r"^wrist_flex \(servo 4\) missed 16 readings"):
        bench.run(1.0)
    assert bench.watcher.ticks[-1].stale == {"wrist_flex.pos": MAX_STALE_TICKS}
    assert bench.teleoperation.mode is Mode.HOLDING


def test_a_lost_servo_of_the_leader_stops_the_arm_too(bench: Bench) -> None:
    moving(bench)
    bench.arms.leader.chain.faults.unplugged.add(6)
    with pytest.raises(ServoLost, match=r"gripper of the leader \(servo 6\)"):
        bench.run(1.0)
    assert_held(bench)


def test_a_lost_servo_of_a_limp_arm_stops_nothing(bench: Bench) -> None:
    bench.run(0.1)
    bench.arms.follower.chain.faults.unplugged.add(4)
    bench.run(1.0)
    assert bench.teleoperation.mode is Mode.IDLE


@pytest.mark.expects_log("could not be told to hold")
def test_a_pulled_adapter_is_told(bench: Bench) -> None:
    moving(bench)
    bench.arms.follower.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        bench.run(0.1)
    assert bench.teleoperation.mode is Mode.HOLDING


def test_a_pulled_leader_stops_the_arm(bench: Bench) -> None:
    moving(bench)
    bench.arms.leader.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        bench.run(0.1)
    assert_held(bench)


def test_an_observer_in_trouble_stops_the_arm(bench: Bench) -> None:
    moving(bench)
    bench.watcher.trouble = DiskFull(path="/data", free_mb=0)
    with pytest.raises(DiskFull):
        bench.run(0.1)
    assert_held(bench)


@pytest.mark.expects_log("was not told of the stop")
def test_a_demonstrator_that_is_gone_does_not_keep_the_arm_from_stopping(bench: Bench) -> None:
    def gone(engaged: bool) -> None:
        raise BenchUnavailable(bench="default", reason="it ended.")

    moving(bench)
    bench.leader.engaged = gone  # type: ignore[method-assign]
    bench.teleoperation.stop()
    assert_held(bench)


# Going to rest

REST = {"shoulder_pan.pos": -20.0, "shoulder_lift.pos": -60.0, "gripper.pos": 5.0}


def test_goes_slowly_to_rest_and_tells_when_it_is_there(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.go_to_rest(REST)
    ticks: list[Tick] = []
    while not bench.teleoperation.is_at_rest:
        assert len(ticks) < 10 * HZ
        ticks += bench.run(1 / HZ)
    assert bench.teleoperation.mode is Mode.HOLDING
    assert bench.arms.follower.pose_deg["shoulder_lift"] == pytest.approx(-60, abs=1)
    assert all(tick.is_handover for tick in ticks)
    for joint in ("shoulder_pan", "shoulder_lift", "gripper"):
        sent = sent_of(ticks, joint)
        assert max(abs(b - a) for a, b in pairwise(sent)) <= 40 / HZ * 1.3
    assert bench.told == [True, False]


def test_a_pause_on_the_way_to_rest_makes_it_no_faster(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.go_to_rest(REST)
    before = bench.run(0.3)
    bench.arms.advance(1.0)
    after = bench.run(1.0)
    sent = sent_of([*before, *after], "shoulder_lift")
    assert max(abs(b - a) for a, b in pairwise(sent)) <= 40 / HZ * 1.3


def test_a_limp_arm_is_not_moved_to_rest(bench: Bench) -> None:
    bench.teleoperation.go_to_rest(REST)
    bench.run(0.2)
    assert bench.teleoperation.mode is Mode.IDLE
    assert bench.goals_written == 0


def test_something_in_the_way_to_rest_means_hold(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.go_to_rest(REST)
    bench.arms.follower.joints["shoulder_lift"].is_blocked = True
    with pytest.raises(RestBlocked, match="shoulder_lift"):
        bench.run(5.0)
    assert_held(bench)
    assert not bench.teleoperation.is_at_rest


def test_stop_works_on_the_way_to_rest(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.go_to_rest(REST)
    bench.run(0.5)
    bench.teleoperation.stop()
    assert_held(bench)


def test_a_servo_lost_on_the_way_to_rest_means_hold(bench: Bench) -> None:
    moving(bench)
    bench.teleoperation.go_to_rest(REST)
    bench.arms.follower.chain.faults.unplugged.add(5)
    with pytest.raises(ServoLost, match="wrist_roll"):
        bench.run(1.0)
    assert bench.teleoperation.mode is Mode.HOLDING
