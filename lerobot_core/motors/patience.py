"""How long a bus waits for replies, whom it asks again, and who has fallen silent."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S

_KEPT = 64  # exchanges: about a second of a control loop
_ENOUGH = 4  # those of the handshake
_USUAL = 0.95  # share of the exchanges kept that took no longer than the usual time
_SHORTEST_WAIT_S = 0.004  # a few USB frames, and a process that did not get its turn at once
_SPARE_S = 0.0005  # of a deadline, for what is done after the last reply
_SILENT_CALLS = 3


class ReplyTime:
    """How long a link takes to answer beyond the time of the bytes, learned from exchanges.

    As TCP does: only an exchange that was answered at the first try counts, and after a silence
    the wait is doubled until one is. So a link that grows slow is found out.
    """

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=_KEPT)
        self._doubled = 0

    def note(self, lag_s: float) -> None:
        self._lags.append(max(lag_s, 0.0))
        self._doubled = 0

    def confirm(self) -> None:
        """An answer came in time at the first try, though nobody saw when."""
        self._doubled = 0

    def double(self) -> None:
        self._doubled += 1

    @property
    def usual_s(self) -> float:
        """One slow exchange among twenty does not change it."""
        if len(self._lags) < _ENOUGH:
            return REPLY_WAIT_S
        return sorted(self._lags)[int(_USUAL * (len(self._lags) - 1))]

    @property
    def wait_s(self) -> float:
        """How long to wait before a reply counts as lost."""
        wait_s = max(2 * self.usual_s, _SHORTEST_WAIT_S)
        return min(wait_s * 2.0 ** min(self._doubled, 8), REPLY_WAIT_S)


class Silence:
    """Who did not answer lately, in the order in which to ask them: after all the others.

    Whether servos wait for one before them that never answers is up to their firmware. Where they
    do, the first silent one may be all that is wrong, so it is asked last the next time, and the
    others are heard again. And a late reply of a servo asked last comes out of turn.
    """

    def __init__(self) -> None:
        self._calls: dict[int, int] = {}  # in vain, one after the other

    def in_order(self, servo_ids: Iterable[int]) -> list[int]:
        asked = list(servo_ids)
        silent = [servo_id for servo_id in self._calls if servo_id in asked]
        return [servo_id for servo_id in asked if servo_id not in self._calls] + silent

    def note(self, missing: Sequence[int], found: Iterable[int]) -> None:
        """After each question; ``missing`` in the order in which they were asked."""
        for servo_id in found:
            self._calls.pop(servo_id, None)
        for servo_id in (*missing[1:], *missing[:1]):
            self._calls[servo_id] = self._calls.pop(servo_id, 0)

    def end_call(self, missing: Iterable[int]) -> None:
        for servo_id in missing:
            self._calls[servo_id] = self._calls.get(servo_id, 0) + 1

    def is_lasting(self, servo_id: int) -> bool:
        """It was silent for some calls: asked in each, and waited for only as long as usual."""
        return self._calls.get(servo_id, 0) >= _SILENT_CALLS


class Patience(Protocol):
    """Of one reading."""

    def wait_s(self, sent_s: float, reply_s: float) -> float:
        """For replies whose bytes take ``reply_s`` to a question sent then."""
        ...

    def whom_to_ask_again(self, missing: Sequence[int], *, is_silence: bool) -> list[int]: ...

    def ends_round(self, servo_id: int) -> bool:
        """Where servos are read one after the other: no others after this silent one."""
        ...

    def end(self, missing: Iterable[int]) -> None:
        """Told in the end who was asked in vain."""
        ...


class Retries:
    """So many more tries, each with the longest wait."""

    def __init__(self, num_retry: int) -> None:
        self._left = num_retry
        self._has_none = num_retry == 0

    def wait_s(self, sent_s: float, reply_s: float) -> float:
        return REPLY_WAIT_S + reply_s

    def whom_to_ask_again(self, missing: Sequence[int], *, is_silence: bool) -> list[int]:
        self._left -= 1
        return list(missing) if self._left >= 0 else []

    def ends_round(self, servo_id: int) -> bool:
        return self._has_none  # silence costs no more than 20 ms

    def end(self, missing: Iterable[int]) -> None:
        """Who is asked so may be asked seldom: nothing is learned of who stays silent."""


class Deadline:
    """As many tries as fit in; a silence is one after the usual time."""

    def __init__(
        self,
        ends_s: float,
        reply_time: ReplyTime,
        silence: Silence,
        clock: Callable[[], float],
    ) -> None:
        self._ends_s = ends_s - _SPARE_S
        self._reply_time = reply_time
        self._silence = silence
        self._clock = clock

    def wait_s(self, sent_s: float, reply_s: float) -> float:
        return min(self._reply_time.wait_s + reply_s, max(self._ends_s - sent_s, 0.0))

    def whom_to_ask_again(self, missing: Sequence[int], *, is_silence: bool) -> list[int]:
        hopeful = [servo_id for servo_id in missing if not self._silence.is_lasting(servo_id)]
        if hopeful and is_silence:
            self._reply_time.double()
        return hopeful if self._has_time() else []

    def ends_round(self, servo_id: int) -> bool:
        return self._silence.is_lasting(servo_id) or not self._has_time()

    def end(self, missing: Iterable[int]) -> None:
        self._silence.end_call(missing)

    def _has_time(self) -> bool:
        return self._clock() + QUIET_S + self._reply_time.usual_s <= self._ends_s
