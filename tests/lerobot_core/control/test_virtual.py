import pytest

from lerobot_core.control.calibration_use import arm_calibrations
from lerobot_core.control.rig import Rig
from lerobot_core.control.virtual import (
    NAMES,
    install_virtual_calibrations,
    virtual_rig,
    virtual_rigs,
)
from lerobot_core.motors.calibration import load_calibration, save_calibration
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.so101 import factory_calibration
from lerobot_core.sim.twins import TWINS
from lerobot_core.sim.twins import factory_calibration as of_kind
from lerobot_core.teleoperators.demonstrator import Demonstrator

KINDS = list(NAMES)


def rig_of(kind: str) -> Rig:
    return virtual_rigs()[KINDS.index(kind)]


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


def test_there_is_a_rig_for_each_kind_of_bench_and_the_usual_one_comes_first() -> None:
    assert set(NAMES) == set(TWINS)
    assert virtual_rigs()[0] == virtual_rig()
    assert [rig.name for rig in virtual_rigs()] == list(NAMES.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_rig_opens_all_arms_of_its_bench_and_can_be_saved(kind: str) -> None:
    rig = rig_of(kind)
    bench = "default" if kind == "so101" else kind
    chains = [*TWINS[kind].arms, "top", "wrist"]
    assert rig.addresses == [f"sim://{bench}/{chain}" for chain in chains]
    assert Rig.from_dict(rig.to_dict()) == rig


@pytest.mark.parametrize("kind", KINDS)
def test_all_arms_find_the_factory_calibrations(kind: str) -> None:
    install_virtual_calibrations()
    paths = arm_calibrations(rig_of(kind))
    assert list(paths) == list(TWINS[kind].arms)
    for chain, path in paths.items():
        assert load_calibration(path) == of_kind(kind, chain)


@pytest.mark.parametrize("kind", KINDS)
def test_the_leaders_say_what_the_followers_take(kind: str) -> None:
    rig = rig_of(kind)
    robot, leader = rig.robot.build(), rig.teleoperator.build()
    assert leader.action_features == robot.action_features


def test_the_usual_rig_is_an_so101_with_its_demonstrator() -> None:
    rig = virtual_rig()
    assert isinstance(rig.robot.build(), SOFollower)
    assert isinstance(rig.teleoperator.build(), Demonstrator)


def test_a_calibration_made_by_hand_is_kept() -> None:
    robot = virtual_rig().robot.build()
    assert isinstance(robot, SOFollower)
    save_calibration(robot.calibration_path, factory_calibration("leader"))
    install_virtual_calibrations()
    assert load_calibration(robot.calibration_path) == factory_calibration("leader")
