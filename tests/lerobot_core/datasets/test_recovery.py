import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conformance import assert_conforms
from dataset_samples import DATA, add_episode, record_dataset

from lerobot_core.datasets.info import read_info
from lerobot_core.datasets.reader import DatasetReader
from lerobot_core.datasets.recovery import recover
from lerobot_core.datasets.writer import DatasetWriter

ORPHANS = "meta/workbench/orphans"
TESTS = Path(__file__).parents[2]

# Records a second episode, and ends like a killed process at a given rename.
KILLED = """
import os, sys
from pathlib import Path
from dataset_samples import add_rows, add_episode, new_writer, record_clips

root, renames = Path(sys.argv[1]), int(sys.argv[2])
writer = new_writer(root)
add_episode(writer, 4, "pick")
add_rows(writer, 1, 5, "place")
clips = record_clips(writer, 1, 5)
replace = Path.replace

def replace_or_die(self, target):
    global renames
    if renames == 0:
        os._exit(9)
    renames -= 1
    return replace(self, target)

Path.replace = replace_or_die
writer.save_episode(clips)
os._exit(0)
"""


def run_until_killed(root: Path, renames: int) -> int:
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(root), str(renames)],
        env={**os.environ, "PYTHONPATH": path},
        timeout=60,
        check=False,
    ).returncode


@pytest.mark.parametrize("renames", range(8))
def test_a_killed_save_is_undone_or_done(tmp_path: Path, renames: int) -> None:
    root = tmp_path / "cubes"
    status = run_until_killed(root, renames)
    saved = read_info(root).total_episodes
    assert (status, saved) == ((9, 1) if renames < 7 else (0, 2))

    reader = DatasetReader(root)  # as it lies there, before anyone has tidied up
    assert len(reader) == (4 if saved == 1 else 9)
    assert [frame["task"] for frame in reader][:4] == ["pick"] * 4
    reader.close()

    writer = DatasetWriter.open(root)
    add_episode(writer, 6, "push")
    writer.finalize()
    assert_conforms(root)
    kept = sorted(path.name for path in (root / ORPHANS).rglob("*") if path.is_file())
    assert (len(kept) >= 3) == (status == 9)  # rows and pictures of the lost episode


def test_a_sound_dataset_is_left_alone(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert recover(root) == []
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_dataset_of_the_reference_is_left_alone(tmp_path: Path) -> None:
    root = shutil.copytree(DATA / "so101_v30", tmp_path / "golden")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert recover(root) == []
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_recovery_can_be_cut_off_and_called_again(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    run_until_killed(root, 6)
    stats_before = (root / "meta/stats.json").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lerobot_core.datasets.recovery._move_aside", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            recover(root)
    assert recover(root)
    assert recover(root) == []
    assert_conforms(root)
    assert (root / "meta/stats.json").read_bytes() != stats_before


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_each_recovery_has_its_own_folder(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes")
    for number in (1, 2):
        shutil.copy(
            root / "data/chunk-000/file-000.parquet", root / "data/chunk-000/file-009.parquet"
        )
        (moved,) = recover(root)
        assert moved == root / ORPHANS / str(number) / "data/chunk-000/file-009.parquet"
        assert moved.exists()
    assert_conforms(root)


def test_partial_files_are_removed(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes")
    (root / "meta/.info.json.partial").write_text("{")
    recover(root)
    assert_conforms(root)
