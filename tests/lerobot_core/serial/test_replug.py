"""Naming the port whose cable was pulled out."""

from dataclasses import replace

import pytest

from lerobot_core.serial.discovery import FoundPort, UsbIds
from lerobot_core.serial.replug import Replugged, ReplugWatch

CH343 = UsbIds(0x1A86, 0x55D3)


def port(name: str, number: str = "") -> FoundPort:
    return FoundPort(f"/dev/{name}", f"/dev/{name}", "Adapter", serial_number=number, usb=CH343)


LEFT, RIGHT = port("ttyACM0", "A"), port("ttyACM1", "B")
VIRTUAL = FoundPort("sim://default/leader", "sim://default/leader", "Virtual", is_virtual=True)
ALL = [LEFT, RIGHT, VIRTUAL]


@pytest.mark.parametrize(("gone", "left"), [(LEFT, RIGHT), (RIGHT, LEFT)])
def test_names_the_port_that_disappeared(gone: FoundPort, left: FoundPort) -> None:
    watch = ReplugWatch(ALL)
    assert watch.look(ALL) is None
    assert watch.look([left, VIRTUAL]) == Replugged(gone)


def test_names_it_still_when_it_is_back() -> None:
    watch = ReplugWatch(ALL)
    watch.look([RIGHT])
    assert watch.look(ALL) == Replugged(LEFT, LEFT)


def test_finds_it_again_under_another_name() -> None:
    watch = ReplugWatch(ALL)
    watch.look([RIGHT])
    renamed = replace(LEFT, address="/dev/ttyACM2")
    assert watch.look([RIGHT, renamed]) == Replugged(LEFT, renamed)


def test_another_adapter_is_not_taken_for_it() -> None:
    watch = ReplugWatch(ALL)
    watch.look([RIGHT])
    assert watch.look([RIGHT, port("ttyACM2", "C")]) == Replugged(LEFT)


def test_two_alike_are_not_guessed_at() -> None:
    before = [port("ttyUSB0"), port("ttyUSB1")]
    watch = ReplugWatch(before)
    watch.look(before[1:])
    found = watch.look([before[1], port("ttyUSB2"), port("ttyUSB3")])
    assert found == Replugged(before[0])


def test_two_cables_at_once_are_not_guessed_at() -> None:
    watch = ReplugWatch(ALL)
    assert watch.look([VIRTUAL]) is None
    assert watch.gone == [LEFT, RIGHT]
    assert watch.look(ALL) is None


def test_virtual_ports_have_no_cable() -> None:
    assert ReplugWatch(ALL).look([LEFT, RIGHT]) is None
