"""Dynamixel: the X series."""

from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.dynamixel_exchange import DynamixelDialogue
from lerobot_core.motors.dynamixel_registers import dynamixel_registers
from lerobot_core.motors.dynamixel_scan import USUAL_BAUDRATES, DynamixelProbe
from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_BAUD_CODES, DYNAMIXEL_MODELS
from lerobot_core.motors.id_writer import IdWriter

_DIALOGUE = DynamixelDialogue()

DYNAMIXEL = ServoBrand(
    key="dynamixel",
    name="Dynamixel",
    models=DYNAMIXEL_MODELS,
    dialogue=_DIALOGUE,
    probe=DynamixelProbe(),
    id_writer=IdWriter(_DIALOGUE, DYNAMIXEL_MODELS, DYNAMIXEL_BAUD_CODES),
    usual_baudrates=USUAL_BAUDRATES,
    firmware_must_agree=False,  # each model of the series has a firmware of its own
    update_program="Dynamixel Wizard",
    registers=dynamixel_registers,
)
