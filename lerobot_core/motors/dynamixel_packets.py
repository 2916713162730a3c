"""Dynamixel packets, protocol 2.0: header, id, length, instruction, parameters, CRC.

``FF FF FD 00 id length(2) instruction parameters… crc(2)``, words little-endian; ``length``
counts from the instruction to the CRC's end. A status packet has 0x55 for its instruction, and
an error byte before its data. Where instruction and parameters would hold ``FF FF FD``, the start
of a header, another ``FD`` follows it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lerobot_core.motors.framing import StatusPacket

HEADER = b"\xff\xff\xfd\x00"
OVERHEAD = 10  # bytes of an instruction without parameters
STATUS_OVERHEAD = 11  # bytes of a status packet without data
BROADCAST_ID = 0xFE
STATUS = 0x55
LONGEST_PACKET = 1024  # no servo of the series takes or sends more

_SYNC_READ, _SYNC_WRITE = 0x82, 0x83
_PREFIX = 7  # header, id and length
_MARK, _STUFFED = b"\xff\xff\xfd", b"\xff\xff\xfd\xfd"


class Packet(NamedTuple):
    """One that passed its CRC, either way; stuffing taken out."""

    servo_id: int
    instruction: int
    parameters: bytes


def crc16(data: bytes | bytearray) -> int:
    """Polynomial 0x8005, from 0, highest bit first."""
    crc = 0
    for value in data:
        crc = (crc << 8 & 0xFF00) ^ _CRC_TABLE[crc >> 8 ^ value]
    return crc


def _crc_of_byte(value: int) -> int:
    crc = value << 8
    for _ in range(8):
        crc = (crc << 1) ^ (0x8005 if crc & 0x8000 else 0)
    return crc & 0xFFFF


_CRC_TABLE = [_crc_of_byte(value) for value in range(256)]


def stuff(body: bytes) -> bytes:
    return body.replace(_MARK, _STUFFED)


def unstuff(body: bytes) -> bytes:
    return body.replace(_STUFFED, _MARK)


def encode_instruction(servo_id: int, instruction: int, parameters: bytes = b"") -> bytes:
    body = stuff(bytes((instruction,)) + parameters)
    packet = HEADER + bytes((servo_id,)) + (len(body) + 2).to_bytes(2, "little") + body
    return packet + crc16(packet).to_bytes(2, "little")


def encode_status(servo_id: int, error: int, data: bytes = b"") -> bytes:
    return encode_instruction(servo_id, STATUS, bytes((error,)) + data)


def sync_read_packet(servo_ids: Sequence[int], address: int, size: int) -> bytes:
    return encode_instruction(
        BROADCAST_ID, _SYNC_READ, word(address) + word(size) + bytes(servo_ids)
    )


def sync_write_packet(address: int, size: int, values: Mapping[int, bytes]) -> bytes:
    entries = b"".join(bytes((servo_id,)) + data for servo_id, data in values.items())
    return encode_instruction(BROADCAST_ID, _SYNC_WRITE, word(address) + word(size) + entries)


def word(value: int) -> bytes:
    return value.to_bytes(2, "little")


def reply_length(size: int) -> int:
    return STATUS_OVERHEAD + size


def most_stuffing(size: int) -> int:
    return (size + 1) // len(_MARK)  # the error byte may be part of it


def length_of(reply: StatusPacket) -> int:
    return STATUS_OVERHEAD - 1 + len(stuff(bytes((reply.error,)) + reply.data))


def take_packets(buffer: bytearray, longest: int = LONGEST_PACKET) -> list[Packet]:
    """Take all whole packets out of ``buffer``; noise and damage are dropped.

    The start of a packet that may still be coming stays. ``longest`` bounds a packet's bytes, so
    that a damaged length makes nobody wait for more than that.
    """
    packets: list[Packet] = []
    while True:
        _drop_noise(buffer)
        if len(buffer) < _PREFIX:
            return packets
        end = _PREFIX + int.from_bytes(buffer[5:7], "little")
        if not OVERHEAD <= end <= longest:
            del buffer[0]
            continue
        if len(buffer) < end:
            return packets
        if crc16(buffer[: end - 2]) != int.from_bytes(buffer[end - 2 : end], "little"):
            del buffer[0]
            continue
        body = unstuff(bytes(buffer[_PREFIX : end - 2]))
        packets.append(Packet(buffer[4], body[0], body[1:]))
        del buffer[:end]


def take_replies(buffer: bytearray, size: int) -> list[StatusPacket]:
    """Take all whole status packets out of ``buffer``; those with ``size`` bytes of data.

    Of another length is what answers an earlier question.
    """
    longest = reply_length(size) + most_stuffing(size)
    return [
        StatusPacket(packet.servo_id, packet.parameters[0], packet.parameters[1:])
        for packet in take_packets(buffer, longest)
        if packet.instruction == STATUS and len(packet.parameters) == size + 1
    ]


def bytes_to_come(buffer: bytearray, size: int) -> int:
    """How many bytes the reply lacks that begins ``buffer``, ``size`` bytes of data in it."""
    if len(buffer) < _PREFIX:
        return STATUS_OVERHEAD + size - len(buffer)
    return _PREFIX + int.from_bytes(buffer[5:7], "little") - len(buffer)


def _drop_noise(buffer: bytearray) -> None:
    """Up to the first header, or what may become one."""
    start = buffer.find(HEADER)
    if start < 0:
        tail = bytes(buffer[-len(HEADER) + 1 :])
        kept = next((n for n in (3, 2, 1) if tail[-n:] == HEADER[:n]), 0)
        start = len(buffer) - kept
    del buffer[:start]
