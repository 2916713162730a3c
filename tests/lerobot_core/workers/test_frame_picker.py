"""Which picture belongs to which row."""

import random

import numpy as np
import pytest

from lerobot_core.types import FrameStamp
from lerobot_core.workers.frame_picker import FramePicker

PERIOD_NS = 1_000_000_000 // 30
MS = 1_000_000


class Camera:
    """A camera whose pictures were taken at given times."""

    def __init__(self, captured_ns: list[int]) -> None:
        self.captured_ns = captured_ns

    def newest(self, now_ns: int) -> FrameStamp:
        taken = [stamp for stamp in self.captured_ns if stamp <= now_ns]
        return FrameStamp(len(taken), taken[-1]) if taken else FrameStamp(0, 0)

    def stamp_of(self, sequence: int) -> FrameStamp | None:
        return FrameStamp(sequence, self.captured_ns[sequence - 1])

    def picks(self, picker: FramePicker, rows_ns: list[int]) -> list[int]:
        return [picker.pick(self.newest(now), self.stamp_of, now) for now in rows_ns]


def trembling(frames: int, by_ms: float, drift: float = 1.0) -> list[int]:
    chance = random.Random(7)
    return [
        round(frame * PERIOD_NS * drift + chance.uniform(-by_ms, by_ms) * MS)
        for frame in range(frames)
    ]


def test_there_is_no_picture_before_the_first() -> None:
    assert Camera([]).picks(FramePicker(30, 30), [5]) == [0]


@pytest.mark.parametrize("phase_ms", range(0, 34, 3))
def test_no_picture_is_repeated_or_skipped_by_a_camera_that_trembles(phase_ms: int) -> None:
    camera = Camera(trembling(400, by_ms=3))
    rows = [row * PERIOD_NS + phase_ms * MS for row in range(5, 350)]
    assert set(np.diff(camera.picks(FramePicker(30, 30), rows))) == {1}


def test_a_camera_that_is_a_little_slow_repeats_one_picture_a_drift_and_no_more() -> None:
    camera = Camera(trembling(400, by_ms=3, drift=1.01))
    steps = np.diff(camera.picks(FramePicker(30, 30), [row * PERIOD_NS for row in range(5, 300)]))
    assert set(steps) == {0, 1}
    assert np.count_nonzero(steps == 0) <= 4


def test_a_camera_that_is_a_little_fast_skips_as_rarely() -> None:
    camera = Camera(trembling(400, by_ms=3, drift=0.99))
    steps = np.diff(camera.picks(FramePicker(30, 30), [row * PERIOD_NS for row in range(5, 300)]))
    assert set(steps) == {1, 2}
    assert np.count_nonzero(steps == 2) <= 4


def test_no_picture_is_much_older_than_a_period() -> None:
    camera = Camera(trembling(400, by_ms=3, drift=0.99))
    rows = [row * PERIOD_NS for row in range(5, 300)]
    picked = camera.picks(FramePicker(30, 30), rows)
    ages = [now - camera.captured_ns[each - 1] for now, each in zip(rows, picked, strict=True)]
    assert max(ages) <= 1.4 * PERIOD_NS
    assert min(ages) >= 0


def test_a_camera_that_froze_repeats_and_then_goes_on_with_what_is_fresh() -> None:
    before, after = trembling(10, 0), [stamp + 30 * PERIOD_NS for stamp in trembling(20, 0)]
    camera = Camera(before + after)
    rows = [row * PERIOD_NS + 10 * MS for row in range(5, 45)]
    picked = camera.picks(FramePicker(30, 30), rows)
    assert picked.count(10) > 15
    assert picked[-1] >= 24


def test_a_camera_twice_as_fast_gives_every_second_picture() -> None:
    camera = Camera([frame * PERIOD_NS // 2 for frame in range(200)])
    rows = [row * PERIOD_NS + 5 * MS for row in range(5, 80)]
    assert set(np.diff(camera.picks(FramePicker(60, 30), rows))) == {2}


def test_a_picture_that_has_left_the_ring_is_not_waited_for() -> None:
    camera = Camera(trembling(100, 0))
    picker = FramePicker(30, 30)
    assert camera.picks(picker, [10 * PERIOD_NS + 20 * MS])
    late_ns = 60 * PERIOD_NS + 20 * MS
    newest = camera.newest(late_ns)
    in_ring = lambda sequence: camera.stamp_of(sequence) if sequence > 55 else None  # noqa: E731
    assert picker.pick(newest, in_ring, late_ns) >= newest.sequence - 1
