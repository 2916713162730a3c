"""One exchange with a Feetech servo of any series, when it matters what is wrong with the reply."""

from lerobot_core.motors.packets import OVERHEAD, encode_packet, take_replies
from lerobot_core.motors.scan import Answer
from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S
from lerobot_core.serial.link import SerialLink

PING, READ, WRITE = 0x01, 0x02, 0x03
_LATE_BYTES = 250


def ask(
    link: SerialLink, servo_id: int, instruction: int, parameters: bytes, size: int
) -> tuple[Answer, bytes]:
    """Send an instruction; ``size`` is that of the data in the reply. Raises PortLost."""
    packet = encode_packet(servo_id, instruction, parameters)
    length = OVERHEAD + size
    link.discard_input()
    link.write(packet)
    wait_s = REPLY_WAIT_S + (len(packet) + length) * 10 / link.baudrate
    received = bytearray(link.read(length, wait_s))
    is_silent = not received
    for reply in take_replies(received, size):
        if reply.servo_id == servo_id:
            return Answer.WHOLE, reply.data
    link.read(_LATE_BYTES, QUIET_S)  # the rest of it must not answer the next question
    return (Answer.SILENCE if is_silent else Answer.DAMAGED), b""
