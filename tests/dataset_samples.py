"""Small datasets for tests, recorded through the program's own writer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lerobot_core.datasets.schema import Features, features_from_hardware
from lerobot_core.datasets.video import ClipFacts, VideoEncoder
from lerobot_core.datasets.writer import DatasetWriter

DATA = Path(__file__).parent / "data"
JOINTS = ["shoulder_pan.pos", "elbow_flex.pos", "gripper.pos"]
CAMERAS = {"top": (32, 48, 3), "wrist": (16, 16, 3)}
FPS = 10


def arm_features(*, use_videos: bool = True) -> Features:
    joints: dict[str, type | tuple[int, ...]] = dict.fromkeys(JOINTS, float)
    return features_from_hardware(joints | CAMERAS, joints, use_videos=use_videos)


def joint_values(episode: int, frame: int) -> NDArray[np.float32]:
    return np.array([episode, frame / 3, -frame], np.float32)


def picture(shape: tuple[int, ...], episode: int, frame: int) -> NDArray[np.uint8]:
    """A smooth picture whose brightness tells which frame it is."""
    slope = np.linspace(0, 40, shape[1], dtype=np.uint8)[None, :, None]
    level = np.array([10 * frame % 200, 40 * episode % 200, 100], np.uint8)
    return np.broadcast_to(slope + level, shape).astype(np.uint8)


def row(episode: int, frame: int) -> dict[str, NDArray[np.float32]]:
    values = joint_values(episode, frame)
    return {"observation.state": values, "action": values + 1}


def record_clips(
    writer: DatasetWriter, episode: int, frames: int, subfolder: str = ""
) -> dict[str, ClipFacts]:
    clips: dict[str, ClipFacts] = {}
    for key in writer.info.video_keys:
        shape = writer.info.features[key].shape
        path = writer.staging_folder() / f"{subfolder}{key}.mp4"
        encoder = VideoEncoder(path, writer.info.fps, shape[0], shape[1])
        for frame in range(frames):
            encoder.add(picture(shape, episode, frame))
        clips[key] = encoder.close()
    return clips


def add_rows(writer: DatasetWriter, episode: int, frames: int, task: str) -> None:
    for frame in range(frames):
        writer.add_row(row(episode, frame), task)


def add_episode(writer: DatasetWriter, frames: int, task: str) -> None:
    episode = writer.info.total_episodes
    add_rows(writer, episode, frames, task)
    writer.save_episode(record_clips(writer, episode, frames))


def new_writer(root: Path, features: Features | None = None) -> DatasetWriter:
    return DatasetWriter.create("lab/cubes", FPS, features or arm_features(), root, "so_follower")


def record_dataset(root: Path, lengths: Sequence[int] = (4, 6, 5)) -> Path:
    """Episodes of these lengths, with the tasks “pick” and “place” in turns."""
    writer = new_writer(root)
    for number, frames in enumerate(lengths):
        add_episode(writer, frames, ["pick", "place"][number % 2])
    writer.finalize()
    return root
