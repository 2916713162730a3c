"""How long replies are waited for, and in which order silent servos are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.patience import Deadline, ReplyTime, Retries, Silence
from lerobot_core.motors.sdk_port import REPLY_WAIT_S


def learned(*lags_s: float) -> ReplyTime:
    reply_time = ReplyTime()
    for lag_s in lags_s:
        reply_time.note(lag_s)
    return reply_time


def test_nothing_learned_means_the_longest_wait() -> None:
    assert learned(0.001, 0.001).wait_s == REPLY_WAIT_S


def test_a_quick_link_is_given_up_early_but_not_at_once() -> None:
    assert learned(*[0.0005] * 10).wait_s == pytest.approx(0.004)


def test_one_slow_exchange_does_not_slow_down_all() -> None:
    assert learned(*[0.001] * 30, 0.015).wait_s == pytest.approx(0.004)


def test_a_slow_link_is_given_twice_its_usual_time() -> None:
    assert learned(*[0.004] * 10).wait_s == pytest.approx(0.008)
    assert learned(*[0.016] * 10).wait_s == REPLY_WAIT_S


def test_silence_doubles_the_wait_until_an_answer_comes() -> None:
    reply_time = learned(*[0.001] * 10)
    reply_time.double()
    assert reply_time.wait_s == pytest.approx(0.008)
    reply_time.note(0.001)
    assert reply_time.wait_s == pytest.approx(0.004)


@given(st.lists(st.floats(0, 1)), st.integers(0, 100))
def test_the_wait_has_bounds(lags_s: list[float], doubled: int) -> None:
    reply_time = learned(*lags_s)
    for _ in range(doubled):
        reply_time.double()
    assert 0.004 <= reply_time.wait_s <= REPLY_WAIT_S


def test_the_silent_are_asked_last_and_the_first_of_them_at_the_end() -> None:
    silence = Silence()
    silence.note([2, 3, 4], [1])
    assert silence.in_order([1, 2, 3, 4, 5]) == [1, 5, 3, 4, 2]
    silence.note([], [3, 4])
    assert silence.in_order([1, 2, 3, 4, 5]) == [1, 3, 4, 5, 2]
    assert silence.in_order([3, 5]) == [3, 5]


@given(st.lists(st.integers(1, 5), unique=True), st.lists(st.sets(st.integers(1, 5))))
def test_whatever_was_silent_everybody_is_asked_once(
    asked: list[int], silent: list[set[int]]
) -> None:
    silence = Silence()
    for missing in silent:
        silence.note(sorted(missing), set(range(1, 6)) - missing)
    assert sorted(silence.in_order(asked)) == sorted(asked)


def test_silence_lasts_after_three_calls_and_until_an_answer() -> None:
    silence = Silence()
    for _ in range(2):
        silence.end_call([2])
    assert not silence.is_lasting(2)
    silence.end_call([2])
    assert silence.is_lasting(2)
    silence.note([], [2])
    assert not silence.is_lasting(2)


def test_retries_are_counted() -> None:
    retries = Retries(2)
    asked = [retries.whom_to_ask_again([3], is_silence=True) for _ in range(4)]
    assert asked == [[3], [3], [], []]
    assert not retries.ends_round(3)
    assert Retries(0).ends_round(3)


def test_a_deadline_leaves_no_time_for_what_would_come_too_late() -> None:
    now_s = 0.0
    silence = Silence()
    deadline = Deadline(0.02, learned(*[0.002] * 10), silence, lambda: now_s)
    assert deadline.wait_s(0.0, 0.001) == pytest.approx(0.005)
    assert deadline.wait_s(0.018, 0.001) == pytest.approx(0.0015)
    assert deadline.whom_to_ask_again([3, 4], is_silence=False) == [3, 4]
    now_s = 0.017
    assert deadline.whom_to_ask_again([3, 4], is_silence=False) == []
    now_s = 0.0
    for _ in range(3):
        silence.end_call([3])
    assert deadline.whom_to_ask_again([3, 4], is_silence=False) == [4]
