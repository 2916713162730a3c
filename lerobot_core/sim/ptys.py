"""A servo chain behind a pseudo-terminal, so that any program can open it as a serial port."""

import fcntl
import heapq
import os
import struct
import termios
import tty
from contextlib import suppress
from typing import Any

from lerobot_core.sim.chain import Chain, Reply

# Linux keeps rates outside the POSIX table, such as 250000, only in the newer structure.
_TCGETS2 = 0x802C542A
_TERMIOS2 = struct.Struct("=4IB19s2I")


_USB_FRAME_S = 0.001


class PtyPort:
    """One opened port. The other side is ``path``; times are of the monotonic clock."""

    def __init__(self, chain: Chain[Any]) -> None:
        self._chain = chain
        self._master, slave = os.openpty()
        self._own_slave: int | None = slave
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(slave)
        self._coming: list[tuple[float, int, bytes]] = []  # due time, order, bytes
        self._order = 0

    def fileno(self) -> int:
        return self._master

    def receive(self, now_s: float) -> bool:
        """Hand what the client sent to the servos. False: no client is left."""
        try:
            data = os.read(self._master, 4096)
        except BlockingIOError:
            return True
        except OSError:  # every process has closed its side
            return False
        self._chain.baudrate = self._baudrate()
        for delay_s, reply in _in_usb_frames(self._chain.receive(data)):
            self._order += 1
            heapq.heappush(self._coming, (now_s + delay_s, self._order, reply))
        return True

    @property
    def next_due_s(self) -> float | None:
        """When the next reply has to go out."""
        return self._coming[0][0] if self._coming else None

    def send_due(self, now_s: float) -> None:
        while self._coming and self._coming[0][0] <= now_s:
            data = heapq.heappop(self._coming)[2]
            with suppress(OSError):  # nobody reads: bytes on a wire are lost as well
                os.write(self._master, data)

    def release(self) -> None:
        """The lease ended. The port lives on while a process, such as a guard, has it open."""
        if self._own_slave is not None:
            os.close(self._own_slave)
            self._own_slave = None

    def close(self) -> None:
        """As if the adapter was pulled out: whoever has it open, loses it."""
        self.release()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _baudrate(self) -> int:
        buffer = bytearray(_TERMIOS2.size)
        try:
            fcntl.ioctl(self._master, _TCGETS2, buffer)
            return int(_TERMIOS2.unpack(buffer)[-1])
        except OSError:
            code = termios.tcgetattr(self._master)[5]
            return _POSIX_RATES.get(code, self._chain.baudrate)


def _in_usb_frames(replies: list[Reply]) -> list[tuple[float, bytes]]:
    """Replies in pairs of delay and bytes, as an adapter hands them over.

    Those that follow each other within a frame arrive together, with the last of them.
    """
    frames: list[tuple[float, bytes]] = []
    first_s = 0.0
    for reply in replies:
        if frames and reply.delay_s - first_s < _USB_FRAME_S:
            frames[-1] = (reply.delay_s, frames[-1][1] + reply.data)
        else:
            first_s = reply.delay_s
            frames.append((reply.delay_s, reply.data))
    return frames


_POSIX_RATES = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name.startswith("B") and name[1:].isdigit()
}
