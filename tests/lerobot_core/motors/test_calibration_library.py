import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lerobot_core.errors import CalibrationDamaged, SettingInvalid
from lerobot_core.motors.calibration import MotorCalibration, load_calibration, save_calibration
from lerobot_core.motors.calibration_library import (
    FiledCalibration,
    duplicate_calibration,
    export_calibration,
    family_of,
    import_calibration,
    list_calibrations,
    matching,
    open_calibration,
    path_of,
    put_back,
    rename_calibration,
    trash_calibration,
    use_calibration,
)
from lerobot_core.motors.provenance import fingerprint, provenance_of, record_provenance
from lerobot_core.sim.so101 import factory_calibration

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
BLUE = factory_calibration("follower")
RED = factory_calibration("leader")


@pytest.fixture(autouse=True)
def _own_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_LEROBOT_CALIBRATION", str(tmp_path / "calibration"))
    monkeypatch.setenv("LEROBOT_WORKBENCH_HOME", str(tmp_path / "home"))


def filed(folder: str = "so_follower", name: str = "blue") -> FiledCalibration:
    shelf = "teleoperators" if "leader" in folder else "robots"
    path = path_of(shelf, folder, name)
    save_calibration(path, RED if "leader" in folder else BLUE)
    return open_calibration(path)


def test_all_of_upstream_s_folders_are_listed() -> None:
    for folder in ("so_follower", "so100_follower", "so101_leader", "koch_follower"):
        filed(folder)
    (path_of("robots", "so_follower", "broken")).write_text("{")
    found = list_calibrations()
    assert [(entry.shelf, entry.folder, entry.family, entry.name) for entry in found] == [
        ("robots", "koch_follower", "koch_follower", "blue"),
        ("robots", "so100_follower", "so_follower", "blue"),
        ("robots", "so_follower", "so_follower", "blue"),
        ("robots", "so_follower", "so_follower", "broken"),
        ("teleoperators", "so101_leader", "so_leader", "blue"),
    ]
    assert [entry.problem is None for entry in found] == [True, True, True, False, True]
    assert found[2].calibration == BLUE
    assert found[2].provenance is None  # made by upstream, for all we know


def test_an_empty_home_has_no_calibrations() -> None:
    assert list_calibrations() == []


@pytest.mark.parametrize(
    "folder", ["so_leader", "so100_leader", "so101_leader", "demonstrator", "bi_so_leader"]
)
def test_old_names_mean_the_folder_of_today(folder: str) -> None:
    assert family_of(folder) == "so_leader"


def test_an_import_keeps_the_bytes_and_remembers_where_they_came_from(tmp_path: Path) -> None:
    source = tmp_path / "stick" / "arm.json"
    save_calibration(source, BLUE)
    content = json.loads(source.read_text())
    content["gripper"]["colour"] = "unknown to us"
    source.write_text(json.dumps(content))
    taken = import_calibration(source, "robots", "so_follower", "my arm", NOW)
    assert taken.path.read_bytes() == source.read_bytes()
    assert taken.provenance is not None
    assert taken.provenance.made == "2026-03-01T12:30:00+00:00"
    assert str(source) in taken.provenance.origin
    assert not taken.is_edited
    with pytest.raises(SettingInvalid, match="already"):
        import_calibration(source, "robots", "so_follower", "my arm", NOW)
    source.write_text("[]")
    with pytest.raises(CalibrationDamaged):
        import_calibration(source, "robots", "so_follower", "other", NOW)


def test_an_export_is_the_same_file(tmp_path: Path) -> None:
    entry = filed()
    target = tmp_path / "out" / "copy.json"
    export_calibration(entry, target)
    assert target.read_bytes() == entry.path.read_bytes()


def test_a_copy_stands_beside_and_names_its_original() -> None:
    entry = filed("so101_follower")
    copy = duplicate_calibration(entry, "green", NOW)
    assert copy.path.parent == entry.path.parent
    assert copy.calibration == entry.calibration
    assert copy.provenance is not None
    assert copy.provenance.origin == "copied from blue"
    with pytest.raises(SettingInvalid, match="already"):
        duplicate_calibration(entry, "green", NOW)
    entry.path.write_text("{")
    with pytest.raises(CalibrationDamaged):
        duplicate_calibration(open_calibration(entry.path), "yellow", NOW)


