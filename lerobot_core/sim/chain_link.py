"""A simulated chain as a link in the same process, for tests."""

from typing import Any

from lerobot_core.errors import PortLost
from lerobot_core.sim.chain import Chain, Reply


class ChainLink:
    """A ``SerialLink`` that never waits: it has a time of its own, moved by what is read.

    A read returns at once. ``now_s`` moves to the moment the bytes would have arrived, or by
    the whole timeout if they would have come too late; those stay on the wire, as late bytes do.

    Args:
        advance_per_exchange: Seconds that the chain moves on with every write.
    """

    def __init__(
        self,
        chain: Chain[Any],
        address: str = "sim://test/chain",
        *,
        advance_per_exchange: float = 0.0,
    ) -> None:
        self.chain = chain
        self.address = address
        self.now_s = 0.0
        self._advance_per_exchange = advance_per_exchange
        self._coming: list[Reply] = []  # with arrival times instead of delays, earliest first
        self._is_open = True

    def now(self) -> float:
        """This link's time, as a clock for the bus."""
        return self.now_s

    @property
    def baudrate(self) -> int:
        return self.chain.baudrate

    def set_baudrate(self, baudrate: int) -> None:
        self.chain.baudrate = baudrate

    def write(self, data: bytes) -> None:
        self._check()
        if self._advance_per_exchange:
            self.chain.advance(self._advance_per_exchange)
        replies = self.chain.receive(data)
        self._coming += [Reply(self.now_s + delay_s, reply) for delay_s, reply in replies]
        self._coming.sort(key=lambda reply: reply.delay_s)

    def read(self, size: int, timeout_s: float) -> bytes:
        self._check()
        received = b""
        deadline = self.now_s + timeout_s
        while self._coming and len(received) < size and self._coming[0].delay_s <= deadline:
            arrival_s, data = self._coming.pop(0)
            self.now_s = max(self.now_s, arrival_s)
            wanted = size - len(received)
            received += data[:wanted]
            if data[wanted:]:
                self._coming.insert(0, Reply(arrival_s, data[wanted:]))
        if len(received) < size:
            self.now_s = deadline
        return received

    def discard_input(self) -> None:
        self._check()
        self._coming = [reply for reply in self._coming if reply.delay_s > self.now_s]

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        self._is_open = False

    def _check(self) -> None:
        if self.chain.faults.adapter_gone or not self._is_open:
            raise PortLost(port=self.address)
