"""Replies to a sync read as they come in: whole, damaged, late, in any pieces; both brands."""

import random
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors import dynamixel_packets, packets
from lerobot_core.motors.row import Row

BRANDS = {"feetech": packets, "dynamixel": dynamixel_packets}
IDS = [4, 1, 3, 2]
SIZE = 4


def reply(framing: ModuleType, servo_id: int, data: bytes) -> bytes:
    encode = framing.encode_packet if framing is packets else framing.encode_status
    return bytes(encode(servo_id, 0, data))


def feed(row: Row, wire: bytes) -> bytes:
    """As a port does; returns what was not read."""
    while (wanted := row.bytes_wanted) and wire:
        row.add(wire[:wanted], 1.0)
        wire = wire[wanted:]
    return wire


@pytest.fixture(params=BRANDS)
def framing(request: pytest.FixtureRequest) -> ModuleType:
    return BRANDS[request.param]


@given(
    brand=st.sampled_from(sorted(BRANDS)),
    data=st.lists(
        # What has to be stuffed, often: the start of a header.
        st.lists(st.sampled_from([0xFF, 0xFD, 0x00, 0x17]), min_size=SIZE, max_size=SIZE).map(
            bytes
        ),
        min_size=len(IDS),
        max_size=len(IDS),
    ),
    seed=st.integers(0, 2**32),
)
def test_whole_replies_are_all_found_and_nothing_more_is_read(
    brand: str, data: list[bytes], seed: int
) -> None:
    framing, pieces = BRANDS[brand], random.Random(seed)
    row = Row(framing, IDS, (56, SIZE))
    wire = b"".join(reply(framing, n, d) for n, d in zip(IDS, data, strict=True))
    while wanted := row.bytes_wanted:
        size = pieces.randint(1, wanted)
        row.add(wire[:size], 1.0)
        wire = wire[size:]
    assert row.found == dict(zip(IDS, data, strict=True))
    assert row.missing == []
    assert not wire


@pytest.mark.parametrize("damaged", range(len(IDS)))
@pytest.mark.parametrize("place", [0, 2, 3, 5, 7, 9])
def test_one_damaged_reply_ends_no_other_and_no_wait(
    framing: ModuleType, damaged: int, place: int
) -> None:
    row = Row(framing, IDS, (56, SIZE))
    replies = [bytearray(reply(framing, n, bytes((n, 7, 8, 9)))) for n in IDS]
    replies[damaged][place] ^= 0x21
    assert feed(row, b"".join(map(bytes, replies))) == b""
    row.end()
    assert row.missing == [IDS[damaged]]
    assert row.bytes_wanted == 0
    assert row.all_came or IDS[damaged] != IDS[-1]


def test_a_silent_one_is_no_damage(framing: ModuleType) -> None:
    row = Row(framing, IDS, (56, SIZE))
    feed(row, b"".join(reply(framing, n, b"abcd") for n in IDS[:-1]))
    assert row.bytes_wanted > 0
    assert not row.all_came
    assert row.missing == [2]


def test_who_answers_before_its_turn_was_late(framing: ModuleType) -> None:
    row = Row(framing, IDS, (56, SIZE))
    wire = reply(framing, 3, b"late")
    wire += b"".join(reply(framing, n, b"abcd") for n in IDS)
    assert feed(row, wire) == b""
    assert row.found == dict.fromkeys(IDS, b"abcd")


def test_a_late_row_is_forgotten_with_all_its_replies(framing: ModuleType) -> None:
    row = Row(framing, IDS, (56, SIZE))
    wire = b"".join(reply(framing, n, b"late") for n in IDS[1:3])
    wire += b"".join(reply(framing, n, b"abcd") for n in IDS)
    assert feed(row, wire) == b""
    assert row.found == dict.fromkeys(IDS, b"abcd")


def test_replies_of_others_are_not_counted(framing: ModuleType) -> None:
    row = Row(framing, IDS, (56, SIZE))
    wire = reply(framing, 77, b"abcd") * 5
    wire += b"".join(reply(framing, n, b"abcd") for n in IDS)
    assert feed(row, wire) == b""
    assert row.missing == []
