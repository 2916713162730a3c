"""Values of named registers to bytes and back, each joint in the unit it is spoken of in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lerobot_core.errors import CalibrationMissing, RegisterValueInvalid
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.motors.normalisation import to_raw, to_user
from lerobot_core.motors.tables import MODELS, Register, ServoModel

NORMALISED = ("Goal_Position", "Present_Position")
"""The registers that are ever normalised. All others are whole numbers."""

Calibration = Mapping[str, MotorCalibration]


class RegisterCodec:
    """For the motors of one bus. Without a ``calibration``, values are raw counts.

    ``turns_round`` is False where drive modes are the servos' own business.
    """

    def __init__(
        self,
        motors: Mapping[str, Motor],
        models: Mapping[str, ServoModel] = MODELS,
        *,
        turns_round: bool = True,
    ) -> None:
        self._motors = motors
        self._models = models
        self._turns_round = turns_round

    def place(self, register: str, names: Iterable[str], *, writing: bool = False) -> Register:
        """Where the register is in all of these servos.

        Raises:
            ValueError: not at the same place in all of them, or it can only be read.
        """
        places = {self._models[self._motors[name].model].registers[register] for name in names}
        if len(places) != 1:
            raise ValueError(f"{register} is not at one place in all of {list(names)}")
        place = places.pop()
        if writing and not place.writable:
            raise ValueError(f"{register} can only be read")
        return place

    def decode(
        self, register: str, name: str, data: bytes, calibration: Calibration | None
    ) -> float:
        """Raises CalibrationMissing."""
        motor = self._motors[name]
        model = self._models[motor.model]
        raw = decode_register(model.registers[register], data, model.byte_order)
        if calibration is None or register not in NORMALISED:
            return raw
        return to_user(raw, self._find(calibration, name), motor.norm_mode, model.resolution)

    def encode(
        self, register: str, name: str, value: float, calibration: Calibration | None
    ) -> bytes:
        """Raises RegisterValueInvalid, CalibrationMissing."""
        motor = self._motors[name]
        model = self._models[motor.model]
        try:
            if calibration is None or register not in NORMALISED:
                raw = int(value)
            else:
                found = self._find(calibration, name)
                raw = to_raw(value, found, motor.norm_mode, model.resolution)
            return encode_register(model.registers[register], raw, model.byte_order)
        except (ValueError, OverflowError) as error:
            raise RegisterValueInvalid(
                value=str(value), register=register, servo_id=motor.id
            ) from error

    def _find(self, calibration: Calibration, name: str) -> MotorCalibration:
        try:
            found = calibration[name]
        except KeyError as error:
            device = f"{name} (servo {self._motors[name].id})"
            raise CalibrationMissing(device=device) from error
        if self._turns_round or not found.drive_mode:
            return found
        return replace(found, drive_mode=0)
