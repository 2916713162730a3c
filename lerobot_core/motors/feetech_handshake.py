"""Whether the servos on a wire are those that a bus was made for."""

from collections.abc import Mapping

from lerobot_core.errors import (
    BadReply,
    FirmwareMixed,
    ServoNotResponding,
    ServosMissing,
    WrongServoModel,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_wire import FeetechWire
from lerobot_core.motors.tables import MODELS, Register, ServoModel

_RETRIES = 2  # a disturbed packet must not send anyone after a cable
_FIRMWARE = Register(0, 2)  # major and minor version, in every series


def shake_hands(wire: FeetechWire, motors: Mapping[str, Motor], port: str) -> None:
    """Check what everything after it takes for granted, and nothing checks again:

    - Every id of ``motors`` is there, once, and answers at the rate of the wire. Servos that
      share an id look like one that sends damaged replies.
    - Every servo is of its motor's model, so registers, byte order and resolution are those of
      the tables. A series name stands for models that nobody has listed.
    - All have the same firmware, major and minor. What the tables do not say depends on it:
      which of the upper registers exist, and how a servo in a row waits for a silent one.

    Assumed, not checked: nobody else talks on this wire, and the servos answer reads and writes
    (Response_Status_Level 1, as they are delivered).

    Raises:
        ServosMissing, WrongServoModel, FirmwareMixed, PortLost.
    """
    if motors:
        _check_models(wire, motors, port)
        _check_firmware(wire, motors, port)


def read_model_number(wire: FeetechWire, servo_id: int, model: ServoModel) -> int:
    """In the byte order of ``model``. Raises ServoNotResponding, BadReply."""
    register = model.registers["Model_Number"]
    data = wire.read(servo_id, register.address, register.size, _RETRIES, heed_alarm=False)
    return decode_register(register, data, model.byte_order)


def models_of(motors: Mapping[str, Motor]) -> list[ServoModel]:
    return [MODELS[motor.model] for motor in motors.values()]


def _check_models(wire: FeetechWire, motors: Mapping[str, Motor], port: str) -> None:
    missing: list[str] = []
    for name, motor in motors.items():
        model = MODELS[motor.model]
        try:
            wire.ping(motor.id, _RETRIES)
            found = read_model_number(wire, motor.id, model)
        except (ServoNotResponding, BadReply):
            missing.append(f"Servo {motor.id} ({name})")
            continue
        if model.number not in (None, found):
            raise WrongServoModel(
                servo_id=motor.id, device=port, found=_model_name(found), expected=motor.model
            )
    if missing:
        raise ServosMissing(missing=", ".join(missing), device=port)


def _check_firmware(wire: FeetechWire, motors: Mapping[str, Motor], port: str) -> None:
    ids = {motor.id: name for name, motor in motors.items()}
    replies = wire.sync_read(ids, _FIRMWARE.address, _FIRMWARE.size, _RETRIES)
    missing = [
        f"Servo {servo_id} ({name})" for servo_id, name in ids.items() if servo_id not in replies
    ]
    if missing:
        raise ServosMissing(missing=", ".join(missing), device=port)
    who: dict[str, list[int]] = {}
    for servo_id in ids:
        major, minor = replies[servo_id]
        who.setdefault(f"{major}.{minor}", []).append(servo_id)
    if len(who) > 1:
        versions = "; ".join(f"{version} on {_servos(same)}" for version, same in who.items())
        raise FirmwareMixed(device=port, versions=versions)


def _model_name(number: int) -> str:
    """Of a number that may have been read in the other series' byte order."""
    names = {model.number: name for name, model in MODELS.items()}
    swapped = int.from_bytes(number.to_bytes(2, "little"), "big")
    return names.get(number) or names.get(swapped) or f"number {number}"


def _servos(ids: list[int]) -> str:
    return f"{'servo' if len(ids) == 1 else 'servos'} {', '.join(map(str, ids))}"
