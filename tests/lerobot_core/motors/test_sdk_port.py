"""The adapter between the vendor's SDK and our links, at its edges."""

from itertools import cycle, islice

import pytest

from lerobot_core.errors import BadReply, ServoNotResponding
from lerobot_core.motors.feetech_wire import FeetechWire
from lerobot_core.motors.packets import encode_packet


class ScriptedLink:
    """Gives prepared bytes whatever is asked, and counts how often it was asked."""

    address = "test"
    baudrate = 1_000_000

    def __init__(self, coming: bytes, *, for_ever: bool = False) -> None:
        self._coming = cycle(coming) if for_ever else iter(coming)
        self.reads = 0
        self.waited_s = 0.0

    def set_baudrate(self, baudrate: int) -> None: ...

    def write(self, data: bytes) -> None: ...

    def read(self, size: int, timeout_s: float) -> bytes:
        self.reads += 1
        received = bytes(islice(self._coming, size))
        if len(received) < size:
            self.waited_s += timeout_s
        return received

    def discard_input(self) -> None: ...

    def fileno(self) -> int:
        return -1

    def close(self) -> None: ...


def stopped_clock() -> float:
    return 0.0


@pytest.mark.parametrize("noise", [b"\xff", b"\x00", b"\xff\xff\x01", b"\xff\xff\x01\x00\x00"])
def test_a_wire_that_never_falls_silent_ends_the_wait(noise: bytes) -> None:
    wire = FeetechWire(ScriptedLink(noise, for_ever=True), stopped_clock)
    with pytest.raises(BadReply):
        wire.read(1, 56, 2)
    with pytest.raises(BadReply):
        wire.ping(1)
    assert wire.sync_read([1, 2], 56, 2) == {}


def test_silence_is_waited_for_once() -> None:
    link = ScriptedLink(b"")
    wire = FeetechWire(link, stopped_clock)
    with pytest.raises(ServoNotResponding):
        wire.read(1, 56, 2)
    assert link.reads == 1
    assert link.waited_s == pytest.approx(0.017 + 8 * 10e-6)


def test_a_process_that_slept_past_the_deadline_still_reads_what_has_arrived() -> None:
    replies = b"".join(encode_packet(number, 0, b"ab") for number in (1, 2, 3))
    times = iter(range(100))  # a second passes with every look at the clock
    wire = FeetechWire(ScriptedLink(replies), lambda: float(next(times)))
    assert wire.sync_read([1, 2, 3], 56, 2) == dict.fromkeys((1, 2, 3), b"ab")
    assert (wire.exchanges, wire.lost) == (1, 0)
