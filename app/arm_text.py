"""What arms, ports and places of a rig are called in words."""

from PySide6.QtCore import QCoreApplication

from lerobot_core.control.rig_building import RIG_KINDS
from lerobot_core.sim.places import DEFAULT_BENCH

_SCHEME = "sim://"
_FAMILY_WORDS = {"so": "SO", "koch": "Koch", "bi": "bimanual"}


def rig_label(kind: str) -> str:
    """A kind of rig, such as “SO-101” or “Two Koch v1.1”."""
    known = RIG_KINDS.get(kind)
    return _tr(known.label) if known else kind


def arm_label(kind: str) -> str:
    """A single arm: ``koch_leader`` is a “Koch v1.1 leader”."""
    for rig in RIG_KINDS.values():
        if rig.is_bimanual:
            continue
        if kind == rig.follower:
            return _tr("{0} follower").format(_tr(rig.label))
        if kind == rig.leader:
            return _tr("{0} leader").format(_tr(rig.label))
    return kind.replace("_", " ")


def slot_label(slot: str) -> str:
    """An arm's place in a rig: “Follower”, “Left leader”."""
    return _tr(slot.replace("_", " ").capitalize())


def slot_in_sentence(slot: str) -> str:
    """The same, within a sentence: “left leader”."""
    return slot_label(slot).lower()


def port_label(address: str) -> str:
    """A port as short as people say it: “ttyACM0”, “virtual leader koch”."""
    if address.startswith(_SCHEME):
        bench, _, chain = address.removeprefix(_SCHEME).partition("/")
        name = chain.replace("_", " ")
        is_plain = bench == DEFAULT_BENCH or name.startswith(("left ", "right "))
        return _tr("virtual {0}").format(name if is_plain else f"{name} {bench}")
    return address.rpartition("/")[2] or address


def device_label(device: str) -> str:
    """An arm as the core names it, “so_leader blue”, in words: “SO leader “blue””."""
    family, _, arm_id = device.partition(" ")
    if not family.endswith(("_follower", "_leader")):
        return device
    words = " ".join(_FAMILY_WORDS.get(word, word) for word in family.split("_"))
    return f"{words} “{arm_id}”" if arm_id else words


def at_start(text: str) -> str:
    """As it stands at the start of a sentence; names of devices stay as they are."""
    return text[:1].upper() + text[1:] if " " in text else text


def _tr(text: str) -> str:
    return QCoreApplication.translate("Arm", text)
