"""An arm of six simulated servos on one wire, and a bus that speaks to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.types import NormMode

JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
MOTORS = {
    name: Motor(number, "sts3215", NormMode.DEGREES if number < 6 else NormMode.RANGE_0_100)
    for number, name in enumerate(JOINTS, 1)
}
CALIBRATION = {
    name: MotorCalibration(motor.id, 0, 10 * motor.id, 500 + motor.id, 3500 - motor.id)
    for name, motor in MOTORS.items()
}


@dataclass
class SixServos:
    chain: ServoChain
    joints: dict[str, HandJoint]
    link: ChainLink
    bus: FeetechMotorsBus

    def advance(self, seconds: float, step: float = 0.01) -> None:
        for _ in range(round(seconds / step)):
            self.chain.advance(step)


@pytest.fixture
def arm() -> SixServos:
    joints = {name: HandJoint() for name in JOINTS}
    chain = ServoChain([SimulatedServo(MOTORS[name].id, joint) for name, joint in joints.items()])
    link = ChainLink(chain)
    bus = FeetechMotorsBus(
        link.address, MOTORS, CALIBRATION, opener=lambda address, baudrate: link, clock=link.now
    )
    return SixServos(chain, joints, link, bus)


@pytest.fixture
def connected(arm: SixServos) -> Iterator[SixServos]:
    arm.bus.connect()
    yield arm
    if arm.bus.is_connected:
        arm.bus.disconnect(disable_torque=False)