def test_a_renamed_one_keeps_its_provenance() -> None:
    entry = filed()
    provenance = record_provenance(entry.path, BLUE, "calibrated", NOW)
    renamed = rename_calibration(open_calibration(entry.path), "green")
    assert not entry.path.exists()
    assert provenance_of(entry.path) is None
    assert (renamed.name, renamed.calibration) == ("green", BLUE)
    assert renamed.provenance == provenance
    filed(name="taken")
    with pytest.raises(SettingInvalid, match="already"):
        rename_calibration(renamed, "taken")
    assert renamed.path.exists()


def test_a_deleted_one_can_be_put_back() -> None:
    entry = filed()
    provenance = record_provenance(entry.path, BLUE, "calibrated", NOW)
    content = entry.path.read_bytes()
    place = trash_calibration(open_calibration(entry.path))
    assert list_calibrations() == []
    assert provenance_of(entry.path) is None
    other = trash_calibration(filed())
    assert other != place
    back = put_back(place)
    assert back.path.read_bytes() == content
    assert back.provenance == provenance
    assert not place.exists()
    with pytest.raises(SettingInvalid, match="already"):
        put_back(other)
    with pytest.raises(SettingInvalid, match="no calibration"):
        put_back(place)


def test_an_edited_file_is_told() -> None:
    entry = filed()
    record_provenance(entry.path, BLUE, "calibrated", NOW)
    assert not open_calibration(entry.path).is_edited
    save_calibration(entry.path, RED)
    assert open_calibration(entry.path).is_edited


def test_nothing_is_written_beside_upstream_s_files() -> None:
    entry = filed()
    record_provenance(entry.path, BLUE, "calibrated", NOW)
    assert [path.name for path in entry.path.parent.iterdir()] == ["blue.json"]


@pytest.mark.parametrize("damage", ["", "[]", '{"made": "today"}'])
def test_a_damaged_record_is_no_provenance(tmp_path: Path, damage: str) -> None:
    entry = filed()
    record_provenance(entry.path, BLUE, "calibrated", NOW)
    for record in (tmp_path / "home" / "calibration-provenance").iterdir():
        record.write_text(damage)
    assert open_calibration(entry.path).provenance is None


@pytest.mark.parametrize("name", ["", " ", ".hidden", "../up", "a/b", "a\\b", "new\nline"])
def test_names_that_leave_the_folder_are_refused(name: str) -> None:
    with pytest.raises(SettingInvalid):
        rename_calibration(filed(), name)
    with pytest.raises(SettingInvalid):
        path_of("robots", name, "blue")
    with pytest.raises(SettingInvalid):
        path_of("elsewhere", "so_follower", "blue")


def test_an_arm_is_recognized_by_what_it_holds() -> None:
    blue, red = filed(), filed("so_leader", "red")
    path_of("robots", "so_follower", "broken").write_text("{")
    held = {
        name: MotorCalibration(motor.id, 1, motor.homing_offset, motor.range_min, motor.range_max)
        for name, motor in reversed(load_calibration(blue.path).items())
    }
    assert fingerprint(held) == fingerprint(BLUE) != fingerprint(RED)
    assert [entry.path for entry in matching(held, list_calibrations())] == [blue.path]
    assert [entry.path for entry in matching(RED, list_calibrations())] == [red.path]


def test_a_calibration_is_used_where_an_arm_looks(tmp_path: Path) -> None:
    source, target = filed(), tmp_path / "virtual" / "arm.json"
    assert use_calibration(source, target, NOW) is None
    assert target.read_bytes() == source.path.read_bytes()
    known = provenance_of(target)
    assert known is not None
    assert known.origin == "copied from blue"


def test_what_was_there_goes_to_the_trash_and_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "virtual" / "arm.json"
    save_calibration(target, RED)
    place = use_calibration(filed(), target, NOW)
    assert place is not None
    assert load_calibration(target) == BLUE
    target.unlink()
    assert put_back(place).path == target
    assert load_calibration(target) == RED


def test_a_damaged_calibration_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "virtual" / "arm.json"
    save_calibration(target, RED)
    path = filed().path
    path.write_text("{")
    with pytest.raises(CalibrationDamaged):
        use_calibration(open_calibration(path), target, NOW)
    assert load_calibration(target) == RED


def test_an_arm_that_uses_it_already(tmp_path: Path) -> None:
    source = filed()
    with pytest.raises(SettingInvalid, match="already"):
        use_calibration(source, source.path, NOW)
