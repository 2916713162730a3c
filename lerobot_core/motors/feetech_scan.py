"""How Feetech servos of any series are asked who they are, whatever model they turn out to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lerobot_core.motors.dialogue import IDS, MemoryReader, ping
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_exchange import FeetechDialogue
from lerobot_core.motors.scan import Answer, FoundServo, Roll
from lerobot_core.motors.tables import (
    BAUD_CODES,
    FEETECH_ALARMS,
    MODELS,
    STS_SMS,
    VOLTS,
    Register,
    ServoModel,
    alarms_in,
)
from lerobot_core.serial.link import SerialLink

# All series keep these at the same addresses: in one piece each.
_IDENTITY = Register(0, 16)  # Firmware_Major_Version to Min_Voltage_Limit
_TORQUE = STS_SMS["Torque_Enable"]
_STATE = Register(56, 10)  # Present_Position to Status
_MOTION = Register(40, 18)  # Torque_Enable to Present_Position

_DIALOGUE = FeetechDialogue()


@dataclass(frozen=True)
class FeetechProbe:
    """A ``scan.Probe`` for the STS, SMS and SCS series."""

    baudrates: Sequence[int] = tuple(BAUD_CODES)
    ids: Sequence[int] = IDS

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        return _DIALOGUE.call_all(link, still_wanted)

    def ping(self, link: SerialLink, servo_id: int) -> Answer:
        return ping(_DIALOGUE, link, servo_id)

    def identify(self, link: SerialLink, servo_id: int) -> FoundServo:
        memory = MemoryReader(_DIALOGUE, link, servo_id)
        identity = memory.fetch(_IDENTITY)
        torque = memory.fetch(_TORQUE)
        memory.fetch(_STATE)
        # Two servos with one id are told by replies that differ, and most of all here.
        memory.fetch(_STATE)
        table = _table(identity) if identity else None
        model = MODELS[table or "sts_series"]
        return FoundServo(
            id=servo_id,
            baudrate=link.baudrate,
            model=table if model.number is not None else None,
            model_number=memory.value(model, "Model_Number"),
            firmware=f"{identity[0]}.{identity[1]}" if identity else None,
            volts=memory.scaled(model, "Present_Voltage", VOLTS),
            min_volts=memory.scaled(model, "Min_Voltage_Limit", VOLTS),
            max_volts=memory.scaled(model, "Max_Voltage_Limit", VOLTS),
            celsius=memory.value(model, "Present_Temperature"),
            position=memory.value(model, "Present_Position"),
            has_torque=None if torque is None else torque != b"\0",
            alarms=alarms_in(memory.value(model, "Status"), FEETECH_ALARMS),
            table=table,
            damaged=memory.damaged,
        )

    def locate(self, link: SerialLink, servo: FoundServo) -> FoundServo:
        memory = MemoryReader(_DIALOGUE, link, servo.id)
        memory.fetch(_MOTION)
        model = MODELS[servo.table or "sts_series"]
        torque = memory.value(model, "Torque_Enable")
        position = memory.value(model, "Present_Position")
        return replace(servo, has_torque=None if torque is None else torque != 0, position=position)


def _table(identity: bytes) -> str:
    """The model by its number, in the byte order that it would have; else the series."""
    for name, model in MODELS.items():
        if model.number is not None and model.number == _word(identity, "Model_Number", model):
            return name
    # In the wrong byte order, the position limit of the one series makes no sense in the other.
    sts, scs = MODELS["sts_series"], MODELS["scs_series"]
    is_beyond_sts = _word(identity, "Max_Position_Limit", sts) >= sts.resolution
    is_within_scs = _word(identity, "Max_Position_Limit", scs) < scs.resolution
    return "scs_series" if is_beyond_sts and is_within_scs else "sts_series"


def _word(identity: bytes, register: str, model: ServoModel) -> int:
    place = model.registers[register]
    start = place.address - _IDENTITY.address
    return decode_register(place, identity[start : start + place.size], model.byte_order)
