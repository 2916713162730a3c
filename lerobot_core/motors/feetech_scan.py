"""How Feetech servos of any series are asked who they are, whatever model they turn out to be.

Speaks in packets of its own: unlike a bus it must see what is wrong with a reply, and it does
not know the model, and with it the byte order, before it has asked.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_exchange import PING, READ, ask
from lerobot_core.motors.packets import BROADCAST_ID, OVERHEAD, encode_packet, take_replies
from lerobot_core.motors.scan import Answer, FoundServo, Roll
from lerobot_core.motors.tables import BAUD_CODES, MODELS, STS_SMS, VOLTS, Register, ServoModel
from lerobot_core.serial.link import SerialLink

_TRIES = 3
_SLICE_S = 0.2  # how long nobody looks whether the scan is still wanted
_BROADCAST_SLOT_S = 0.003  # each possible id in turn answers a broadcast ping; upstream's figure
_BROADCAST_MARGIN_S = 0.016

# All series keep these at the same addresses: in one piece each.
_IDENTITY = Register(0, 16)  # Firmware_Major_Version to Min_Voltage_Limit
_TORQUE = STS_SMS["Torque_Enable"]
_STATE = Register(56, 8)  # Present_Position to Present_Temperature


@dataclass(frozen=True)
class FeetechProbe:
    """A ``scan.Probe`` for the STS, SMS and SCS series."""

    baudrates: Sequence[int] = tuple(BAUD_CODES)
    ids: Sequence[int] = range(MAX_SERVO_ID + 1)

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        size = OVERHEAD * len(self.ids)
        reply_s = OVERHEAD * 10 / link.baudrate
        left_s = len(self.ids) * (reply_s + _BROADCAST_SLOT_S) + _BROADCAST_MARGIN_S
        link.discard_input()
        link.write(encode_packet(BROADCAST_ID, PING))
        received = bytearray()
        while left_s > 0 and len(received) < size:
            still_wanted()
            received += link.read(size - len(received), min(left_s, _SLICE_S))
            left_s -= _SLICE_S
        count = len(received)
        replies = take_replies(received, 0)
        damaged = count - OVERHEAD * len(replies)
        return Roll(Counter(reply.servo_id for reply in replies), damaged)

    def ping(self, link: SerialLink, servo_id: int) -> Answer:
        answers = [ask(link, servo_id, PING, b"", 0)[0]]
        if answers[0] is Answer.DAMAGED:  # a disturbance, perhaps
            answers.append(ask(link, servo_id, PING, b"", 0)[0])
        return answers[-1] if answers[-1] is not Answer.SILENCE else answers[0]

    def identify(self, link: SerialLink, servo_id: int) -> FoundServo:
        memory = _Memory(link, servo_id)
        identity = memory.fetch(_IDENTITY)
        torque = memory.fetch(_TORQUE)
        memory.fetch(_STATE)
        # Two servos with one id are told by replies that differ, and most of all here.
        memory.fetch(_STATE)
        if identity is not None:
            memory.model_name, memory.model = _model(identity)
        return FoundServo(
            id=servo_id,
            baudrate=link.baudrate,
            model=memory.model_name,
            model_number=memory.value("Model_Number"),
            firmware=f"{identity[0]}.{identity[1]}" if identity else None,
            volts=memory.volts("Present_Voltage"),
            min_volts=memory.volts("Min_Voltage_Limit"),
            max_volts=memory.volts("Max_Voltage_Limit"),
            celsius=memory.value("Present_Temperature"),
            position=memory.value("Present_Position"),
            has_torque=None if torque is None else torque != b"\0",
            damaged=memory.damaged,
        )


class _Memory:
    """What could be read from one servo, and how many replies came damaged."""

    def __init__(self, link: SerialLink, servo_id: int) -> None:
        self.damaged = 0
        self.model_name: str | None = None
        self.model = MODELS["sts_series"]
        self._link = link
        self._servo_id = servo_id
        self._bytes: dict[int, int] = {}  # by address

    def fetch(self, place: Register) -> bytes | None:
        parameters = bytes((place.address, place.size))
        for _ in range(_TRIES):
            answer, data = ask(self._link, self._servo_id, READ, parameters, place.size)
            if answer is Answer.WHOLE:
                self._bytes.update(enumerate(data, place.address))
                return data
            self.damaged += answer is Answer.DAMAGED
        return None

    def value(self, register: str) -> int | None:
        place = self.model.registers[register]
        addresses = range(place.address, place.address + place.size)
        if any(address not in self._bytes for address in addresses):
            return None
        data = bytes(self._bytes[address] for address in addresses)
        return decode_register(place, data, self.model.byte_order)

    def volts(self, register: str) -> float | None:
        counts = self.value(register)
        return None if counts is None else round(counts * VOLTS, 1)


def _model(identity: bytes) -> tuple[str | None, ServoModel]:
    """By the number, in the byte order of the model that it would be."""
    for name, model in MODELS.items():
        place = model.registers.get("Model_Number")
        if place is None or place.address != STS_SMS["Model_Number"].address:
            continue  # of another brand
        data = identity[place.address : place.address + place.size]
        if model.number is not None and model.number == decode_register(
            place, data, model.byte_order
        ):
            return name, model
    return None, MODELS["sts_series"]
