import pytest
from PySide6.QtWidgets import QApplication

from app.arm_text import arm_label, at_start, device_label, port_label, slot_label
from lerobot_core.control.rig_building import RIG_KINDS


def test_every_arm_of_every_rig_has_a_name(qapp: QApplication) -> None:
    kinds = {kind for rig in RIG_KINDS.values() for kind in (rig.follower, rig.leader)}
    assert {arm_label(kind) for kind in kinds} == {
        "SO-101 follower",
        "SO-101 leader",
        "SO-100 follower",
        "SO-100 leader",
        "Koch v1.1 follower",
        "Koch v1.1 leader",
    }
    assert slot_label("left_follower") == "Left follower"


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/dev/ttyACM0", "ttyACM0"),
        ("/dev/serial/by-id/usb-1a86", "usb-1a86"),
        ("COM3", "COM3"),
        ("sim://default/follower", "virtual follower"),
        ("sim://koch/leader", "virtual leader koch"),
        ("sim://bi_so101/left_leader", "virtual left leader"),
    ],
)
def test_a_port_is_named_as_people_say_it(address: str, label: str, qapp: QApplication) -> None:
    assert port_label(address) == label


def test_a_devices_own_name_is_not_changed_at_the_start_of_a_sentence() -> None:
    assert at_start("ttyACM0") == "ttyACM0"
    assert at_start("virtual leader") == "Virtual leader"


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("so_leader virtual_leader", "SO leader “virtual_leader”"),
        ("koch_follower", "Koch follower"),
        ("bi_so_follower pair", "bimanual SO follower “pair”"),
        ("/dev/ttyACM0", "/dev/ttyACM0"),
        ("top", "top"),
    ],
)
def test_an_arm_is_named_in_words(device: str, words: str) -> None:
    assert device_label(device) == words
