import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.errors import CalibrationDamaged
from lerobot_core.motors.calibration import (
    MotorCalibration,
    homing_offset_to_middle,
    load_calibration,
    save_calibration,
)

PAN = MotorCalibration(1, 0, -1470, 758, 3292)
ROLL = MotorCalibration(5, 1, 12, 0, 4095)

# Upstream writes json with indent 4 and one object per motor, in bus order.
UPSTREAM_FILE = """\
{
    "shoulder_pan": {
        "id": 1,
        "drive_mode": 0,
        "homing_offset": -1470,
        "range_min": 758,
        "range_max": 3292
    },
    "wrist_roll": {
        "id": 5,
        "drive_mode": 1,
        "homing_offset": 12,
        "range_min": 0,
        "range_max": 4095
    }
}"""


def test_files_are_written_as_upstream_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "robots" / "so_follower" / "blue.json"
    save_calibration(path, {"shoulder_pan": PAN, "wrist_roll": ROLL})
    assert path.read_text() == UPSTREAM_FILE


def test_files_of_upstream_are_read(tmp_path: Path) -> None:
    path = tmp_path / "blue.json"
    path.write_text(UPSTREAM_FILE)
    calibration = load_calibration(path)
    assert list(calibration.items()) == [("shoulder_pan", PAN), ("wrist_roll", ROLL)]


def test_unknown_fields_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "newer.json"
    content = json.loads(UPSTREAM_FILE)
    content["shoulder_pan"]["colour"] = "blue"
    path.write_text(json.dumps(content))
    assert load_calibration(path)["shoulder_pan"] == PAN


def test_a_missing_file_is_not_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_calibration(tmp_path / "none.json")


GOOD = {"id": 1, "drive_mode": 0, "homing_offset": 0, "range_min": 0, "range_max": 4095}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"pan": 3}',
        *(
            json.dumps({"pan": {**GOOD, **wrong}}).encode()
            for wrong in (
                {"id": "1"},
                {"id": 253},
                {"id": True},
                {"range_min": 1.5},
                {"range_min": 4095},
                {"homing_offset": None},
            )
        ),
        json.dumps({"pan": {"id": 1}}).encode(),
        json.dumps({"pan": GOOD, "lift": GOOD}).encode(),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.json"
    path.write_bytes(content)
    with pytest.raises(CalibrationDamaged, match=r"damaged\.json"):
        load_calibration(path)


@given(st.integers(0, 4095))
def test_homing_makes_the_pose_the_middle_of_a_turn(position: int) -> None:
    assert position - homing_offset_to_middle(position, 4096) == 2047
