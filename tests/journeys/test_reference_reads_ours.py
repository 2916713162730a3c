"""Datasets recorded here open in the public lerobot package with the same values.

The reference lives in an environment of its own: give its interpreter in LEROBOT_REFERENCE_PYTHON.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from dataset_samples import CAMERAS, FPS, record_dataset

from lerobot_core.datasets.reader import DatasetReader

PYTHON = os.environ.get("LEROBOT_REFERENCE_PYTHON", "")
WINDOWS = {"action": [0.0, 1 / FPS], "observation.images.top": [-1 / FPS, 0.0]}

READ = """
import json, sys
import numpy as np
from lerobot.datasets.lerobot_dataset import LeRobotDataset

root, windows, out = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
dataset = LeRobotDataset("lab/cubes", root=root, delta_timestamps=windows, video_backend="pyav")
arrays = {
    f"{index}/{key}": np.asarray(value)
    for index in range(len(dataset))
    for key, value in dataset[index].items()
}
np.savez(out, **arrays)
print(json.dumps({"tasks": list(dataset.meta.tasks.index), "episodes": dataset.num_episodes}))
"""


@pytest.mark.skipif(not PYTHON, reason="LEROBOT_REFERENCE_PYTHON names no reference environment")
def test_the_reference_reads_the_same_values(tmp_path: Path) -> None:
    root = record_dataset(tmp_path / "cubes", [4, 6, 5])
    out = tmp_path / "read.npz"
    told = subprocess.run(
        [PYTHON, "-c", READ, str(root), json.dumps(WINDOWS), str(out)],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    assert json.loads(told.stdout.splitlines()[-1]) == {"tasks": ["pick", "place"], "episodes": 3}

    cameras = {f"observation.images.{name}" for name in CAMERAS}
    reader = DatasetReader(root, delta_timestamps=WINDOWS)
    with np.load(out) as theirs:
        for index, frame in enumerate(reader):
            for key, ours in frame.items():
                if key in cameras:
                    ours = np.moveaxis(ours, -1, -3) / np.float32(255)
                assert np.array_equal(ours, theirs[f"{index}/{key}"]), key
    reader.close()
