"""The replies to one sync read, in the order in which their servos were asked."""

from collections.abc import Sequence

from lerobot_core.motors.framing import Framing

Place = tuple[int, int]
"""Address and size of what is read."""


class Row:
    """Sorts what comes in. ``found`` is the data by servo.

    A servo that answers out of turn shows that whoever came before its own turn was late and
    answered an earlier question, so that is forgotten.
    """

    def __init__(self, framing: Framing, servo_ids: Sequence[int], place: Place) -> None:
        self.found: dict[int, bytes] = {}
        self.place = place
        self.began_s = self.heard_s = 0.0  # when it was first looked for, and last heard
        self.length = framing.reply_length(place[1]) * len(servo_ids)
        self._framing = framing
        self._size = place[1]
        self._turn = {servo_id: number for number, servo_id in enumerate(servo_ids)}
        self._newest = -1
        self._to_come = self.length
        self._buffer = bytearray()

    @property
    def bytes_wanted(self) -> int:
        """Up to the end of the next reply; 0 when nobody is worth waiting for."""
        if self._last_was_heard or self.all_came:
            return 0
        # One reply at a time: the last one ends the wait, even if one before it is missing.
        return self._framing.bytes_to_come(self._buffer, self._size)

    @property
    def _last_was_heard(self) -> bool:
        alone = len(self.found) == 1 < len(self._turn)  # then rather a late one of before
        return self._newest == len(self._turn) - 1 and not alone

    @property
    def all_came(self) -> bool:
        """As many bytes as were asked for: who is missing now was damaged, not silent."""
        if self._to_come > 0:
            return False
        lacking = self._framing.bytes_to_come(self._buffer, self._size)
        is_stuffed = self._buffer and lacking <= self._framing.most_stuffing(self._size)
        return not is_stuffed

    @property
    def missing(self) -> list[int]:
        """In the order asked."""
        return [servo_id for servo_id in self._turn if servo_id not in self.found]

    def add(self, data: bytes, moment_s: float) -> None:
        if data:
            self.heard_s = moment_s
        self._to_come -= len(data)
        self._buffer += data
        self._sort_in()

    def end(self) -> None:
        """Nothing more is read: look once more for replies behind a damaged length."""
        while self._buffer:
            del self._buffer[0]
            self._sort_in()

    def _sort_in(self) -> None:
        for reply in self._framing.take_replies(self._buffer, self._size):
            number = self._turn.get(reply.servo_id)
            if number is None:
                self._to_come += self._framing.length_of(reply)
                continue
            if number <= self._newest:
                self._forget_from(number)
            self._newest = number
            self.found[reply.servo_id] = reply.data
            self._to_come += self._framing.length_of(reply) - self._framing.reply_length(self._size)

    def _forget_from(self, number: int) -> None:
        late = [servo_id for servo_id in self.found if self._turn[servo_id] >= number]
        for servo_id in late:
            del self.found[servo_id]
        self._to_come += len(late) * self._framing.reply_length(self._size)
