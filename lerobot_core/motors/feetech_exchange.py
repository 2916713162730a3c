"""One exchange with a Feetech servo of any series, when it matters what is wrong with the reply."""

from collections import Counter
from collections.abc import Callable

from lerobot_core.motors.dialogue import Reply, listen_to_all
from lerobot_core.motors.packets import BROADCAST_ID, OVERHEAD, encode_packet, take_replies
from lerobot_core.motors.scan import Answer, Roll
from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S
from lerobot_core.serial.link import SerialLink

_PING, _READ, _WRITE = 0x01, 0x02, 0x03
_LATE_BYTES = 250


class FeetechDialogue:
    """A ``Dialogue`` in the packets of the STS, SMS and SCS series."""

    def call_all(self, link: SerialLink, still_wanted: Callable[[], None]) -> Roll:
        link.discard_input()
        link.write(encode_packet(BROADCAST_ID, _PING))
        received = listen_to_all(link, OVERHEAD, still_wanted)
        count = len(received)
        replies = take_replies(received, 0)
        damaged = count - OVERHEAD * len(replies)
        return Roll(Counter(reply.servo_id for reply in replies), damaged)

    def ping(self, link: SerialLink, servo_id: int) -> Reply:
        return _ask(link, servo_id, _PING, b"", 0)

    def read(self, link: SerialLink, servo_id: int, address: int, size: int) -> Reply:
        return _ask(link, servo_id, _READ, bytes((address, size)), size)

    def write(self, link: SerialLink, servo_id: int, address: int, data: bytes) -> Reply:
        return _ask(link, servo_id, _WRITE, bytes((address,)) + data, 0)


def _ask(link: SerialLink, servo_id: int, instruction: int, parameters: bytes, size: int) -> Reply:
    """Send an instruction; ``size`` is that of the data in the reply."""
    packet = encode_packet(servo_id, instruction, parameters)
    length = OVERHEAD + size
    link.discard_input()
    link.write(packet)
    wait_s = REPLY_WAIT_S + (len(packet) + length) * 10 / link.baudrate
    received = bytearray(link.read(length, wait_s))
    is_silent = not received
    for reply in take_replies(received, size):
        if reply.servo_id == servo_id:
            return Reply(Answer.WHOLE, reply.data, reply.error)
    link.read(_LATE_BYTES, QUIET_S)  # the rest of it must not answer the next question
    return Reply(Answer.SILENCE if is_silent else Answer.DAMAGED)
