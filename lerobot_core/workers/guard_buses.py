"""Servos as the guard speaks to them: packets of both brands, on a port that it shares.

Only the standard library is used, because the guard loads this module.
"""

import os
import select
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

REPLY_S = 0.03
TRIES = 3  # of one packet


class ServoBus(ABC):
    """Servos on a shared descriptor. Reading, writing and sync writing have one code everywhere."""

    address_bytes: int

    def __init__(self, plan: dict[str, Any]) -> None:
        self._descriptor = int(plan["descriptor"])
        self._position, self._size = plan["present_position"]
        self._goal, _ = plan["goal_position"]
        self._torque, _ = plan["torque_enable"]
        self._watchdog, _ = plan.get("watchdog", (0, 1))
        self.ids = [int(servo) for servo in plan["ids"]]

    def hold(self, servo: int, tries: int = TRIES) -> bool:
        """Make the present position the goal, bytes as they are: both have one encoding."""
        position = self._read(servo, self._position, self._size, tries)
        return position is not None and self._set_goal(servo, position, tries)

    def release(self, servo: int, tries: int = TRIES) -> bool:
        """Switch torque off, and read that back."""
        return self._is_limp(servo, tries) or (
            self._write(servo, self._torque, b"\0", tries) and self._is_limp(servo, tries)
        )

    def release_all(self) -> None:
        """Torque off for every servo in one packet, which nobody answers."""
        entries = b"".join(bytes([servo, 0]) for servo in self.ids)
        content = self._number(self._torque) + self._number(1) + entries
        with suppress(OSError):
            os.write(self._descriptor, self.packet(0xFE, 0x83, content))

    @abstractmethod
    def packet(self, servo: int, instruction: int, content: bytes) -> bytes:
        """What goes over the wire."""

    @abstractmethod
    def frame(self, received: bytes, servo: int, size: int) -> bytes | None:
        """The servo's whole reply, once it is there."""

    @abstractmethod
    def data_of(self, frame: bytes, size: int) -> bytes | None:
        """Its ``size`` bytes of data; None if it is damaged, or says that the servo refused."""

    def _set_goal(self, servo: int, position: bytes, tries: int) -> bool:
        return self._write(servo, self._goal, position, tries)

    def _is_limp(self, servo: int, tries: int) -> bool:
        return self._read(servo, self._torque, 1, tries) == b"\0"

    def _read(self, servo: int, address: int, size: int, tries: int) -> bytes | None:
        content = self._number(address) + self._number(size)
        return self._exchange(servo, 0x02, content, size, tries)

    def _write(self, servo: int, address: int, content: bytes, tries: int) -> bool:
        content = self._number(address) + content
        return self._exchange(servo, 0x03, content, 0, tries) is not None

    def _number(self, value: int) -> bytes:
        return int(value).to_bytes(self.address_bytes, "little")

    def _exchange(
        self, servo: int, instruction: int, content: bytes, size: int, tries: int
    ) -> bytes | None:
        for _ in range(tries):
            with suppress(OSError):  # the port may be gone; the next round finds out again
                while self._has_input(0) and os.read(self._descriptor, 4096):
                    pass  # replies to what the session asked
                os.write(self._descriptor, self.packet(servo, instruction, content))
                if (reply := self._reply(servo, size)) is not None:
                    return reply
        return None

    def _reply(self, servo: int, size: int) -> bytes | None:
        received = b""
        deadline = time.monotonic() + REPLY_S
        while (spare := deadline - time.monotonic()) > 0 and self._has_input(spare):
            chunk = os.read(self._descriptor, 4096)
            if not chunk:
                return None
            received += chunk
            if (frame := self.frame(received, servo, size)) is not None:
                return self.data_of(frame, size)
        return None

    def _has_input(self, timeout_s: float) -> bool:
        return bool(select.select([self._descriptor], [], [], timeout_s)[0])


class FeetechBus(ServoBus):
    """Packets of protocol 0: ``FF FF id length …`` and checksum."""

    address_bytes = 1

    def packet(self, servo: int, instruction: int, content: bytes) -> bytes:
        return packet(servo, instruction, content)

    def frame(self, received: bytes, servo: int, size: int) -> bytes | None:
        start = received.find(bytes([0xFF, 0xFF, servo, size + 2]))
        whole = received[start : start + size + 6]
        return whole if start >= 0 and len(whole) == size + 6 else None

    def data_of(self, frame: bytes, size: int) -> bytes | None:
        return frame[5:-1] if checksum(frame[2:-1]) == frame[-1] else None


class DynamixelBus(ServoBus):
    """Packets of protocol 2.0: ``FF FF FD 00 id length(2) …`` and CRC(2), words little-endian.

    Where ``FF FF FD`` stands behind the length, another ``FD`` is stuffed in.
    """

    address_bytes = 2

    def _set_goal(self, servo: int, position: bytes, tries: int) -> bool:
        """One that its own bus watchdog stopped refuses goals, and holds its place already.

        It stays like that: set free, it would go on to its old goal until a new one arrives.
        """
        return super()._set_goal(servo, position, tries) or (
            self._read(servo, self._watchdog, 1, tries) == _FIRED
        )

    def packet(self, servo: int, instruction: int, content: bytes) -> bytes:
        body = (bytes([instruction]) + content).replace(_MARK, _STUFFED)
        framed = _MARK + bytes([0, servo]) + (len(body) + 2).to_bytes(2, "little") + body
        return framed + crc16(framed).to_bytes(2, "little")

    def frame(self, received: bytes, servo: int, size: int) -> bytes | None:
        start = received.find(_MARK + bytes([0, servo]))
        end = start + 7 + int.from_bytes(received[start + 5 : start + 7], "little")
        return received[start:end] if start >= 0 and start + 11 <= end <= len(received) else None

    def data_of(self, frame: bytes, size: int) -> bytes | None:
        if crc16(frame[:-2]).to_bytes(2, "little") != frame[-2:]:
            return None
        body = frame[7:-2].replace(_STUFFED, _MARK)
        # The highest bit of the error is an alarm; the others say that the servo did not obey.
        if body[0] != 0x55 or body[1] & 0x7F or len(body) != size + 2:
            return None
        return body[2:]


BUSES: dict[str, type[ServoBus]] = {"feetech": FeetechBus, "dynamixel": DynamixelBus}

_FIRED = b"\xff"  # what the bus watchdog says then
_MARK, _STUFFED = b"\xff\xff\xfd", b"\xff\xff\xfd\xfd"


def checksum(body: bytes) -> int:
    return ~sum(body) & 0xFF


def packet(servo: int, instruction: int, content: bytes) -> bytes:
    body = bytes([servo, len(content) + 2, instruction]) + content
    return b"\xff\xff" + body + bytes([checksum(body)])


def crc16(data: bytes) -> int:
    """Polynomial 0x8005, from 0, highest bit first."""
    crc = 0
    for value in data:
        crc ^= value << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x8005 if crc & 0x8000 else 0)) & 0xFFFF
    return crc
