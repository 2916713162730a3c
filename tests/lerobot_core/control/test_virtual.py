from lerobot_core.control.rig import Rig
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.motors.calibration import load_calibration, save_calibration
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.so101 import factory_calibration
from lerobot_core.teleoperators.demonstrator import Demonstrator


def test_the_virtual_rig_is_virtual_and_can_be_saved() -> None:
    rig = virtual_rig()
    assert rig.is_virtual
    assert rig.addresses == [
        "sim://default/follower",
        "sim://default/leader",
        "sim://default/top",
        "sim://default/wrist",
    ]
    assert Rig.from_dict(rig.to_dict()) == rig


def test_its_arms_find_the_factory_calibrations() -> None:
    install_virtual_calibrations()
    rig = virtual_rig()
    robot, leader = rig.robot.build(), rig.teleoperator.build()
    assert isinstance(robot, SOFollower)
    assert isinstance(leader, Demonstrator)
    assert load_calibration(robot.calibration_path) == factory_calibration("follower")
    assert load_calibration(leader.calibration_path) == factory_calibration("leader")


def test_a_calibration_made_by_hand_is_kept() -> None:
    robot = virtual_rig().robot.build()
    save_calibration(robot.calibration_path, factory_calibration("leader"))
    install_virtual_calibrations()
    assert load_calibration(robot.calibration_path) == factory_calibration("leader")
