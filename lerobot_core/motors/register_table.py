"""The registers of one servo, whatever its brand: described, read, and changed with care.

A servo is reached over a bus that a session holds, or over a bare link as after a scan. Changing
never moves an arm: goals and torque are not for here, and what is kept without power is changed
only while the servo is limp.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from lerobot_core.errors import (
    BadReply,
    RegisterNotKept,
    RegisterOutOfRange,
    RegisterProtected,
    RegisterValueInvalid,
    ServoAlarm,
    ServoHasTorque,
    ServoNotResponding,
    UnknownChoice,
)
from lerobot_core.motors.brands import brand_of, model_of
from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.dialogue import Reply
from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.motors.register_facts import Change, RegisterInfo
from lerobot_core.motors.scan import Answer
from lerobot_core.serial.link import SerialLink

_TRIES = 3


class ServoAccess(Protocol):
    """One servo's registers in counts, alarms or not. All methods raise PortLost."""

    @property
    def servo_id(self) -> int: ...

    @property
    def model(self) -> str: ...

    def read(self, register: str) -> int | None:
        """None: this servo does not have it. Raises ServoNotResponding, BadReply."""
        ...

    def write(self, register: str, counts: int) -> None:
        """Whether it was taken shows when it is read back."""
        ...


class LinkedServo:
    """A servo on a link that is set to its baud rate."""

    def __init__(self, link: SerialLink, servo_id: int, model: str) -> None:
        """Raises UnknownChoice: there is no such model."""
        self._model = model_of(model)
        self._dialogue = brand_of(model).dialogue
        self._link = link
        self.servo_id = servo_id
        self.model = model

    def read(self, register: str) -> int | None:
        place = self._model.registers[register]
        reply = self._ask(
            lambda: self._dialogue.read(self._link, self.servo_id, place.address, place.size)
        )
        return decode_register(place, reply.data, self._model.byte_order) if reply.data else None

    def write(self, register: str, counts: int) -> None:
        place = self._model.registers[register]
        data = encode_register(place, counts, self._model.byte_order)
        self._dialogue.write(self._link, self.servo_id, place.address, data)

    def _ask(self, exchange: Callable[[], Reply]) -> Reply:
        for _ in range(_TRIES):
            reply = exchange()
            if reply.answer is Answer.WHOLE:
                return reply
        if reply.answer is Answer.SILENCE:
            raise ServoNotResponding(servo_id=self.servo_id)
        raise BadReply(servo_id=self.servo_id)


class BusServo:
    """A servo of a bus that is connected, by its joint's name."""

    def __init__(self, bus: MotorsBus, joint: str) -> None:
        self._bus = bus
        self._joint = joint
        self.servo_id = bus.motors[joint].id
        self.model = bus.motors[joint].model

    def read(self, register: str) -> int | None:
        # A sync read takes no notice of alarms: the registers of such a servo are of interest.
        values = self._bus.sync_read(
            register, [self._joint], normalize=False, num_retry=_TRIES - 1, allow_missing=True
        )
        if self._joint not in values:
            raise ServoNotResponding(servo_id=self.servo_id)
        return int(values[self._joint])

    def write(self, register: str, counts: int) -> None:
        # Neither says for sure that the value was not taken: reading it back will tell.
        with suppress(ServoAlarm, RegisterValueInvalid):
            self._bus.write(register, self._joint, counts, normalize=False, num_retry=_TRIES - 1)


def describe(model: str) -> tuple[RegisterInfo, ...]:
    """All registers, in the order of their addresses. Raises UnknownChoice."""
    registers = brand_of(model).registers(model)
    return tuple(sorted(registers, key=lambda info: info.place.address))


def describe_one(model: str, register: str) -> RegisterInfo:
    """Raises UnknownChoice: there is no such model, or it has no such register."""
    infos = {info.name: info for info in describe(model)}
    if register not in infos:
        raise UnknownChoice(kind=register, known=", ".join(infos))
    return infos[register]


def read_all(servo: ServoAccess) -> dict[str, int]:
    """Register → counts; what the servo does not have is left out. Takes some tenths of a second.

    Raises:
        ServoNotResponding, BadReply, PortLost.
    """
    values = ((info.name, servo.read(info.name)) for info in describe(servo.model))
    return {name: value for name, value in values if value is not None}


def write_checked(servo: ServoAccess, register: str, counts: int) -> None:
    """Change one register and read it back.

    Raises:
        UnknownChoice: the model has no such register.
        RegisterProtected: it is not changed here, or never.
        RegisterOutOfRange: it cannot have this value.
        ServoHasTorque: it is kept without power, and the servo is not limp.
        RegisterNotKept: it reads otherwise after the change.
        ServoNotResponding, BadReply, PortLost.
    """
    info = describe_one(servo.model, register)
    check_change(info, servo.servo_id, counts)
    if info.change is Change.TORQUE_OFF:
        require_limp(servo, register)
    with unlocked(servo, needed=info.is_kept):
        put(servo, register, counts)


def check_change(info: RegisterInfo, servo_id: int, counts: int) -> None:
    """Raises RegisterProtected, RegisterOutOfRange."""
    if info.change in (Change.NEVER, Change.ELSEWHERE):
        raise RegisterProtected(register=info.name, servo_id=servo_id)
    if not info.takes(counts):
        choices = ", ".join(f"{count} ({words})" for count, words in info.choices.items())
        raise RegisterOutOfRange(
            register=info.name,
            servo_id=servo_id,
            value=counts,
            possible=choices or f"{info.low} – {info.high}",
        )


def require_limp(servo: ServoAccess, register: str) -> None:
    """Raises ServoHasTorque."""
    if servo.read("Torque_Enable") != 0:
        raise ServoHasTorque(servo_id=servo.servo_id, register=register)


@contextmanager
def unlocked(servo: ServoAccess, *, needed: bool = True) -> Iterator[None]:
    """Where the model locks its EEPROM: open within the block, then as it was.

    Raises:
        RegisterNotKept: it cannot be opened, or not be closed again.
    """
    has_lock = needed and "Lock" in model_of(servo.model).registers
    before = servo.read("Lock") if has_lock else None
    if before is None:
        yield
        return
    put(servo, "Lock", 0)
    try:
        yield
    finally:
        put(servo, "Lock", before)


def put(servo: ServoAccess, register: str, counts: int) -> None:
    """Write until it reads as written. Raises RegisterNotKept."""
    for _ in range(_TRIES):
        try:
            servo.write(register, counts)
        except (ServoNotResponding, BadReply):
            continue  # the acknowledgement was lost, perhaps; the reading tells
        if servo.read(register) == counts:
            return
    raise RegisterNotKept(servo_id=servo.servo_id, register=register, value=counts)
