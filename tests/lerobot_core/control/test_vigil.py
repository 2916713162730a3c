"""A loop that watches over its servos, byte by byte on simulated arms."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from driven_arms import HZ, Bench
from simulated_arms import GOAL_POSITION, SYNC_READ, SYNC_WRITE, TORQUE_ENABLE, WRITE

from lerobot_core.control.teleoperate import Mode
from lerobot_core.control.tick import Tick
from lerobot_core.errors import (
    DeviceError,
    JointBlocked,
    ServoAlarm,
    ServoHotSoon,
    ServoOverloaded,
    ServoStraining,
    ServoTooHot,
    ServoWarm,
    SupplyFailing,
    SupplySagging,
    TorqueLost,
)
from lerobot_core.motors.tables import STS_SMS

SOON_S = 1.0


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.loop.engage()
    bench.run(1.5)
    return bench


def stop_within(bench: Bench, kind: type[DeviceError], seconds: float) -> DeviceError:
    """The error that stops the loop, in time."""
    before = bench.watcher.ticks[-1].observed if bench.watcher.ticks else {}
    with pytest.raises(kind) as stopped:
        bench.run(seconds)
    assert bench.loop.mode is not Mode.FOLLOWING
    after = bench.watcher.ticks[-1].observed
    assert before == pytest.approx(after, abs=3)
    return stopped.value


def restart(bench: Bench, *servo_ids: int) -> None:
    """Take a servo's power away for a moment."""
    for servo_id in servo_ids:
        servo = bench.arms.follower.chain.servo(servo_id)
        servo.power_off()
        servo.power_on()


# Overload


def test_an_overloaded_servo_stops_the_arm_and_is_named(bench: Bench) -> None:
    bench.arms.follower.chain.faults.overloaded.add(3)
    error = stop_within(bench, ServoOverloaded, SOON_S)
    assert error.facts == {"joint": "elbow_flex", "servo_id": 3}
    assert bench.loop.mode is Mode.HOLDING
    assert bench.arms.follower.has_torque == [True] * 6
    assert isinstance(bench.loop.trouble, ServoOverloaded)


def test_an_overload_is_not_forgotten_by_engaging(bench: Bench) -> None:
    bench.arms.follower.chain.faults.overloaded.add(3)
    stop_within(bench, ServoOverloaded, SOON_S)
    with pytest.raises(ServoAlarm):
        bench.loop.engage()
    assert bench.loop.mode is not Mode.FOLLOWING


def test_an_overload_is_cleared_on_request_and_the_arm_can_be_engaged(bench: Bench) -> None:
    bench.arms.follower.chain.faults.overloaded.add(3)
    stop_within(bench, ServoOverloaded, SOON_S)
    bench.arms.follower.chain.faults.overloaded.clear()
    bench.loop.clear_overload("elbow_flex")
    assert bench.loop.mode is Mode.HOLDING
    bench.run(1.0)
    assert bench.loop.trouble is None
    bench.loop.engage()
    bench.run(1.5)
    assert bench.loop.mode is Mode.FOLLOWING


def test_an_overload_that_stays_is_told_again(bench: Bench) -> None:
    bench.arms.follower.chain.faults.overloaded.add(3)
    stop_within(bench, ServoOverloaded, SOON_S)
    bench.loop.clear_overload("elbow_flex")
    bench.run(1.0)
    assert isinstance(bench.loop.trouble, ServoOverloaded)


def test_clearing_stops_an_arm_that_moves_first(bench: Bench) -> None:
    bench.loop.clear_overload("elbow_flex")
    assert bench.loop.mode is Mode.HOLDING
    assert bench.arms.follower.has_torque == [True] * 6


def test_an_overload_on_the_way_to_rest_means_hold(bench: Bench) -> None:
    bench.loop.go_to_rest({"shoulder_pan.pos": 60.0})
    bench.run(0.3)
    bench.arms.follower.chain.faults.overloaded.add(3)
    with pytest.raises(ServoOverloaded):
        bench.run(SOON_S)
    assert bench.loop.mode is Mode.HOLDING


# Torque that is gone


def test_a_servo_that_started_afresh_is_noticed_within_a_second(bench: Bench) -> None:
    restart(bench, 2)
    error = stop_within(bench, TorqueLost, SOON_S)
    assert error.facts["joint"] == "shoulder_lift"
    assert "started afresh" in str(error)
    assert bench.loop.mode is Mode.HOLDING
    assert bench.arms.follower.has_torque == [True, False, True, True, True, True]


def test_a_hot_servo_that_let_go_says_why(bench: Bench) -> None:
    bench.arms.follower.chain.faults.celsius[4] = 75
    error = stop_within(bench, TorqueLost, SOON_S)
    assert error.facts == {"joint": "wrist_flex", "servo_id": 4, "reason": "too hot"}


