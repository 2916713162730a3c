"""Exchanges with servos by id and address, in bytes: what all brands do alike."""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from lerobot_core.errors import BadReply, DeviceError, ServoNotResponding
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.framing import Framing, StatusPacket
from lerobot_core.motors.open_questions import OpenQuestions, Question, reading
from lerobot_core.motors.patience import Deadline, Patience, ReplyTime, Retries, Silence
from lerobot_core.motors.row import Place
from lerobot_core.motors.sdk_port import REPLY_WAIT_S, SdkPort
from lerobot_core.motors.sync_reader import SyncReader
from lerobot_core.serial.link import SerialLink

_BROADCAST_SLOT_S = 0.003  # each possible id in turn answers a broadcast ping; upstream's figure
_BROADCAST_MARGIN_S = 0.016


class Refused(Exception):
    """A servo did not obey, which only some brands' servos say. The bus knows what it asked."""

    def __init__(self, words: str, *, is_out_of_range: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.is_out_of_range = is_out_of_range


class Wire(ABC):
    """Requests on one link. Each is answered within 20 ms or counted as lost.

    After a silence the same may be asked again at once. Another question to the same servo has to
    wait until the lost answer cannot come any more, or leaves that servo out.

    A brand brings its packets and single exchanges. ``has_sync_read`` is False where servos are
    read one after the other.
    """

    framing: ClassVar[Framing]

    def __init__(
        self,
        link: SerialLink,
        clock: Callable[[], float] = time.monotonic,
        *,
        has_sync_read: bool = True,
    ) -> None:
        self.link = link
        self.exchanges = 0
        self.lost = 0
        self.lost_by_id: Counter[int] = Counter()
        self._has_sync_read = has_sync_read
        self._clock = clock
        self._port = SdkPort(link, clock)
        self._reply_time = ReplyTime()
        self._silence = Silence()
        self._open = OpenQuestions(clock)
        self._sync = SyncReader(
            self._port,
            self.framing,
            self._reply_time,
            self._silence,
            self._open,
            clock,
            self._count,
        )

    # Single exchanges

    @abstractmethod
    def read(
        self, servo_id: int, address: int, size: int, num_retry: int = 0, *, heed_alarm: bool = True
    ) -> bytes:
        """Raises ServoNotResponding, BadReply, ServoAlarm, Refused."""

    @abstractmethod
    def write(
        self,
        servo_id: int,
        address: int,
        data: bytes,
        num_retry: int = 0,
        *,
        heed_alarm: bool = True,
    ) -> None:
        """Raises what ``read`` raises."""

    # Several servos at once

    def request(self, servo_ids: Iterable[int], address: int, size: int) -> None:
        """Ask now; the next ``sync_read`` of the same collects. Any other packet abandons it.

        Servos that are read one after the other are not asked ahead, nor one whose answer might
        be a late one to something else.
        """
        wanted = list(servo_ids)
        if wanted and self._has_sync_read:
            self._sync.request(wanted, (address, size))

    def may_be_late(self, servo_ids: Iterable[int], address: int, size: int) -> set[int]:
        """Servos whose next answer may be one to an earlier asking of the same."""
        return self._open.still_open(servo_ids, reading((address, size)))

    def sync_read(
        self,
        servo_ids: Iterable[int],
        address: int,
        size: int,
        num_retry: int = 0,
        within_s: float | None = None,
        *,
        in_hurry: bool = False,
    ) -> dict[int, bytes]:
        """One request, a reply from each servo. Silent ones are left out; retries ask for those.

        The error byte is not looked at: a servo in alarm still knows where it is.
        ``within_s`` takes the place of ``num_retry``: who is missing is asked again while there
        is time. It counts from ``request`` if there was one. ``in_hurry``: one whose answer might
        be a late one to something else is left out, too; otherwise that is waited for.
        """
        wanted, place = list(servo_ids), (address, size)
        if not wanted:
            return {}
        requested_s = self._sync.collect_from(wanted, place, in_hurry)
        patience = self._patience(requested_s, num_retry, within_s)
        if self._has_sync_read:
            return self._sync.read(wanted, place, patience, in_hurry)
        return self._read_each(wanted, place, patience, in_hurry)

    def _patience(
        self, requested_s: float | None, num_retry: int, within_s: float | None
    ) -> Patience:
        if within_s is None:
            return Retries(num_retry)
        began_s = self._clock() if requested_s is None else requested_s
        return Deadline(began_s + within_s, self._reply_time, self._silence, self._clock)

    def _read_each(
        self, servo_ids: Sequence[int], place: Place, patience: Patience, in_hurry: bool
    ) -> dict[int, bytes]:
        """One after the other; a silent one is asked last from then on."""
        found: dict[int, bytes] = {}
        asked = self._sync.who_is_asked(servo_ids, place, in_hurry)
        if in_hurry:  # single exchanges wait for late answers of any size
            asked = [
                servo_id
                for servo_id in asked
                if self._open.end_for_s(servo_id, reading(place)) <= self._clock()
            ]
        again = asked
        try:
            while again:
                missing, is_silence = self._read_round(again, place, patience, found)
                again = missing and patience.whom_to_ask_again(missing, is_silence=is_silence)
        finally:
            self._port.reply_wait_s = REPLY_WAIT_S
        patience.end(servo_id for servo_id in asked if servo_id not in found)
        return found

    def _read_round(
        self,
        servo_ids: Sequence[int],
        place: Place,
        patience: Patience,
        found: dict[int, bytes],
    ) -> tuple[list[int], bool]:
        """Adds to ``found``. Returns who was asked in vain, and whether one was silent."""
        missing: list[int] = []
        is_silence = False
        for servo_id in servo_ids:
            self._port.reply_wait_s = patience.wait_s(self._clock(), 0.0)
            try:
                found[servo_id] = self.read(servo_id, *place, heed_alarm=False)
                self._silence.note((), (servo_id,))
            except (ServoNotResponding, BadReply) as error:
                is_silence = is_silence or isinstance(error, ServoNotResponding)
                missing.append(servo_id)
                self._silence.note((servo_id,), ())
                if patience.ends_round(servo_id):
                    break
        return missing, is_silence

    def sync_write(self, address: int, size: int, values: Mapping[int, bytes]) -> None:
        """One packet to several servos. None of them answers, so it never waits for late bytes."""
        self._sync.give_up()
        self._open.outdate(values, (address, size))
        self._port.writePort(self.framing.sync_write_packet(address, size, values))

    # For the brands

    def _count(self, missing: Sequence[int]) -> None:
        self.exchanges += 1
        self.lost += bool(missing)
        self.lost_by_id.update(missing)

    def _begin(self, servo_id: int, question: Question) -> None:
        """Before each try of a single exchange."""
        self._sync.give_up()
        self._port.listen_until(self._open.end_for_s(servo_id, question))

    def _answered(self, servo_id: int, question: Question, reply_length: int | None = None) -> None:
        """Count a single exchange; with ``reply_length`` it tells how fast this link answers."""
        self._open.asked((servo_id,), question, self._port.sent_s)
        self._open.answered((servo_id,), question)
        self._count(())
        if reply_length is not None:
            self._reply_time.note(self._port.lag_s(self._clock(), reply_length))

    def _lost(self, servo_id: int, question: Question, *, is_silence: bool) -> DeviceError:
        """Count a single exchange that failed. Returns what there is to say of it."""
        self._open.asked((servo_id,), question, self._port.sent_s)
        if not self._port.isPacketTimeout():  # it came, and was damaged
            self._open.answered((servo_id,), question)
        self._count((servo_id,))
        self._port.lose_reply()
        return (ServoNotResponding if is_silence else BadReply)(servo_id=servo_id)

    def _call_everyone(self, packet: bytes, size: int) -> list[StatusPacket]:
        """What comes back on a broadcast ping. Takes most of a second on a real wire."""
        self._sync.give_up()
        self._port.listen_until(self._open.end_s)
        self._port.ask(packet)
        length = self.framing.reply_length(size)
        slot_s = self._port.time_of(length) + _BROADCAST_SLOT_S
        count = MAX_SERVO_ID + 1
        self._port.wait_for_reply(length * count, count * slot_s + _BROADCAST_MARGIN_S)
        buffer = bytearray(self._port.readPort(length * count))
        replies = self.framing.take_replies(buffer, size)
        self.exchanges += 1
        if not replies:
            self.lost += 1
            self._port.lose_reply()
        return replies
