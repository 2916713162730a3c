import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_samples import DATA, FPS, joint_values, new_writer, record_dataset

from lerobot_core.datasets.reader import DatasetReader
from lerobot_core.errors import (
    DatasetDamaged,
    DatasetNotFound,
    SettingInvalid,
    TimestampsInvalid,
    VideoDamaged,
)

GOLDEN = DATA / "so101_v30"
TABLE = "data/chunk-000/file-000.parquet"
TOP = "observation.images.top"


def golden_reads() -> tuple[dict[str, list[float]], dict[str, str], dict[str, Any]]:
    safetensors = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    described = json.loads((DATA / "so101_v30_reads.json").read_text())
    arrays = safetensors.load_file(DATA / "so101_v30_reads.safetensors")
    return described["delta_timestamps"], described["text"], arrays


@pytest.mark.parametrize("index", [0, 1, 23, 24, 40, 100, 131])
def test_golden_frames_are_those_of_the_reference(index: int) -> None:
    windows, texts, arrays = golden_reads()
    reader = DatasetReader(GOLDEN, delta_timestamps=windows)
    frame = reader[index]
    expected = {
        key.partition("/")[2]: value for key, value in arrays.items() if key.startswith(f"{index}/")
    }
    assert set(frame) == {*expected, "task"}
    assert frame["task"] == texts[f"{index}/task"]
    for key, value in expected.items():
        found = frame[key]
        if "images" in key and not key.endswith("_is_pad"):
            found = np.moveaxis(found, -1, -3) / np.float32(255)
            assert np.abs(found - value).max() <= 2 / 255
        else:
            assert np.array_equal(found, value), key
    reader.close()


def test_pictures_inside_the_table_are_read() -> None:
    reader = DatasetReader(DATA / "so101_v30_images", delta_timestamps={TOP: [-1 / 15, 0.0]})
    assert len(reader) == 54
    window = reader[30][TOP]
    assert window.shape == (2, 96, 128, 3)
    assert window.dtype == np.uint8
    assert np.array_equal(window[1], reader[31][TOP][0])
    assert reader[0]["observation.images.wrist"].shape == (64, 64, 3)
    reader.close()


def test_chosen_episodes_count_for_themselves(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "d", [4, 6, 5])
    reader = DatasetReader(root, episodes=[2, 0], delta_timestamps={"action": [-1 / FPS, 0.0]})
    assert len(reader) == 9
    assert [frame["index"] for frame in reader] == [*range(4), *range(10, 15)]
    assert reader[4]["action_is_pad"].tolist() == [True, False]
    assert reader[-1]["action"][0].tolist() == (joint_values(2, 3) + 1).tolist()
    reader.close()


def test_golden_episodes_can_be_chosen() -> None:
    whole, part = DatasetReader(GOLDEN), DatasetReader(GOLDEN, episodes=[2])
    for number in (0, 17, 35):
        for key, value in whole[54 + number].items():
            assert np.array_equal(part[number][key], value), key
    whole.close()
    part.close()


def test_unknown_columns_and_files_do_no_harm(tmp_path: Path) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    table = pq.read_table(root / TABLE)
    pq.write_table(table.append_column("mystery", pa.array(range(len(table)))), root / TABLE)
    (root / "data/chunk-000/file-777.parquet").write_bytes(b"left by a crash")
    reader = DatasetReader(root)
    assert "mystery" not in reader[0]
    reader.close()


def test_variable_lists_of_older_tools_are_read(tmp_path: Path) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    table = pq.read_table(root / TABLE)
    index = table.schema.get_field_index("action")
    lists = pa.array(table["action"].to_pylist(), pa.list_(pa.float64()))
    pq.write_table(table.set_column(index, "action", lists), root / TABLE)
    reader, golden = DatasetReader(root), DatasetReader(GOLDEN)
    assert reader[50]["action"].dtype == np.float32
    assert np.array_equal(reader[50]["action"], golden[50]["action"])
    reader.close()
    golden.close()


def rewrite(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def run(root: Path) -> None:
        pq.write_table(change(pq.read_table(root / TABLE)), root / TABLE)

    return run


def cut(root: Path) -> None:
    (root / TABLE).write_bytes((root / TABLE).read_bytes()[:-100])


def shorten_a_vector(table: pa.Table) -> pa.Table:
    values = table["action"].to_pylist()
    values[3] = values[3][:-1]
    index = table.schema.get_field_index("action")
    return table.set_column(index, "action", pa.array(values, pa.list_(pa.float32())))


def lose_a_value(table: pa.Table) -> pa.Table:
    values = table["timestamp"].to_pylist()
    values[3] = None
    index = table.schema.get_field_index("timestamp")
    return table.set_column(index, "timestamp", pa.array(values, pa.float32()))


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        lambda root: (root / TABLE).unlink(),
        rewrite(lambda table: table.slice(1)),
        rewrite(lambda table: table.drop_columns(["action"])),
        rewrite(lambda table: table.take(list(reversed(range(len(table)))))),
        rewrite(shorten_a_vector),
        rewrite(lose_a_value),
    ],
)
def test_a_damaged_table_is_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    damage(root)
    with pytest.raises(DatasetDamaged, match=r"file-000\.parquet"):
        DatasetReader(root)


def test_a_missing_video_is_named(tmp_path: Path) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    (root / f"videos/{TOP}/chunk-000/file-000.mp4").unlink()
    reader = DatasetReader(root)
    with pytest.raises(DatasetDamaged, match=r"images\.top/chunk-000/file-000\.mp4"):
        reader[0]
    reader.close()


def test_a_video_that_is_too_short_is_named(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "d", [4, 6])
    folder = root / f"videos/{TOP}/chunk-000"
    shutil.copy(folder / "file-000.mp4", folder / "file-001.mp4")
    reader = DatasetReader(root)
    assert reader[7]["frame_index"] == 3
    with pytest.raises(VideoDamaged, match=r"file-001\.mp4 has no frame at 0\.5"):
        reader[9]
    reader.close()


def test_a_missing_task_is_named(tmp_path: Path) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    (root / "meta/tasks.parquet").unlink()
    reader = DatasetReader(root)
    with pytest.raises(DatasetDamaged, match=r"tasks\.parquet.*no task 0"):
        reader[0]
    reader.close()


def test_a_dataset_without_episodes_is_empty(tmp_path: Path) -> None:
    new_writer(tmp_path / "d")
    assert len(DatasetReader(tmp_path / "d")) == 0
    assert len(DatasetReader(GOLDEN, episodes=[])) == 0


def test_windows_and_episodes_must_exist() -> None:
    with pytest.raises(TimestampsInvalid, match="action"):
        DatasetReader(GOLDEN, delta_timestamps={"action": [0.01]})
    with pytest.raises(SettingInvalid, match="reward"):
        DatasetReader(GOLDEN, delta_timestamps={"reward": [0.0]})
    with pytest.raises(SettingInvalid, match="episode 4"):
        DatasetReader(GOLDEN, episodes=[0, 4])
    with pytest.raises(DatasetNotFound):
        DatasetReader(GOLDEN / "nothing")


def test_numbers_beyond_the_end_are_an_index_error() -> None:
    reader = DatasetReader(GOLDEN)
    with pytest.raises(IndexError):
        reader[132]
    reader.close()
