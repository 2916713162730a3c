from pathlib import Path

import pytest
from simulated_arms import SimulatedArms

from lerobot_core.errors import CalibrationMismatch, CalibrationMissing, ServosMissing
from lerobot_core.teleoperators import SO100Leader, SO101LeaderConfig, TeleoperatorConfig
from lerobot_core.teleoperators.so_leader import SOLeader


@pytest.fixture
def arms(tmp_path: Path) -> SimulatedArms:
    return SimulatedArms(tmp_path)


@pytest.fixture
def leader(arms: SimulatedArms) -> SOLeader:
    leader = arms.teleoperator()
    leader.connect()
    return leader


def test_reads_where_the_hand_put_it(arms: SimulatedArms, leader: SOLeader) -> None:
    arms.leader.move_by_hand(shoulder_pan=33, wrist_roll=-70)
    action = leader.get_action()
    assert list(action) == list(leader.action_features)
    assert action["shoulder_pan.pos"] == pytest.approx(33, abs=0.1)
    assert action["wrist_roll.pos"] == pytest.approx(-70, abs=0.2)


def test_is_limp_from_the_start(arms: SimulatedArms) -> None:
    arms.leader.put(2, "Torque_Enable", 1)
    with arms.teleoperator() as leader:
        leader.get_action()
        assert not any(arms.leader.has_torque)
    assert not any(packet.moves for packet in arms.leader.link.packets)
    assert arms.leader.link.closed == 1


def test_keeps_the_last_value_of_a_lost_reading(arms: SimulatedArms, leader: SOLeader) -> None:
    arms.leader.move_by_hand(gripper=20)
    before = leader.get_action()["gripper.pos"]
    arms.leader.chain.faults.unplugged.add(6)
    leader.get_action()
    assert leader.get_action()["gripper.pos"] == before
    assert leader.stale_joints == {"gripper.pos": 2}


def test_a_foreign_or_missing_calibration_is_refused(arms: SimulatedArms) -> None:
    swapped = SOLeader(
        SO101LeaderConfig(id="follower", port="p", calibration_dir=str(arms.folder)),
        make_bus=arms.leader.make_bus,
    )
    with pytest.raises(CalibrationMismatch):
        swapped.connect()
    nobody = SOLeader(
        SO101LeaderConfig(port="p", calibration_dir=str(arms.folder)),
        make_bus=arms.leader.make_bus,
    )
    with pytest.raises(CalibrationMissing):
        nobody.connect()
    assert arms.leader.link.closed == 2


def test_calibrate_writes_the_files_values(arms: SimulatedArms) -> None:
    leader = SOLeader(
        SO101LeaderConfig(id="follower", port="p", calibration_dir=str(arms.folder)),
        make_bus=arms.leader.make_bus,
    )
    leader.connect(calibrate=False)
    leader.calibrate()
    assert leader.is_calibrated


def test_missing_servos_are_named(arms: SimulatedArms) -> None:
    arms.leader.chain.faults.cut_before = 4
    with pytest.raises(ServosMissing, match=r"wrist_flex.*wrist_roll.*gripper"):
        arms.teleoperator().connect()


@pytest.mark.parametrize("kind", ["so100_leader", "so101_leader"])
def test_upstreams_names(kind: str) -> None:
    config = TeleoperatorConfig.from_dict({"type": kind, "port": "/dev/ttyACM1", "id": "red"})
    leader = config.build()
    assert isinstance(leader, SO100Leader)
    assert leader.name == "so_leader"
    assert leader.calibration_path.parts[-3:] == ("teleoperators", "so_leader", "red.json")
    assert TeleoperatorConfig.from_dict(config.to_dict()) == config
