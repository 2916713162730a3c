"""The vendor SDK's port handler, on our links.

The SDK calls the methods below by their names. Its own handler asks a non-blocking port for
bytes in a busy loop; this one waits in ``SerialLink.read`` and keeps our deadline.
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
    """Quacks like ``scservo_sdk.PortHandler``, as far as its packet handler asks.

    ``clock`` is monotonic, in seconds; it comes from outside so that tests can move it.
    """

    def __init__(self, link: SerialLink, clock: Callable[[], float] = time.monotonic) -> None:
        self.link = link
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

    def lose_reply(self) -> None:
        """Told by the bus: a reply did not arrive whole, the rest of it may still come."""
        self._late_bytes_possible = True

    def clearPort(self) -> None:  # noqa: N802
        """Called by the SDK before each request: what arrived until now answers none to come."""
        if self._late_bytes_possible:
            self._late_bytes_possible = False
            self.link.read(_QUIET_BYTES, QUIET_S)
        self.link.discard_input()

    def writePort(self, packet: Sequence[int]) -> int:  # noqa: N802
        self.link.write(bytes(packet))
        return len(packet)

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
        # Ten bits a byte: eight, a start and a stop bit.
        self.wait_for_reply(packet_length, REPLY_WAIT_S + packet_length * 10 / self.link.baudrate)

    def wait_for_reply(self, packet_length: int, seconds: float) -> None:
        self._deadline = self._clock() + seconds
        self._bytes_left = packet_length + _NOISE_BYTES
        self._gave_up = False

    def isPacketTimeout(self) -> bool:  # noqa: N802
        """A read came back short, so it has waited until the deadline; or there is only noise."""
        return self._gave_up
