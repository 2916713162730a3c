"""A chain of simulated servos on one wire: bytes in, bytes out, each with its time on the wire."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from lerobot_core.motors.packets import BROADCAST_ID, HEADER, OVERHEAD, checksum, encode_packet
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.sim.faults import Faults
from lerobot_core.sim.servo import SimulatedServo

_PING, _READ, _WRITE, _REG_WRITE, _ACTION = 0x01, 0x02, 0x03, 0x04, 0x05
_SYNC_READ, _SYNC_WRITE = 0x82, 0x83

_SILENT_SLOT_S = 0.0005  # how long a servo waits for a silent one before it (an estimate)
_TORN_PACKET_S = 0.01  # an instruction with a pause as long as this in it is forgotten


class Reply(NamedTuple):
    """Bytes that a servo sends, and when the last of them has arrived."""

    delay_s: float  # after the instruction was handed over, its own time on the wire included
    data: bytes


class Instruction(NamedTuple):
    """A packet from the host that passed its checksum."""

    servo_id: int
    code: int
    parameters: bytes


class ServoChain:
    """Servos in the order of their cable, the adapter's side first.

    ``baudrate`` is what the host sends with; servos set to another rate hear only noise.
    """

    def __init__(self, servos: Sequence[SimulatedServo]) -> None:
        self.servos = list(servos)
        self.baudrate = DEFAULT_BAUDRATE
        self.faults = Faults()
        self._received = bytearray()
        self._quiet_s = 0.0

    # Bytes

    def receive(self, data: bytes) -> list[Reply]:
        """Hand over what the host sent; packets may come in pieces. Returns what comes back."""
        self._apply_faults()
        self._quiet_s = 0.0
        self._received += data
        wire_s = len(data) * self._byte_s
        return [
            reply for instruction in self._take() for reply in self._carry_out(instruction, wire_s)
        ]

    def advance(self, seconds: float) -> None:
        """Let time pass for all servos."""
        self._apply_faults()
        self._quiet_s += seconds
        if self._quiet_s >= _TORN_PACKET_S:
            self._received.clear()
        for servo in self.servos:
            servo.advance(seconds)

    # Power and memory

    def power_cycle(self) -> None:
        """Switch the supply off and on: RAM is fresh, EEPROM as it was kept."""
        for servo in self.servos:
            servo.power_off()
            servo.power_on()

    def snapshot(self) -> dict[str, Any]:
        """The EEPROMs, for a JSON file."""
        return {"eeprom": [servo.memory.kept.hex() for servo in self.servos]}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Take EEPROMs back and power up. Raises ValueError if they are not of this chain."""
        memories = snapshot.get("eeprom")
        if not isinstance(memories, list) or len(memories) != len(self.servos):
            raise ValueError("the memory is not of this chain")
        for servo, memory in zip(self.servos, memories, strict=True):
            servo.restore(bytes.fromhex(memory))

    def servo(self, servo_id: int) -> SimulatedServo:
        """The first servo with this id. Raises KeyError."""
        for servo in self.servos:
            if servo.servo_id == servo_id:
                return servo
        raise KeyError(servo_id)

    def _apply_faults(self) -> None:
        faults = self.faults
        behind_cut = False
        for servo in self.servos:
            servo_id = servo.servo_id
            behind_cut = behind_cut or servo_id == faults.cut_before
            if behind_cut or servo_id in faults.unplugged:
                servo.power_off()
                continue
            servo.power_on()
            servo.supply_volts = faults.volts
            servo.protection.forced_overload = servo_id in faults.overloaded
            servo.protection.forced_celsius = faults.celsius.get(servo_id)

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

    @property
    def _byte_s(self) -> float:
        return 10 / self.baudrate  # eight bits, a start and a stop bit

    def _hearing(self) -> list[SimulatedServo]:
        return [
            servo for servo in self.servos if servo.is_powered and servo.baudrate == self.baudrate
        ]

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
        if not answers:
            return []
        # Servos with the same id talk at once; on the wire a 0 wins over a 1.
        data = reduce(_collide, (answer for _, answer in answers))
        return [self._reply(answers[0][0], servo_id, data, wire_s)[0]]

    def _broadcast(self, code: int, parameters: bytes, wire_s: float) -> list[Reply]:
        """Everyone obeys; only a ping is answered, one servo after the other."""
        replies: list[Reply] = []
        for servo in sorted(self._hearing(), key=lambda servo: servo.servo_id):
            answer = _answer(servo, servo.servo_id, code, parameters)
            if code == _PING and answer is not None:
                reply, wire_s = self._reply(servo, servo.servo_id, answer, wire_s)
                replies.append(reply)
        return replies

    def _sync_read(self, parameters: bytes, wire_s: float) -> list[Reply]:
        if len(parameters) < 2:
            return []
        address, size, *servo_ids = parameters
        hearing = {servo.servo_id: servo for servo in self._hearing()}
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

    def _reply(
        self, servo: SimulatedServo, servo_id: int, packet: bytes, wire_s: float
    ) -> tuple[Reply, float]:
        """The reply, and when the wire is free again."""
        free_s = wire_s + servo.return_delay_s + len(packet) * self._byte_s
        faults = self.faults
        late_s = faults.extra_delay_s + faults.delayed.get(servo_id, 0.0)
        return Reply(free_s + late_s, faults.corrupt(packet)), free_s


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


def _collide(first: bytes, second: bytes) -> bytes:
    both = bytes(a & b for a, b in zip(first, second, strict=False))
    longer = first if len(first) > len(second) else second
    return both + longer[len(both) :]
