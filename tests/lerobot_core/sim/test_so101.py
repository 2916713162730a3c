import subprocess
import sys
from math import degrees

import pytest

from lerobot_core.motors.normalisation import to_user
from lerobot_core.sim.so101 import (
    CHAINS,
    JOINTS,
    RANGES_RAD,
    TICKS_PER_RAD,
    factory_calibration,
    gripper_angle_rad,
    zero_ticks,
)
from lerobot_core.types import NormMode


def position(chain, joint, angle_rad):
    """What a servo of this chain reports for an angle."""
    offset = factory_calibration(chain)[joint].homing_offset
    return round((zero_ticks(chain, joint) + angle_rad * TICKS_PER_RAD - offset) % 4096)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("joint", [joint for joint in JOINTS if joint != "gripper"])
def test_degrees_are_joint_angles(chain, joint):
    calibration = factory_calibration(chain)[joint]
    for angle in (*RANGES_RAD[joint], 0.0, 0.5):
        shown = to_user(position(chain, joint, angle), calibration, NormMode.DEGREES, 4096)
        assert shown == pytest.approx(degrees(angle), abs=0.15)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("percent", [0, 25, 100])
def test_percent_are_the_travel_of_the_jaw(chain, percent):
    raw = position(chain, "gripper", gripper_angle_rad(percent))
    calibration = factory_calibration(chain)["gripper"]
    assert to_user(raw, calibration, NormMode.RANGE_0_100, 4096) == pytest.approx(percent, abs=0.1)


def test_no_two_arms_are_alike_and_offsets_fit_the_register():
    offsets = [
        [motor.homing_offset for motor in factory_calibration(chain).values()] for chain in CHAINS
    ]
    assert offsets[0] != offsets[1]
    assert all(abs(offset) <= 2047 for offset in [*offsets[0], *offsets[1]])


def test_tables_and_client_load_nothing_heavy():
    code = (
        "import sys, lerobot_core.sim.so101, lerobot_core.sim.client;"
        "sys.exit(bool({'mujoco', 'cv2', 'serial', 'scservo_sdk', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