def test_an_arm_that_lost_all_its_power_is_switched_off_and_not_held(bench: Bench) -> None:
    """A goal may give torque back to a servo that has none."""
    restart(bench, *range(1, 7))
    packets = bench.arms.follower.link.packets
    packets.clear()
    stop_within(bench, TorqueLost, SOON_S)
    switched_off = next(
        place
        for place, packet in enumerate(packets)
        if packet.address == TORQUE_ENABLE and packet.code == SYNC_WRITE
    )
    assert not any(packet.moves for packet in packets[switched_off:])
    assert bench.loop.mode is Mode.IDLE
    assert not bench.robot.is_torque_on
    assert bench.arms.follower.has_torque == [False] * 6


def test_after_a_loss_of_power_engaging_does_not_jump(bench: Bench) -> None:
    restart(bench, *range(1, 7))
    stop_within(bench, TorqueLost, SOON_S)
    bench.arms.follower.move_by_hand(shoulder_pan=-40, elbow_flex=30)  # it fell
    bench.arms.leader.move_by_hand(shoulder_pan=50)
    bench.loop.engage()
    pans = [-40.0, *(tick.observed["shoulder_pan.pos"] for tick in bench.run(2.0))]
    assert max(abs(later - earlier) for earlier, later in pairwise(pans)) <= 1.5 * 90 / HZ * 1.3
    assert bench.arms.follower.register(1, "Acceleration") == 254  # configured anew


def test_one_servo_that_restarted_takes_its_place_when_engaged_again(bench: Bench) -> None:
    restart(bench, 1)
    stop_within(bench, TorqueLost, SOON_S)
    bench.arms.follower.move_by_hand(shoulder_pan=-40)
    bench.arms.leader.move_by_hand(shoulder_pan=50)
    bench.loop.engage()
    pans = [-40.0, *(tick.observed["shoulder_pan.pos"] for tick in bench.run(2.0))]
    assert max(abs(later - earlier) for earlier, later in pairwise(pans)) <= 1.5 * 90 / HZ * 1.3
    assert pans[-1] == pytest.approx(50, abs=1)


def test_torque_lost_while_holding_is_told_and_nothing_is_sent(bench: Bench) -> None:
    bench.loop.stop()
    restart(bench, 2)
    sent = bench.goals_written
    bench.run(SOON_S)
    assert isinstance(bench.loop.trouble, TorqueLost)
    assert bench.loop.mode is Mode.HOLDING
    assert bench.goals_written == sent


def test_all_torque_lost_while_holding_is_told_and_switched_off(bench: Bench) -> None:
    bench.loop.stop()
    restart(bench, *range(1, 7))
    with pytest.raises(TorqueLost):
        bench.run(SOON_S)
    assert bench.loop.mode is Mode.IDLE


# Heat, load and supply


def test_a_hot_servo_stops_the_arm_before_it_lets_go(bench: Bench) -> None:
    bench.arms.follower.chain.faults.celsius[2] = 69
    error = stop_within(bench, ServoTooHot, SOON_S)
    assert error.facts == {"joint": "shoulder_lift", "servo_id": 2, "celsius": 69, "limit": 70}
    assert bench.arms.follower.has_torque == [True] * 6


def test_a_servo_that_is_still_hot_gets_no_work(bench: Bench) -> None:
    bench.arms.follower.chain.faults.celsius[2] = 69
    stop_within(bench, ServoTooHot, SOON_S)
    with pytest.raises(ServoTooHot):
        bench.loop.engage()
    assert bench.loop.mode is Mode.HOLDING
    bench.loop.go_to_rest({"shoulder_pan.pos": 10.0})  # what helps is allowed
    bench.run(3.0)
    assert bench.loop.is_at_rest


def test_a_warm_servo_is_a_warning_with_time_left_and_no_stop(bench: Bench) -> None:
    faults = bench.arms.follower.chain.faults
    faults.celsius[2] = 50
    bench.run(60.0)
    for second in range(30):
        faults.celsius[2] = 50 + 0.2 * second
        bench.run(1.0)
    assert bench.loop.mode is Mode.FOLLOWING
    warning = bench.loop.vigil.warnings()["shoulder_lift.pos"]
    assert isinstance(warning, ServoHotSoon)
    left_s = bench.loop.vigil.seconds_left["shoulder_lift.pos"]
    assert 71 <= left_s <= 110  # some of what it looks back on was before it got warmer
    assert warning.facts["minutes"] == round(left_s / 60)


def test_a_servo_near_its_limit_is_a_warning(bench: Bench) -> None:
    bench.arms.follower.chain.faults.celsius[2] = 61
    bench.run(1.0)
    assert bench.loop.mode is Mode.FOLLOWING
    assert isinstance(bench.loop.vigil.warnings()["shoulder_lift.pos"], ServoWarm)


def test_a_strain_stops_the_arm_before_the_servo_gives_way(bench: Bench) -> None:
    joint = bench.arms.follower.joints["shoulder_lift"]
    joint.is_blocked = True
    bench.arms.leader.move_by_hand(shoulder_lift=9.8)  # too near for the following error
    error = stop_within(bench, ServoStraining, 4.0)
    assert error.facts["joint"] == "shoulder_lift"
    assert bench.robot.read_alarms()["shoulder_lift.pos"] == frozenset()


