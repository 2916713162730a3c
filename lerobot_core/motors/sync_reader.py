"""Reading a register of several servos in one exchange, and again of those that were not heard."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from lerobot_core.motors.framing import Framing
from lerobot_core.motors.open_questions import OpenQuestions, reading
from lerobot_core.motors.patience import Patience, ReplyTime, Silence
from lerobot_core.motors.row import Place, Row
from lerobot_core.motors.sdk_port import SdkPort

_AT_ONCE_S = 0.0005


class _Request(NamedTuple):
    """A question that was sent; its answers are collected by the next reading of the same."""

    wanted: frozenset[int]
    asked: Sequence[int]  # in that order; some may have been left out
    place: Place


class CountLosses(Protocol):
    def __call__(self, missing: Sequence[int]) -> None: ...


class SyncReader:
    """Of one wire. ``count`` is told after each question who did not answer it."""

    def __init__(
        self,
        port: SdkPort,
        framing: Framing,
        reply_time: ReplyTime,
        silence: Silence,
        open_questions: OpenQuestions,
        clock: Callable[[], float],
        count: CountLosses,
    ) -> None:
        self._port = port
        self._framing = framing
        self._reply_time = reply_time
        self._silence = silence
        self._open = open_questions
        self._clock = clock
        self._count = count
        self._requested: _Request | None = None
        self._had_late = False  # bytes that come now may answer something else

    def request(self, servo_ids: Sequence[int], place: Place) -> None:
        self.give_up()
        asked = self.who_is_asked(servo_ids, place, in_hurry=True)
        if asked:
            self._ask(asked, place)
            self._requested = _Request(frozenset(servo_ids), asked, place)

    def collect_from(self, servo_ids: Sequence[int], place: Place, in_hurry: bool) -> float | None:
        """When exactly this was requested; anything else is given up."""
        request = self._requested
        if request is None:
            return None
        is_whole = in_hurry or len(request.asked) == len(request.wanted)
        if is_whole and request.place == place and request.wanted == set(servo_ids):
            return self._port.sent_s
        self.give_up()
        return None

    def give_up(self) -> None:
        """Let the answers to a request that nobody collects pass by."""
        request, self._requested = self._requested, None
        if request is not None:
            wait_s = self._reply_time.wait_s + self._time_of_replies(request.asked, request.place)
            row = self._hear(request.asked, request.place, wait_s)
            if row.missing:
                self._port.lose_reply()

    def read(
        self, servo_ids: Sequence[int], place: Place, patience: Patience, in_hurry: bool
    ) -> dict[int, bytes]:
        """What was heard, by servo. Collects what ``collect_from`` knows of."""
        request, self._requested = self._requested, None
        asked = request.asked if request else self.who_is_asked(servo_ids, place, in_hurry)
        if not asked:
            return {}
        if request is None:
            self._ask(asked, place)
        row = self._hear_patiently(asked, place, patience)
        self._learn(row)
        found = dict(row.found)
        while again := self._silence.in_order(self._judge(row, patience)):
            self._ask(again, place)
            row = self._hear_patiently(again, place, patience)
            found |= row.found
        patience.end(servo_id for servo_id in asked if servo_id not in found)
        return found

    def who_is_asked(self, servo_ids: Sequence[int], place: Place, in_hurry: bool) -> list[int]:
        """In that order. Late answers to something else are waited for, or those left out."""
        ends = self._open.mistakable(servo_ids, reading(place))
        if not in_hurry:
            self._port.listen_until(max(ends.values(), default=0.0))
            ends = {}
        return self._silence.in_order([servo_id for servo_id in servo_ids if servo_id not in ends])

    def _ask(self, asked: Sequence[int], place: Place) -> None:
        self._had_late = self._open.are_there
        self._port.ask(self._framing.sync_read_packet(asked, *place))
        self._open.asked(asked, reading(place), self._port.sent_s)

    def _hear_patiently(self, asked: Sequence[int], place: Place, patience: Patience) -> Row:
        wait_s = patience.wait_s(self._port.sent_s, self._time_of_replies(asked, place))
        return self._hear(asked, place, wait_s)

    def _time_of_replies(self, asked: Sequence[int], place: Place) -> float:
        return self._port.time_of(self._framing.reply_length(place[1]) * len(asked))

    def _hear(self, asked: Sequence[int], place: Place, wait_s: float) -> Row:
        """The replies to what was asked last, so long after it."""
        port, row = self._port, Row(self._framing, asked, place)
        row.began_s = self._clock()
        port.hear(row.length, port.sent_s + wait_s)
        while (length := row.bytes_wanted) and not port.isPacketTimeout():
            row.add(port.readPort(length), self._clock())
        row.end()
        was_damaged = row.all_came and not self._had_late
        self._open.answered(asked if was_damaged else row.found, reading(place))
        return row

    def _learn(self, row: Row) -> None:
        """From a first try that all answered of whom it could be hoped."""
        if not row.found or self._is_hopeful(row.missing):
            return
        was_there = row.heard_s <= row.began_s + _AT_ONCE_S
        if was_there and row.began_s > self._port.sent_s + _AT_ONCE_S:
            self._reply_time.confirm()  # who knows since when
        else:
            length = self._framing.reply_length(row.place[1]) * len(row.found)
            self._reply_time.note(self._port.lag_s(row.heard_s, length))

    def _judge(self, row: Row, patience: Patience) -> list[int]:
        """Who is to be asked again."""
        missing = row.missing
        self._count(missing)
        self._silence.note(missing, row.found)
        if not missing:
            return []
        again = patience.whom_to_ask_again(missing, is_silence=not row.all_came)
        if not (again and row.all_came):  # damaged ones are asked again at once
            self._port.lose_reply()
        return again

    def _is_hopeful(self, missing: Sequence[int]) -> bool:
        return not all(self._silence.is_lasting(servo_id) for servo_id in missing)
