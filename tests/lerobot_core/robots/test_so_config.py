import subprocess
import sys
from typing import Any

import pytest

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.errors import SettingInvalid
from lerobot_core.robots import RobotConfig, SO100FollowerConfig, SO101FollowerConfig
from lerobot_core.robots.so_config import DEFAULT_MAX_GAP


def test_upstreams_defaults() -> None:
    config = SO101FollowerConfig(port="/dev/ttyACM0")
    assert config.use_degrees
    assert config.disable_torque_on_disconnect
    assert config.max_relative_target is None
    gains = config.position_p_coefficient, config.position_i_coefficient
    assert (*gains, config.position_d_coefficient) == (16, 0, 32)
    assert config.num_read_retries == 2
    assert config.addresses == ["/dev/ttyACM0"]


@pytest.mark.parametrize("kind", ["so100_follower", "so101_follower"])
def test_is_read_back_as_it_was_written(kind: str) -> None:
    config = RobotConfig.from_dict(
        {
            "type": kind,
            "port": "sim://default/follower",
            "id": "blue",
            "max_relative_target": {"gripper": 10.0},
            "cameras": {"top": {"type": "sim", "url": "sim://default/top"}},
        }
    )
    assert RobotConfig.from_dict(config.to_dict()) == config
    assert config.cameras["top"] == SimCameraConfig(url="sim://default/top")


def test_the_gap_is_finite_whatever_is_given() -> None:
    assert SO100FollowerConfig(port="p").max_gap("gripper") == DEFAULT_MAX_GAP
    assert SO100FollowerConfig(port="p", max_relative_target=5).max_gap("gripper") == 5
    partly = SO100FollowerConfig(port="p", max_relative_target={"gripper": 7})
    assert (partly.max_gap("gripper"), partly.max_gap("elbow_flex")) == (7, DEFAULT_MAX_GAP)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_speed": 0},
        {"max_speed": float("inf")},
        {"max_relative_target": -1},
        {"max_relative_target": {"gripper": float("nan")}},
        {"num_read_retries": -1},
        {"colour": "blue"},
    ],
)
def test_refuses_impossible_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingInvalid, match="so101_follower"):
        RobotConfig.from_dict({"type": "so101_follower", "port": "p", **wrong})


def test_configs_load_no_driver() -> None:
    script = (
        "import sys, lerobot_core.robots, lerobot_core.teleoperators, lerobot_core.control.rig;"
        "heavy = {'scservo_sdk', 'serial', 'cv2', 'mujoco', 'torch', 'pyarrow', 'av'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
