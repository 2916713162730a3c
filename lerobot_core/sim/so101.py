"""The virtual SO-101 as tables: joints, servos, encoders. Cheap to import.

Sources: joint ranges and the actuator from the public SO-101 simulation models (STS3215 at 7.4 V,
firmware proportional gain 16); register meanings from the Feetech STS3215 memory table.
"""

from dataclasses import dataclass
from math import pi
from typing import Literal

from lerobot_core.kinematics.so101 import ARM, MOVING_JAW
from lerobot_core.motors.calibration import MotorCalibration

ChainName = Literal["follower", "leader"]
CHAINS: tuple[ChainName, ...] = ("follower", "leader")
CAMERAS = ("top", "wrist")

RANGES_RAD: dict[str, tuple[float, float]] = {
    frame.joint: (frame.low_rad, frame.high_rad)
    for frame in (*ARM, MOVING_JAW)
    if frame.joint is not None
}
"""Joint → travel, in the order of the servo ids 1 to 6."""

JOINTS = tuple(RANGES_RAD)
SERVO_IDS = {joint: index + 1 for index, joint in enumerate(JOINTS)}


@dataclass(frozen=True)
class Actuator:
    """An STS3215 as a position actuator."""

    gain_nm_per_rad: float = 998.22
    damping_gain_nms_per_rad: float = 2.731
    max_torque_nm: float = 2.94
    joint_damping_nms_per_rad: float = 0.60
    friction_loss_nm: float = 0.052
    armature_kgm2: float = 0.028


STS3215 = Actuator()
JAW_SERVO = Actuator(gain_nm_per_rad=8.0, damping_gain_nms_per_rad=0.1)
"""The same servo on the jaw, as soft as its proportional gain makes it: full torque at a third of
a radian (an estimate). The model's stiffness would press with all it has a tenth of a degree away
from its target, and no object could be held gently."""

TICKS_PER_TURN = 4096
TICKS_PER_RAD = TICKS_PER_TURN / (2 * pi)
_HALF_TURN = (TICKS_PER_TURN - 1) // 2  # where homing puts the middle of a joint's travel

_HOMING_OFFSETS: dict[str, dict[str, int]] = {
    "follower": {
        "shoulder_pan": -312,
        "shoulder_lift": 874,
        "elbow_flex": -1107,
        "wrist_flex": 451,
        "wrist_roll": 1290,
        "gripper": -688,
    },
    "leader": {
        "shoulder_pan": 205,
        "shoulder_lift": -936,
        "elbow_flex": 1318,
        "wrist_flex": -77,
        "wrist_roll": -1466,
        "gripper": 542,
    },
    "right_follower": {
        "shoulder_pan": 671,
        "shoulder_lift": -254,
        "elbow_flex": 903,
        "wrist_flex": -1388,
        "wrist_roll": 118,
        "gripper": 1024,
    },
    "right_leader": {
        "shoulder_pan": -840,
        "shoulder_lift": 1172,
        "elbow_flex": -365,
        "wrist_flex": 729,
        "wrist_roll": 1511,
        "gripper": -1203,
    },
}
"""Where the encoder stood when the horn was screwed on: no two arms are alike. The left arms of a
pair are as the single ones."""


def zero_ticks(chain: str, joint: str) -> int:
    """Raw encoder ticks where the joint's angle is 0, before the homing offset."""
    middle_rad = sum(RANGES_RAD[joint]) / 2 if joint == "gripper" else 0.0
    return _HOMING_OFFSETS[chain][joint] + _HALF_TURN - round(middle_rad * TICKS_PER_RAD)


def factory_calibration(chain: str) -> dict[str, MotorCalibration]:
    """What a careful operator would have found: degrees are joint angles, 0 to 100 % the gripper.

    The wrist can turn all the way round, so its range is the whole turn, as upstream records it.
    """
    return {joint: _calibration(chain, joint) for joint in JOINTS}


def _calibration(chain: str, joint: str) -> MotorCalibration:
    low, high = RANGES_RAD[joint]
    half = round((high - low) / 2 * TICKS_PER_RAD)
    whole_turn = joint == "wrist_roll"
    return MotorCalibration(
        id=SERVO_IDS[joint],
        drive_mode=0,
        homing_offset=_HOMING_OFFSETS[chain][joint],
        range_min=0 if whole_turn else _HALF_TURN - half,
        range_max=TICKS_PER_TURN - 1 if whole_turn else _HALF_TURN + half,
    )


def gripper_angle_rad(percent: float) -> float:
    """The jaw's angle at a share of its travel: 0 closed, 100 open."""
    low, high = RANGES_RAD["gripper"]
    return low + (high - low) * percent / 100


REST_POSE_RAD: dict[str, float] = {
    "shoulder_pan": 0.0,
    "shoulder_lift": -1.745,
    "elbow_flex": 1.586,
    "wrist_flex": 1.238,
    "wrist_roll": 0.0,
    "gripper": -0.10,
}
"""Folded, with the fingers on the table: an arm put down like this stays when torque goes off."""
