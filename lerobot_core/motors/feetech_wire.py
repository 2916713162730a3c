"""Exchanges with Feetech servos by id and address, in bytes: the vendor SDK and its gaps filled.

The SDK builds and checks packets and runs single exchanges. Its group sync read gives up at the
first silent servo and has no broadcast ping; here both are read with functions of ours.
The SDK's byte order is one global for the whole process: it is neither set nor used here.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import repeat
from typing import Protocol

import scservo_sdk as sdk
from scservo_sdk.protocol_packet_handler import protocol_packet_handler

from lerobot_core.errors import BadReply, DeviceError, ServoAlarm, ServoNotResponding
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.packets import BROADCAST_ID, OVERHEAD, take_replies
from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S, SdkPort
from lerobot_core.motors.tables import ServoModel, alarm_words
from lerobot_core.serial.link import SerialLink

_BROADCAST_SLOT_S = 0.003  # each possible id in turn answers a broadcast ping; upstream's figure
_BROADCAST_MARGIN_S = 0.016


class ReadMany(Protocol):
    """Id → bytes of the servos that answered."""

    def __call__(
        self,
        servo_ids: Iterable[int],
        address: int,
        size: int,
        num_retry: int = 0,
        within_s: float | None = None,
    ) -> dict[int, bytes]: ...


class FeetechWire:
    """Requests on one link, each answered within 20 ms or counted as lost."""

    def __init__(
        self,
        link: SerialLink,
        clock: Callable[[], float] = time.monotonic,
        lost_by_id: Counter[int] | None = None,
    ) -> None:
        self.link = link
        self.lost_by_id: Counter[int] = Counter() if lost_by_id is None else lost_by_id
        self._clock = clock
        self.exchanges = 0
        self.lost = 0
        self._port = SdkPort(link, clock)
        self._packets = protocol_packet_handler()
        self._blocking: set[int] = set()  # silent servos that kept others from being heard

    def read(
        self, servo_id: int, address: int, size: int, num_retry: int = 0, *, heed_alarm: bool = True
    ) -> bytes:
        """Raises ServoNotResponding, BadReply, ServoAlarm."""
        for attempt in range(num_retry + 1):
            data, result, error = self._packets.readTxRx(self._port, servo_id, address, size)
            # The SDK takes a reply of any length, such as a late one to an earlier request.
            if self._count(result == sdk.COMM_SUCCESS and len(data) == size):
                break
            if attempt == num_retry:
                raise _failure(servo_id, result)
        if error and heed_alarm:
            raise ServoAlarm(servo_id=servo_id, alarm=alarm_words(error))
        return bytes(data)

    def write(
        self,
        servo_id: int,
        address: int,
        data: bytes,
        num_retry: int = 0,
        *,
        heed_alarm: bool = True,
    ) -> None:
        """Raises ServoNotResponding, BadReply, ServoAlarm (the value is written all the same)."""
        for attempt in range(num_retry + 1):
            result, error = self._packets.writeTxRx(
                self._port, servo_id, address, len(data), list(data)
            )
            if self._count(result == sdk.COMM_SUCCESS):
                break
            if attempt == num_retry:
                raise _failure(servo_id, result)
        if error and heed_alarm:
            raise ServoAlarm(servo_id=servo_id, alarm=alarm_words(error))

    def ping(self, servo_id: int, num_retry: int = 0) -> None:
        """Raises ServoNotResponding, BadReply. A servo in alarm is there all the same."""
        for _ in range(num_retry + 1):
            request = [0, 0, servo_id, 2, sdk.INST_PING, 0]
            _, result, _ = self._packets.txRxPacket(self._port, request)
            if self._count(result == sdk.COMM_SUCCESS):
                return
        raise _failure(servo_id, result)

    def broadcast_ping(self) -> list[int]:
        """Ids of all servos that answer. Takes most of a second on a real wire."""
        self._packets.txPacket(self._port, [0, 0, BROADCAST_ID, 2, sdk.INST_PING, 0])
        reply_s = OVERHEAD * 10 / self.link.baudrate
        size = OVERHEAD * (MAX_SERVO_ID + 1)
        wait_s = (MAX_SERVO_ID + 1) * (reply_s + _BROADCAST_SLOT_S) + _BROADCAST_MARGIN_S
        self._port.wait_for_reply(size, wait_s)
        buffer = bytearray(self._port.readPort(size))
        found = {reply.servo_id for reply in take_replies(buffer, 0)}
        self._count(bool(found))
        return sorted(found)

    def ping_each(self) -> list[int]:
        """Ids of all servos that answer a ping of their own. Takes 5 s."""
        found: list[int] = []
        for servo_id in range(MAX_SERVO_ID + 1):
            with suppress(ServoNotResponding, BadReply):
                self.ping(servo_id)
                found.append(servo_id)
        return found

    def reader(self, model: ServoModel) -> ReadMany:
        """How several servos of this model's series are read."""
        return self.sync_read if model.has_sync_read else self.read_each

    def sync_read(
        self,
        servo_ids: Iterable[int],
        address: int,
        size: int,
        num_retry: int = 0,
        within_s: float | None = None,
    ) -> dict[int, bytes]:
        """One request, a reply from each servo. Silent ones are left out; retries ask for those.

        The error byte is not looked at: a servo in alarm still knows where it is.
        """
        wanted = list(servo_ids)
        found: dict[int, bytes] = {}
        for _ in self._tries(num_retry, within_s):
            missing = [servo_id for servo_id in wanted if servo_id not in found]
            # Behind those that stop the whole row when they are silent, nobody waits.
            missing.sort(key=self._blocking.__contains__)
            self._packets.syncReadTx(self._port, address, size, missing, len(missing))
            self._port.setPacketTimeout((size + OVERHEAD) * len(missing))
            found |= self._gather(missing, size)
            if self._count(len(found) == len(wanted)):
                break
            self.lost_by_id.update(n for n in missing if n not in found)
            self._note_silence([servo_id in found for servo_id in missing], missing)
        self._blocking.difference_update(found)
        return found

    def read_each(
        self,
        servo_ids: Iterable[int],
        address: int,
        size: int,
        num_retry: int = 0,
        within_s: float | None = None,
    ) -> dict[int, bytes]:
        """As ``sync_read``, for servos that know none: one after the other.

        Without retries the first silent one ends the round, so that silence costs no more than
        20 ms here, too. It is asked last from then on, and the others are heard again.
        """
        missing = list(servo_ids)
        found: dict[int, bytes] = {}
        for _ in self._tries(num_retry, within_s):
            missing.sort(key=self._blocking.__contains__)
            for servo_id in missing:
                try:
                    found[servo_id] = self.read(servo_id, address, size, heed_alarm=False)
                except (ServoNotResponding, BadReply):
                    self._blocking.add(servo_id)
                    self.lost_by_id[servo_id] += 1
                    if not num_retry:
                        break
            missing = [servo_id for servo_id in missing if servo_id not in found]
            if not missing:
                break
        self._blocking.difference_update(found)
        return found

    def _gather(self, servo_ids: list[int], size: int) -> dict[int, bytes]:
        """Replies to a sync read. They come in the order of the request.

        One that comes out of turn shows that those before it were late ones of an earlier
        request, so they are forgotten.
        """
        place = {servo_id: number for number, servo_id in enumerate(servo_ids)}
        length = size + OVERHEAD
        found: dict[int, bytes] = {}
        buffer = bytearray()
        newest = -1
        while True:
            # One reply at a time: the last one ends the wait, even if one before it is missing.
            buffer += self._port.readPort(length - len(buffer))
            for reply in take_replies(buffer, size):
                number = place.get(reply.servo_id, -1)
                if number < 0:
                    continue
                if number <= newest:
                    found.clear()
                newest = number
                found[reply.servo_id] = reply.data
            alone = len(found) == 1 < len(servo_ids)  # then rather a late one of before
            if newest == len(servo_ids) - 1 and not alone:
                return found
            if self._port.isPacketTimeout():
                return found

    def sync_write(self, address: int, size: int, values: Mapping[int, bytes]) -> None:
        """One packet to several servos. None of them answers."""
        parameters: list[int] = []
        for servo_id, data in values.items():
            parameters += (servo_id, *data)
        self._packets.syncWriteTxOnly(self._port, address, size, parameters, len(parameters))

    def _note_silence(self, answered: list[bool], servo_ids: list[int]) -> None:
        """Remember the first silent servo if all those behind it were silent as well.

        Whether servos wait for one that never answers is up to their firmware. Where they do,
        asking the silent one last brings the others back.
        """
        first = answered.index(False)
        if len(answered) - first > 1 and not any(answered[first:]):
            self._blocking.add(servo_ids[first])

    def _tries(self, num_retry: int, within_s: float | None) -> Iterator[None]:
        """One and ``num_retry`` more, or as many as end ``within_s``."""
        began_s = self._clock()
        yield
        if within_s is None:
            yield from repeat(None, num_retry)
        else:
            while began_s + within_s - self._clock() >= REPLY_WAIT_S + 2 * QUIET_S:
                yield

    def _count(self, complete: bool) -> bool:
        self.exchanges += 1
        if not complete:
            self.lost += 1
            self._port.lose_reply()
        return complete


def _failure(servo_id: int, result: int) -> DeviceError:
    if result == sdk.COMM_RX_TIMEOUT:
        return ServoNotResponding(servo_id=servo_id)
    return BadReply(servo_id=servo_id)
