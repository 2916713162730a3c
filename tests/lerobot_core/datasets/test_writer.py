import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from conformance import assert_conforms
from dataset_samples import (
    CAMERAS,
    DATA,
    add_episode,
    add_rows,
    arm_features,
    joint_values,
    new_writer,
    picture,
    record_clips,
    record_dataset,
    row,
)

from lerobot_core.datasets.info import read_info
from lerobot_core.datasets.reader import DatasetReader
from lerobot_core.datasets.schema import DEFAULT_FEATURES, Feature
from lerobot_core.datasets.stats import read_stats
from lerobot_core.datasets.writer import DatasetWriter
from lerobot_core.errors import (
    DatasetDamaged,
    DatasetExists,
    DatasetNameInvalid,
    DatasetNotFound,
    DiskFull,
    EpisodeEmpty,
    FrameMismatch,
)


def check_contents(root: Path, lengths: list[int]) -> None:
    """Every number and picture is the one that was recorded."""
    reader = DatasetReader(root)
    expected = [(episode, n) for episode, frames in enumerate(lengths) for n in range(frames)]
    assert len(reader) == len(expected)
    for index, (episode, number) in enumerate(expected):
        frame = reader[index]
        assert (frame["index"], frame["episode_index"], frame["frame_index"]) == (
            index,
            episode,
            number,
        )
        assert np.array_equal(frame["observation.state"], joint_values(episode, number))
        assert np.array_equal(frame["action"], joint_values(episode, number) + 1)
        for camera, shape in CAMERAS.items():
            shown = frame[f"observation.images.{camera}"].astype(int)
            assert np.abs(shown - picture(shape, episode, number)).mean() < 4
    reader.close()


