"""A serial port of this machine as a link: 8 data bits, no parity, one stop bit."""

import errno
import os
import select
import termios
import time
from contextlib import suppress

import serial

from lerobot_core.errors import (
    DeviceError,
    PortBusy,
    PortLost,
    PortNotFound,
    PortPermissionDenied,
    SettingInvalid,
)

_WRITE_TIMEOUT_S = 0.5  # an instruction needs 3 ms at most; an adapter this late is gone

_OPEN_ERRORS: dict[int, type[DeviceError]] = {
    errno.EACCES: PortPermissionDenied,
    errno.EPERM: PortPermissionDenied,
    errno.EBUSY: PortBusy,
    errno.EAGAIN: PortBusy,
    errno.EIO: PortLost,
}


def open_port(address: str, baudrate: int) -> "SerialPort":
    """Open a device such as ``/dev/ttyACM0``, or the slave side of a pseudo-terminal.

    Raises:
        PortNotFound: there is no such path, or it is no serial device.
        PortPermissionDenied, PortBusy: it is there, but cannot be had.
        PortLost: it vanished while it was being opened.
    """
    try:
        # Not exclusive: the guard process shares the port. Leases keep sessions apart.
        port = serial.Serial(address, baudrate, timeout=0, exclusive=False)
    except serial.SerialException as error:
        raise _OPEN_ERRORS.get(error.errno or 0, PortNotFound)(port=address) from error
    except ValueError as error:
        raise SettingInvalid(setting=f"A rate of {baudrate} baud", reason=str(error)) from error
    with suppress(ValueError, OSError):
        # FTDI adapters keep short replies back for 16 ms otherwise. Others know no such mode.
        port.set_low_latency_mode(True)
    return SerialPort(port, address)


class SerialPort:
    """A ``SerialLink`` on an open port."""

    def __init__(self, port: serial.Serial, address: str) -> None:
        self._port = port
        self._descriptor: int = port.fileno()
        self.address = address

    @property
    def baudrate(self) -> int:
        return int(self._port.baudrate)

    def set_baudrate(self, baudrate: int) -> None:
        try:
            self._port.baudrate = baudrate
        except ValueError as error:
            raise SettingInvalid(setting=f"A rate of {baudrate} baud", reason=str(error)) from error
        except (OSError, termios.error) as error:
            raise PortLost(port=self.address) from error

    def write(self, data: bytes) -> None:
        deadline = time.monotonic() + _WRITE_TIMEOUT_S
        try:
            while data:
                data = data[self._write_some(data) :]
                if data and not self._is_writable(deadline - time.monotonic()):
                    raise PortLost(port=self.address)
        except (OSError, ValueError) as error:
            raise PortLost(port=self.address) from error

    def _write_some(self, data: bytes) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # the driver's buffer is full
            return 0

    def _is_writable(self, timeout_s: float) -> bool:
        return bool(select.select([], [self._descriptor], [], max(timeout_s, 0.0))[1])

    def read(self, size: int, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        received = b""
        try:
            while len(received) < size:
                # Asked even when the time is over: what has arrived counts as in time,
                # however late this process got its turn.
                remaining = max(deadline - time.monotonic(), 0.0)
                if not select.select([self._descriptor], [], [], remaining)[0]:
                    break
                received += self._read_some(size - len(received))
        except (OSError, ValueError) as error:
            raise PortLost(port=self.address) from error
        return received

    def _read_some(self, size: int) -> bytes:
        try:
            chunk = os.read(self._descriptor, size)
        except BlockingIOError:
            return b""
        # Readable and yet empty: the guard, which shares the port, took it, or the adapter is gone.
        if not chunk and self._is_hung_up():
            raise PortLost(port=self.address)
        return chunk

    def _is_hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, 0)  # hang-ups and errors are told unasked
        return bool(poll.poll(0))

    def discard_input(self) -> None:
        try:
            termios.tcflush(self._descriptor, termios.TCIFLUSH)
        except (OSError, ValueError, termios.error) as error:
            raise PortLost(port=self.address) from error

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        with suppress(OSError, termios.error):  # a port that is gone is closed already
            self._port.close()
        self._descriptor = -1
