"""A chain of simulated Dynamixel servos on one wire, protocol 2.0."""

from collections.abc import Iterator, Sequence

from lerobot_core.motors.dynamixel_packets import (
    BROADCAST_ID,
    STATUS,
    Packet,
    encode_status,
    take_packets,
)
from lerobot_core.sim.chain import Chain, Reply
from lerobot_core.sim.dynamixel_memory import ACCESS_ERROR, LENGTH_ERROR, OK, RANGE_ERROR
from lerobot_core.sim.dynamixel_servo import CONVERTER_VOLTS, DynamixelServo

_PING, _READ, _WRITE, _REG_WRITE, _ACTION = 0x01, 0x02, 0x03, 0x04, 0x05
_FACTORY_RESET, _REBOOT, _CLEAR = 0x06, 0x08, 0x10
_SYNC_READ, _SYNC_WRITE, _BULK_READ, _BULK_WRITE = 0x82, 0x83, 0x92, 0x93
_RESULT_ERROR, _INSTRUCTION_ERROR = 1, 2

_KEPT_BY_RESET = {0xFF: (), 0x01: ("ID",), 0x02: ("ID", "Baud_Rate")}
_CLEAR_TURNS = bytes.fromhex("0144584c22")
"""The parameters of a clear: what is to be cleared, and a password against accidents."""

_SILENT_SLOT_S = 0.0005  # how long a servo waits for a silent one before it (an estimate)


class DynamixelChain(Chain[DynamixelServo]):
    """Dynamixel servos in the order of their cable, with ``volts`` at its beginning."""

    def __init__(self, servos: Sequence[DynamixelServo], *, volts: float = CONVERTER_VOLTS) -> None:
        super().__init__(servos)
        self.faults.volts = volts

    def _obey(self, wire_s: float) -> list[Reply]:
        replies: list[Reply] = []
        for packet in take_packets(self._received):
            for servo in self._hearing():
                servo.hear()
            if packet.instruction != STATUS:
                replies += self._carry_out(packet, wire_s)
        return sorted(replies, key=lambda reply: reply.delay_s)

    def _carry_out(self, packet: Packet, wire_s: float) -> list[Reply]:
        servo_id, code, parameters = packet
        if code in (_SYNC_READ, _BULK_READ):
            places = _sync_places(parameters) if code == _SYNC_READ else _bulk_places(parameters)
            return self._read_several(list(places), wire_s)
        if code in (_SYNC_WRITE, _BULK_WRITE):
            values = _sync_values(parameters) if code == _SYNC_WRITE else _bulk_values(parameters)
            self._write_several(list(values))
            return []
        if servo_id == BROADCAST_ID:
            return self._broadcast(code, parameters, wire_s)
        answers = [
            (servo, answer)
            for servo in self._hearing()
            if servo.servo_id == servo_id
            and (answer := _answer(servo, servo_id, code, parameters)) is not None
        ]
        return self._replies_at_once(answers, servo_id, wire_s)

    def _broadcast(self, code: int, parameters: bytes, wire_s: float) -> list[Reply]:
        """Everyone obeys; only a ping is answered, one servo after the other.

        Nobody resets its id for a broadcast: all would have the same one.
        """
        if code == _FACTORY_RESET and parameters[:1] == b"\xff":
            return []
        replies: list[Reply] = []
        for servo in sorted(self._hearing(), key=lambda servo: servo.servo_id):
            answer = _answer(servo, servo.servo_id, code, parameters)
            if code == _PING and answer is not None:
                reply, wire_s = self._reply(servo, servo.servo_id, answer, wire_s)
                replies.append(reply)
        return replies

    def _read_several(self, places: list[tuple[int, int, int]], wire_s: float) -> list[Reply]:
        hearing = {servo.servo_id: servo for servo in self._hearing() if servo.answers_reads}
        replies: list[Reply] = []
        for servo_id, address, size in places:
            servo = hearing.get(servo_id)
            if servo is None:
                if not self.faults.skip_silent:
                    break
                wire_s += _SILENT_SLOT_S
                continue
            packet = _read(servo, servo_id, address, size)
            reply, wire_s = self._reply(servo, servo_id, packet, wire_s)
            replies.append(reply)
        return replies

    def _write_several(self, values: list[tuple[int, int, bytes]]) -> None:
        hearing = {servo.servo_id: servo for servo in self._hearing()}
        for servo_id, address, data in values:
            if servo_id in hearing:
                hearing[servo_id].write(address, data)


