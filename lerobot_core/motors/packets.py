"""Feetech packets: FF FF, id, length, instruction or error byte, parameters, checksum.

``length`` counts the parameters and two more bytes. The same frame carries instructions to a
servo and its status replies.
"""

from collections.abc import Mapping, Sequence

from lerobot_core.motors.framing import StatusPacket

HEADER = b"\xff\xff"
OVERHEAD = 6  # bytes of a packet without parameters
BROADCAST_ID = 0xFE
_SYNC_READ, _SYNC_WRITE = 0x82, 0x83
_MAX_REPLY_ID = 0xFD
_MAX_ERROR = 0x7F


def encode_packet(servo_id: int, code: int, parameters: bytes = b"") -> bytes:
    """Build a packet; ``code`` is an instruction, or the error byte of a reply."""
    body = bytes((servo_id, len(parameters) + 2, code)) + parameters
    return HEADER + body + bytes((checksum(body),))


def checksum(body: bytes | bytearray | memoryview) -> int:
    """Of everything between the header and the checksum itself."""
    return ~sum(body) & 0xFF


def sync_read_packet(servo_ids: Sequence[int], address: int, size: int) -> bytes:
    return encode_packet(BROADCAST_ID, _SYNC_READ, bytes((address, size, *servo_ids)))


def sync_write_packet(address: int, size: int, values: Mapping[int, bytes]) -> bytes:
    entries = b"".join(bytes((servo_id,)) + data for servo_id, data in values.items())
    return encode_packet(BROADCAST_ID, _SYNC_WRITE, bytes((address, size)) + entries)


def reply_length(size: int) -> int:
    return OVERHEAD + size


def most_stuffing(size: int) -> int:
    """None: this protocol knows its packets by their length alone."""
    return 0


def length_of(reply: StatusPacket) -> int:
    return OVERHEAD + len(reply.data)


def bytes_to_come(buffer: bytearray, size: int) -> int:
    """How many bytes the reply lacks that begins ``buffer``."""
    return OVERHEAD + size - len(buffer)


def take_replies(buffer: bytearray, size: int) -> list[StatusPacket]:
    """Take all whole replies with ``size`` bytes of data out of ``buffer``.

    What cannot be the start of such a reply is dropped: noise, damaged packets, and replies of
    another length, which answer an earlier question. The start of a reply stays.
    """
    replies: list[StatusPacket] = []
    length = size + OVERHEAD
    start = 0
    while len(buffer) - start >= length:
        reply = _reply_at(buffer, start, length)
        if reply is None:
            start += 1
        else:
            replies.append(reply)
            start += length
    while start < len(buffer) and not _may_start_reply(buffer[start:], size):
        start += 1
    del buffer[:start]
    return replies


def _reply_at(buffer: bytearray, start: int, length: int) -> StatusPacket | None:
    end = start + length
    frame = bytes(buffer[start:end])
    servo_id, counted, error = frame[2], frame[3], frame[4]
    if frame[:2] != HEADER or counted != length - 4 or servo_id > _MAX_REPLY_ID:
        return None
    if error > _MAX_ERROR or frame[-1] != checksum(frame[2:-1]):
        return None
    return StatusPacket(servo_id, error, frame[5:-1])


def _may_start_reply(rest: bytearray, size: int) -> bool:
    if rest[:2] != HEADER[: len(rest)]:
        return False
    if len(rest) > 2 and rest[2] > _MAX_REPLY_ID:
        return False
    return len(rest) < 4 or rest[3] == size + 2
