"""Exchanges with Dynamixel servos by id and address, in bytes: the vendor SDK and its gaps filled.

The SDK runs single exchanges. Three things are ours: its stuffing is computed and then forgotten,
so a packet that needs it would go out broken; its group sync read gives up at the first silent
servo; and its broadcast ping asks the port for more than a port of ours has.
"""

from typing import ClassVar

import dynamixel_sdk as sdk
from dynamixel_sdk.protocol2_packet_handler import Protocol2PacketHandler

from lerobot_core.errors import BadReply, ServoAlarm
from lerobot_core.motors import dynamixel_packets
from lerobot_core.motors.dynamixel_packets import (
    BROADCAST_ID,
    STATUS_OVERHEAD,
    encode_instruction,
    stuff,
    unstuff,
    word,
)
from lerobot_core.motors.dynamixel_tables import (
    HARDWARE_ALERT,
    OUT_OF_RANGE,
    X_SERIES,
    hardware_alarm_words,
    refusal_words,
)
from lerobot_core.motors.framing import Framing
from lerobot_core.motors.open_questions import Question, reading
from lerobot_core.motors.wire import Refused, Wire

_PING_BYTES = 3  # model number and firmware
_PING = Question(_PING_BYTES, bytes((sdk.INST_PING,)))
_REBOOT = Question(0, bytes((sdk.INST_REBOOT,)))
_INSTRUCTION, _DATA = 7, 9  # places in a packet
_ALARM = X_SERIES["Hardware_Error_Status"]


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


class DynamixelWire(Wire):
    """Protocol 2.0."""

    framing: ClassVar[Framing] = dynamixel_packets
    _sdk = _Packets()  # keeps nothing

    def read(
        self, servo_id: int, address: int, size: int, num_retry: int = 0, *, heed_alarm: bool = True
    ) -> bytes:
        parameters, question = word(address) + word(size), reading((address, size))
        return self._ask(servo_id, sdk.INST_READ, parameters, question, num_retry, heed_alarm)

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
        content = word(address) + data
        question = Question(0, bytes((sdk.INST_WRITE,)) + content)
        self._open.outdate((servo_id,), (address, len(data)))
        self._ask(servo_id, sdk.INST_WRITE, content, question, num_retry, heed_alarm)

    def ping(self, servo_id: int, num_retry: int = 0) -> int:
        """The servo's model number. A servo in alarm is there all the same.

        Raises:
            ServoNotResponding, BadReply.
        """
        try:
            about = self._ask(servo_id, sdk.INST_PING, b"", _PING, num_retry, False)
        except Refused as error:
            raise BadReply(servo_id=servo_id) from error
        return int.from_bytes(about[:2], "little")

    def reboot(self, servo_id: int) -> None:
        """Start a servo afresh, limp and without its alarms.

        Raises:
            ServoNotResponding, BadReply, Refused.
        """
        self._ask(servo_id, sdk.INST_REBOOT, b"", _REBOOT, 0, heed_alarm=False)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of all servos that answer. Takes most of a second on a real wire."""
        packet = encode_instruction(BROADCAST_ID, sdk.INST_PING)
        replies = self._call_everyone(packet, _PING_BYTES)
        found = {reply.servo_id: int.from_bytes(reply.data[:2], "little") for reply in replies}
        return dict(sorted(found.items()))

    def _ask(
        self,
        servo_id: int,
        instruction: int,
        parameters: bytes,
        question: Question,
        num_retry: int,
        heed_alarm: bool,
    ) -> bytes:
        """The data of the reply, which has as many bytes as ``question`` says."""
        for attempt in range(num_retry + 1):
            self._begin(servo_id, question)
            request = _request(servo_id, instruction, parameters)
            reply, result, error = self._sdk.txRxPacket(self._port, request)
            refusal = error & ~HARDWARE_ALERT
            data = bytes(reply[_DATA:-2]) if result == sdk.COMM_SUCCESS else b""
            # One of another length answers an earlier request; a refusal comes without data.
            if result == sdk.COMM_SUCCESS and len(data) == (0 if refusal else question.size):
                # A servo may take its time to write; so do those of other tries.
                is_usual = attempt == 0 and instruction != sdk.INST_WRITE
                usual_length = STATUS_OVERHEAD + len(data) if is_usual else None
                self._answered(servo_id, question, usual_length)
                break
            failure = self._lost(servo_id, question, is_silence=result == sdk.COMM_RX_TIMEOUT)
        else:
            raise failure
        if error & HARDWARE_ALERT and heed_alarm:
            raise ServoAlarm(servo_id=servo_id, alarm=self._alarm(servo_id))
        if refusal:
            raise Refused(refusal_words(refusal), is_out_of_range=refusal in OUT_OF_RANGE)
        return data

    def _alarm(self, servo_id: int) -> str:
        status = self.read(servo_id, _ALARM.address, _ALARM.size, 1, heed_alarm=False)
        return hardware_alarm_words(status[0])


def _request(servo_id: int, instruction: int, parameters: bytes) -> list[int]:
    """As the SDK wants it: gaps for the header and the CRC."""
    length = word(len(parameters) + 3)
    return [0, 0, 0, 0, servo_id, *length, instruction, *parameters, 0, 0]
