"""Which port is this arm on? The operator pulls its USB cable out, and plugs it in again.

Only compares lists of ports, which ``discovery.list_ports`` makes a few times a second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lerobot_core.serial.discovery import FoundPort


@dataclass(frozen=True)
class Replugged:
    """The port that disappeared. ``now`` is what it became, once it is plugged in again."""

    before: FoundPort
    now: FoundPort | None = None


class ReplugWatch:
    """Remembers which of the ports at the beginning have been gone since."""

    def __init__(self, ports: Iterable[FoundPort]) -> None:
        self._before = {port.address: port for port in ports if not port.is_virtual}
        self._gone: dict[str, FoundPort] = {}

    def look(self, ports: Sequence[FoundPort]) -> Replugged | None:
        """The one port that was pulled out since the beginning; None as long as it is not clear.

        Args:
            ports: The list of now.
        """
        here = {port.address: port for port in ports}
        for address, port in self._before.items():
            if address not in here:
                self._gone.setdefault(address, port)
        if len(self._gone) != 1:
            return None
        [gone] = self._gone.values()
        return Replugged(gone, here.get(gone.address) or self._elsewhere(gone, ports))

    @property
    def gone(self) -> list[FoundPort]:
        """All that have been away. More than one: begin again with one cable."""
        return list(self._gone.values())

    def _elsewhere(self, gone: FoundPort, ports: Sequence[FoundPort]) -> FoundPort | None:
        """The system may give the same adapter another name."""
        new = [port for port in ports if port.address not in self._before and not port.is_virtual]
        same = [port for port in new if _is_same(gone, port)]
        return same[0] if len(same) == 1 else None


def _is_same(one: FoundPort, other: FoundPort) -> bool:
    return (one.usb, one.serial_number) == (other.usb, other.serial_number)
