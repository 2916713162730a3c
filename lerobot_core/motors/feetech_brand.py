"""Feetech: the STS, SMS and SCS series."""

from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.feetech_exchange import FeetechDialogue
from lerobot_core.motors.feetech_registers import feetech_registers
from lerobot_core.motors.feetech_scan import FeetechProbe
from lerobot_core.motors.id_writer import IdWriter
from lerobot_core.motors.tables import BAUD_CODES, DEFAULT_BAUDRATE, MODELS

_DIALOGUE = FeetechDialogue()

FEETECH = ServoBrand(
    key="feetech",
    name="Feetech",
    models=MODELS,
    dialogue=_DIALOGUE,
    probe=FeetechProbe(),
    id_writer=IdWriter(_DIALOGUE, MODELS, BAUD_CODES),
    usual_baudrates=(DEFAULT_BAUDRATE,),
    firmware_must_agree=True,
    update_program="FD",
    registers=feetech_registers,
)
