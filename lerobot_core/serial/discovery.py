"""The serial ports of this machine, in words that help to tell them apart.

Only lists: no port is opened, so it may run beside whatever uses them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from lerobot_core.serial.access import ALLOWED, Access, port_access

# Kept by udev on Linux, absent elsewhere: there the names themselves stay with an adapter or its
# socket (macOS has serial number or place in them, Windows remembers the COM number).
_LINKS_BY_ID = Path("/dev/serial/by-id")
_LINKS_BY_PATH = Path("/dev/serial/by-path")

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
    UsbIds(0x1A86, 0x7522): "USB serial adapter (CH340)",
    UsbIds(0x1A86, 0x7523): "USB serial adapter (CH340)",
    UsbIds(0x1A86, 0x55D2): "USB serial adapter (CH342)",
    UsbIds(0x1A86, 0x55D4): "USB serial adapter (CH9102)",
    UsbIds(0x0403, 0x6014): "U2D2 or similar (FT232H)",
    UsbIds(0x0403, 0x6001): "USB serial adapter (FT232R)",
    UsbIds(0x0403, 0x6010): "USB serial adapter (FT2232)",
    UsbIds(0x0403, 0x6011): "USB serial adapter (FT4232)",
    UsbIds(0x0403, 0x6015): "USB serial adapter (FT230X)",
    UsbIds(0x10C4, 0xEA60): "USB serial adapter (CP210x)",
    UsbIds(0x10C4, 0xEA70): "USB serial adapter (CP2105)",
    UsbIds(0x067B, 0x2303): "USB serial adapter (PL2303)",
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
    socket: str = ""  # where it is plugged in, as the system numbers places: "1-2.3"


@dataclass(frozen=True)
class FoundPort:
    """A port that could be opened with ``serial.link.open_link``."""

    address: str
    stable_address: str  # the same adapter has it after replugging, as far as the system can say
    adapter: str
    serial_number: str = ""
    usb: UsbIds | None = None
    socket: str = ""  # tells adapters without a serial number apart
    access: Access = ALLOWED
    is_virtual: bool = False

    @property
    def may_be_arm(self) -> bool:
        """Connected over USB, or virtual: arms are not found on a mainboard's own ports."""
        return self.is_virtual or self.usb is not None


def list_ports() -> list[FoundPort]:
    """Real ports first, those that may be arms before others, then virtual ones."""
    ports = _system_ports()
    links = stable_links(ports, _links_in(_LINKS_BY_ID), _links_in(_LINKS_BY_PATH))
    real = describe_ports(ports, links, port_access)
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
            socket=port.socket,
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


def stable_links(
    ports: Iterable[PortFacts], by_id: Mapping[str, str], by_path: Mapping[str, str]
) -> dict[str, str]:
    """Device path → the link whose name stays, where there is one.

    A name made of the adapter's serial number stays with the adapter. Without a number of its
    own, two of one kind would take turns at that name: then the socket's name is the stable one.
    """
    ports = list(ports)
    numbers = Counter((port.usb, port.serial_number) for port in ports)
    links: dict[str, str] = {}
    for port in ports:
        has_own_number = port.serial_number and numbers[port.usb, port.serial_number] == 1
        first, second = (by_id, by_path) if has_own_number else (by_path, by_id)
        link = first.get(port.path) or second.get(port.path)
        if link is not None:
            links[port.path] = link
    return links


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
            socket=port.location or "",
        )
        for port in comports()
    ]


def _links_in(folder: Path) -> dict[str, str]:
    """Device path → link, where the system keeps such links."""
    try:
        return {str(link.resolve()): str(link) for link in sorted(folder.iterdir())}
    except FileNotFoundError:
        return {}


def _provided(provider: str) -> Sequence[FoundPort]:
    module, _, function = provider.partition(":")
    return cast(Sequence[FoundPort], getattr(import_module(module), function)())
