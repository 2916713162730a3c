"""The pose an arm may be let go in, known to the session that finds it held in the air."""

from dataclasses import replace

import pytest

from lerobot_core.control.rig import (
    known_rest_pose,
    load_rig,
    record_rest_pose,
    remember_rest_pose,
    rig_folder,
    save_rig,
)
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.paths import home


def test_a_recorded_rest_pose_is_the_rigs_own_and_stays_with_it() -> None:
    changed = record_rest_pose(virtual_rig(), {"elbow_flex.pos": 42.0})
    assert known_rest_pose(changed) == {"elbow_flex.pos": 42.0}
    assert load_rig(save_rig(changed)) == changed
    assert any(load_rig(path) == changed for path in rig_folder().iterdir())


def test_the_rigs_own_rest_pose_goes_first() -> None:
    rig = replace(virtual_rig(), rest_pose={"elbow_flex.pos": 90.0})
    remember_rest_pose(rig, {"elbow_flex.pos": 10.0})
    assert known_rest_pose(rig) == {"elbow_flex.pos": 90.0}


def test_else_it_is_where_the_arm_was_found_limp_the_last_time() -> None:
    rig = virtual_rig()
    assert known_rest_pose(rig) is None
    remember_rest_pose(rig, {"elbow_flex.pos": 10.0})
    assert known_rest_pose(rig) == {"elbow_flex.pos": 10.0}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"elbow_flex.pos": NaN}', '{"a": "b"}', '{"a": true']
)
def test_a_damaged_file_is_no_rest_pose(content: str) -> None:
    rig = virtual_rig()
    remember_rest_pose(rig, {})
    (path,) = (home() / "rest-poses").iterdir()
    path.write_text(content)
    assert known_rest_pose(rig) is None