def test_what_was_recorded_comes_back(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes", [4, 6, 5])
    assert_conforms(root)
    check_contents(root, [4, 6, 5])


def test_facts_of_an_episode(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    add_episode(writer, 4, "pick")
    add_rows(writer, 1, 6, "place")
    facts = writer.save_episode(record_clips(writer, 1, 6))
    writer.finalize()
    files = [*tmp_path.rglob("data/*/file-001.parquet"), *tmp_path.rglob("file-001.mp4")]
    assert len(files) == 3
    assert (facts.index, facts.frames, facts.seconds, facts.from_index) == (1, 6, 0.6, 4)
    assert facts.tasks == ["place"]
    assert facts.size_bytes == sum(path.stat().st_size for path in files)


def test_the_dataset_is_whole_after_every_save(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root)
    for number in range(3):
        add_episode(writer, 3 + number, "pick")
        (root / ".staging").rmdir()  # empty, and the only thing that is not the dataset's
        assert_conforms(root)
    writer.finalize()


def test_tasks_may_change_within_an_episode(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    add_rows(writer, 0, 2, "pick")
    add_rows(writer, 0, 2, "place")
    writer.save_episode(record_clips(writer, 0, 4))
    add_episode(writer, 3, "place")
    writer.finalize()
    assert_conforms(tmp_path / "cubes")
    tasks = [frame["task"] for frame in DatasetReader(tmp_path / "cubes")]
    assert tasks == ["pick"] * 2 + ["place"] * 5


def test_recording_goes_on_in_new_files(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes", [4, 6])
    writer = DatasetWriter.open(root)
    add_episode(writer, 5, "push")
    add_episode(writer, 3, "pick")
    writer.finalize()
    assert_conforms(root)
    check_contents(root, [4, 6, 5, 3])
    names = sorted(path.name for path in (root / "meta/episodes/chunk-000").iterdir())
    assert names == ["file-000.parquet", "file-001.parquet"]
    assert read_info(root).total_tasks == 3


def test_a_dataset_of_the_reference_goes_on(tmp_path: Path) -> None:
    root = shutil.copytree(DATA / "so101_v30", tmp_path / "golden")
    writer = DatasetWriter.open(root)
    values = np.arange(6, dtype=np.float32)
    for _ in range(5):
        writer.add_row({"observation.state": values, "action": values}, "Stack the cubes")
    facts = writer.save_episode(record_clips(writer, 0, 5))
    writer.finalize()

    assert (facts.index, facts.from_index) == (4, 132)
    ours, golden = DatasetReader(root), DatasetReader(DATA / "so101_v30")
    assert len(ours) == 137
    for key, value in golden[100].items():
        assert np.array_equal(ours[100][key], value), key
    assert np.array_equal(ours[136]["action"], values)
    assert ours[136]["task"] == "Stack the cubes"
    assert read_stats(root / "meta/stats.json")["action"]["count"].tolist() == [137]
    ours.close()
    golden.close()


def test_full_chunk_folders_are_followed_by_others(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root, {"action": Feature("float32", (3,))})
    writer.info = replace(writer.info, chunks_size=2)
    for number in range(5):
        writer.add_row({"action": joint_values(number, 0)}, "pick")
        writer.save_episode()
    writer.finalize()
    assert_conforms(root)
    files = sorted(path.relative_to(root / "data").as_posix() for path in root.rglob("data/*/*"))
    assert files == [
        "chunk-000/file-000.parquet",
        "chunk-000/file-001.parquet",
        "chunk-001/file-000.parquet",
        "chunk-001/file-001.parquet",
        "chunk-002/file-000.parquet",
    ]


def test_rows_of_episodes_are_spread_over_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lerobot_core.datasets.writer._ROWS_PER_FILE", 3)
    root = tmp_path / "cubes"
    writer = new_writer(root, {"action": Feature("float32", (3,))})
    for number in range(5):
        writer.add_row({"action": joint_values(number, 0)}, "pick")
        writer.save_episode()
    writer.finalize()
    assert_conforms(root)
    names = sorted(path.name for path in (root / "meta/episodes/chunk-000").iterdir())
    assert names == ["file-000.parquet", "file-001.parquet"]


def test_pictures_can_stay_in_the_table(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root, arm_features(use_videos=False))
    for number in range(3):
        pictures = {
            f"observation.images.{name}": picture(shape, 0, number)
            for name, shape in CAMERAS.items()
        }
        writer.add_row(row(0, number) | pictures, "pick")
    writer.save_episode()
    writer.finalize()
    assert_conforms(root)
    frame = DatasetReader(root)[2]
    assert np.array_equal(frame["observation.images.top"], picture(CAMERAS["top"], 0, 2))


def test_every_kind_of_feature_is_written_as_the_reference_writes_it(tmp_path: Path) -> None:
    golden = DATA / "kinds_v30"
    info = read_info(golden)
    writer = DatasetWriter.create("lab/kinds", info.fps, info.features, tmp_path / "d")
    recorded = [key for key in info.features if key not in DEFAULT_FEATURES]
    for frame in DatasetReader(golden):
        writer.add_row({key: frame[key] for key in recorded}, frame["task"])
        if frame["frame_index"] == 4:
            writer.save_episode()
    writer.finalize()
    assert_conforms(tmp_path / "d")

    places = ("data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet")
    for place in places:
        ours, theirs = (pq.read_schema(root / place) for root in (tmp_path / "d", golden))
        for field in theirs:
            assert ours.field(field.name).equals(field, check_metadata=True)
    ours, theirs = (read_stats(root / "meta/stats.json") for root in (tmp_path / "d", golden))
    assert set(ours) == set(theirs)
    for key, expected in theirs.items():
        assert list(ours[key]) == list(expected)
        for name, values in expected.items():
            assert ours[key][name].shape == values.shape, (key, name)
            assert ours[key][name].dtype == values.dtype, (key, name)
            if name in ("min", "max", "mean", "std", "count"):
                assert np.allclose(ours[key][name], values, rtol=1e-5), (key, name)


def test_an_existing_folder_is_never_touched(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    root.mkdir()
    with pytest.raises(DatasetExists, match="lab/cubes"):
        new_writer(root)
    assert list(tmp_path.rglob("*")) == [root]


@pytest.mark.parametrize("name", ["", "../x", "a b", "lab/cubes/extra"])
def test_bad_names_make_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetNameInvalid):
        DatasetWriter.create(name, 10, arm_features(), tmp_path / "d")
    assert list(tmp_path.iterdir()) == []


def test_opening_nothing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFound):
        DatasetWriter.open(tmp_path / "missing")


def test_an_empty_episode_is_not_saved(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    with pytest.raises(EpisodeEmpty):
        writer.save_episode({})
    writer.finalize()


def test_a_dataset_without_episodes_leaves_its_name_free(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    add_rows(writer, 0, 2, "pick")
    writer.staging_folder()
    writer.finalize()
    assert list(tmp_path.iterdir()) == []
    record_dataset(tmp_path / "cubes")


def test_a_discarded_episode_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root)
    add_episode(writer, 4, "pick")
    add_rows(writer, 1, 7, "never saved")
    writer.clear_episode()
    add_episode(writer, 3, "place")
    writer.finalize()
    assert_conforms(root)
    check_contents(root, [4, 3])


def test_after_the_end_nothing_is_added(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    writer.finalize()
    writer.finalize()
    with pytest.raises(RuntimeError, match="finalized"):
        writer.add_row(row(0, 0), "pick")


@pytest.mark.parametrize("pictures", [3, 5])
def test_a_clip_with_other_frames_than_rows_is_refused(tmp_path: Path, pictures: int) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root)
    add_rows(writer, 0, 4, "pick")
    clips = record_clips(writer, 0, pictures)
    with pytest.raises(FrameMismatch, match=f"{pictures} pictures, but 4 rows"):
        writer.save_episode(clips)
    lying = {key: replace(clip, frames=4) for key, clip in clips.items()}
    with pytest.raises(FrameMismatch, match=f"{pictures} pictures, but 4 rows"):
        writer.save_episode(lying)
    writer.save_episode(record_clips(writer, 0, 4))
    writer.finalize()
    assert_conforms(root)


def test_clips_must_be_those_of_the_features(tmp_path: Path) -> None:
    writer = new_writer(tmp_path / "cubes")
    add_rows(writer, 0, 4, "pick")
    clips = record_clips(writer, 0, 4)
    top, wrist = clips.values()
    with pytest.raises(FrameMismatch, match=r"wrist has no clip"):
        writer.save_episode({"observation.images.top": top})
    with pytest.raises(FrameMismatch, match=r"other has no clip"):
        writer.save_episode(clips | {"other": top})
    with pytest.raises(FrameMismatch, match="16 × 16"):
        writer.save_episode(dict.fromkeys(clips, wrist))
    Path(top.path).unlink()
    with pytest.raises(DatasetDamaged, match=r"top\.mp4"):
        writer.save_episode(clips)
    writer.finalize()


def fail_fsync(monkeypatch: pytest.MonkeyPatch, successes: int) -> None:
    """Let the disk be full when it has been asked for durability this many times."""
    fsync, left = os.fsync, successes

    def count_down(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", count_down)


@pytest.mark.parametrize("successes", [0, 1, 2, 3, 5, 6, 7, 9])
@pytest.mark.parametrize("then", ["save", "clear"])
def test_a_full_disk_loses_nothing(tmp_path: Path, successes: int, then: str) -> None:
    root = tmp_path / "cubes"
    writer = new_writer(root)
    add_episode(writer, 4, "pick")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    add_rows(writer, 1, 5, "place")
    clips = record_clips(writer, 1, 5)

    with pytest.MonkeyPatch.context() as patch:
        fail_fsync(patch, successes)
        try:
            writer.save_episode(clips)
        except DiskFull:
            was_full = True
        else:
            was_full = False
    assert was_full == (successes < 7)  # seven files; a folder may fail to be forced to disk

    if was_full:
        staged = {path for path in root.rglob("*") if path.is_file() and ".staging" in path.parts}
        after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert {path: after[path] for path in after.keys() - staged} == before
        if then == "save":
            writer.save_episode(clips)
        else:
            writer.clear_episode()
            add_episode(writer, 5, "place")
    writer.finalize()
    assert_conforms(root)
    check_contents(root, [4, 5])


def test_a_full_disk_on_creation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_fsync(monkeypatch, 0)
    with pytest.raises(DiskFull):
        new_writer(tmp_path / "cubes")
    assert list(tmp_path.iterdir()) == []
