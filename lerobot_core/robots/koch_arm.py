"""What makes an arm a Koch v1.1: six Dynamixel servos that count their turns, but for the gripper.

Source of models, modes and gains: spec/robots.md section 3.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from lerobot_core.motors import homing
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.dynamixel_tables import (
    CURRENT_POSITION_MODE,
    DYNAMIXEL_ALARMS,
    DYNAMIXEL_MODELS,
    EXTENDED_POSITION_MODE,
    X_SERIES,
)
from lerobot_core.robots.arm import Brand, BusMaker
from lerobot_core.robots.dynamixel_arm import DynamixelArm
from lerobot_core.types import NormMode

KOCH_FOLLOWER_MODELS = {
    "shoulder_pan": "xl430-w250",
    "shoulder_lift": "xl430-w250",
    "elbow_flex": "xl330-m288",
    "wrist_flex": "xl330-m288",
    "wrist_roll": "xl330-m288",
    "gripper": "xl330-m288",
}

KOCH_LEADER_MODELS = dict.fromkeys(KOCH_FOLLOWER_MODELS, "xl330-m077")

DYNAMIXEL = Brand(
    "dynamixel",
    DYNAMIXEL_MODELS,
    X_SERIES,
    "Present_Input_Voltage",
    keeps_drive_mode=True,
    homing=homing.DYNAMIXEL,
    celsius_limit="Temperature_Limit",
    alarm="Hardware_Error_Status",
    alarms=DYNAMIXEL_ALARMS,
)


def koch_motors(models: Mapping[str, str], use_degrees: bool = False) -> dict[str, Motor]:
    """Ids count from 1 in the order of ``models``; the gripper is in percent."""
    body = NormMode.DEGREES if use_degrees else NormMode.RANGE_M100_100
    return {
        name: Motor(servo_id, model, NormMode.RANGE_0_100 if name == "gripper" else body)
        for servo_id, (name, model) in enumerate(models.items(), 1)
    }


def koch_arm(
    family: str,
    arm_id: str | None,
    port: str,
    calibration_path: Path,
    motors: Mapping[str, Motor],
    *,
    make_bus: BusMaker,
    now: Callable[[], float],
    read_retries: int = 2,
) -> DynamixelArm:
    modes = dict.fromkeys(motors, EXTENDED_POSITION_MODE) | {"gripper": CURRENT_POSITION_MODE}
    return DynamixelArm(
        family,
        arm_id,
        port,
        calibration_path,
        motors,
        modes,
        DYNAMIXEL,
        make_bus=make_bus,
        now=now,
        read_retries=read_retries,
    )
