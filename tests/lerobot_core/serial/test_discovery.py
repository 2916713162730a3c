"""What is said of the ports of a machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from lerobot_core.paths import home
from lerobot_core.serial import discovery
from lerobot_core.serial.access import Access, Obstacle
from lerobot_core.serial.discovery import (
    FoundPort,
    PortFacts,
    UsbIds,
    adapter_name,
    changed_ports,
    describe_ports,
    list_ports,
)

CH343 = UsbIds(0x1A86, 0x55D3)
DENIED = Access(False, False, "dialout", Obstacle.NOT_IN_GROUP, "sudo usermod -aG dialout $USER")


def describe(*ports: PortFacts, links: dict[str, str] | None = None) -> list[FoundPort]:
    return describe_ports(ports, links or {}, lambda path: Access())


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        (PortFacts("/dev/ttyACM0", CH343, "USB Single Serial"), "Bus servo adapter (CH343)"),
        (PortFacts("/dev/ttyACM0", UsbIds(1, 2), "Gizmo", "Acme"), "Acme Gizmo"),
        (PortFacts("/dev/ttyACM0", UsbIds(1, 0xAB), "Gizmo"), "Gizmo"),
        (PortFacts("/dev/ttyACM0", UsbIds(1, 0xAB)), "USB adapter 0001:00ab"),
        (PortFacts("/dev/ttyS0"), "Serial port of this computer"),
    ],
)
def test_names_the_adapter(facts: PortFacts, name: str) -> None:
    assert adapter_name(facts) == name


def test_tells_everything_of_an_adapter() -> None:
    links = {"/dev/ttyACM0": "/dev/serial/by-id/usb-1a86_5A46-if00"}
    [port] = describe_ports(
        [PortFacts("/dev/ttyACM0", CH343, serial_number="5A46")], links, lambda path: DENIED
    )
    assert port.stable_address == "/dev/serial/by-id/usb-1a86_5A46-if00"
    assert (port.serial_number, str(port.usb)) == ("5A46", "1a86:55d3")
    assert port.access.command == "sudo usermod -aG dialout $USER"
    assert port.may_be_arm


def test_without_a_link_the_device_path_is_all_there_is() -> None:
    [port] = describe(PortFacts("/dev/ttyACM0", CH343))
    assert port.stable_address == "/dev/ttyACM0"


def test_adapters_come_first_and_in_the_order_people_count() -> None:
    names = ["/dev/ttyS0", "/dev/ttyACM10", "/dev/ttyACM2"]
    ports = describe(*(PortFacts(name, CH343 if "ACM" in name else None) for name in names))
    assert [port.address for port in ports] == ["/dev/ttyACM2", "/dev/ttyACM10", "/dev/ttyS0"]


def test_tells_which_port_was_unplugged_and_which_came() -> None:
    left, right, again = describe(*(PortFacts(f"/dev/ttyACM{n}", CH343) for n in (0, 1, 2)))
    assert changed_ports([left, right], [right]) == ([left], [])
    assert changed_ports([right], [right, again]) == ([], [again])
    assert changed_ports([left], [left]) == ([], [])


def test_finds_the_links_that_stay_with_an_adapter(tmp_path: Path) -> None:
    device, folder = tmp_path / "ttyACM0", tmp_path / "by-id"
    device.touch()
    folder.mkdir()
    (folder / "usb-adapter").symlink_to(device)
    assert discovery._stable_links(folder) == {str(device): str(folder / "usb-adapter")}
    assert discovery._stable_links(tmp_path / "none") == {}


def test_asks_this_machine_and_adds_the_virtual_bench() -> None:
    (home() / "bench" / "second").mkdir(parents=True)
    ports = list_ports()
    virtual = [port for port in ports if port.is_virtual]
    addresses = [port.address for port in virtual]
    assert addresses == [
        "sim://default/follower",
        "sim://default/leader",
        "sim://second/follower",
        "sim://second/leader",
    ]
    assert all(port.may_be_arm and port.access.is_allowed for port in virtual)
    assert ports[len(ports) - len(virtual) :] == virtual


def test_listing_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lerobot_core.serial.discovery import list_ports; list_ports(); "
        "sys.exit(bool({'mujoco', 'cv2', 'scservo_sdk', 'PySide6'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
