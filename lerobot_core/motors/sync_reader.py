"""Reading a register of several servos in one exchange, and again of those that were not heard."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from lerobot_core.motors.framing import Framing
from lerobot_core.motors.patience import Patience, ReplyTime, Silence
from lerobot_core.motors.row import Place, Row
from lerobot_core.motors.sdk_port import SdkPort

_AT_ONCE_S = 0.0005


class _Request(NamedTuple):
    """A question that was sent; its answers are collected by the next reading of the same."""

    servo_ids: Sequence[int]  # in the order asked
    place: Place
    packet: int  # its number among those sent


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
        clock: Callable[[], float],
        count: CountLosses,
    ) -> None:
        self._port = port
        self._framing = framing
        self._reply_time = reply_time
        self._silence = silence
        self._clock = clock
        self._count = count
        self._requested: _Request | None = None
        self._late: set[Place] = set()  # questions to which a late answer may come

    def request(self, servo_ids: Sequence[int], place: Place) -> None:
        asked = self._ask(servo_ids, place)
        self._late.add(place)  # should nobody collect the answers
        self._requested = _Request(asked, place, self._port.packets_sent)

    def collect_from(self, servo_ids: Sequence[int], place: Place) -> float | None:
        """When exactly this was requested, if nothing was sent since; else it is given up."""
        request = self._requested
        if request is not None:
            same = request.place == place and set(request.servo_ids) == set(servo_ids)
            if not same or request.packet != self._port.packets_sent:
                self._requested = None
        return self._port.sent_s if self._requested else None

    def read(self, servo_ids: Sequence[int], place: Place, patience: Patience) -> dict[int, bytes]:
        """What was heard, by servo. Collects what ``collect_from`` knows of."""
        request, self._requested = self._requested, None
        asked = request.servo_ids if request else self._ask(servo_ids, place)
        row = self._hear(asked, place, patience)
        self._learn(row)
        found = dict(row.found)
        while again := self._judge(row, patience):
            row = self._hear(self._ask(again, place), place, patience)
            found |= row.found
        return found

    def _ask(self, servo_ids: Sequence[int], place: Place) -> list[int]:
        """Returns them in the order asked."""
        asked = self._silence.in_order(servo_ids)
        length = self._framing.reply_length(place[1]) * len(asked)
        wait_s = self._reply_time.wait_s + self._port.time_of(length)
        # A late answer to the same question is one; of another length it is never taken for one.
        is_harmless = all(late == place or late[1] != place[1] for late in self._late)
        if not is_harmless:
            self._late.clear()
        packet = self._framing.sync_read_packet(asked, *place)
        self._port.ask(packet, length, wait_s, again=is_harmless)
        return asked

    def _hear(self, asked: Sequence[int], place: Place, patience: Patience) -> Row:
        """The replies to what was asked last."""
        port, row = self._port, Row(self._framing, asked, place)
        row.began_s = self._clock()
        port.hear(row.length, port.sent_s + patience.wait_s(port.sent_s, port.time_of(row.length)))
        while (length := row.bytes_wanted) and not port.isPacketTimeout():
            row.add(port.readPort(length), self._clock())
        port.settle()
        row.end()
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
            # Even of one that is taken for silent: that may be because it always answers too late.
            may_come = self._port.isPacketTimeout() and not row.all_came
            self._port.lose_reply(may_come=may_come)
            if may_come:
                self._late.add(row.place)
        return again

    def _is_hopeful(self, missing: Sequence[int]) -> bool:
        return not all(self._silence.is_lasting(servo_id) for servo_id in missing)
