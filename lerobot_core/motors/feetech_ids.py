"""Giving a Feetech servo another id and baud rate, each write read back."""

from lerobot_core.errors import Facts
from lerobot_core.motors.encoding import encode_register
from lerobot_core.motors.feetech_exchange import READ, WRITE, ask
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.scan import Answer, FoundServo
from lerobot_core.motors.tables import BAUD_CODES, MODELS, ServoModel
from lerobot_core.serial.link import SerialLink

_TRIES = 3


class FeetechIds:
    """An ``id_setup.IdWriter`` for the STS, SMS and SCS series."""

    def assign(
        self, link: SerialLink, servo: FoundServo, servo_id: int, baudrate: int
    ) -> Finding | None:
        """Torque off, id, baud rate, EEPROM locked again. None: the servo kept it all.

        Otherwise the finding names the register that it did not keep; nothing is written after
        that one. The link is left at ``baudrate``.
        """
        model = MODELS[servo.model or "sts_series"]
        code = BAUD_CODES[baudrate]
        link.set_baudrate(servo.baudrate)
        try:
            failed = (
                # Unlocked is read back as well: a locked servo takes an id and loses it again.
                _write(link, model, servo.id, "Torque_Enable", 0)
                or _write(link, model, servo.id, "Lock", 0)
                or _write(link, model, servo.id, "ID", servo_id, answers_as=servo_id)
                or _write_baudrate(link, model, servo_id, code, baudrate)
                or _write(link, model, servo_id, "Lock", 1)
            )
        finally:
            link.set_baudrate(baudrate)
        return failed


def _write_baudrate(
    link: SerialLink, model: ServoModel, servo_id: int, code: int, baudrate: int
) -> Finding | None:
    before = link.baudrate
    for _ in range(_TRIES):
        link.set_baudrate(before)
        _send(link, model, servo_id, "Baud_Rate", code)
        link.set_baudrate(baudrate)  # whether the acknowledgement comes at the old rate or not
        if _read(link, model, servo_id, "Baud_Rate") == code:
            return None
    return _not_kept(servo_id, "Baud_Rate", code)


def _write(
    link: SerialLink,
    model: ServoModel,
    servo_id: int,
    register: str,
    value: int,
    *,
    answers_as: int | None = None,
) -> Finding | None:
    """Write, and read back from ``answers_as`` where the write changes the id.

    A value that is there already is written as well: written to a locked servo earlier, it would
    be gone after the next power cycle.
    """
    reader = servo_id if answers_as is None else answers_as
    for _ in range(_TRIES):
        _send(link, model, servo_id, register, value)
        if _read(link, model, reader, register) == value:
            return None
    return _not_kept(servo_id, register, value)


def _send(link: SerialLink, model: ServoModel, servo_id: int, register: str, value: int) -> None:
    place = model.registers[register]
    data = encode_register(place, value, model.byte_order)
    ask(link, servo_id, WRITE, bytes((place.address,)) + data, 0)


def _read(link: SerialLink, model: ServoModel, servo_id: int, register: str) -> int | None:
    """A register of one byte; None where the servo does not tell."""
    place = model.registers[register]
    for _ in range(_TRIES):
        answer, data = ask(link, servo_id, READ, bytes((place.address, place.size)), place.size)
        if answer is Answer.WHOLE:
            return data[0]
    return None


def _not_kept(servo_id: int, register: str, value: int) -> Finding:
    facts: Facts = {"servo_id": servo_id, "register": register, "value": value}
    return Finding("setup_not_kept", facts, (servo_id,))
