"""One exchange with a Dynamixel servo, when it matters what is wrong with the reply."""

from collections import Counter
from collections.abc import Callable

from lerobot_core.motors.dialogue import Reply, listen_to_all
from lerobot_core.motors.dynamixel_packets import (
    BROADCAST_ID,
    STATUS,
    STATUS_OVERHEAD,
    bytes_to_come,
    encode_instruction,
    take_packets,
    take_replies,
)
from lerobot_core.motors.dynamixel_tables import HARDWARE_ALERT
from lerobot_core.motors.scan import Answer, Roll
from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S
from lerobot_core.serial.link import SerialLink

_PING, _READ, _WRITE = 0x01, 0x02, 0x03
_PING_BYTES = 3  # model number and firmware
_LATE_BYTES = 250


class DynamixelDialogue:
    """A ``Dialogue`` in the packets of protocol 2.0."""

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        link.discard_input()
        link.write(encode_instruction(BROADCAST_ID, _PING))
        reply_size = STATUS_OVERHEAD + _PING_BYTES
        received = listen_to_all(link, reply_size, still_wanted)
        count = len(received)
        replies = take_replies(received, _PING_BYTES)
        damaged = max(count - reply_size * len(replies), 0)
        return Roll(Counter(reply.servo_id for reply in replies), damaged)

    def ping(self, link: SerialLink, servo_id: int) -> Reply:
        return _ask(link, servo_id, _PING, b"", _PING_BYTES)

    def read(self, link: SerialLink, servo_id: int, address: int, size: int) -> Reply:
        return _ask(link, servo_id, _READ, _word(address) + _word(size), size)

    def write(self, link: SerialLink, servo_id: int, address: int, data: bytes) -> Reply:
        return _ask(link, servo_id, _WRITE, _word(address) + data, 0)


def _ask(link: SerialLink, servo_id: int, instruction: int, parameters: bytes, size: int) -> Reply:
    """Send an instruction; ``size`` is that of the data in the reply, before stuffing."""
    packet = encode_instruction(servo_id, instruction, parameters)
    length = STATUS_OVERHEAD + size
    link.discard_input()
    link.write(packet)
    wait_s = REPLY_WAIT_S + (len(packet) + length) * 10 / link.baudrate
    received = bytearray(link.read(length, wait_s))
    is_silent = not received
    stuffed = size // 3 + 1  # bytes at most
    lacking = bytes_to_come(received, size)
    if len(received) == length and 0 < lacking <= stuffed:
        received += link.read(lacking, wait_s)
    for found in take_packets(received, length + stuffed):
        if found.servo_id == servo_id and found.instruction == STATUS and found.parameters:
            error, data = found.parameters[0], found.parameters[1:]
            is_refusal = not data and error & ~HARDWARE_ALERT
            if is_refusal or len(data) == size:
                return Reply(Answer.WHOLE, data, error)
    link.read(_LATE_BYTES, QUIET_S)  # the rest of it must not answer the next question
    return Reply(Answer.SILENCE if is_silent else Answer.DAMAGED)


def _word(value: int) -> bytes:
    return value.to_bytes(2, "little")
