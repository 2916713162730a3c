import random

from hypothesis import given
from hypothesis import strategies as st
from scservo_sdk import INST_READ
from scservo_sdk.protocol_packet_handler import protocol_packet_handler

from lerobot_core.motors.framing import StatusPacket
from lerobot_core.motors.packets import (
    encode_packet,
    length_of,
    reply_length,
    sync_read_packet,
    sync_write_packet,
    take_replies,
)

data_of_two = st.binary(min_size=2, max_size=2)
packets_of_two = st.builds(StatusPacket, st.integers(0, 0xFD), st.integers(0, 0x7F), data_of_two)


class _Recorder:
    """Takes the place of a port of the SDK and keeps what is written."""

    is_using = False
    written = b""

    def clearPort(self) -> None: ...

    def setPacketTimeout(self, packet_length: int) -> None: ...

    def writePort(self, packet: list[int]) -> int:
        self.written = bytes(packet)
        return len(packet)


def test_packets_are_those_of_the_vendor() -> None:
    port = _Recorder()
    protocol_packet_handler().txPacket(port, [0, 0, 7, 4, INST_READ, 56, 2, 0])
    assert encode_packet(7, INST_READ, bytes([56, 2])) == port.written


def test_group_packets_are_those_of_the_vendor() -> None:
    port, vendor = _Recorder(), protocol_packet_handler()
    vendor.syncWriteTxOnly(port, 42, 2, [1, 7, 8, 5, 9, 10], 6)
    assert sync_write_packet(42, 2, {1: b"\x07\x08", 5: b"\x09\x0a"}) == port.written
    vendor.syncReadTx(port, 56, 2, [4, 1, 2], 3)
    assert sync_read_packet([4, 1, 2], 56, 2) == port.written


@given(st.lists(packets_of_two))
def test_replies_come_back(packets: list[StatusPacket]) -> None:
    buffer = bytearray(b"".join(encode_packet(*packet) for packet in packets))
    assert take_replies(buffer, 2) == packets
    assert not buffer


@given(packets_of_two)
def test_a_reply_is_as_long_as_it_says(packet: StatusPacket) -> None:
    assert length_of(packet) == reply_length(2) == len(encode_packet(*packet))


@given(st.lists(packets_of_two, min_size=1), st.integers(0, 2**32))
def test_replies_may_come_in_any_pieces(packets: list[StatusPacket], seed: int) -> None:
    wire = b"".join(encode_packet(*packet) for packet in packets)
    pieces = random.Random(seed)
    buffer, found = bytearray(), []
    while wire:
        size = pieces.randint(1, 9)
        buffer += wire[:size]
        wire = wire[size:]
        found += take_replies(buffer, 2)
    assert found == packets


@given(packets_of_two, st.integers(2, 7), st.integers(1, 255))
def test_a_damaged_reply_is_dropped(packet: StatusPacket, place: int, flip: int) -> None:
    damaged = bytearray(encode_packet(*packet))
    damaged[place] ^= flip
    assert take_replies(bytearray(damaged), 2) == []


@given(st.binary(max_size=40), packets_of_two)
def test_noise_never_raises_and_never_hides_what_follows_for_long(
    noise: bytes, packet: StatusPacket
) -> None:
    buffer = bytearray(noise) + encode_packet(*packet) * 3
    assert packet in take_replies(buffer, 2)


def test_replies_of_another_length_are_dropped() -> None:
    buffer = bytearray(encode_packet(1, 0) + encode_packet(1, 0, b"abcd"))
    buffer += encode_packet(2, 0, b"ab")
    assert take_replies(buffer, 2) == [StatusPacket(2, 0, b"ab")]
