from dataclasses import replace
from pathlib import Path

import pytest

from app.panels.setup.rigs import RigBuilding
from app.services.rigs import list_rigs
from lerobot_core.control.calibration_use import calibration_path
from lerobot_core.control.rig import load_rig, record_rest_pose
from lerobot_core.control.rig_building import RigDraft, with_kind, with_port
from lerobot_core.errors import SettingInvalid


def draft(name: str = "Bench 2") -> RigDraft:
    made = with_port(with_kind(RigDraft(name=name), "so101"), "follower", "/dev/ttyACM0")
    return with_port(made, "leader", "/dev/ttyACM1")


def test_a_rig_is_saved_listed_and_opened_again() -> None:
    rigs = RigBuilding()
    saved = rigs.save(draft())
    assert rigs.names == ("Bench 2",)
    assert rigs.draft_of(saved).ports == draft().ports


def test_a_copy_has_another_name_and_the_same_calibrations() -> None:
    rigs = RigBuilding()
    saved = rigs.save(draft())
    copy = rigs.duplicate(rigs.draft_of(saved))
    assert copy.name == "Bench 2 copy"
    copied = rigs.save(copy)
    assert calibration_path(copied.rig.robot) == calibration_path(saved.rig.robot)
    assert rigs.names == ("Bench 2", "Bench 2 copy")


def test_a_rig_is_thrown_away_and_put_back() -> None:
    rigs = RigBuilding()
    saved = rigs.save(draft())
    trashed = rigs.trash("Bench 2")
    assert list_rigs() == []
    assert trashed.place.exists()
    assert rigs.put_back(trashed) == saved
    assert rigs.names == ("Bench 2",)
    with pytest.raises(SettingInvalid):
        rigs.trash("another")


def test_what_was_thrown_away_replaces_nothing() -> None:
    rigs = RigBuilding()
    rigs.save(draft())
    trashed = rigs.trash("Bench 2")
    rigs.save(draft())
    with pytest.raises(SettingInvalid, match="another rig has this name"):
        rigs.put_back(trashed)
    assert rigs.trash("Bench 2").place != trashed.place


def test_a_rest_pose_that_was_recorded_meanwhile_stays() -> None:
    rigs = RigBuilding()
    shown = rigs.save(draft())
    record_rest_pose(shown.rig, {"gripper.pos": 12.0})
    saved = rigs.save(with_port(rigs.draft_of(shown), "leader", "/dev/ttyACM7"))
    assert saved.rig.rest_pose == {"gripper.pos": 12.0}
    assert saved.rig.teleoperator.addresses == ["/dev/ttyACM7"]
    assert load_rig(saved.path) == saved.rig


def test_another_robot_does_not_rest_where_the_one_before_it_did() -> None:
    rigs = RigBuilding()
    shown = rigs.save(draft())
    record_rest_pose(shown.rig, {"gripper.pos": 12.0})
    saved = rigs.save(with_kind(rigs.draft_of(shown), "koch"))
    assert saved.rig.rest_pose is None


def test_a_rig_goes_to_another_machine_and_loses_its_ports(tmp_path: Path) -> None:
    rigs, file = RigBuilding(), tmp_path / "rig.json"
    rigs.export(draft(), file)
    assert "ttyACM" not in file.read_text(encoding="utf-8")
    taken = rigs.take_in(file)
    assert (taken.name, taken.kind, dict(taken.ports)) == ("Bench 2", "so101", {})


def test_calibrations_are_looked_for_once_the_rig_is_complete() -> None:
    rigs = RigBuilding()
    assert rigs.calibrated(RigDraft()) == {}
    saved = rigs.save(draft())
    path = calibration_path(saved.rig.robot)
    path.parent.mkdir(parents=True)
    path.write_text("{}", encoding="utf-8")
    assert rigs.calibrated(draft()) == {"follower": True, "leader": False}
    assert rigs.calibrated(replace(draft(), name="")) == {}