def _answer(servo: DynamixelServo, servo_id: int, code: int, parameters: bytes) -> bytes | None:
    """Do what one servo was told; its status packet, or None if it gives none.

    ``servo_id`` is the one that was called: a servo acknowledges a new id under the old one.
    """
    if code == _PING:
        about = servo.read(0, 2), servo.read(6, 1)
        return encode_status(servo_id, servo.alert, b"".join(part or b"" for part in about))
    if code == _READ:
        if not servo.answers_reads:
            return None
        if len(parameters) != 4:
            return encode_status(servo_id, LENGTH_ERROR | servo.alert)
        return _read(servo, servo_id, _word(parameters, 0), _word(parameters, 2))
    answers = servo.answers_writes
    error = _obey_order(servo, code, parameters)
    return encode_status(servo_id, error | servo.alert) if answers else None


def _obey_order(servo: DynamixelServo, code: int, parameters: bytes) -> int:
    """Carry out what is answered by an error byte alone. Returns the error."""
    if code == _ACTION:
        servo.action()
    elif code == _REBOOT:
        servo.reboot()
    elif code == _FACTORY_RESET:
        return _reset(servo, parameters)
    elif code == _CLEAR:
        return OK if parameters == _CLEAR_TURNS and servo.clear_turns() else _RESULT_ERROR
    elif code not in (_WRITE, _REG_WRITE):
        return _INSTRUCTION_ERROR
    elif len(parameters) < 3:
        return LENGTH_ERROR
    elif code == _WRITE:
        return servo.write(_word(parameters, 0), parameters[2:])
    else:
        servo.reg_write(_word(parameters, 0), parameters[2:])
    return 0


def _reset(servo: DynamixelServo, parameters: bytes) -> int:
    kept = _KEPT_BY_RESET.get(parameters[0]) if len(parameters) == 1 else None
    if kept is None:
        return RANGE_ERROR
    servo.reset_to_factory(kept)
    return OK


def _read(servo: DynamixelServo, servo_id: int, address: int, size: int) -> bytes:
    data = servo.read(address, size)
    if data is None:
        return encode_status(servo_id, ACCESS_ERROR | servo.alert)
    return encode_status(servo_id, servo.alert, data)


def _word(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 2], "little")


def _sync_places(parameters: bytes) -> Iterator[tuple[int, int, int]]:
    """Id, address and size of each reading that is asked for."""
    for servo_id in parameters[4:]:
        yield servo_id, _word(parameters, 0), _word(parameters, 2)


def _bulk_places(parameters: bytes) -> Iterator[tuple[int, int, int]]:
    for start in range(0, len(parameters) - 4, 5):
        yield parameters[start], _word(parameters, start + 1), _word(parameters, start + 3)


def _sync_values(parameters: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Id, address and content of each writing."""
    address, size = _word(parameters, 0), _word(parameters, 2)
    for start in range(4, len(parameters) - size, size + 1):
        yield parameters[start], address, parameters[start + 1 : start + 1 + size]


def _bulk_values(parameters: bytes) -> Iterator[tuple[int, int, bytes]]:
    start = 0
    while start + 5 <= len(parameters):
        end = start + 5 + _word(parameters, start + 3)
        if end <= len(parameters):
            yield parameters[start], _word(parameters, start + 1), parameters[start + 5 : end]
        start = end
