"""Giving a servo of any brand another id and baud rate, each write read back."""

from collections.abc import Mapping

from lerobot_core.errors import Facts
from lerobot_core.motors.dialogue import Dialogue
from lerobot_core.motors.encoding import encode_register
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import Answer, FoundServo
from lerobot_core.motors.tables import ServoModel
from lerobot_core.serial.link import SerialLink

_TRIES = 3


class IdWriter:
    """Writes ids in one brand's packets.

    Args:
        models: The brand's, by name. Where one has a Lock register, its EEPROM keeps only what
            is written while that is 0.
        baud_codes: Baud rate → value of the Baud_Rate register.
    """

    def __init__(
        self, dialogue: Dialogue, models: Mapping[str, ServoModel], baud_codes: Mapping[int, int]
    ) -> None:
        self._dialogue = dialogue
        self._models = models
        self._baud_codes = baud_codes

    def assign(
        self, link: SerialLink, servo: FoundServo, servo_id: int, baudrate: int
    ) -> Finding | None:
        """Torque off, id, baud rate, EEPROM locked again. None: the servo kept it all.

        Otherwise the finding names the register that it did not keep; nothing is written after
        that one. The link is left at ``baudrate``.

        Raises:
            PortLost: the adapter is gone.
            ValueError: the servo's model is not known, or the brand has no such baud rate.
        """
        if servo.model is None or baudrate not in self._baud_codes:
            raise ValueError(f"{servo} cannot be set to {baudrate} baud")
        memory = _Memory(self._dialogue, link, self._models[servo.model])
        code = self._baud_codes[baudrate]
        link.set_baudrate(servo.baudrate)
        try:
            return (
                # Unlocked is read back as well: a locked servo takes an id and loses it again.
                memory.put(servo.id, "Torque_Enable", 0)
                or memory.put_if_there(servo.id, "Lock", 0)
                or memory.put(servo.id, "ID", servo_id, answers_as=servo_id)
                or memory.put_baudrate(servo_id, code, baudrate)
                or memory.put_if_there(servo_id, "Lock", 1)
            )
        finally:
            link.set_baudrate(baudrate)


class _Memory:
    """Registers of one byte, on one wire."""

    def __init__(self, dialogue: Dialogue, link: SerialLink, model: ServoModel) -> None:
        self._dialogue = dialogue
        self._link = link
        self._model = model

    def put(
        self, servo_id: int, register: str, value: int, *, answers_as: int | None = None
    ) -> Finding | None:
        """Write, and read back from ``answers_as`` where the write changes the id.

        A value that is there already is written as well: written to a locked servo earlier, it
        would be gone after the next power cycle.
        """
        reader = servo_id if answers_as is None else answers_as
        for _ in range(_TRIES):
            self._send(servo_id, register, value)
            if self._read(reader, register) == value:
                return None
        return _not_kept(servo_id, register, value)

    def put_if_there(self, servo_id: int, register: str, value: int) -> Finding | None:
        return self.put(servo_id, register, value) if register in self._model.registers else None

    def put_baudrate(self, servo_id: int, code: int, baudrate: int) -> Finding | None:
        before = self._link.baudrate
        for _ in range(_TRIES):
            self._link.set_baudrate(before)
            self._send(servo_id, "Baud_Rate", code)
            # Whether the acknowledgement comes at the old rate or not.
            self._link.set_baudrate(baudrate)
            if self._read(servo_id, "Baud_Rate") == code:
                return None
        return _not_kept(servo_id, "Baud_Rate", code)

    def _send(self, servo_id: int, register: str, value: int) -> None:
        place = self._model.registers[register]
        data = encode_register(place, value, self._model.byte_order)
        self._dialogue.write(self._link, servo_id, place.address, data)

    def _read(self, servo_id: int, register: str) -> int | None:
        """None where the servo does not tell."""
        place = self._model.registers[register]
        for _ in range(_TRIES):
            reply = self._dialogue.read(self._link, servo_id, place.address, place.size)
            if reply.answer is Answer.WHOLE and reply.data:
                return reply.data[0]
        return None


def _not_kept(servo_id: int, register: str, value: int) -> Finding:
    facts: Facts = {"servo_id": servo_id, "register": register, "value": value}
    return Finding("setup_not_kept", facts, (servo_id,))
