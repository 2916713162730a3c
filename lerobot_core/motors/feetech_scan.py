"""How Feetech servos of any series are asked who they are, whatever model they turn out to be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lerobot_core.motors.dialogue import IDS, MemoryReader, ping
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_exchange import FeetechDialogue
from lerobot_core.motors.scan import Alarm, Answer, FoundServo, Roll, alarms_in
from lerobot_core.motors.tables import BAUD_CODES, MODELS, STS_SMS, VOLTS, Register, ServoModel
from lerobot_core.serial.link import SerialLink

FEETECH_ALARMS: Mapping[int, Alarm] = {
    0x01: Alarm.VOLTAGE,
    0x02: Alarm.SENSOR,
    0x04: Alarm.HEAT,
    0x08: Alarm.CURRENT,
    0x20: Alarm.OVERLOAD,
}
"""Bits of the Status register."""

# All series keep these at the same addresses: in one piece each.
_IDENTITY = Register(0, 16)  # Firmware_Major_Version to Min_Voltage_Limit
_TORQUE = STS_SMS["Torque_Enable"]
_STATE = Register(56, 10)  # Present_Position to Status

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
        name, model = _model(identity) if identity else (None, MODELS["sts_series"])
        return FoundServo(
            id=servo_id,
            baudrate=link.baudrate,
            model=name,
            model_number=memory.value(model, "Model_Number"),
            firmware=f"{identity[0]}.{identity[1]}" if identity else None,
            volts=memory.scaled(model, "Present_Voltage", VOLTS),
            min_volts=memory.scaled(model, "Min_Voltage_Limit", VOLTS),
            max_volts=memory.scaled(model, "Max_Voltage_Limit", VOLTS),
            celsius=memory.value(model, "Present_Temperature"),
            position=memory.value(model, "Present_Position"),
            has_torque=None if torque is None else torque != b"\0",
            alarms=alarms_in(memory.value(model, "Status"), FEETECH_ALARMS),
            damaged=memory.damaged,
        )


def _model(identity: bytes) -> tuple[str | None, ServoModel]:
    """By the number, in the byte order of the model that it would be."""
    for name, model in MODELS.items():
        number = _word(identity, "Model_Number", model)
        if model.number is not None and model.number == number:
            return name, model
    return None, _series(identity)


def _series(identity: bytes) -> ServoModel:
    """Of a model that is not known: in the wrong byte order its position limit makes no sense."""
    sts, scs = MODELS["sts_series"], MODELS["scs_series"]
    is_beyond_sts = _word(identity, "Max_Position_Limit", sts) >= sts.resolution
    is_within_scs = _word(identity, "Max_Position_Limit", scs) < scs.resolution
    return scs if is_beyond_sts and is_within_scs else sts


def _word(identity: bytes, register: str, model: ServoModel) -> int:
    place = model.registers[register]
    start = place.address - _IDENTITY.address
    return decode_register(place, identity[start : start + place.size], model.byte_order)
