"""Which frame an encoder gets for the number that a row names."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.workers.camera_feed import FrameBuffer

PICTURE = np.zeros((2, 2, 3), np.uint8)


def filled(*sequences: int, limit: int = 100) -> FrameBuffer:
    buffer = FrameBuffer(limit)
    for sequence in sequences:
        buffer.append(sequence, PICTURE)
    return buffer


def pick(buffer: FrameBuffer, sequence: int) -> int | None:
    picked = buffer.pick(sequence, 0.0)
    return None if picked is None else picked[0]


def test_the_named_frame_is_given_again_and_again() -> None:
    buffer = filled(1, 2, 3)
    assert [pick(buffer, 2), pick(buffer, 2), pick(buffer, 3)] == [2, 2, 3]


def test_a_frame_that_was_missed_gives_way_to_the_next() -> None:
    assert pick(filled(1, 2, 5, 6), 3) == 5


def test_a_frame_that_never_comes_gives_way_to_the_newest() -> None:
    assert pick(filled(1, 2), 9) == 2


def test_an_empty_buffer_gives_nothing() -> None:
    assert pick(filled(), 1) is None


def test_the_oldest_give_way_to_new_ones() -> None:
    assert pick(filled(*range(1, 11), limit=4), 2) == 7


@given(st.sets(st.integers(1, 50), min_size=1), st.lists(st.integers(1, 50)))
def test_frames_go_forward_and_are_never_older_than_asked_if_there_is_a_newer_one(
    there: set[int], named: list[int]
) -> None:
    buffer = filled(*sorted(there))
    picked = [pick(buffer, sequence) for sequence in sorted(named)]
    assert picked == [
        min((have for have in there if have >= sequence), default=max(there))
        for sequence in sorted(named)
    ]
