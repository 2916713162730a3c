"""The trigger of a Koch leader: a spring that is weak, checked, watched, and let go."""

from pathlib import Path

import pytest
from twin_arms import WRITE, TwinArms

from lerobot_core.errors import (
    CalibrationMismatch,
    CalibrationMissing,
    GoalNotTaken,
    PortLost,
    TorqueNotOff,
)
from lerobot_core.teleoperators import KochLeader, KochLeaderConfig, TeleoperatorConfig
from lerobot_core.teleoperators.koch_leader import TRIGGER_CURRENT_MA


@pytest.fixture
def bench(tmp_path: Path) -> TwinArms:
    return TwinArms("koch", tmp_path)


def connected(bench: TwinArms) -> KochLeader:
    leader = bench.teleoperator()
    leader.connect()
    assert isinstance(leader, KochLeader)
    return leader


def test_upstreams_names_and_defaults() -> None:
    config = TeleoperatorConfig.from_dict({"type": "koch_leader", "port": "p", "id": "red"})
    assert config.to_dict()["gripper_open_pos"] == 50.0
    leader = config.build()
    assert leader.name == "koch_leader"
    path = leader.arms[""].calibration_path
    assert path.parts[-3:] == ("teleoperators", "koch_leader", "red.json")


@pytest.mark.parametrize("position", [-1.0, 101.0, float("nan")])
def test_a_trigger_that_springs_nowhere_is_refused(position: float) -> None:
    with pytest.raises(ValueError, match="gripper_open_pos"):
        KochLeaderConfig(port="p", gripper_open_pos=position)


def test_the_trigger_alone_has_torque_and_a_weak_one(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    leader = connected(bench)
    assert [joint for joint, torque in arm.torque.items() if torque] == ["gripper"]
    assert arm.get("gripper", "Operating_Mode") == 5
    assert [arm.get(joint, "Operating_Mode") for joint in list(arm.joints)[:5]] == [4] * 5
    assert arm.get("gripper", "Goal_Current") == TRIGGER_CURRENT_MA
    assert arm.get("gripper", "Bus_Watchdog") > 0
    bench.advance(0.5)
    assert leader.get_action()["gripper.pos"] == pytest.approx(50, abs=0.5)


def test_it_springs_back_when_the_hand_lets_go(bench: TwinArms) -> None:
    leader = connected(bench)
    for position in (70.0, 5.0, -4.0):
        bench.arms["leader"].move_by_hand(gripper=position)
        leader.get_action()
        bench.advance(0.4)
        assert leader.get_action()["gripper.pos"] == pytest.approx(50, abs=0.5)


def test_weak_current_and_watchdog_come_before_torque(bench: TwinArms) -> None:
    connected(bench)
    torque = next(place for place, told in enumerate(bench.story) if told.switches_torque_on)
    before = {told.register for told in bench.story[:torque] if told.code == WRITE}
    assert {"Goal_Current", "Bus_Watchdog"} <= before


def test_nothing_pulls_before_the_calibration_is_checked(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    arm.put("wrist_flex", "Homing_Offset", 99)
    leader = bench.teleoperator()
    with pytest.raises(CalibrationMismatch, match="wrist_flex"):
        leader.connect()
    leader.connect(calibrate=False)
    leader.configure()
    assert not any(told.moves for told in bench.story)
    leader.calibrate()
    assert arm.torque["gripper"] == 1


def test_without_a_calibration_all_is_limp(bench: TwinArms, tmp_path: Path) -> None:
    (tmp_path / "leader.json").unlink()
    with pytest.raises(CalibrationMissing):
        bench.teleoperator().connect()
    bench.teleoperator().connect(calibrate=False)
    assert not any(told.moves for told in bench.story)


def test_a_trigger_that_does_not_take_goals_is_let_go(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    arm.move_by_hand(gripper=30)
    arm.link.lose.add((0x83, "Goal_Position"))
    with pytest.raises(GoalNotTaken):
        connected(bench)
    assert not any(arm.torque.values())
    assert arm.closed == 1


def test_it_is_let_go_by_every_way_out(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    leader = connected(bench)
    leader.disable_torque()
    assert not any(arm.torque.values())
    assert arm.get("gripper", "Bus_Watchdog") == 0
    leader.configure()
    assert arm.torque["gripper"] == 1
    leader.disconnect()
    assert not any(arm.torque.values())
    with pytest.raises(ZeroDivisionError), bench.teleoperator():
        _ = 1 / (1 - arm.torque["gripper"])  # a script's own mistake, while it pulls
    assert not any(arm.torque.values())


def test_a_lost_port_is_told_with_what_may_still_pull(bench: TwinArms) -> None:
    leader = connected(bench)
    bench.arms["leader"].chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        leader.get_action()
    with pytest.raises(TorqueNotOff):
        leader.disconnect()
    assert not leader.is_connected


def test_when_the_session_dies_the_watchdog_stops_it(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    connected(bench)
    bench.advance(2.0)
    assert arm.get("gripper", "Bus_Watchdog") == -1
    arm.move_by_hand(gripper=5)
    bench.advance(0.5)
    open_deg = 34  # half of its travel
    assert arm.pose_deg[5] < open_deg / 2  # nothing pulls it open


def test_after_a_long_silence_it_springs_again(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    leader = connected(bench)
    bench.advance(3.0)
    for _ in range(3):
        leader.get_action()
    arm.move_by_hand(gripper=5)
    bench.advance(0.4)
    assert leader.get_action()["gripper.pos"] == pytest.approx(50, abs=0.5)


def test_a_trigger_that_was_without_power_springs_again_when_it_is_checked(
    bench: TwinArms,
) -> None:
    arm = bench.arms["leader"]
    leader = connected(bench)
    arm.servo("gripper").reboot()
    leader.check()
    assert arm.torque["gripper"] == 1
    assert arm.get("gripper", "Goal_Current") == TRIGGER_CURRENT_MA
    leader.disable_torque()
    leader.check()
    assert arm.torque["gripper"] == 0


@pytest.mark.expects_log("the trigger stays limp")
def test_a_trigger_that_cannot_be_woken_keeps_the_joints_readable(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    leader = connected(bench)
    bench.advance(3.0)
    leader.get_action()
    arm.link.lose.add((0x83, "Goal_Position"))
    arm.move_by_hand(gripper=5)
    assert len(leader.get_action()) == 6
    assert not any(arm.torque.values())


def test_the_elbow_is_turned_round_in_the_servo(bench: TwinArms) -> None:
    arm = bench.arms["leader"]
    assert arm.calibration["elbow_flex"].drive_mode == 1
    arm.put("elbow_flex", "Drive_Mode", 0)
    with pytest.raises(CalibrationMismatch, match="elbow_flex"):
        connected(bench)
    leader = bench.teleoperator()
    leader.connect(calibrate=False)
    leader.calibrate()
    assert arm.get("elbow_flex", "Drive_Mode") == 1
