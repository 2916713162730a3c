from dataclasses import asdict
from pathlib import Path

import av
import numpy as np
import pytest
from dataset_samples import picture

from lerobot_core.datasets import video
from lerobot_core.datasets.video import ClipFacts, VideoEncoder, count_frames, video_info
from lerobot_core.errors import DatasetDamaged, DiskFull, EpisodeEmpty, FrameMismatch, UnknownChoice

SHAPE = (48, 64, 3)


def encode(path: Path, frames: int) -> ClipFacts:
    encoder = VideoEncoder(path, 30, 48, 64)
    for frame in range(frames):
        encoder.add(picture(SHAPE, 0, frame))
    return encoder.close()


def test_pictures_come_back_at_their_times(tmp_path: Path) -> None:
    facts = encode(tmp_path / "clip.mp4", 7)

    assert asdict(facts) | {"stats": {}, "size_bytes": 0} == {
        "path": str(tmp_path / "clip.mp4"),
        "frames": 7,
        "height": 48,
        "width": 64,
        "codec": "h264",
        "pix_fmt": "yuv420p",
        "fps": 30,
        "size_bytes": 0,
        "stats": {},
    }
    with av.open(facts.path) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        assert container.duration == round(7 / 30 * 1e6)
    assert [frame.time for frame in frames] == pytest.approx(np.arange(7) / 30)
    for number, frame in enumerate(frames):
        difference = frame.to_ndarray(format="rgb24").astype(int) - picture(SHAPE, 0, number)
        assert np.abs(difference).mean() < 3


def test_every_second_picture_is_a_key_frame(tmp_path: Path) -> None:
    facts = encode(tmp_path / "clip.mp4", 5)
    with av.open(facts.path) as container:
        keys = [bool(packet.is_keyframe) for packet in container.demux(video=0) if packet.size]
    assert keys == [True, False, True, False, True]


def test_a_closed_file_is_an_ordinary_mp4(tmp_path: Path) -> None:
    facts = encode(tmp_path / "clip.mp4", 5)
    with av.open(facts.path) as container:
        assert container.streams.video[0].frames == 5
    assert b"moof" not in Path(facts.path).read_bytes()[:64]


def test_what_was_written_so_far_is_readable_without_closing(tmp_path: Path) -> None:
    encoder = VideoEncoder(tmp_path / "clip.mp4", 30, 48, 64)
    for frame in range(20):
        encoder.add(picture(SHAPE, 0, frame))
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(encoder.path.read_bytes())
    encoder.discard()
    with av.open(str(copy)) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 18
    assert count_frames(copy) < 18  # so that a clip which was never closed is not saved


def test_older_muxers_write_fragments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "_movflags", ["flag_of_the_future", *video._movflags[1:]])
    facts = encode(tmp_path / "clip.mp4", 6)
    assert count_frames(Path(facts.path)) == 6
    with av.open(facts.path) as container:
        assert [frame.time for frame in container.decode(video=0)] == pytest.approx(
            np.arange(6) / 30
        )


def test_statistics_are_part_of_the_facts(tmp_path: Path) -> None:
    facts = encode(tmp_path / "clip.mp4", 4)
    assert np.array(facts.stats["mean"]).shape == (3, 1, 1)
    assert facts.stats["count"] == [4]
    blue = np.stack([picture(SHAPE, 0, frame)[..., 2] for frame in range(4)])
    assert facts.stats["max"][2][0][0] == blue.max() / 255


@pytest.mark.parametrize("shape", [(48, 62, 3), (48, 64), (48, 64, 4), (64, 48, 3)])
def test_a_picture_of_another_shape_does_not_count(tmp_path: Path, shape: tuple[int, ...]) -> None:
    encoder = VideoEncoder(tmp_path / "clip.mp4", 30, 48, 64)
    with pytest.raises(FrameMismatch):
        encoder.add(np.zeros(shape, np.uint8))
    with pytest.raises(FrameMismatch):
        encoder.add(np.zeros(SHAPE, np.float32))  # type: ignore[arg-type]
    assert encoder.frames == 0


def test_an_empty_clip_is_removed(tmp_path: Path) -> None:
    with pytest.raises(EpisodeEmpty):
        encode(tmp_path / "clip.mp4", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_block_discards_the_clip(tmp_path: Path) -> None:
    def fail() -> None:
        with VideoEncoder(tmp_path / "clip.mp4", 30, 48, 64) as encoder:
            encoder.add(picture(SHAPE, 0, 0))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_sizes_and_codecs_that_cannot_be_encoded_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FrameMismatch, match="even"):
        VideoEncoder(tmp_path / "clip.mp4", 30, 47, 64)
    with pytest.raises(UnknownChoice, match="cinepak"):
        VideoEncoder(tmp_path / "clip.mp4", 30, 48, 64, codec="cinepak")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_named() -> None:
    encoder = VideoEncoder(Path("/dev/full"), 30, 48, 64)
    with pytest.raises(DiskFull):
        _add_many(encoder, 50)
    with pytest.raises(DiskFull):
        _add_many(encoder, 1)


def _add_many(encoder: VideoEncoder, frames: int) -> None:
    for frame in range(frames):
        encoder.add(picture(SHAPE, 0, frame))


def test_a_file_that_is_no_video_is_damage(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no video")
    for name in ("clip.mp4", "missing.mp4"):
        with pytest.raises(DatasetDamaged, match=name):
            count_frames(tmp_path / name)


def test_info_of_a_feature_describes_the_stream(tmp_path: Path) -> None:
    info = video_info(encode(tmp_path / "clip.mp4", 3))
    assert info["video.codec"] == "h264"
    assert (info["video.height"], info["video.width"], info["video.fps"]) == (48, 64, 30)
