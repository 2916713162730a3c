import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_samples import DATA

from lerobot_core.datasets.tasks import encode_tasks, read_tasks
from lerobot_core.errors import DatasetDamaged


def test_tasks_come_back_in_their_order(tmp_path: Path) -> None:
    tasks = ["Würfel stapeln", "pick", "a"]
    (tmp_path / "tasks.parquet").write_bytes(encode_tasks(tasks))
    assert read_tasks(tmp_path / "tasks.parquet") == tasks


def test_the_unnamed_index_of_older_versions_is_read() -> None:
    tasks = read_tasks(DATA / "so101_v30/meta/tasks.parquet")
    assert tasks == ["Put the red cube in the bin", "Stack the cubes"]


def test_the_index_of_pandas_is_the_task() -> None:
    schema = pq.read_schema(io.BytesIO(encode_tasks(["a"])))
    assert schema.names == ["task_index", "task"]
    assert schema.pandas_metadata["index_columns"] == ["task"]


def test_no_file_means_no_tasks(tmp_path: Path) -> None:
    assert read_tasks(tmp_path / "tasks.parquet") == []


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"task_index": [0, 2], "task": ["a", "b"]}),
        pa.table({"task_index": [0, 1]}),
        pa.table({"task": ["a"]}),
    ],
)
def test_wrong_numbers_are_damage(tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "tasks.parquet"
    pq.write_table(table, path)
    with pytest.raises(DatasetDamaged, match=r"tasks\.parquet"):
        read_tasks(path)


def test_a_cut_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "tasks.parquet"
    path.write_bytes(encode_tasks(["a"])[:-9])
    with pytest.raises(DatasetDamaged, match=r"tasks\.parquet"):
        read_tasks(path)
