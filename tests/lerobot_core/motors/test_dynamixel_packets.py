"""Our packets against those of the vendor's SDK, and against damage."""

import random

from dynamixel_sdk import INST_READ, INST_WRITE
from dynamixel_sdk.protocol2_packet_handler import Protocol2PacketHandler
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.dynamixel_packets import (
    Packet,
    bytes_to_come,
    crc16,
    encode_instruction,
    encode_status,
    length_of,
    most_stuffing,
    reply_length,
    stuff,
    sync_read_packet,
    sync_write_packet,
    take_packets,
    take_replies,
    unstuff,
)
from lerobot_core.motors.framing import StatusPacket

MARK = b"\xff\xff\xfd"
# Bytes that stuffing is about, more often than chance would have them.
tricky = st.lists(st.sampled_from([b"\xff", b"\xfd", MARK, MARK + b"\xfd", b"\x00", b"\x55"]))
bodies = tricky.map(b"".join) | st.binary(max_size=40)
replies_of_four = st.builds(
    StatusPacket,
    st.integers(0, 252),
    st.integers(0, 255),
    st.binary(min_size=4, max_size=4) | st.sampled_from([MARK + b"\xfd", b"\xff" + MARK]),
)


class Recorder:
    """Takes the place of a port of the SDK and keeps what is written."""

    is_using = False
    written = b""

    def clearPort(self) -> None: ...

    def setPacketTimeout(self, packet_length: int) -> None: ...

    def writePort(self, packet: list[int]) -> int:
        self.written = bytes(packet)
        return len(packet)


def of_the_vendor(servo_id: int, instruction: int, parameters: bytes) -> bytes:
    port = Recorder()
    length = len(parameters) + 3
    packet = [0, 0, 0, 0, servo_id, length & 255, length >> 8, instruction, *parameters, 0, 0]
    Protocol2PacketHandler().txPacket(port, packet)
    return port.written


def test_group_packets_are_those_of_the_vendor() -> None:
    port, vendor = Recorder(), Protocol2PacketHandler()
    vendor.syncWriteTxOnly(port, 116, 2, [1, 7, 8, 5, 9, 10], 6)
    assert sync_write_packet(116, 2, {1: b"\x07\x08", 5: b"\x09\x0a"}) == port.written
    vendor.syncReadTx(port, 132, 4, [4, 1, 2], 3, False)
    assert sync_read_packet([4, 1, 2], 132, 4) == port.written


@given(replies_of_four)
def test_a_reply_is_as_long_as_it_says(reply: StatusPacket) -> None:
    assert length_of(reply) == len(encode_status(*reply))
    assert 0 <= length_of(reply) - reply_length(4) <= most_stuffing(4)


@given(st.binary(max_size=60))
def test_the_checksum_is_the_vendors(data: bytes) -> None:
    assert crc16(data) == Protocol2PacketHandler().updateCRC(0, data, len(data))


def test_a_packet_of_the_manual() -> None:
    packet = bytes.fromhex("FFFFFD00010700028400 0400 1D15".replace(" ", ""))
    assert encode_instruction(1, INST_READ, bytes((132, 0, 4, 0))) == packet


@given(st.integers(0, 252), st.binary(max_size=40).filter(lambda data: MARK not in data))
def test_packets_are_those_of_the_vendor(servo_id: int, parameters: bytes) -> None:
    ours = encode_instruction(servo_id, INST_WRITE, parameters)
    assert ours == of_the_vendor(servo_id, INST_WRITE, parameters)


@given(bodies)
def test_stuffing_is_the_vendors_and_comes_out_again(parameters: bytes) -> None:
    length = len(parameters) + 3
    packet = [0, 0, 0, 0, 1, length & 255, length >> 8, INST_WRITE, *parameters, 0, 0]
    stuffed = Protocol2PacketHandler().addStuffing(packet)
    body = stuff(bytes((INST_WRITE,)) + parameters)
    assert list(body) == stuffed[7 : 7 + len(body)]
    assert stuffed[5] + 256 * stuffed[6] == len(body) + 2
    assert unstuff(body) == bytes((INST_WRITE,)) + parameters


@given(st.integers(0, 252), st.integers(0, 255), bodies)
def test_the_body_of_a_packet_never_looks_like_a_header(
    servo_id: int, error: int, data: bytes
) -> None:
    packet = encode_status(servo_id, error, data)
    assert MARK + b"\x00" not in packet[4:-2]


@given(st.lists(st.builds(Packet, st.integers(0, 254), st.integers(1, 0x93), bodies), max_size=5))
def test_instructions_come_back(packets: list[Packet]) -> None:
    buffer = bytearray(b"".join(encode_instruction(*packet) for packet in packets))
    assert take_packets(buffer) == packets
    assert not buffer


@given(st.lists(replies_of_four, min_size=1, max_size=6), st.integers(0, 2**32))
def test_replies_may_come_in_any_pieces(replies: list[StatusPacket], seed: int) -> None:
    wire = b"".join(encode_status(*reply) for reply in replies)
    pieces = random.Random(seed)
    buffer, found = bytearray(), []
    while wire:
        size = pieces.randint(1, 9)
        buffer += wire[:size]
        wire = wire[size:]
        found += take_replies(buffer, 4)
    assert found == replies


@given(replies_of_four)
def test_a_reply_says_how_much_of_it_is_to_come(reply: StatusPacket) -> None:
    packet = encode_status(*reply)
    assert bytes_to_come(bytearray(), 4) == 15  # what an unstuffed one has
    assert all(bytes_to_come(bytearray(packet[:n]), 4) == len(packet) - n for n in range(7, 12))


@given(replies_of_four, st.data())
def test_a_damaged_reply_is_dropped(reply: StatusPacket, data: st.DataObject) -> None:
    damaged = bytearray(encode_status(*reply))
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= data.draw(st.integers(1, 255))
    assert take_replies(bytearray(damaged), 4) == []


@given(st.binary(max_size=40), replies_of_four)
def test_noise_never_raises_and_never_hides_what_follows_for_long(
    noise: bytes, reply: StatusPacket
) -> None:
    buffer = bytearray(noise) + encode_status(*reply) * 3
    assert reply in take_replies(buffer, 4)


def test_replies_of_another_length_are_dropped() -> None:
    buffer = bytearray(encode_status(1, 0) + encode_status(1, 0, b"ab"))
    buffer += encode_status(2, 0, b"abcd")
    assert take_replies(buffer, 4) == [StatusPacket(2, 0, b"abcd")]


def test_a_length_that_no_reply_has_is_not_waited_for() -> None:
    damaged = bytearray(encode_status(1, 0, b"abcd"))
    damaged[6] = 3
    assert take_replies(damaged + encode_status(2, 0, b"abcd"), 4) == [StatusPacket(2, 0, b"abcd")]


def test_the_vendor_forgets_its_stuffing() -> None:
    """Why the bus brings its own; should this fail one day, the bus may use the SDK's."""
    sent = of_the_vendor(1, INST_WRITE, MARK + b"\x00")
    assert sent != encode_instruction(1, INST_WRITE, MARK + b"\x00")
    assert MARK + b"\xfd" not in sent
