"""What every leader promises, whatever it is made of."""

from math import nan
from pathlib import Path

import pytest
from twin_arms import KINDS, SYNC_READ, TwinArms

from lerobot_core.errors import (
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    SettingInvalid,
    UnsafeAction,
)
from lerobot_core.teleoperators import TeleoperatorConfig
from lerobot_core.teleoperators.teleoperator import Teleoperator


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> TwinArms:
    return TwinArms(request.param, tmp_path)


@pytest.fixture
def leader(bench: TwinArms) -> Teleoperator:
    leader = bench.teleoperator()
    leader.connect()
    return leader


def key_of(leader: Teleoperator, joint: str) -> str:
    return [key for key in leader.action_features if key.endswith(f"{joint}.pos")][-1]


def test_its_config_survives_json(bench: TwinArms) -> None:
    config = bench.teleoperator_config()
    assert TeleoperatorConfig.from_dict(config.to_dict()) == config
    assert config.build().name == bench.teleoperator().name
    assert len(config.addresses) == len(bench.leaders) == len(config.arms)


def test_its_keys_are_those_of_its_robot(bench: TwinArms, leader: Teleoperator) -> None:
    assert list(leader.action_features) == list(bench.robot().action_features)
    assert list(leader.get_action()) == list(leader.action_features)
    assert list(leader.read_servos()) == list(leader.action_features)
    assert list(leader.servo_ids) == list(leader.action_features)
    assert len(leader.arms) == len(bench.leaders)
    with pytest.raises(DeviceAlreadyConnectedError):
        leader.connect()


def test_all_joints_that_a_hand_moves_are_limp(bench: TwinArms, leader: Teleoperator) -> None:
    bench.advance(0.1)
    for arm in bench.leaders:
        assert not any(torque for joint, torque in arm.torque.items() if joint != "gripper")
    bench.leaders[-1].move_by_hand(wrist_flex=20)
    before = leader.get_action()[key_of(leader, "wrist_flex")]
    bench.leaders[-1].move_by_hand(wrist_flex=-20)
    after = leader.get_action()[key_of(leader, "wrist_flex")]
    assert before - after > 15


def test_what_was_left_stiff_is_let_go(bench: TwinArms) -> None:
    for arm in bench.leaders:
        for joint in arm.joints:
            arm.put(joint, "Torque_Enable", 1)
    with bench.teleoperator() as leader:
        leader.get_action()
    for arm in bench.leaders:
        assert not any(arm.torque.values())
        assert arm.closed == 1
    with pytest.raises(DeviceNotConnectedError):
        leader.disconnect()


def test_all_buses_are_asked_before_an_answer_is_read(
    bench: TwinArms, leader: Teleoperator
) -> None:
    leader.get_action()
    bench.story.clear()
    leader.request_action()
    questions = list(bench.story)
    assert {told.chain for told in questions} == {arm.name for arm in bench.leaders}
    assert all(told.code == SYNC_READ for told in questions)
    leader.get_action()
    assert all(told.is_answer for told in bench.story[len(questions) :])


def test_lost_readings_are_counted_by_joint(bench: TwinArms, leader: Teleoperator) -> None:
    arm = bench.leaders[-1]
    before = leader.get_action()
    arm.chain.faults.unplugged.add(arm.calibration["wrist_roll"].id)
    assert leader.get_action() == pytest.approx(before, abs=0.1)
    key = key_of(leader, "wrist_roll")
    assert leader.stale_joints == {key: 1}
    assert leader.lost_by_joint[key] >= 1


@pytest.mark.parametrize("bench", ["so100", "so101", "bi_so101"], indirect=True)
def test_those_that_can_be_felt_follow_their_feedback(
    bench: TwinArms, leader: Teleoperator
) -> None:
    assert list(leader.feedback_features) == list(leader.action_features)
    leader.send_feedback(dict.fromkeys(leader.feedback_features, 20.0))
    assert not any(told.moves for told in bench.story)  # limp: nothing is felt
    bench.leaders[-1].move_by_hand(elbow_flex=-30)
    leader.enable_torque()
    bench.advance(0.3)
    assert bench.leaders[-1].pose_deg[2] == pytest.approx(-30, abs=0.1)
    key = key_of(leader, "elbow_flex")
    start = leader.get_action()[key]
    for _ in range(40):
        bench.advance(0.02)
        leader.get_action()
        leader.send_feedback({key: start + 10})
    assert leader.get_action()[key] == pytest.approx(start + 10, abs=0.3)
    bench.story.clear()
    with pytest.raises(UnsafeAction):
        leader.send_feedback({key: nan})
    with pytest.raises(SettingInvalid):
        leader.send_feedback({"left_knee.pos": 1.0})
    assert not any(told.moves for told in bench.story)
    leader.disable_torque()
    assert not any(any(arm.torque.values()) for arm in bench.leaders)


def test_a_leader_that_can_be_felt_is_limp_after_disconnecting(
    bench: TwinArms, leader: Teleoperator
) -> None:
    leader.enable_torque()
    leader.disconnect()
    assert not any(any(arm.torque.values()) for arm in bench.leaders)


def test_a_file_s_values_are_written_to_its_servos(bench: TwinArms) -> None:
    for arm in bench.leaders:
        arm.put("wrist_flex", "Homing_Offset", 77)
    leader = bench.teleoperator()
    leader.connect(calibrate=False)
    assert not leader.is_calibrated
    leader.calibrate()
    assert leader.is_calibrated
