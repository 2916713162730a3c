import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.datasets.windows import frame_offsets, window
from lerobot_core.errors import TimestampsInvalid


@given(st.lists(st.integers(-500, 500), min_size=1), st.integers(1, 240))
def test_multiples_of_the_frame_time_become_frames(frames: list[int], fps: int) -> None:
    seconds = {"action": [frame / fps for frame in frames]}
    assert frame_offsets(seconds, fps, 1e-4)["action"].tolist() == frames


@pytest.mark.parametrize("seconds", [0.05, -0.101, float("nan")])
def test_other_seconds_are_refused(seconds: float) -> None:
    with pytest.raises(TimestampsInvalid, match="action"):
        frame_offsets({"action": [0.0, seconds]}, 10, 1e-4)


@given(
    st.integers(0, 100),
    st.integers(1, 50),
    st.data(),
    st.lists(st.integers(-120, 120), min_size=1, max_size=12),
)
def test_windows_stay_in_the_episode(
    start: int, length: int, data: st.DataObject, offsets: list[int]
) -> None:
    end = start + length
    index = data.draw(st.integers(start, end - 1))

    frames, is_pad = window(index, np.array(offsets), start, end)

    for offset, frame, pad in zip(offsets, frames, is_pad, strict=True):
        inside = start <= index + offset < end
        assert pad == (not inside)
        expected = min(max(index + offset, start), end - 1)
        assert frame == expected
