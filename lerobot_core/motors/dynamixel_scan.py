"""How Dynamixel servos of the X series are asked who they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lerobot_core.motors.dialogue import IDS, MemoryReader, ping
from lerobot_core.motors.dynamixel_exchange import DynamixelDialogue
from lerobot_core.motors.dynamixel_tables import (
    DYNAMIXEL_ALARMS,
    DYNAMIXEL_BAUD_CODES,
    DYNAMIXEL_MODELS,
    DYNAMIXEL_VOLTS,
    FACTORY_BAUDRATE,
    X_SERIES,
)
from lerobot_core.motors.scan import Answer, FoundServo, Roll
from lerobot_core.motors.tables import DEFAULT_BAUDRATE, Register, ServoModel, alarms_in
from lerobot_core.serial.link import SerialLink

USUAL_BAUDRATES = (DEFAULT_BAUDRATE, FACTORY_BAUDRATE)
_RARE_BAUDRATES = tuple(rate for rate in DYNAMIXEL_BAUD_CODES if rate not in USUAL_BAUDRATES)

_X = ServoModel(None, 4096, "little", X_SERIES)  # whatever model it turns out to be
_IDENTITY = Register(0, 36)  # Model_Number to Min_Voltage_Limit
_FLAGS = Register(64, 7)  # Torque_Enable to Hardware_Error_Status
_STATE = Register(132, 15)  # Present_Position to Present_Temperature
_MOTION = Register(64, 72)  # Torque_Enable to Present_Position

_DIALOGUE = DynamixelDialogue()


@dataclass(frozen=True)
class DynamixelProbe:
    """A ``scan.Probe`` for the X series, protocol 2.0."""

    baudrates: Sequence[int] = USUAL_BAUDRATES + _RARE_BAUDRATES
    ids: Sequence[int] = IDS

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        return _DIALOGUE.call_all(link, still_wanted)

    def ping(self, link: SerialLink, servo_id: int) -> Answer:
        return ping(_DIALOGUE, link, servo_id)

    def identify(self, link: SerialLink, servo_id: int) -> FoundServo:
        memory = MemoryReader(_DIALOGUE, link, servo_id)
        for place in (_IDENTITY, _FLAGS, _STATE):
            memory.fetch(place)
        # Two servos with one id are told by replies that differ, and most of all here.
        memory.fetch(_STATE)
        number = memory.value(_X, "Model_Number")
        firmware = memory.value(_X, "Firmware_Version")
        torque = memory.value(_X, "Torque_Enable")
        return FoundServo(
            id=servo_id,
            baudrate=link.baudrate,
            model=_NAMES.get(number or 0),
            model_number=number,
            firmware=None if firmware is None else str(firmware),
            volts=memory.scaled(_X, "Present_Input_Voltage", DYNAMIXEL_VOLTS),
            min_volts=memory.scaled(_X, "Min_Voltage_Limit", DYNAMIXEL_VOLTS),
            max_volts=memory.scaled(_X, "Max_Voltage_Limit", DYNAMIXEL_VOLTS),
            celsius=memory.value(_X, "Present_Temperature"),
            position=memory.value(_X, "Present_Position"),
            has_torque=None if torque is None else torque != 0,
            alarms=alarms_in(memory.value(_X, "Hardware_Error_Status"), DYNAMIXEL_ALARMS),
            table=_NAMES.get(number or 0),
            damaged=memory.damaged,
        )

    def locate(self, link: SerialLink, servo: FoundServo) -> FoundServo:
        memory = MemoryReader(_DIALOGUE, link, servo.id)
        memory.fetch(_MOTION)
        torque = memory.value(_X, "Torque_Enable")
        position = memory.value(_X, "Present_Position")
        return replace(servo, has_torque=None if torque is None else torque != 0, position=position)


_NAMES = {model.number: name for name, model in DYNAMIXEL_MODELS.items()}
