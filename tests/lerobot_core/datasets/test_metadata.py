import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_samples import DATA, record_dataset

from lerobot_core.datasets.metadata import DatasetMetadata, episode_files, read_episode_stats
from lerobot_core.errors import DatasetDamaged

GOLDEN = DATA / "so101_v30"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"


def test_golden_metadata_is_read() -> None:
    metadata = DatasetMetadata(GOLDEN)
    assert metadata.episodes.length.tolist() == [24, 30, 36, 42]
    assert metadata.episodes.from_index.tolist() == [0, 24, 54, 90]
    assert metadata.episodes.tasks[1] == ["Stack the cubes"]
    assert metadata.episodes[3]["dataset_to_index"] == 132
    assert metadata.episodes["length"] == [24, 30, 36, 42]
    assert [row["episode_index"] for row in metadata.episodes] == [0, 1, 2, 3]
    span = metadata.episodes.video_span("observation.images.wrist", 2)
    assert (span.from_s, span.to_s) == (3.6, 6.0)
    assert metadata.stats["action"]["mean"].shape == (6,)
    assert metadata.video_path("observation.images.top", 3).exists()


def test_files_are_ordered_by_number_not_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "meta/episodes"
    for chunk, file in [(1000, 0), (999, 11), (999, 2)]:
        (folder / f"chunk-{chunk:03d}").mkdir(parents=True, exist_ok=True)
        (folder / f"chunk-{chunk:03d}/file-{file:03d}.parquet").touch()
    (folder / "chunk-999/file-x.parquet").touch()
    names = [path.relative_to(folder).as_posix() for path in episode_files(tmp_path)]
    assert names == [
        "chunk-999/file-002.parquet",
        "chunk-999/file-011.parquet",
        "chunk-1000/file-000.parquet",
    ]


def test_statistics_of_episodes_are_read_apart() -> None:
    stats = read_episode_stats(GOLDEN, 2)
    assert len(stats) == 2
    assert stats[1]["observation.images.top"]["q50"].shape == (3, 1, 1)
    assert stats[1]["action"]["count"].tolist() == [30]


def test_columns_that_tools_leave_out_are_not_needed(tmp_path: Path) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    table = pq.read_table(root / EPISODES)
    gone = [n for n in table.column_names if n == "tasks" or n.startswith(("stats/", "meta/"))]
    pq.write_table(table.drop_columns([*gone, "dataset_to_index"]), root / EPISODES)
    metadata = DatasetMetadata(root)
    assert metadata.episodes.tasks == [[], [], [], []]
    assert metadata.episodes.length.tolist() == [24, 30, 36, 42]


def rewrite(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def run(root: Path) -> None:
        pq.write_table(change(pq.read_table(root / EPISODES)), root / EPISODES)

    return run


def cut(root: Path) -> None:
    (root / EPISODES).write_bytes((root / EPISODES).read_bytes()[:-7])


def count_more(root: Path) -> None:
    info = json.loads((root / "meta/info.json").read_text())
    info["total_frames"] += 1
    (root / "meta/info.json").write_text(json.dumps(info))


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        count_more,
        lambda root: (root / EPISODES).unlink(),
        rewrite(lambda table: table.slice(1)),
        rewrite(lambda table: table.drop_columns(["length"])),
        rewrite(lambda table: table.drop_columns(["videos/observation.images.top/from_timestamp"])),
        rewrite(lambda table: pa.concat_tables([table, table.slice(0, 1)])),
    ],
)
def test_damage_names_the_place(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    root = shutil.copytree(GOLDEN, tmp_path / "d")
    damage(root)
    with pytest.raises(DatasetDamaged, match="episodes"):
        DatasetMetadata(root)


def test_rows_beyond_the_count_are_not_seen(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "d", [4, 6])
    info = json.loads((root / "meta/info.json").read_text())
    info |= {"total_episodes": 1, "total_frames": 4}
    (root / "meta/info.json").write_text(json.dumps(info))
    assert np.array_equal(DatasetMetadata(root).episodes.length, [4])
