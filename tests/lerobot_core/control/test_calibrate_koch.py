"""A calibration of Dynamixel servos, which add their offset and turn their counts themselves."""

from math import pi
from pathlib import Path

import pytest

from lerobot_core.control.calibrate import ArmCalibration
from lerobot_core.control.calibration_state import CalibrationStage
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import load_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.dynamixel_tables import CURRENT_POSITION_MODE, EXTENDED_POSITION_MODE
from lerobot_core.motors.homing import DYNAMIXEL
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.types import NormMode

TRAVEL_RAD = (-1.2, 1.4)
FULL_TURN = ("shoulder_pan", "wrist_roll")
JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
MOTORS = {
    name: Motor(
        number, "xl330-m077", NormMode.RANGE_0_100 if number == 6 else NormMode.RANGE_M100_100
    )
    for number, name in enumerate(JOINTS, 1)
}


class KochLeader:
    """Six servos with hands on them."""

    def __init__(self, zero_ticks: int) -> None:
        self.joints = {name: HandJoint() for name in JOINTS}
        self.chain = DynamixelChain(
            [
                DynamixelServo(
                    MOTORS[name].id, joint, model=MOTORS[name].model, zero_ticks=zero_ticks
                )
                for name, joint in self.joints.items()
            ]
        )

    def open_link(self, address: str, baudrate: int) -> ChainLink:
        self.link = ChainLink(self.chain, address)
        return self.link

    def connect(self) -> DynamixelMotorsBus:
        bus = DynamixelMotorsBus(
            "sim://test/chain", MOTORS, opener=self.open_link, clock=lambda: self.link.now()
        )
        bus.connect()
        bus.disable_torque()
        for name in JOINTS:
            mode = CURRENT_POSITION_MODE if name == "gripper" else EXTENDED_POSITION_MODE
            bus.set_operating_mode(name, mode)
        return bus

    def sweep(self, calibration: ArmCalibration) -> None:
        for joint in self.joints.values():
            for angle in (*TRAVEL_RAD, 0.0):
                joint.angle_rad = angle
                calibration.poll()


@pytest.mark.parametrize("zero_ticks", [1200, 2047, 2900])
def test_values_are_the_share_of_the_travel_and_the_elbow_is_inverted(
    tmp_path: Path, zero_ticks: int
) -> None:
    arm = KochLeader(zero_ticks)
    calibration = ArmCalibration(
        arm.connect(), "koch_leader", tmp_path / "koch.json", homing=DYNAMIXEL
    )
    calibration.release()
    arm.sweep(calibration)
    assert set(calibration.finish_sweep().signs or {}) == {"gripper"}
    assert calibration.finish_signs().stage is CalibrationStage.REVIEW
    state = calibration.save()
    assert state.problem is None
    assert state.stage is CalibrationStage.SAVED
    filed = load_calibration(tmp_path / "koch.json")
    assert [name for name, motor in filed.items() if motor.drive_mode] == ["elbow_flex"]

    bus = arm.connect()
    assert bus.read_calibration() == filed
    bus.calibration = filed
    low, high = TRAVEL_RAD
    for joint in arm.joints.values():
        joint.angle_rad = low + 0.7 * (high - low)
    said = bus.sync_read("Present_Position")
    of_a_turn = arm.joints["wrist_roll"].angle_rad / pi * 100
    expected = {name: of_a_turn if name in FULL_TURN else 40.0 for name in JOINTS}
    expected |= {"elbow_flex": -40.0, "gripper": 70.0}
    assert said == pytest.approx(expected, abs=0.2)


def test_cancelling_gives_the_drive_modes_back_as_well(tmp_path: Path) -> None:
    arm = KochLeader(2047)
    before = arm.connect().read_calibration()
    path = tmp_path / "koch.json"
    path.mkdir()  # so that the file cannot be written
    calibration = ArmCalibration(arm.connect(), "koch_leader", path, homing=DYNAMIXEL)
    calibration.release()
    arm.sweep(calibration)
    calibration.finish_sweep()
    calibration.finish_signs()
    assert calibration.save().stage is CalibrationStage.SAVING
    assert arm.connect().read_calibration() != before
    assert calibration.cancel().stage is CalibrationStage.CANCELLED
    assert arm.connect().read_calibration() == before
