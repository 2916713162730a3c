"""Exchanges with Feetech servos by id and address, in bytes: the vendor SDK and its gaps filled.

The SDK runs single exchanges. Its group sync read gives up at the first silent servo and has no
broadcast ping; those are ours. Its byte order is one global for the whole process: it is neither
set nor used here.
"""

from contextlib import suppress
from typing import ClassVar

import scservo_sdk as sdk
from scservo_sdk.protocol_packet_handler import protocol_packet_handler

from lerobot_core.errors import BadReply, ServoAlarm, ServoNotResponding
from lerobot_core.motors import packets
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.framing import Framing
from lerobot_core.motors.open_questions import Question, reading
from lerobot_core.motors.packets import BROADCAST_ID, OVERHEAD, encode_packet
from lerobot_core.motors.tables import alarm_words
from lerobot_core.motors.wire import Wire


class FeetechWire(Wire):
    """Of one series. ``has_sync_read`` is False for SCS servos."""

    framing: ClassVar[Framing] = packets
    _sdk = protocol_packet_handler()  # keeps nothing

    def read(
        self, servo_id: int, address: int, size: int, num_retry: int = 0, *, heed_alarm: bool = True
    ) -> bytes:
        """Raises ServoNotResponding, BadReply, ServoAlarm."""
        question = reading((address, size))
        for attempt in range(num_retry + 1):
            self._begin(servo_id, question)
            data, result, error = self._sdk.readTxRx(self._port, servo_id, address, size)
            # The SDK takes a reply of any length, such as a late one to an earlier request.
            if result == sdk.COMM_SUCCESS and len(data) == size:
                usual_length = OVERHEAD + size if attempt == 0 else None
                self._answered(servo_id, question, usual_length)
                self._heed(servo_id, error if heed_alarm else 0)
                return bytes(data)
            failure = self._lost(servo_id, question, is_silence=result == sdk.COMM_RX_TIMEOUT)
        raise failure

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
        content = list(data)
        question = Question(0, bytes((sdk.INST_WRITE, address)) + data)
        self._open.outdate((servo_id,), (address, len(data)))
        for _ in range(num_retry + 1):
            self._begin(servo_id, question)
            result, error = self._sdk.writeTxRx(
                self._port, servo_id, address, len(content), content
            )
            if result == sdk.COMM_SUCCESS:
                self._answered(servo_id, question)
                self._heed(servo_id, error if heed_alarm else 0)
                return
            failure = self._lost(servo_id, question, is_silence=result == sdk.COMM_RX_TIMEOUT)
        raise failure

    def ping(self, servo_id: int, num_retry: int = 0) -> None:
        """Raises ServoNotResponding, BadReply. A servo in alarm is there all the same."""
        question = Question(0, bytes((sdk.INST_PING,)))
        for attempt in range(num_retry + 1):
            self._begin(servo_id, question)
            request = [0, 0, servo_id, 2, sdk.INST_PING, 0]
            _, result, _ = self._sdk.txRxPacket(self._port, request)
            if result == sdk.COMM_SUCCESS:
                self._answered(servo_id, question, OVERHEAD if attempt == 0 else None)
                return
            failure = self._lost(servo_id, question, is_silence=result == sdk.COMM_RX_TIMEOUT)
        raise failure

    def ping_all(self) -> list[int]:
        """Ids of all servos on the wire.

        Takes most of a second. SCS servos heed no broadcast: every id is called, which takes 5 s.
        """
        if not self._has_sync_read:
            return self._ping_each()
        replies = self._call_everyone(encode_packet(BROADCAST_ID, sdk.INST_PING), size=0)
        return sorted({reply.servo_id for reply in replies})

    def _ping_each(self) -> list[int]:
        found: list[int] = []
        for servo_id in range(MAX_SERVO_ID + 1):
            with suppress(ServoNotResponding, BadReply):
                self.ping(servo_id)
                found.append(servo_id)
        return found

    def _heed(self, servo_id: int, error: int) -> None:
        if error:
            raise ServoAlarm(servo_id=servo_id, alarm=alarm_words(error))
