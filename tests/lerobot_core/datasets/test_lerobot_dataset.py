import builtins
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance import assert_conforms
from dataset_samples import CAMERAS, DATA, FPS, arm_features, picture, record_dataset, row

from lerobot_core.datasets import LeRobotDataset, LeRobotDatasetMetadata
from lerobot_core.errors import (
    DatasetExists,
    DatasetNotFound,
    EpisodeEmpty,
    FrameMismatch,
    LibraryMissing,
    TaskMissing,
)

REPOSITORY = Path(__file__).parents[3]
GOLDEN = DATA / "so101_v30"
TOP, WRIST = (f"observation.images.{name}" for name in CAMERAS)


def frame(episode: int, number: int, task: str = "pick") -> dict[str, Any]:
    pictures = {
        f"observation.images.{name}": picture(shape, episode, number)
        for name, shape in CAMERAS.items()
    }
    return {**row(episode, number), **pictures, "task": task}


def record(root: Path, **options: Any) -> LeRobotDataset:
    features = {key: entry.to_dict() for key, entry in arm_features().items()}
    return LeRobotDataset.create("lab/cubes", FPS, features, root=root, **options)


@pytest.mark.parametrize("use_videos", [True, False])
def test_a_script_records_and_reads(tmp_path: Path, use_videos: bool) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    dataset = record(tmp_path / "d", robot_type="so_follower", use_videos=use_videos)
    for episode, length in enumerate([3, 4]):
        for number in range(length):
            dataset.add_frame(frame(episode, number))
        dataset.save_episode()
    assert dataset.num_episodes == 2  # readable while recording goes on
    dataset.finalize()
    assert_conforms(tmp_path / "d")

    opened = LeRobotDataset(
        "lab/cubes", root=tmp_path / "d", delta_timestamps={"action": [0.0, 1 / FPS]}
    )
    assert (len(opened), opened.num_frames, opened.num_episodes, opened.fps) == (7, 7, 2, FPS)
    item = opened[6]
    assert item["task"] == "pick"
    assert item["action"].shape == (2, 3)
    assert item["action_is_pad"].tolist() == [False, True]
    assert (item["index"].shape, item["index"].dtype, int(item["index"])) == ((), torch.int64, 6)
    assert (item[TOP].dtype, tuple(item[TOP].shape)) == (torch.float32, (3, 32, 48))
    expected = np.moveaxis(picture(CAMERAS["top"], 1, 3), -1, 0) / 255
    assert np.abs(item[TOP].numpy() - expected).mean() < 4 / 255


def test_golden_tensors_are_equal_to_the_bit() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    load_file = pytest.importorskip("safetensors.torch", reason="no safetensors").load_file
    expected = load_file(DATA / "so101_v30_reads.safetensors")
    dataset = LeRobotDataset("lab/golden", root=GOLDEN)
    for index in (0, 23, 24, 131):
        item = dataset[index]
        for key in ("timestamp", "frame_index", "episode_index", "index", "task_index", WRIST):
            assert item[key].dtype == expected[f"{index}/{key}"].dtype
            assert torch.equal(item[key], expected[f"{index}/{key}"]), key


