"""``python -m app.tour.check REPO_ID ROOT``: reads a recorded dataset as a user's script would.

Prints one line of JSON. A process of its own: reading video and PyTorch are too heavy for the
window's process.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np

from lerobot_core.datasets import LeRobotDataset
from lerobot_core.datasets.reader import DatasetReader

WINDOW_FRAMES = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.tour.check", description=__doc__)
    parser.add_argument("repo_id")
    parser.add_argument("root", type=Path)
    given = parser.parse_args()
    facts = read_arrays(given.root)
    sentence = "{episodes} episodes, {frames} frames, {cameras} videos an episode.".format(**facts)
    sentence += " " + read_tensors(given.repo_id, given.root)
    sys.stdout.write(json.dumps(facts | {"sentence": sentence}) + "\n")
    return 0


def read_arrays(root: Path) -> dict[str, int]:
    """Read the first and the last frame of every episode, pictures included, without PyTorch.

    Raises:
        DatasetError: the dataset cannot be read.
        ValueError: it can, but a number or a picture is not what it should be.
    """
    reader = DatasetReader(root)
    info, episodes = reader.metadata.info, reader.metadata.episodes
    ends = np.cumsum(episodes.length)
    for start, end in zip(ends - episodes.length, ends, strict=True):
        for number in (int(start), int(end) - 1):
            _check_frame(reader[number], info.video_keys)
    reader.close()
    return {"episodes": len(episodes), "frames": len(reader), "cameras": len(info.video_keys)}


def _check_frame(frame: dict[str, object], cameras: list[str]) -> None:
    for camera in cameras:
        picture = np.asarray(frame[camera])
        if picture.ndim != 3 or picture.std() < 1:
            raise ValueError(f"{camera} has a picture of shape {picture.shape} without content")
    for key in ("observation.state", "action"):
        if not np.isfinite(np.asarray(frame[key])).all():
            raise ValueError(f"{key} holds a value that is no number")


def read_tensors(repo_id: str, root: Path) -> str:
    """Read a window in time the way a training script does. Returns what was read, in words."""
    if importlib.util.find_spec("torch") is None:
        return "Tensors were not tried: PyTorch is not installed (extra “train”)."
    fps = DatasetReader(root).metadata.info.fps
    window = [step / fps for step in range(WINDOW_FRAMES)]
    dataset = LeRobotDataset(repo_id, root=root, delta_timestamps={"action": window})
    frame = dataset[0]
    action, camera = frame["action"], dataset.meta.video_keys[0]
    if action.shape[0] != WINDOW_FRAMES or frame["action_is_pad"].any():
        raise ValueError(f"a window of {WINDOW_FRAMES} actions came back as {tuple(action.shape)}")
    return (
        f"LeRobotDataset gives action {tuple(action.shape)}, {camera} {tuple(frame[camera].shape)}."
    )


if __name__ == "__main__":
    sys.exit(main())
