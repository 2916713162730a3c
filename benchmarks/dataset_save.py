"""How long saving an episode takes: 150 frames, two 480p cameras, durable on disk.

    python benchmarks/dataset_save.py [--folder /path/on/the/disk/to/measure] [--episodes 30]

Prints one line of JSON: least, median and most milliseconds from “finish” (encoders still open)
to “counted and durable”, and what one fsync costs on that disk, since about thirteen are needed.
Processor time that the host took away (steal) is printed too: repeat a run that has some.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from lerobot_core.datasets.schema import features_from_hardware
from lerobot_core.datasets.video import VideoEncoder
from lerobot_core.datasets.writer import DatasetWriter

FRAMES, FPS, HEIGHT, WIDTH = 150, 30, 480, 640
JOINTS = [f"joint_{number}.pos" for number in range(6)]


def scene(frame: int, noise: NDArray[np.int16]) -> NDArray[np.uint8]:
    """A smooth background, a moving square and some camera noise."""
    slope = np.linspace(40, 160, WIDTH, dtype=np.int16)[None, :, None]
    picture = slope + np.roll(noise, frame * 7, axis=1)
    left = 20 + 3 * frame % (WIDTH - 120)
    picture[180:280, left : left + 100] = (200, 60, 40)
    return np.clip(picture, 0, 255).astype(np.uint8)


def save_times_ms(folder: Path, episodes: int) -> list[float]:
    cameras = dict.fromkeys(("top", "wrist"), (HEIGHT, WIDTH, 3))
    joints: dict[str, type | tuple[int, ...]] = dict.fromkeys(JOINTS, float)
    features = features_from_hardware(joints | cameras, joints)
    writer = DatasetWriter.create("benchmark/save", FPS, features, folder / "dataset")
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 2, (HEIGHT, WIDTH, 3)).astype(np.int16)
    pictures = [scene(frame, noise) for frame in range(FRAMES)]
    times: list[float] = []
    for _ in range(episodes):
        encoders = {
            key: VideoEncoder(writer.staging_folder() / f"{key}.mp4", FPS, HEIGHT, WIDTH)
            for key in writer.info.video_keys
        }
        for picture in pictures:
            for encoder in encoders.values():
                encoder.add(picture)
            values = rng.normal(size=6).astype(np.float32)
            writer.add_row({"observation.state": values, "action": values}, "save an episode")
        start = time.perf_counter()
        writer.save_episode({key: encoder.close() for key, encoder in encoders.items()})
        times.append(1000 * (time.perf_counter() - start))
    writer.finalize()
    return times


def fsync_ms(folder: Path, repeats: int = 30) -> float:
    """The median cost of making one small new file durable."""
    times: list[float] = []
    for number in range(repeats):
        with (folder / f"fsync-{number}").open("wb") as file:
            file.write(b"x" * 4096)
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--episodes", type=int, default=20)
    options = parser.parse_args()
    before = psutil.cpu_times()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        one_fsync_ms = fsync_ms(Path(folder))
        times = save_times_ms(Path(folder), options.episodes)
    after = psutil.cpu_times()
    report = {
        "benchmark": "dataset_save",
        "frames": FRAMES,
        "cameras": 2,
        "episodes": len(times),
        "min_ms": round(min(times), 1),
        "median_ms": round(statistics.median(times), 1),
        "max_ms": round(max(times), 1),
        "fsync_ms": round(one_fsync_ms, 3),
        "steal_s": round(getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0), 2),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
