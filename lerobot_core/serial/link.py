"""The narrow protocol behind which a serial port and a virtual chain look the same."""

from importlib import import_module
from typing import Protocol, cast

from lerobot_core.errors import UnknownChoice


class SerialLink(Protocol):
    """A byte pipe to a chain of servos."""

    @property
    def address(self) -> str:
        """What was opened: a device path, or an address with a scheme."""
        ...

    @property
    def baudrate(self) -> int:
        """Bits per second on the wire."""
        ...

    def set_baudrate(self, baudrate: int) -> None: ...

    def write(self, data: bytes) -> None:
        """Send all of ``data``. Raises PortLost."""
        ...

    def read(self, size: int, timeout_s: float) -> bytes:
        """Return ``size`` bytes, or fewer if the timeout passed first. Raises PortLost."""
        ...

    def discard_input(self) -> None:
        """Forget bytes that have arrived and were not read."""
        ...

    def fileno(self) -> int:
        """A descriptor that another process may inherit to share the wire; -1 if there is none."""
        ...

    def close(self) -> None: ...


# Resolved on use: a scheme's module may sit in a higher layer or load a heavy library.
_OPENERS = {"sim": "lerobot_core.sim.client:open_link"}
_PORT_OPENER = "lerobot_core.serial.port:open_port"


def open_link(address: str, baudrate: int) -> SerialLink:
    """Open a device path such as ``/dev/ttyACM0``, or ``sim://<bench>/<chain>``.

    Raises:
        PortNotFound, PortPermissionDenied, PortBusy, BenchUnavailable: it cannot be opened.
        UnknownChoice: the address has a scheme that nothing here opens.
    """
    scheme, separator, _ = address.partition("://")
    if separator and scheme not in _OPENERS:
        raise UnknownChoice(kind=f"{scheme}://", known=", ".join(_OPENERS))
    module, _, function = (_OPENERS[scheme] if separator else _PORT_OPENER).partition(":")
    return cast(SerialLink, getattr(import_module(module), function)(address, baudrate))
