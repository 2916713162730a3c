"""The vendor SDKs' port handler, on our links.

The SDKs call the methods with capitals by their names. Their own handlers ask a non-blocking port
for bytes in a busy loop; this one waits in ``SerialLink.read`` and keeps our deadlines.
"""

import time
from collections.abc import Callable, Sequence

from lerobot_core.serial.link import SerialLink

REPLY_WAIT_S = 0.017
"""Longest wait for a reply beyond the time its bytes need: a USB adapter with a 16 ms latency
timer is still heard, and together with ``QUIET_S`` a lost reply costs at most 20 ms."""

QUIET_S = 0.001
"""After a lost reply: how long the wire is listened to for late bytes before the next request."""

_QUIET_BYTES = 250  # more than any reply; the read ends by time
_NOISE_BYTES = 250  # beyond the reply itself: on a wire that never falls silent, enough is enough


class SdkPort:
    """Quacks like ``scservo_sdk.PortHandler``, as far as the SDKs' packet handlers ask.

    ``clock`` is monotonic, in seconds; it comes from outside so that tests can move it.
    """

    def __init__(self, link: SerialLink, clock: Callable[[], float] = time.monotonic) -> None:
        self.link = link
        self.reply_wait_s = REPLY_WAIT_S  # for what the SDK asks
        self.sent_s = 0.0  # when the last packet was written
        self._sent_bytes = 0
        self._clock = clock
        self._deadline = 0.0
        self._bytes_left = 0
        self._gave_up = True
        self._late_bytes_possible = False

    @property
    def is_using(self) -> bool:
        """Never in use: one bus owns this port. A flag left up by an error would stay up."""
        return False

    @is_using.setter
    def is_using(self, value: bool) -> None: ...

    # Before the next packet

    def lose_reply(self) -> None:
        """Told by the bus: a reply did not arrive whole."""
        self._late_bytes_possible = True

    def listen_until(self, time_s: float) -> None:
        """Let late answers pass by that would be taken for answers to what is asked next."""
        wait_s = time_s - self._clock()
        if wait_s > 0:
            self.link.read(_QUIET_BYTES, wait_s)
            self._late_bytes_possible = False

    def clearPort(self) -> None:  # noqa: N802
        """Called by the SDK before each request: what arrived until now answers none to come."""
        if self._late_bytes_possible:
            self._late_bytes_possible = False
            self.link.read(_QUIET_BYTES, QUIET_S)
        self.link.discard_input()

    # Packets out

    def writePort(self, packet: Sequence[int]) -> int:  # noqa: N802
        self.sent_s = self._clock()
        self._sent_bytes = len(packet)
        self.link.write(bytes(packet))
        return len(packet)

    def ask(self, packet: bytes) -> None:
        """Send a question to several servos; ``hear`` starts the time for their answers."""
        self.clearPort()
        self.writePort(packet)

    # Replies

    def hear(self, reply_length: int, until_s: float) -> None:
        """From now on ``readPort`` reads up to ``reply_length`` bytes, until that moment."""
        self._deadline = until_s
        self._bytes_left = reply_length + _NOISE_BYTES
        self._gave_up = False

    def readPort(self, length: int) -> bytes:  # noqa: N802
        """``length`` bytes, or fewer when the time for the reply is over."""
        if length <= 0 or self._gave_up:
            return b""
        # With no time left, what has arrived still counts: this process may have slept.
        data = self.link.read(length, max(self._deadline - self._clock(), 0.0))
        self._bytes_left -= len(data)
        self._gave_up = len(data) < length or self._bytes_left <= 0
        return data

    def setPacketTimeout(self, packet_length: int) -> None:  # noqa: N802
        """Start the time for a reply of so many bytes."""
        self.wait_for_reply(packet_length, self.reply_wait_s + self.time_of(packet_length))

    def wait_for_reply(self, packet_length: int, seconds: float) -> None:
        self.hear(packet_length, self._clock() + seconds)

    def isPacketTimeout(self) -> bool:  # noqa: N802
        """A read came back short, so it has waited until the deadline; or there is only noise."""
        return self._gave_up

    # Times

    def time_of(self, length: int) -> float:
        """What so many bytes need on the wire: eight bits each, a start and a stop bit."""
        return length * 10 / self.link.baudrate

    def lag_s(self, moment_s: float, reply_length: int) -> float:
        """What passed since the last packet was sent, without the time of all the bytes."""
        return moment_s - self.sent_s - self.time_of(self._sent_bytes + reply_length)
