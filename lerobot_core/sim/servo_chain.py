"""A chain of simulated servos on one wire: bytes in, bytes out, each with its time on the wire."""

from collections.abc import Iterator
from typing import NamedTuple

from lerobot_core.motors.packets import BROADCAST_ID, HEADER, OVERHEAD, checksum, encode_packet
from lerobot_core.sim.chain import Chain, Reply
from lerobot_core.sim.servo import SimulatedServo

_PING, _READ, _WRITE, _REG_WRITE, _ACTION = 0x01, 0x02, 0x03, 0x04, 0x05
_SYNC_READ, _SYNC_WRITE = 0x82, 0x83

_SILENT_SLOT_S = 0.0005  # how long a servo waits for a silent one before it (an estimate)


class Instruction(NamedTuple):
    """A packet from the host that passed its checksum."""

    servo_id: int
    code: int
    parameters: bytes


class ServoChain(Chain[SimulatedServo]):
    """Feetech servos in the order of their cable."""

    def _obey(self, wire_s: float) -> list[Reply]:
        return [
            reply for instruction in self._take() for reply in self._carry_out(instruction, wire_s)
        ]

    # Packets in

    def _take(self) -> Iterator[Instruction]:
        """Take whole instructions out of what was received; noise and damage are skipped."""
        received = self._received
        while True:
            start = received.find(HEADER)
            if start < 0:
                del received[: len(received) - received.endswith(HEADER[:1])]
                return
            del received[:start]
            while received[2:3] == HEADER[:1]:  # a third FF: the header starts later
                del received[0]
            if len(received) < OVERHEAD or len(received) < received[3] + 4:
                return
            end = received[3] + 4
            body = bytes(received[2 : end - 1])
            if end < OVERHEAD or received[end - 1] != checksum(body):
                del received[: len(HEADER)]
                continue
            del received[:end]
            yield Instruction(body[0], body[2], body[3:])

    # Packets out

    def _carry_out(self, instruction: Instruction, wire_s: float) -> list[Reply]:
        servo_id, code, parameters = instruction
        if code == _SYNC_READ:
            return self._sync_read(parameters, wire_s)
        if code == _SYNC_WRITE:
            self._sync_write(parameters)
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
        """Everyone obeys; only a ping is answered, one servo after the other."""
        replies: list[Reply] = []
        for servo in sorted(self._hearing(), key=lambda servo: servo.servo_id):
            answer = _answer(servo, servo.servo_id, code, parameters)
            if code == _PING and answer is not None and servo.has_sync_read:
                reply, wire_s = self._reply(servo, servo.servo_id, answer, wire_s)
                replies.append(reply)
        return replies

    def _sync_read(self, parameters: bytes, wire_s: float) -> list[Reply]:
        if len(parameters) < 2:
            return []
        address, size, *servo_ids = parameters
        hearing = {servo.servo_id: servo for servo in self._hearing() if servo.has_sync_read}
        replies: list[Reply] = []
        for servo_id in servo_ids:
            servo = hearing.get(servo_id)
            if servo is None:
                if not self.faults.skip_silent:
                    break
                wire_s += _SILENT_SLOT_S
                continue
            packet = encode_packet(servo_id, servo.error, servo.read(address, size))
            reply, wire_s = self._reply(servo, servo_id, packet, wire_s)
            replies.append(reply)
        return sorted(replies, key=lambda reply: reply.delay_s)

    def _sync_write(self, parameters: bytes) -> None:
        if len(parameters) < 2:
            return
        address, size = parameters[:2]
        hearing = {servo.servo_id: servo for servo in self._hearing()}
        for start in range(2, len(parameters) - size, size + 1):
            servo = hearing.get(parameters[start])
            if servo is not None:
                servo.write(address, parameters[start + 1 : start + 1 + size])


def _answer(servo: SimulatedServo, servo_id: int, code: int, parameters: bytes) -> bytes | None:
    """Do what one servo was told; its status packet, or None if it gives none.

    ``servo_id`` is the one that was called: a servo acknowledges a new id under the old one.
    """
    if code == _PING:
        return encode_packet(servo_id, servo.error)
    if code == _READ:
        if len(parameters) != 2:
            return None
        return encode_packet(servo_id, servo.error, servo.read(parameters[0], parameters[1]))
    answers = servo.answers_writes
    if code == _WRITE and parameters:
        servo.write(parameters[0], parameters[1:])
    elif code == _REG_WRITE and parameters:
        servo.reg_write(parameters[0], parameters[1:])
    elif code == _ACTION:
        servo.action()
    else:
        return None
    return encode_packet(servo_id, servo.error) if answers else None