def test_other_layouts_of_pictures_are_taken(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    dataset = record(tmp_path / "d", use_videos=False)
    shown = picture(CAMERAS["top"], 0, 0)
    planes = torch.from_numpy(shown.copy()).permute(2, 0, 1)
    for given in (shown, planes, planes / 255):
        dataset.add_frame({**frame(0, 0), TOP: given, "action": torch.ones(3)})
    dataset.save_episode()
    dataset.finalize()
    for item in dataset:
        assert np.array_equal(np.round(item[TOP].numpy() * 255), np.moveaxis(shown, -1, 0))


def test_transforms_see_pictures_only() -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    dataset = LeRobotDataset("lab/golden", root=GOLDEN, image_transforms=lambda image: image * 0)
    item = dataset[50]
    assert float(item[TOP].abs().sum()) == 0
    assert float(item["action"].abs().sum()) > 0


def test_a_name_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_LEROBOT_HOME", str(tmp_path))
    record_dataset(tmp_path / "lab/cubes")
    dataset = LeRobotDataset("lab/cubes")
    assert dataset.root == tmp_path / "lab/cubes"
    assert dataset.meta.total_episodes == 3
    with pytest.raises(DatasetExists, match="lab/cubes"):
        LeRobotDataset.create("lab/cubes", FPS, arm_features())
    with pytest.raises(DatasetNotFound):
        LeRobotDataset("lab/other")


def test_metadata_speaks_upstreams_names() -> None:
    meta = LeRobotDatasetMetadata("lab/golden", root=GOLDEN)
    assert (meta.fps, meta.robot_type, meta.total_tasks) == (15, "so101_follower", 2)
    assert (meta.total_episodes, meta.total_frames) == (4, 132)
    assert meta.camera_keys == meta.video_keys == [TOP, WRIST]
    assert meta.image_keys == []
    assert meta.features["action"]["shape"] == meta.shapes["action"] == (6,)
    assert meta.names["action"][0] == "shoulder_pan.pos"
    assert meta.tasks[1] == "Stack the cubes"
    assert meta.info["codebase_version"] == "v3.0"
    assert meta.stats["action"]["std"].shape == (6,)
    assert meta.episodes[1]["length"] == 30


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"task": ""}, TaskMissing, "task"),
        ({"task": None}, TaskMissing, "task"),
        ({TOP: None}, FrameMismatch, TOP),
        ({TOP: np.zeros((8, 8, 3), np.uint8)}, FrameMismatch, TOP),
        ({TOP: np.full((32, 48, 3), 1.5)}, FrameMismatch, TOP),
        ({TOP: np.full((32, 48, 3), np.nan)}, FrameMismatch, TOP),
        ({TOP: np.zeros((32, 48, 3), np.int32)}, FrameMismatch, TOP),
        ({"action": np.zeros(2)}, FrameMismatch, "action"),
        ({"action": None}, FrameMismatch, "action"),
        ({"extra": 1.0}, FrameMismatch, "extra"),
    ],
)
def test_a_wrong_frame_adds_nothing(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], named: str
) -> None:
    dataset = record(tmp_path / "d")
    dataset.add_frame(frame(0, 0))
    wrong = {key: value for key, value in (frame(0, 1) | changes).items() if value is not None}
    with pytest.raises(error, match=named):
        dataset.add_frame(wrong)
    dataset.add_frame(frame(0, 1))
    assert dataset.save_episode().frames == 2
    dataset.finalize()
    assert_conforms(tmp_path / "d")


def test_a_cleared_episode_leaves_nothing(tmp_path: Path) -> None:
    dataset = record(tmp_path / "d")
    for number in range(5):
        dataset.add_frame(frame(0, number))
    dataset.clear_episode_buffer()
    with pytest.raises(EpisodeEmpty):
        dataset.save_episode()
    dataset.add_frame(frame(0, 0))
    dataset.save_episode()
    dataset.finalize()
    assert_conforms(tmp_path / "d")


def test_a_dataset_opened_for_reading_does_not_record() -> None:
    dataset = LeRobotDataset("lab/golden", root=GOLDEN)
    with pytest.raises(RuntimeError, match="reading"):
        dataset.add_frame({})
    dataset.finalize()
    assert "lab/golden" in repr(dataset)


def test_a_dataset_can_be_sent_to_loading_processes() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    dataset = LeRobotDataset("lab/golden", root=GOLDEN)
    item = dataset[3]
    copy = pickle.loads(pickle.dumps(dataset))
    assert torch.equal(copy[3][TOP], item[TOP])


# Reads, then lets two processes of a loader read on; prints how many frames they gave.
LOADER = """
import sys, torch
from lerobot_core.datasets import LeRobotDataset

if __name__ == "__main__":
    dataset = LeRobotDataset("lab/golden", root=sys.argv[1])
    dataset[3], dataset[100]
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=8, num_workers=2, multiprocessing_context=sys.argv[2]
    )
    print(sum(len(batch["index"]) for batch in loader))
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_loading_processes_go_on_where_the_parent_has_read(tmp_path: Path, start: str) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    script = tmp_path / "loader.py"
    script.write_text(LOADER)
    told = subprocess.run(
        [sys.executable, str(script), str(GOLDEN), start],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.stdout.strip() == "132", told.stderr[-2000:]


def test_without_torch_everything_but_tensors_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = builtins.__import__

    def without_torch(name: str, *others: Any, **more: Any) -> Any:
        if name == "torch":
            raise ImportError("No module named 'torch'")
        return load(name, *others, **more)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    dataset = record(tmp_path / "d")
    dataset.add_frame(frame(0, 0))
    dataset.save_episode()
    dataset.finalize()
    assert len(dataset) == 1
    with pytest.raises(LibraryMissing, match="torch") as caught:
        dataset[0]
    assert "[train]" in caught.value.hint


def test_importing_the_package_is_cheap() -> None:
    heavy = "{'numpy', 'av', 'pyarrow', 'torch', 'cv2'}"
    code = f"import sys, lerobot_core.datasets; print(sorted({heavy} & set(sys.modules)))"
    assert said_by_a_fresh_process(code) == "[]"


def test_reading_and_recording_need_no_torch() -> None:
    code = (
        "import sys; from lerobot_core.datasets import LeRobotDataset;"
        "import lerobot_core.datasets.writer; print('torch' in sys.modules)"
    )
    assert said_by_a_fresh_process(code) == "False"


def said_by_a_fresh_process(code: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    return told.stdout.strip()
