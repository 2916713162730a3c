"""The serial ports of this machine, in words that help to tell them apart.

Only lists: no port is opened, so it may run beside whatever uses them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from lerobot_core.serial.access import ALLOWED, Access, port_access

_STABLE_LINKS = Path("/dev/serial/by-id")  # kept by udev on Linux, absent elsewhere

# Resolved on use: virtual ports come from a higher layer. Each function takes nothing and
# returns a list of FoundPort.
_PROVIDERS = ("lerobot_core.sim.ports:list_ports",)


@dataclass(frozen=True)
class UsbIds:
    """Who made the adapter, and what it is."""

    vendor: int
    product: int

    def __str__(self) -> str:
        return f"{self.vendor:04x}:{self.product:04x}"


SERVO_ADAPTERS: Mapping[UsbIds, str] = {
    UsbIds(0x1A86, 0x55D3): "Bus servo adapter (CH343)",
    UsbIds(0x1A86, 0x7523): "USB serial adapter (CH340)",
    UsbIds(0x1A86, 0x55D4): "USB serial adapter (CH9102)",
    UsbIds(0x0403, 0x6014): "U2D2 or similar (FT232H)",
    UsbIds(0x0403, 0x6001): "USB serial adapter (FT232R)",
    UsbIds(0x10C4, 0xEA60): "USB serial adapter (CP210x)",
    UsbIds(0x2F5D, 0x2202): "OpenRB-150",
}
"""Adapters that arms are usually connected with. Source: the public list of USB ids."""


@dataclass(frozen=True)
class PortFacts:
    """What the operating system says of a port."""

    path: str
    usb: UsbIds | None = None
    product: str = ""
    manufacturer: str = ""
    serial_number: str = ""


@dataclass(frozen=True)
class FoundPort:
    """A port that could be opened with ``serial.link.open_link``."""

    address: str
    stable_address: str  # the same adapter has it after replugging, as far as the system can say
    adapter: str
    serial_number: str = ""
    usb: UsbIds | None = None
    access: Access = ALLOWED
    is_virtual: bool = False

    @property
    def may_be_arm(self) -> bool:
        """Connected over USB, or virtual: arms are not found on a mainboard's own ports."""
        return self.is_virtual or self.usb is not None


def list_ports() -> list[FoundPort]:
    """Real ports first, those that may be arms before others, then virtual ones."""
    real = describe_ports(_system_ports(), _stable_links(), port_access)
    return [*real, *(port for provider in _PROVIDERS for port in _provided(provider))]


def describe_ports(
    ports: Iterable[PortFacts],
    stable_links: Mapping[str, str],
    access: Callable[[str], Access],
) -> list[FoundPort]:
    """Put together what is known of each port.

    Args:
        stable_links: Device path → a link to it whose name stays with the adapter.
        access: Says of a path whether this user may open it.
    """
    found = [
        FoundPort(
            address=port.path,
            stable_address=stable_links.get(port.path, port.path),
            adapter=adapter_name(port),
            serial_number=port.serial_number,
            usb=port.usb,
            access=access(port.path),
        )
        for port in ports
    ]
    return sorted(found, key=lambda port: (not port.may_be_arm, _natural(port.address)))


def changed_ports(
    before: Iterable[FoundPort], now: Iterable[FoundPort]
) -> tuple[list[FoundPort], list[FoundPort]]:
    """Ports that were unplugged and plugged in between two lists: another way to tell which.

    An adapter that comes back under another device path counts as both.
    """
    old = {port.address: port for port in before}
    new = {port.address: port for port in now}
    unplugged = [port for address, port in old.items() if address not in new]
    plugged_in = [port for address, port in new.items() if address not in old]
    return unplugged, plugged_in


def adapter_name(port: PortFacts) -> str:
    """The adapter in words; several of one kind differ in their serial numbers."""
    if port.usb is None:
        return "Serial port of this computer"
    if port.usb in SERVO_ADAPTERS:
        return SERVO_ADAPTERS[port.usb]
    words = f"{port.manufacturer} {port.product}".strip()
    return words or f"USB adapter {port.usb}"


def _natural(address: str) -> tuple[str, int]:
    """ttyACM2 comes before ttyACM10."""
    name = address.rstrip("0123456789")
    number = address[len(name) :]
    return name, int(number or 0)


# Asking the system


def _system_ports() -> list[PortFacts]:
    from serial.tools.list_ports import comports  # loads with the first listing only

    return [
        PortFacts(
            path=port.device,
            usb=None if port.vid is None else UsbIds(port.vid, port.pid or 0),
            product=port.product or "",
            manufacturer=port.manufacturer or "",
            serial_number=port.serial_number or "",
        )
        for port in comports()
    ]


def _stable_links(folder: Path = _STABLE_LINKS) -> dict[str, str]:
    """Device path → link, where the system keeps such links."""
    try:
        return {str(link.resolve()): str(link) for link in sorted(folder.iterdir())}
    except FileNotFoundError:
        return {}


def _provided(provider: str) -> Sequence[FoundPort]:
    module, _, function = provider.partition(":")
    return cast(Sequence[FoundPort], getattr(import_module(module), function)())
