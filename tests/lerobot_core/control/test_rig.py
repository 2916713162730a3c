import json
from typing import Any

import pytest

from lerobot_core.control.rig import Rig, load_rig, rig_folder, save_rig
from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.robots import SO101FollowerConfig
from lerobot_core.teleoperators import SO101LeaderConfig


def bench_rig(**changes: Any) -> Rig:
    values = {
        "name": "Bench 2",
        "robot": SO101FollowerConfig(id="blue", port="/dev/ttyACM0"),
        "teleoperator": SO101LeaderConfig(id="red", port="/dev/ttyACM1"),
        "rest_pose": {"gripper.pos": 3.0},
    }
    return Rig(**{**values, **changes})


def test_is_kept_between_starts() -> None:
    rig = bench_rig()
    path = save_rig(rig)
    assert path.parent == rig_folder()
    assert load_rig(path) == rig
    assert not rig.is_virtual
    assert rig.addresses == ["/dev/ttyACM0", "/dev/ttyACM1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_silence": "panic"},
        {"control_hz": 0},
        {"ease_in_s": -1.0},
        {"speed_fraction": 0.0},
        {"speed_fraction": 1.5},
        {"rest_pose": {"gripper.pos": float("nan")}},
    ],
)
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingInvalid):
        bench_rig(**wrong)


def test_a_damaged_or_foreign_file_is_no_rig() -> None:
    path = save_rig(bench_rig())
    good = json.loads(path.read_text())
    foreign = [json.dumps({**good, key: "blue"}) for key in ("colour", "rest_pose", "control_hz")]
    for content in ("", "[]", "{}", "3", *foreign):
        path.write_text(content)
        with pytest.raises(SettingInvalid):
            load_rig(path)
    path.write_text(json.dumps({**good, "robot": {"type": "toaster"}}))
    with pytest.raises(UnknownChoice, match="toaster"):
        load_rig(path)
    with pytest.raises(SettingInvalid):
        load_rig(path.with_name("missing.json"))
