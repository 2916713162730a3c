"""What a bus needs to know of a protocol's packets to read and write several servos at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class StatusPacket(NamedTuple):
    """A servo's reply."""

    servo_id: int
    error: int  # what its bits mean is up to the brand
    data: bytes


class Framing(Protocol):
    """A brand's module of packets is one: ``packets`` of Feetech's, or ``dynamixel_packets``.

    Sizes are those of the data asked for; lengths are bytes on the wire.
    """

    def reply_length(self, size: int) -> int:
        """Of a reply with ``size`` bytes of data, if nothing in it has to be stuffed."""
        ...

    def most_stuffing(self, size: int) -> int:
        """How many bytes longer such a reply may be."""
        ...

    def length_of(self, reply: StatusPacket) -> int:
        """How many bytes this one had."""
        ...

    def bytes_to_come(self, buffer: bytearray, size: int) -> int:
        """How many bytes the reply lacks that begins ``buffer``."""
        ...

    def take_replies(self, buffer: bytearray, size: int) -> list[StatusPacket]:
        """Take all whole replies out of ``buffer``; what cannot become one is dropped."""
        ...

    def sync_read_packet(self, servo_ids: Sequence[int], address: int, size: int) -> bytes: ...

    def sync_write_packet(self, address: int, size: int, values: Mapping[int, bytes]) -> bytes: ...
