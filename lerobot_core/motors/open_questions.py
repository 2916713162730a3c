"""Which answers may still come, and for what they would be taken.

A reply tells its servo and its data, not what was asked. One that comes too late answers the next
question of the same size to the same servo, as a voltage does that of the lowest voltage allowed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lerobot_core.motors.row import Place

LATEST_S = 0.05
"""So long after a question its answer may come: three times what an adapter with a latency timer
of 16 ms keeps it back (an estimate)."""


class Question(NamedTuple):
    """What one servo or several were asked, single or together: their answers look the same."""

    size: int  # of the data in a reply
    what: bytes = b""
    place: Place | None = None  # of a reading


def reading(place: Place) -> Question:
    return Question(place[1], place=place)


@dataclass
class _Open:
    question: Question
    until_s: float
    is_outdated: bool = False  # what it asks for was written since

    def is_like(self, question: Question) -> bool:
        """An answer to this one is as good as one to ``question``."""
        return self.question == question and not self.is_outdated

    def is_about(self, place: Place) -> bool:
        own = self.question.place
        return own is not None and own[0] < place[0] + place[1] and place[0] < own[0] + own[1]


class OpenQuestions:
    """Of one wire. ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[int, list[_Open]] = {}  # by servo, oldest first

    def asked(self, servo_ids: Iterable[int], question: Question, sent_s: float) -> None:
        for servo_id in servo_ids:
            self._of(servo_id).append(_Open(question, sent_s + LATEST_S))

    def answered(self, servo_ids: Iterable[int], question: Question) -> None:
        """By one reply each. Of several tries it ends the first: more may be to come."""
        for servo_id in servo_ids:
            left = self._of(servo_id)
            first = next((entry for entry in left if entry.is_like(question)), None)
            if first is not None:
                left.remove(first)

    def outdate(self, servo_ids: Iterable[int], place: Place) -> None:
        """It is written now: an answer of before is none any more."""
        for servo_id in servo_ids:
            for entry in self._open.get(servo_id, ()):
                entry.is_outdated = entry.is_outdated or entry.is_about(place)

    @property
    def are_there(self) -> bool:
        return any(self._of(servo_id) for servo_id in list(self._open))

    @property
    def end_s(self) -> float:
        """When no answer can come any more."""
        ends = [entry.until_s for entries in self._open.values() for entry in entries]
        return max(ends, default=0.0)

    def end_for_s(self, servo_id: int, question: Question) -> float:
        """When all that comes from this servo answers ``question``, if that is asked then."""
        others = [entry for entry in self._of(servo_id) if not entry.is_like(question)]
        return max((entry.until_s for entry in others), default=0.0)

    def still_open(self, servo_ids: Iterable[int], question: Question) -> set[int]:
        """Who may yet answer an earlier asking of just this: what comes next may be that old."""
        return {
            servo_id
            for servo_id in servo_ids
            if any(entry.is_like(question) for entry in self._of(servo_id))
        }

    def mistakable(self, servo_ids: Sequence[int], question: Question) -> dict[int, float]:
        """Whose late answers would be taken for those to ``question``, and until when."""
        ends: dict[int, float] = {}
        for servo_id in servo_ids:
            for entry in self._of(servo_id):
                if entry.question.size == question.size and not entry.is_like(question):
                    ends[servo_id] = max(entry.until_s, ends.get(servo_id, 0.0))
        return ends

    def _of(self, servo_id: int) -> list[_Open]:
        now_s = self._clock()
        entries = self._open.setdefault(servo_id, [])
        if entries:
            entries[:] = [entry for entry in entries if entry.until_s > now_s]
        return entries
