import json
from pathlib import Path

import pytest
from conformance import INFO_KEYS
from dataset_samples import DATA, record_dataset

from lerobot_core.datasets.info import read_info
from lerobot_core.errors import DatasetDamaged, DatasetNotFound

GOLDEN = DATA / "so101_v30"


def test_golden_info_is_written_back_to_the_byte() -> None:
    text = (GOLDEN / "meta/info.json").read_bytes()
    assert read_info(GOLDEN).to_json() == text


def test_a_recorded_dataset_has_the_keys_in_the_golden_order(tmp_path: Path) -> None:
    written = json.loads((record_dataset(tmp_path / "d") / "meta/info.json").read_text())
    golden = json.loads((GOLDEN / "meta/info.json").read_text())
    assert list(written) == list(golden) == INFO_KEYS
    key = "observation.images.top"
    assert list(written["features"][key]["info"]) == list(golden["features"][key]["info"])
    assert list(written["features"]) == list(golden["features"])


def _write(root: Path, **changes: object) -> None:
    entries = json.loads((GOLDEN / "meta/info.json").read_text())
    entries |= changes
    for key in [key for key, value in changes.items() if value == "gone"]:
        del entries[key]
    (root / "meta").mkdir()
    (root / "meta/info.json").write_text(json.dumps(entries))


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    _write(tmp_path, total_videos=8)
    assert read_info(tmp_path).to_dict()["total_videos"] == 8


@pytest.mark.parametrize(
    "changes",
    [
        {"codebase_version": "v2.1"},
        {"codebase_version": "gone"},
        {"fps": 0},
        {"fps": 29.97},
        {"fps": "30"},
        {"chunks_size": -1},
        {"total_frames": True},
        {"features": "gone"},
        {"features": []},
        {"features": {"../x": {"dtype": "float32", "shape": [1], "names": None}}},
        {"data_path": "/etc/passwd"},
        {"data_path": "data/{file_index.__init__.__globals__}"},
        {"data_path": None},
        {"video_path": None},
        {"video_path": "../../{video_key}"},
    ],
)
def test_impossible_contents_are_damage_and_name_the_file(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    _write(tmp_path, **changes)
    with pytest.raises(DatasetDamaged, match=r"info\.json"):
        read_info(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "\x00"])
def test_a_cut_file_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta/info.json").write_text(text)
    with pytest.raises(DatasetDamaged, match=r"info\.json"):
        read_info(tmp_path)


def test_no_dataset_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFound, match="nothing_here"):
        read_info(tmp_path / "nothing_here")