def test_a_failing_supply_stops_the_arm_and_a_weak_one_warns(bench: Bench) -> None:
    bench.arms.follower.chain.faults.volts = 4.2
    bench.run(1.0)
    assert isinstance(bench.loop.vigil.warnings()["gripper.pos"], SupplySagging)
    bench.arms.follower.chain.faults.volts = 3.8
    error = stop_within(bench, SupplyFailing, SOON_S)
    assert (error.facts["volts"], error.facts["low"]) == (3.8, 4.0)


def test_limits_that_could_not_be_read_are_asked_for_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    limits = (SYNC_READ, STS_SMS["Max_Temperature_Limit"].address)
    bench.arms.follower.link.lose.add(limits)
    bench.run(1.0)
    assert bench.loop.vigil.limits == {}
    bench.arms.follower.link.lose.clear()
    bench.run(6.0)
    assert bench.loop.vigil.limits["gripper.pos"].celsius == 70


# Joints that do not follow


def test_a_joint_that_does_not_follow_stops_the_arm_and_is_named(bench: Bench) -> None:
    bench.arms.follower.joints["shoulder_pan"].is_blocked = True
    bench.arms.leader.move_by_hand(shoulder_pan=40)
    error = stop_within(bench, JointBlocked, 1.5)
    assert error.facts == {"joint": "shoulder_pan", "servo_id": 1}
    assert bench.loop.mode is Mode.HOLDING
    assert bench.robot.read_alarms()["shoulder_pan.pos"] == frozenset()


def test_a_joint_on_its_stop_is_not_held_up(bench: Bench) -> None:
    bench.arms.leader.move_by_hand(shoulder_pan=170)  # beyond the follower's range
    bench.run(5.0)
    assert bench.loop.mode is Mode.FOLLOWING


@pytest.fixture
def holding(bench: Bench) -> Bench:
    """The gripper has closed on something, and the leader's is shut."""
    bench.arms.leader.move_by_hand(gripper=60)
    bench.run(1.5)
    bench.arms.follower.joints["gripper"].is_blocked = True
    bench.arms.leader.move_by_hand(gripper=-10)
    bench.run(10.0)
    return bench


def _last(bench: Bench, pick: Callable[[Tick], float]) -> float:
    return pick(bench.watcher.ticks[-1])


def test_a_gripper_that_holds_something_neither_stops_nor_overloads(holding: Bench) -> None:
    assert holding.loop.mode is Mode.FOLLOWING
    assert holding.robot.read_alarms()["gripper.pos"] == frozenset()
    load = abs(holding.robot.read_servos()["gripper.pos"].load_percent)
    assert 5 < load <= 20


def test_the_relaxed_target_is_what_is_recorded(holding: Bench) -> None:
    sent = _last(holding, lambda tick: tick.sent["gripper.pos"])
    here = _last(holding, lambda tick: tick.observed["gripper.pos"])
    assert 0.4 <= here - sent <= 2.1
    assert _last(holding, lambda tick: tick.wanted["gripper.pos"]) < 1


def test_the_gripper_opens_when_the_operator_opens(holding: Bench) -> None:
    holding.arms.follower.joints["gripper"].is_blocked = False
    holding.arms.leader.move_by_hand(gripper=80)
    holding.run(1.5)
    assert holding.arms.follower.pose_deg["gripper"] == pytest.approx(80, abs=2)


def test_a_gripper_that_holds_something_goes_to_rest_with_it(holding: Bench) -> None:
    holding.loop.go_to_rest({"shoulder_pan.pos": 10.0, "gripper.pos": 45.0})
    holding.run(8.0)
    assert holding.loop.is_at_rest
    assert holding.robot.read_alarms()["gripper.pos"] == frozenset()


def test_engaging_with_something_in_the_gripper_ends(bench: Bench) -> None:
    """The hand-over must not wait for a gripper that cannot close."""
    bench.loop.stop()
    bench.arms.follower.joints["gripper"].is_blocked = True
    bench.arms.follower.move_by_hand(gripper=50)
    bench.arms.leader.move_by_hand(gripper=-10)
    bench.loop.engage()
    assert not bench.run(3.0)[-1].is_handover


# On the wire


def test_both_arms_are_asked_before_either_answer_is_collected(bench: Bench) -> None:
    told: list[str] = []
    for name, device in (("robot", bench.robot), ("leader", bench.leader)):
        for method in ("request_observation", "get_observation", "request_action", "get_action"):
            if hasattr(device, method):
                _tell(device, method, told, name)
    bench.run(1 / HZ)
    assert told == [
        "robot request_observation",
        "leader request_action",
        "robot get_observation",
        "leader get_action",
    ]


def _tell(device: object, method: str, told: list[str], name: str) -> None:
    original = getattr(device, method)

    def told_and_done() -> object:
        told.append(f"{name} {method}")
        return original()

    setattr(device, method, told_and_done)


def test_the_watch_costs_an_exchange_every_few_ticks(bench: Bench) -> None:
    before, _ = bench.robot.packets
    bench.run(1.0)
    after, _ = bench.robot.packets
    assert after - before <= HZ + 13
    writes = [p for p in bench.arms.follower.link.packets if p.code == WRITE and p.moves]
    assert not [p for p in writes if p.address == GOAL_POSITION]
