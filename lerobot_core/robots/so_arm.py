"""What makes an arm an SO-100 or SO-101: six STS3215 in position mode.

The follower and the leader are the same six servos.
"""

from pathlib import Path

from lerobot_core.motors import homing
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.tables import CURRENT_MA, FEETECH_ALARMS, MODELS, STS_SMS
from lerobot_core.robots.arm import SUFFIX, Arm, Brand, BusMaker
from lerobot_core.types import NormMode

__all__ = ["SO_MOTORS", "SUFFIX", "BusMaker", "SOArm", "so_motors"]

SO_MOTORS = {
    "shoulder_pan": 1,
    "shoulder_lift": 2,
    "elbow_flex": 3,
    "wrist_flex": 4,
    "wrist_roll": 5,
    "gripper": 6,
}
"""Motor → id on the bus. All are STS3215 (spec/robots.md section 2)."""

FEETECH = Brand(
    "feetech",
    MODELS,
    STS_SMS,
    "Present_Voltage",
    keeps_drive_mode=False,
    homing=homing.FEETECH,
    celsius_limit="Max_Temperature_Limit",
    alarm="Status",
    alarms=FEETECH_ALARMS,
    overload=("Overload_Torque", "Protection_Time"),
    current=("Protection_Current", "Over_Current_Protection_Time"),
    current_ma=CURRENT_MA,
)


def so_motors(use_degrees: bool) -> dict[str, Motor]:
    """The motors of one arm; body joints in degrees or −100 to 100, the gripper in percent."""
    body = NormMode.DEGREES if use_degrees else NormMode.RANGE_M100_100
    return {
        name: Motor(
            id=servo_id,
            model="sts3215",
            norm_mode=NormMode.RANGE_0_100 if name == "gripper" else body,
        )
        for name, servo_id in SO_MOTORS.items()
    }


class SOArm(Arm):
    """Owns the bus of one arm. Closed until ``open``."""

    def __init__(
        self,
        family: str,
        arm_id: str | None,
        port: str,
        calibration_path: Path,
        *,
        use_degrees: bool = True,
        read_retries: int = 2,
        make_bus: BusMaker = FeetechMotorsBus,
    ) -> None:
        super().__init__(
            family,
            arm_id,
            port,
            calibration_path,
            so_motors(use_degrees),
            dict.fromkeys(SO_MOTORS, 0),
            FEETECH,
            make_bus=make_bus,
            read_retries=read_retries,
        )
