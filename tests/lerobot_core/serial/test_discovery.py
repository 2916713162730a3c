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
    stable_links,
)

CH343 = UsbIds(0x1A86, 0x55D3)
DENIED = Access(False, False, "dialout", Obstacle.NOT_IN_GROUP, "sudo usermod -aG dialout $USER")


def describe(*ports: PortFacts, links: dict[str, str] | None = None) -> list[FoundPort]:
    return describe_ports(ports, links or {}, lambda path: Access())


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        (PortFacts("/dev/ttyACM0", CH343, "USB Single Serial"), "Bus servo adapter (CH343)"),
        (PortFacts("/dev/ttyUSB0", UsbIds(0x10C4, 0xEA60), "x"), "USB serial adapter (CP210x)"),
        (PortFacts("/dev/ttyUSB0", UsbIds(0x0403, 0x6014), "x"), "U2D2 or similar (FT232H)"),
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


def test_finds_the_links_that_stay_with_an_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, folder = tmp_path / "ttyACM0", tmp_path / "by-id"
    device.touch()
    folder.mkdir()
    (folder / "usb-adapter").symlink_to(device)
    monkeypatch.setattr(discovery, "_LINKS_BY_ID", folder)
    monkeypatch.setattr(discovery, "_LINKS_BY_PATH", tmp_path / "none")
    facts = [PortFacts(str(device), CH343, serial_number="5A46", socket="1-2.3")]
    monkeypatch.setattr(discovery, "_system_ports", lambda: facts)
    port = list_ports()[0]
    assert (port.address, port.stable_address) == (str(device), str(folder / "usb-adapter"))
    assert (port.serial_number, port.socket) == ("5A46", "1-2.3")


DEVICES = ["/dev/ttyACM0", "/dev/ttyACM1"]
ID, ID_1, PATH, PATH_1 = "by-id/a", "by-id/b", "by-path/a", "by-path/b"
BY_ID, BY_PATH = {DEVICES[0]: ID, DEVICES[1]: ID_1}, {DEVICES[0]: PATH, DEVICES[1]: PATH_1}


@pytest.mark.parametrize(
    ("numbers", "by_id", "by_path", "names"),
    [
        (("A", "B"), BY_ID, BY_PATH, [ID, ID_1]),
        (("A", ""), BY_ID, BY_PATH, [ID, PATH_1]),
        (("", ""), {DEVICES[1]: ID}, BY_PATH, [PATH, PATH_1]),
        (("A", "A"), {DEVICES[1]: ID}, BY_PATH, [PATH, PATH_1]),  # copies with one number
        (("", "B"), BY_ID, {}, [ID, ID_1]),
        (("A", "B"), {}, {}, DEVICES),
    ],
)
def test_the_name_that_stays_is_the_adapters_or_its_sockets(
    numbers: tuple[str, str], by_id: dict[str, str], by_path: dict[str, str], names: list[str]
) -> None:
    ports = [
        PortFacts(path, CH343, serial_number=number)
        for path, number in zip(DEVICES, numbers, strict=True)
    ]
    links = stable_links(ports, by_id, by_path)
    assert [port.stable_address for port in describe(*ports, links=links)] == names


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
