"""Single exchanges with servos whose brand may be all that is known, when damage matters.

Unlike a bus, whoever looks for servos must see what is wrong with a reply, and knows no model
before it has asked. A brand's packets are a ``Dialogue``; what is built on it is the same for all.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.scan import Answer, Roll
from lerobot_core.motors.tables import Register, ServoModel
from lerobot_core.serial.link import SerialLink

IDS = range(MAX_SERVO_ID + 1)

_TRIES = 3
_SLICE_S = 0.2  # how long nobody looks whether the scan is still wanted
_BROADCAST_SLOT_S = 0.003  # each possible id in turn answers a broadcast ping; upstream's figure
_BROADCAST_MARGIN_S = 0.016


class Reply(NamedTuple):
    """To one instruction. A refusal is whole, and comes with an error and without data."""

    answer: Answer
    data: bytes = b""
    error: int = 0  # as the brand numbers them


class Dialogue(Protocol):
    """How one brand's servos are spoken to, one by one. All methods raise PortLost."""

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll: ...

    def ping(self, link: SerialLink, servo_id: int) -> Reply: ...

    def read(self, link: SerialLink, servo_id: int, address: int, size: int) -> Reply: ...

    def write(self, link: SerialLink, servo_id: int, address: int, data: bytes) -> Reply: ...


def ping(dialogue: Dialogue, link: SerialLink, servo_id: int) -> Answer:
    """A damaged reply may be a disturbance: it is asked for once more."""
    answer = dialogue.ping(link, servo_id).answer
    if answer is not Answer.DAMAGED:
        return answer
    again = dialogue.ping(link, servo_id).answer
    return answer if again is Answer.SILENCE else again


def listen_to_all(link: SerialLink, reply_size: int, still_wanted: Callable[[], None]) -> bytearray:
    """What comes while every possible id has its turn to answer with ``reply_size`` bytes."""
    size = reply_size * len(IDS)
    left_s = len(IDS) * (reply_size * 10 / link.baudrate + _BROADCAST_SLOT_S) + _BROADCAST_MARGIN_S
    received = bytearray()
    while left_s > 0 and len(received) < size:
        still_wanted()
        received += link.read(size - len(received), min(left_s, _SLICE_S))
        left_s -= _SLICE_S
    return received


class MemoryReader:
    """What could be read from one servo, and how many replies came damaged."""

    def __init__(self, dialogue: Dialogue, link: SerialLink, servo_id: int) -> None:
        self.damaged = 0
        self.link = link
        self.servo_id = servo_id
        self._dialogue = dialogue
        self._bytes: dict[int, int] = {}  # by address

    def fetch(self, place: Register) -> bytes | None:
        """All bytes of ``place``, after up to three tries."""
        for _ in range(_TRIES):
            reply = self._dialogue.read(self.link, self.servo_id, place.address, place.size)
            if reply.answer is Answer.WHOLE:
                self._bytes.update(enumerate(reply.data, place.address))
                return reply.data or None
            self.damaged += reply.answer is Answer.DAMAGED
        return None

    def value(self, model: ServoModel, register: str) -> int | None:
        """Of what was fetched; None where it lacks."""
        place = model.registers[register]
        addresses = range(place.address, place.address + place.size)
        if any(address not in self._bytes for address in addresses):
            return None
        data = bytes(self._bytes[address] for address in addresses)
        return decode_register(place, data, model.byte_order)

    def scaled(self, model: ServoModel, register: str, unit: float) -> float | None:
        """The same, times ``unit``, to one decimal."""
        counts = self.value(model, register)
        return None if counts is None else round(counts * unit, 1)
