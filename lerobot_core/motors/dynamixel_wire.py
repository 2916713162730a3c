"""Exchanges with Dynamixel servos by id and address, in bytes: the vendor SDK and its gaps filled.

The SDK sends packets and runs single exchanges. Three things are ours: its stuffing is computed
and then forgotten, so a packet that needs it would go out broken; its group sync read gives up at
the first silent servo; and its broadcast ping asks the port for more than a port of ours has.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import dynamixel_sdk as sdk
from dynamixel_sdk.protocol2_packet_handler import Protocol2PacketHandler

from lerobot_core.errors import BadReply, DeviceError, ServoAlarm, ServoNotResponding
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.dynamixel_packets import (
    BROADCAST_ID,
    STATUS_OVERHEAD,
    bytes_to_come,
    stuff,
    take_replies,
    unstuff,
)
from lerobot_core.motors.dynamixel_tables import (
    HARDWARE_ALERT,
    X_SERIES,
    hardware_alarm_words,
)
from lerobot_core.motors.sdk_port import QUIET_S, REPLY_WAIT_S, SdkPort
from lerobot_core.serial.link import SerialLink

_BROADCAST_SLOT_S = 0.003  # each possible id in turn answers a broadcast ping; upstream's figure
_BROADCAST_MARGIN_S = 0.016
_PING_BYTES = 3  # model number and firmware
_INSTRUCTION, _DATA = 7, 9  # places in a packet
_ALARM = X_SERIES["Hardware_Error_Status"]


class Refused(Exception):
    """A servo did not obey; the bus knows what it was asked for. ``error``: key of REFUSALS."""

    def __init__(self, error: int) -> None:
        super().__init__(error)
        self.error = error


class _Packets(Protocol2PacketHandler):  # type: ignore[misc]
    """The SDK's handler with stuffing that lasts. Packets are lists of numbers, changed in place.

    Stuffed or not, a packet ends in two places for the CRC when it goes out.
    """

    def addStuffing(self, packet: list[int]) -> list[int]:  # noqa: N802
        return self._put_body(packet, stuff(self._body(packet)))

    def removeStuffing(self, packet: list[int]) -> list[int]:  # noqa: N802
        return self._put_body(packet, unstuff(self._body(packet)))

    def _body(self, packet: list[int]) -> bytes:
        length = packet[5] + (packet[6] << 8)
        return bytes(packet[_INSTRUCTION : _INSTRUCTION + length - 2])

    def _put_body(self, packet: list[int], body: bytes) -> list[int]:
        packet[5:] = [*(len(body) + 2).to_bytes(2, "little"), *body, 0, 0]
        return packet


class DynamixelWire:
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
        self._packets = _Packets()
        self._blocking: set[int] = set()  # silent servos behind which others fell silent, too

    def read(
        self, servo_id: int, address: int, size: int, num_retry: int = 0, *, heed_alarm: bool = True
    ) -> bytes:
        """Raises ServoNotResponding, BadReply, ServoAlarm, Refused."""
        place = _word(address) + _word(size)
        return self._ask(servo_id, sdk.INST_READ, place, size, num_retry, heed_alarm)

    def write(
        self,
        servo_id: int,
        address: int,
        data: bytes,
        num_retry: int = 0,
        *,
        heed_alarm: bool = True,
    ) -> None:
        """Raises what ``read`` raises. A ServoAlarm hides whether the value was taken."""
        content = _word(address) + data
        self._ask(servo_id, sdk.INST_WRITE, content, 0, num_retry, heed_alarm)

    def ping(self, servo_id: int, num_retry: int = 0) -> int:
        """The servo's model number. A servo in alarm is there all the same.

        Raises:
            ServoNotResponding, BadReply.
        """
        try:
            about = self._ask(servo_id, sdk.INST_PING, b"", _PING_BYTES, num_retry, False)
        except Refused as error:
            raise BadReply(servo_id=servo_id) from error
        return int.from_bytes(about[:2], "little")

    def reboot(self, servo_id: int) -> None:
        """Start a servo afresh, limp and without its alarms.

        Raises:
            ServoNotResponding, BadReply, Refused.
        """
        self._ask(servo_id, sdk.INST_REBOOT, b"", 0, 0, heed_alarm=False)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of all servos that answer. Takes most of a second on a real wire."""
        self._send(BROADCAST_ID, sdk.INST_PING, b"")
        length = STATUS_OVERHEAD + _PING_BYTES
        size = length * (MAX_SERVO_ID + 1)
        slot_s = length * 10 / self.link.baudrate + _BROADCAST_SLOT_S
        self._port.wait_for_reply(size, (MAX_SERVO_ID + 1) * slot_s + _BROADCAST_MARGIN_S)
        buffer = bytearray(self._port.readPort(size))
        replies = take_replies(buffer, _PING_BYTES)
        self._count(bool(replies))
        found = {reply.servo_id: int.from_bytes(reply.data[:2], "little") for reply in replies}
        return dict(sorted(found.items()))

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
            place = _word(address) + _word(size)
            self._send(BROADCAST_ID, sdk.INST_SYNC_READ, place + bytes(missing))
            self._port.setPacketTimeout((size + STATUS_OVERHEAD) * len(missing))
            found |= self._gather(missing, size)
            if self._count(len(found) == len(wanted)):
                break
            self.lost_by_id.update(n for n in missing if n not in found)
            self._note_silence([servo_id in found for servo_id in missing], missing)
        self._blocking.difference_update(found)
        return found

    def sync_write(self, address: int, size: int, values: Mapping[int, bytes]) -> None:
        """One packet to several servos. None of them answers."""
        entries = b"".join(bytes((servo_id,)) + data for servo_id, data in values.items())
        self._send(BROADCAST_ID, sdk.INST_SYNC_WRITE, _word(address) + _word(size) + entries)

    # Single exchanges

    def _ask(
        self,
        servo_id: int,
        instruction: int,
        parameters: bytes,
        size: int,
        num_retry: int,
        heed_alarm: bool,
    ) -> bytes:
        """The data of the reply, which has ``size`` bytes of it."""
        for attempt in range(num_retry + 1):
            request = _request(servo_id, instruction, parameters)
            reply, result, error = self._packets.txRxPacket(self._port, request)
            refusal = error & ~HARDWARE_ALERT
            data = bytes(reply[_DATA:-2]) if result == sdk.COMM_SUCCESS else b""
            # One of another length answers an earlier request; a refusal comes without data.
            fits = len(data) == (0 if refusal else size)
            if self._count(result == sdk.COMM_SUCCESS and fits):
                break
            if attempt == num_retry:
                raise _failure(servo_id, result)
        if error & HARDWARE_ALERT and heed_alarm:
            raise ServoAlarm(servo_id=servo_id, alarm=self._alarm(servo_id))
        if refusal:
            raise Refused(refusal)
        return data

    def _alarm(self, servo_id: int) -> str:
        status = self.read(servo_id, _ALARM.address, _ALARM.size, 1, heed_alarm=False)
        return hardware_alarm_words(status[0])

    def _send(self, servo_id: int, instruction: int, parameters: bytes) -> None:
        self._packets.txPacket(self._port, _request(servo_id, instruction, parameters))

    # Replies to a sync read

    def _gather(self, servo_ids: list[int], size: int) -> dict[int, bytes]:
        """They come in the order of the request.

        One that comes out of turn shows that those before it were late ones of an earlier
        request, so they are forgotten.
        """
        place = {servo_id: number for number, servo_id in enumerate(servo_ids)}
        found: dict[int, bytes] = {}
        buffer = bytearray()
        newest = -1
        while True:
            # One reply at a time: the last one ends the wait, even if one before it is missing.
            buffer += self._port.readPort(bytes_to_come(buffer, size))
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
                if not buffer:
                    return found
                del buffer[0]  # a damaged length may have taken whole replies with it

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


def _request(servo_id: int, instruction: int, parameters: bytes) -> list[int]:
    """As the SDK wants it: gaps for the header and the CRC."""
    length = _word(len(parameters) + 3)
    return [0, 0, 0, 0, servo_id, *length, instruction, *parameters, 0, 0]


def _word(value: int) -> bytes:
    return value.to_bytes(2, "little")


def _failure(servo_id: int, result: Any) -> DeviceError:
    if result == sdk.COMM_RX_TIMEOUT:
        return ServoNotResponding(servo_id=servo_id)
    return BadReply(servo_id=servo_id)
