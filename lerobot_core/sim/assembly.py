"""Puts arms together from their tables: servos on joints, set up and calibrated with care."""

from collections.abc import Mapping, Sequence
from typing import Any

from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_BAUD_CODES
from lerobot_core.motors.tables import BAUD_CODES as FEETECH_BAUD_CODES
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.sim.chain import Chain, ChainServo
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import JointPlant
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.sim.twins import ArmTwin, Brand, Part

BenchChain = Chain[Any]
"""A chain of either brand."""

BAUD_CODES: dict[Brand, dict[int, int]] = {
    "feetech": FEETECH_BAUD_CODES,
    "dynamixel": DYNAMIXEL_BAUD_CODES,
}
"""Brand → baud rate → value of its Baud_Rate register."""


def assemble(arm: ArmTwin, plants: Mapping[str, JointPlant]) -> BenchChain:
    """A chain of the arm's servos, each on its joint, just powered on."""
    chain: BenchChain
    if arm.brand == "feetech":
        chain = ServoChain([_feetech(part, plants[part.joint]) for part in arm.parts])
        chain.faults.volts = arm.volts
    else:
        servos = [_dynamixel(part, plants[part.joint]) for part in arm.parts]
        chain = DynamixelChain(servos, volts=arm.volts)
    make_ready(chain.servos, arm)
    return chain


def make_ready(servos: Sequence[ChainServo], arm: ArmTwin) -> None:
    """Have every servo hold what a careful set-up and calibration leave in it."""
    for servo, part in zip(servos, arm.parts, strict=True):
        servo.reset_to_factory()
        servo.zero_ticks = part.zero_ticks
        for register, value in _ready_registers(arm, part).items():
            servo.keep(register, value)
        servo.power_off()
        servo.power_on()


def _ready_registers(arm: ArmTwin, part: Part) -> dict[str, int]:
    held = part.calibration
    registers = {
        "ID": part.servo_id,
        "Baud_Rate": BAUD_CODES[arm.brand][DEFAULT_BAUDRATE],
        "Homing_Offset": held.homing_offset,
        "Min_Position_Limit": held.range_min,
        "Max_Position_Limit": held.range_max,
    }
    if arm.brand == "dynamixel":
        registers["Drive_Mode"] = held.drive_mode
    return registers | dict(part.registers)


def _feetech(part: Part, plant: JointPlant) -> SimulatedServo:
    return SimulatedServo(part.servo_id, plant, model=part.model, zero_ticks=part.zero_ticks)


def _dynamixel(part: Part, plant: JointPlant) -> DynamixelServo:
    return DynamixelServo(
        part.servo_id,
        plant,
        model=part.model,
        zero_ticks=part.zero_ticks,
        has_converter=part.has_converter,
    )
