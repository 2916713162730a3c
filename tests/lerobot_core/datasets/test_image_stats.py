import numpy as np
import pytest
from dataset_samples import DATA

from lerobot_core.datasets.image_stats import ImageStatistics, pixel_stride, sampled_frames
from lerobot_core.datasets.metadata import read_episode_stats
from lerobot_core.datasets.pictures import decode_picture
from lerobot_core.datasets.reader import DatasetReader
from lerobot_core.datasets.stats import QUANTILES, column_quantiles


@pytest.mark.parametrize(("frames", "sampled"), [(1, 1), (99, 99), (150, 100), (1000, 177)])
def test_all_frames_up_to_a_hundred_then_ever_fewer(frames: int, sampled: int) -> None:
    indices = sampled_frames(frames)
    assert len(indices) == sampled
    assert (indices[0], indices[-1]) == (0, frames - 1)


@pytest.mark.parametrize(
    ("height", "width", "stride"), [(480, 640, 4), (640, 480, 4), (96, 128, 1), (300, 300, 2)]
)
def test_large_pictures_are_looked_at_coarsely(height: int, width: int, stride: int) -> None:
    assert pixel_stride(height, width) == stride


def test_statistics_are_those_of_the_sampled_pixels() -> None:
    rng = np.random.default_rng(4)
    pictures = rng.integers(0, 256, (130, 304, 40, 3), dtype=np.uint8)
    gathered = ImageStatistics()
    for each in pictures:
        gathered.add(each)
    stats = gathered.result()

    looked_at = pictures[sampled_frames(130)][:, ::2, ::2].reshape(-1, 3).astype(np.float64)
    for name in ("min", "max", "mean", "std"):
        expected = getattr(looked_at, name)(axis=0) / 255
        assert np.allclose(stats[name].ravel(), expected, rtol=0, atol=1e-9)
        assert stats[name].shape == (3, 1, 1)
    for channel in range(3):
        expected = column_quantiles(looked_at[:, channel]) / 255
        found = [stats[name][channel, 0, 0] for name in QUANTILES]
        assert np.allclose(found, expected, rtol=0, atol=1e-9)
    assert stats["count"].tolist() == [100]


def test_golden_pictures_have_the_golden_statistics() -> None:
    root = DATA / "so101_v30_images"
    reader = DatasetReader(root, episodes=[0])
    golden = read_episode_stats(root, 1)[0]["observation.images.top"]
    gathered = ImageStatistics()
    for frame in reader:
        gathered.add(frame["observation.images.top"])
    stats = gathered.result()
    # The golden std is 0: the reference squares 8-bit numbers, which overflow.
    for name in ("min", "max", "mean", "count", *QUANTILES):
        assert np.allclose(stats[name], golden[name], rtol=0, atol=1e-6), name


def test_what_is_no_picture_is_refused() -> None:
    for content in (b"", b"text", b"\x89PNG\r\n"):
        with pytest.raises(ValueError, match="no picture"):
            decode_picture(content)
