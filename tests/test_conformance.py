"""The check of dataset files must notice what is wrong with them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conformance import assert_conforms
from dataset_samples import DATA, record_dataset

TABLE = "data/chunk-000/file-001.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
VIDEO = "videos/observation.images.top/chunk-000/file-001.mp4"


@pytest.mark.parametrize("name", ["so101_v30", "so101_v30_images", "kinds_v30"])
def test_golden_datasets_conform(name: str) -> None:
    assert_conforms(DATA / name)


def change_info(**changes: Any) -> Callable[[Path], None]:
    def run(root: Path) -> None:
        path = root / "meta/info.json"
        info = json.loads(path.read_text()) | changes
        path.write_text(json.dumps(info, indent=4, ensure_ascii=False))

    return run


def change_stats(root: Path) -> None:
    path = root / "meta/stats.json"
    stats = json.loads(path.read_text())
    stats["action"]["mean"][0] += 1
    path.write_text(json.dumps(stats))


def change_table(name: str, change: Callable[[pa.Table], pa.Table], **options: Any) -> Any:
    def run(root: Path) -> None:
        pq.write_table(change(pq.read_table(root / name)), root / name, **options)

    return run


def set_column(table: pa.Table, key: str, values: list[Any]) -> pa.Table:
    index = table.schema.get_field_index(key)
    return table.set_column(index, table.schema.field(index), pa.array(values, table[key].type))


@pytest.mark.parametrize(
    "damage",
    [
        change_info(total_frames=16),
        change_info(splits={}),
        change_info(extra=1),
        change_info(fps=11),
        change_stats,
        change_table(TABLE, lambda table: table, compression="zstd"),
        change_table(TABLE, lambda table: table, row_group_size=2),
        change_table(TABLE, lambda table: table.replace_schema_metadata(None)),
        change_table(TABLE, lambda table: table.slice(1)),
        change_table(TABLE, lambda table: set_column(table, "timestamp", [0.0] * 6)),
        change_table(TABLE, lambda table: set_column(table, "task_index", [0] * 6)),
        change_table(EPISODES, lambda table: table.drop_columns(["stats/action/q50"])),
        change_table(EPISODES, lambda table: set_column(table, "length", [4, 5, 6])),
        change_table("meta/tasks.parquet", lambda table: table.slice(0, 1)),
        lambda root: shutil.copy(root / VIDEO.replace("001", "000"), root / VIDEO),
        lambda root: shutil.copy(root / VIDEO, root / VIDEO.replace("001", "009")),
        lambda root: (root / "meta/notes.txt").touch(),
        lambda root: (root / ".staging").mkdir(),
    ],
)
def test_what_is_wrong_is_noticed(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    root = record_dataset(tmp_path / "d", [4, 6, 5])
    assert_conforms(root)
    damage(root)
    with pytest.raises(AssertionError):
        assert_conforms(root)


def test_the_sidecar_is_allowed(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "d", [4])
    (root / "meta/workbench").mkdir()
    (root / "meta/workbench/verdicts.json").write_text("{}")
    assert_conforms(root)
