from pathlib import Path

import pytest

from lerobot_core.control.calibration_use import (
    arm_calibrations,
    calibration_path,
    rigs_using,
)
from lerobot_core.control.rig import Rig
from lerobot_core.control.rig_building import RigDraft, rig_of, with_port
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.motors.calibration_library import path_of
from lerobot_core.robots import SO101FollowerConfig
from lerobot_core.robots.so_config import SO100FollowerConfig
from lerobot_core.teleoperators import SO101LeaderConfig


def rig(name: str, follower: str, leader: str) -> Rig:
    return Rig(
        name=name,
        robot=SO101FollowerConfig(id=follower, port="/dev/ttyACM0"),
        teleoperator=SO101LeaderConfig(id=leader, port="/dev/ttyACM1"),
    )


@pytest.mark.parametrize("kind", [SO100FollowerConfig, SO101FollowerConfig])
def test_the_path_is_the_one_that_the_arm_itself_uses(kind: type[SO101FollowerConfig]) -> None:
    config = kind(id="blue", port="/dev/ttyACM0")
    assert calibration_path(config) == config.build().calibration_path


def test_a_leader_s_path_is_the_one_that_it_uses() -> None:
    for config in (SO101LeaderConfig(id="red", port="x"), virtual_rig().teleoperator):
        built = config.build()
        assert calibration_path(config) == built.calibration_path  # type: ignore[attr-defined]


def test_rigs_that_use_a_file_are_named(tmp_path: Path) -> None:
    rigs = [rig("One", "blue", "red"), rig("Two", "green", "red"), virtual_rig()]
    assert rigs_using(path_of("teleoperators", "so_leader", "red"), rigs) == ["One", "Two"]
    assert rigs_using(path_of("robots", "so_follower", "green"), rigs) == ["Two"]
    assert rigs_using(tmp_path / "green.json", rigs) == []
    assert rigs_using(calibration_path(virtual_rig().robot), rigs) == ["Virtual SO-101"]


def test_a_pair_of_arms_has_a_file_for_each() -> None:
    draft = RigDraft(name="Pair", kind="bi_koch")
    for slot in draft.slots:
        draft = with_port(draft, slot, f"/dev/tty-{slot}")
    pair = rig_of(draft)
    files = arm_calibrations(pair)
    assert files["left_follower"] == path_of("robots", "koch_follower", "Pair_left")
    assert files["right_leader"] == path_of("teleoperators", "koch_leader", "Pair_right")
    assert set(files) == set(draft.slots)
    assert rigs_using(files["left_leader"], [pair]) == ["Pair"]
