from dataclasses import replace
from pathlib import Path

import pytest

from lerobot_core.control.rig import Rig
from lerobot_core.control.rig_building import (
    RIG_KINDS,
    RigDraft,
    RigLimits,
    copy_name,
    draft_of,
    missing,
    rig_of,
    with_camera,
    with_camera_renamed,
    with_kind,
    with_port,
    without_camera,
)
from lerobot_core.control.rig_sharing import export_rig, import_rig
from lerobot_core.control.virtual import virtual_rigs
from lerobot_core.errors import SettingInvalid

CAMERA = {"type": "opencv", "index_or_path": "/dev/video0"}


def complete(kind: str) -> RigDraft:
    draft = RigDraft(name="Bench 2", kind=kind)
    for number, slot in enumerate(draft.slots):
        draft = with_port(draft, slot, f"/dev/ttyACM{number}")
    return with_camera(draft, "top", CAMERA)


@pytest.mark.parametrize("kind", RIG_KINDS)
def test_a_complete_draft_becomes_a_rig_and_back(kind: str) -> None:
    draft = complete(kind)
    rig = rig_of(draft)
    assert rig.robot.kind == RIG_KINDS[kind].robot
    assert [*rig.robot.addresses, *rig.teleoperator.addresses] == list(draft.ports.values())
    again = draft_of(rig)
    assert (again.kind, dict(again.ports), list(again.cameras)) == (kind, draft.ports, ["top"])
    assert rig_of(again) == rig
    assert Rig.from_dict(rig.to_dict()) == rig


@pytest.mark.parametrize("rig", virtual_rigs(), ids=lambda rig: rig.name)
def test_a_virtual_rig_is_shared_as_one_with_leader_arms(rig: Rig, tmp_path: Path) -> None:
    export_rig(rig, tmp_path / "rig.json")
    draft = import_rig(tmp_path / "rig.json")
    assert draft.ports == {}
    for number, slot in enumerate(draft.slots):
        draft = with_port(draft, slot, f"/dev/ttyACM{number}")
    made = rig_of(draft)
    assert made.teleoperator.kind == RIG_KINDS[draft.kind].teleoperator
    assert not made.is_virtual


def test_limits_are_part_of_the_draft() -> None:
    limits = RigLimits(speed_fraction=0.3, ease_in_s=2.0, on_silence="release")
    rig = rig_of(replace(complete("so101"), limits=limits))
    assert (rig.speed_fraction, rig.ease_in_s, rig.on_silence) == (0.3, 2.0, "release")
    assert draft_of(rig).limits == limits
    assert rig_of(replace(draft_of(rig), limits=RigLimits())).speed_fraction == 0.6


def test_a_camera_is_renamed_in_its_place() -> None:
    draft = with_camera(complete("so101"), "wrist", CAMERA)
    assert list(with_camera_renamed(draft, "top", " front ").cameras) == ["front", "wrist"]
    assert with_camera_renamed(draft, "top", "top") == draft
    for wrong in ("wrist", "", "a b"):
        with pytest.raises(SettingInvalid):
            with_camera_renamed(draft, "top", wrong)


def test_a_copy_gets_a_name_that_is_free() -> None:
    assert copy_name("Bench", ["Bench"]) == "Bench copy"
    assert copy_name("Bench", ["bench COPY", "Bench copy 2"]) == "Bench copy 3"


@pytest.mark.parametrize("kind", RIG_KINDS)
def test_every_slot_has_a_kind_of_single_arm(kind: str) -> None:
    for slot in RIG_KINDS[kind].slots:
        role = "follower" if slot.endswith("follower") else "leader"
        assert RIG_KINDS[kind].arm_kind(slot).endswith(role)


def test_what_is_missing_is_named_in_the_order_of_the_work() -> None:
    assert missing(RigDraft()) == ["kind", "name"]
    draft = with_kind(RigDraft(), "so101")
    assert missing(draft) == ["follower", "leader", "name"]
    taken = replace(complete("so101"), name="bench 2")
    assert missing(taken, ["Bench 2"]) == ["name_taken"]


def test_an_incomplete_draft_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(SettingInvalid, match="leader"):
        rig_of(with_port(RigDraft(name="x", kind="so101"), "follower", "/dev/ttyACM0"))


def test_a_port_taken_by_another_arm_leaves_the_first() -> None:
    draft = with_port(complete("so101"), "leader", "/dev/ttyACM0")
    assert draft.ports == {"leader": "/dev/ttyACM0"}
    assert draft.slot_at("/dev/ttyACM0") == "leader"
    assert with_port(draft, "leader", "").ports == {}


def test_another_kind_keeps_the_ports_it_has_slots_for() -> None:
    assert with_kind(complete("so101"), "koch").ports == complete("so101").ports
    assert with_kind(complete("so101"), "bi_so101").ports == {}


@pytest.mark.parametrize("name", ["", "  ", "top", "a/b", "observation.top"])
def test_a_camera_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(SettingInvalid, match="camera"):
        with_camera(complete("so101"), name, CAMERA)
    assert without_camera(complete("so101"), "top").cameras == {}


def test_an_earlier_rig_keeps_its_limits_but_another_arm_not_its_rest_pose() -> None:
    rig = replace(rig_of(complete("so101")), speed_fraction=0.3, rest_pose={"gripper.pos": 2.0})
    same = rig_of(replace(draft_of(rig), name="Bench 3"))
    assert (same.name, same.speed_fraction, same.rest_pose) == ("Bench 3", 0.3, rig.rest_pose)
    other = rig_of(with_kind(draft_of(rig), "koch"))
    assert other.speed_fraction == 0.3
    assert other.rest_pose is None


@pytest.mark.parametrize("kind", RIG_KINDS)
def test_an_exported_rig_leaves_this_machine_out(kind: str, tmp_path: Path) -> None:
    rig = replace(rig_of(complete(kind)), speed_fraction=0.3)
    export_rig(rig, tmp_path / "rig.json")
    text = (tmp_path / "rig.json").read_text()
    assert "/dev/" not in text
    draft = import_rig(tmp_path / "rig.json")
    assert draft.kind == kind
    assert missing(draft) == list(draft.slots)
    for slot in draft.slots:
        draft = with_port(draft, slot, f"/dev/tty-{slot}")
    assert rig_of(draft).speed_fraction == 0.3
    assert rig_of(draft).robot.addresses[0].startswith("/dev/tty-")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "lerobot-workbench-rig"}', "null"])
def test_a_file_that_is_no_rig_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SettingInvalid, match="no rig is in it"):
        import_rig(tmp_path / "x.json")
