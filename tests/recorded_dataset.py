"""A small dataset with one camera, recorded by the real writer."""

from pathlib import Path

import numpy as np
from numbered_frames import paint

from lerobot_core.datasets.video import VideoEncoder
from lerobot_core.datasets.writer import DatasetWriter

CAMERA = "observation.images.top"
FPS = 30


def record_dataset(root: Path, lengths: tuple[int, ...] = (10, 12)) -> Path:
    """Record an episode of each length. Its pictures are numbered from 0."""
    names = ["shoulder_pan.pos", "gripper.pos"]
    vector = {"dtype": "float32", "shape": (2,), "names": names}
    picture = {"dtype": "video", "shape": (64, 128, 3), "names": ["height", "width", "channels"]}
    features = {"observation.state": vector, "action": vector, CAMERA: picture}
    writer = DatasetWriter.create("tests/small", FPS, features, root=root, robot_type="so_follower")
    for episode, length in enumerate(lengths):
        clip = writer.staging_folder() / f"{episode}.mp4"
        with VideoEncoder(clip, FPS, 64, 128) as encoder:
            for frame in range(length):
                encoder.add(paint(frame))
                values = np.array([episode, frame], np.float32)
                writer.add_row({"observation.state": values, "action": values}, "Put it there")
            writer.save_episode({CAMERA: encoder.close()})
    writer.finalize()
    return root
