"""A model of a servo chain behind a USB adapter, in simulated or in real time.

Ten bits a byte, the servos' own return delay, and USB frames: what is written leaves with the
next frame, and what has arrived is seen at the end of the frame it arrived in. A frame of 0
stands for a port without USB.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, floor
from typing import Any, Protocol

from lerobot_core.sim.chain import Chain


class Time(Protocol):
    def now(self) -> float: ...

    def wait_until(self, moment_s: float) -> None: ...

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """The model's own work takes no time."""
        ...


class SimulatedTime:
    """Passes only while something waits, and with ``counts_cpu`` while this thread computes."""

    def __init__(self, *, counts_cpu: bool = False) -> None:
        self._counts_cpu = counts_cpu
        self._waited_s = 0.0
        self._not_counted_s = time.thread_time()

    def cpu_s(self) -> float:
        """What this thread has computed since the start, without the model."""
        return time.thread_time() - self._not_counted_s

    def now(self) -> float:
        return self._waited_s + (self.cpu_s() if self._counts_cpu else 0.0)

    def wait_until(self, moment_s: float) -> None:
        self._waited_s += max(moment_s - self.now(), 0.0)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        began_s = time.thread_time()
        try:
            yield
        finally:
            self._not_counted_s += time.thread_time() - began_s


class RealTime:
    """The machine's own: what the model takes for itself counts as well."""

    def now(self) -> float:
        return time.monotonic()

    def wait_until(self, moment_s: float) -> None:
        time.sleep(max(moment_s - time.monotonic(), 0.0))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        yield


class FramedLink:
    """A ``SerialLink`` to ``chain``, whose replies have their servo's id at ``place_of_id``.

    The next replies of the servos in ``lose`` never arrive; those in ``damage`` do, with a bit
    changed.
    """

    address = "model"

    def __init__(self, chain: Chain[Any], clock: Time, frame_s: float, place_of_id: int) -> None:
        self.chain = chain
        self.clock = clock
        self.lose: set[int] = set()
        self.damage: set[int] = set()
        self._frame_s = frame_s
        self._place_of_id = place_of_id
        self._left_s = 0.0  # when the last bytes written went over USB
        self._wire_free_s = 0.0
        self._coming: list[tuple[float, int]] = []  # when it is seen, and the byte

    @property
    def baudrate(self) -> int:
        return self.chain.baudrate

    def set_baudrate(self, baudrate: int) -> None:
        self.chain.baudrate = baudrate

    def write(self, data: bytes) -> None:
        self._left_s = self._next_frame(self.clock.now())
        with self.clock.standing_still():
            byte_s = 10 / self.baudrate
            start_s = max(self._left_s, self._wire_free_s)
            self._wire_free_s = start_s + len(data) * byte_s
            for delay_s, reply in self.chain.receive(data):
                end_s = self._wire_free_s = start_s + delay_s
                for number, byte in enumerate(self._disturbed(reply), 1):
                    left_s = (len(reply) - number) * byte_s
                    self._coming.append((self._end_of_frame(end_s - left_s), byte))
            self._coming.sort(key=lambda arrival: arrival[0])

    def _disturbed(self, reply: bytes) -> bytes:
        servo_id = reply[self._place_of_id]
        if servo_id in self.lose:
            self.lose.remove(servo_id)
            return b""
        if servo_id in self.damage:
            self.damage.remove(servo_id)
            return reply[:-1] + bytes((reply[-1] ^ 0x10,))
        return reply

    def read(self, size: int, timeout_s: float) -> bytes:
        deadline_s = self.clock.now() + timeout_s
        with self.clock.standing_still():
            in_time = [arrival for arrival in self._coming[:size] if arrival[0] <= deadline_s]
        self.clock.wait_until(in_time[-1][0] if len(in_time) == size else deadline_s)
        del self._coming[: len(in_time)]
        return bytes(byte for _, byte in in_time)

    def drain(self) -> None:
        """Wait until the adapter has what was written, as ``tcdrain`` does."""
        self.clock.wait_until(self._left_s)

    def discard_input(self) -> None:
        now = self.clock.now()
        with self.clock.standing_still():
            self._coming = [arrival for arrival in self._coming if arrival[0] > now]

    def fileno(self) -> int:
        return -1

    def close(self) -> None: ...

    def _next_frame(self, moment_s: float) -> float:
        if not self._frame_s:
            return moment_s
        return (floor(moment_s / self._frame_s + 1e-6) + 1) * self._frame_s

    def _end_of_frame(self, moment_s: float) -> float:
        if not self._frame_s:
            return moment_s
        return ceil(moment_s / self._frame_s - 1e-6) * self._frame_s
