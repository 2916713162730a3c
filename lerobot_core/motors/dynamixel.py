"""A bus of Dynamixel servos of the X series, by the names of their joints and registers."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import ceil

from lerobot_core.errors import (
    BadReply,
    RegisterValueInvalid,
    ServoNotResponding,
    ServoRefused,
    ServosMissing,
    WrongServoModel,
)
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.codec import RegisterCodec
from lerobot_core.motors.dynamixel_tables import (
    DRIVES,
    DYNAMIXEL_MODELS,
    DYNAMIXEL_VOLTS,
    WATCHDOG_S,
    X_SERIES,
)
from lerobot_core.motors.dynamixel_wire import DynamixelWire
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.serial_bus import RETRIES, SerialBus
from lerobot_core.motors.tables import Register
from lerobot_core.motors.wire import Refused
from lerobot_core.serial.link import SerialLink
from lerobot_core.types import ServoReading

_LONGEST_WATCHDOG = 127  # counts
_INVERTED = 0x01
"""The bit of Drive_Mode that turns a joint round. Others would let a goal switch torque on, or
read profiles as times."""


class DynamixelMotorsBus(SerialBus[DynamixelWire]):
    """Drive modes are the servos' own business here: positions are never turned round twice.

    After its watchdog has fired, a servo finds every goal out of range.
    """

    def _make_codec(self) -> RegisterCodec:
        return RegisterCodec(self.motors, DYNAMIXEL_MODELS, turns_round=False)

    def _make_wire(self, link: SerialLink, clock: Callable[[], float]) -> DynamixelWire:
        return DynamixelWire(link, clock)

    # Who is there

    def _shake_hands(self) -> None:
        missing: list[str] = []
        for name, motor in self.motors.items():
            try:
                found = self.ping(name, num_retry=RETRIES)
            except (ServoNotResponding, BadReply):
                missing.append(f"Servo {motor.id} ({name})")
                continue
            if found != DYNAMIXEL_MODELS[motor.model].number:
                raise WrongServoModel(
                    servo_id=motor.id,
                    device=self.port,
                    found=_model_name(found),
                    expected=motor.model,
                )
        if missing:
            raise ServosMissing(missing=", ".join(missing), device=self.port)

    def ping(self, motor: str, *, num_retry: int = 0) -> int:
        """The servo's model number. Raises ServoNotResponding, BadReply."""
        return self._wire.ping(self.motors[motor].id, num_retry)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of every servo on the wire, whether expected or not."""
        return self._wire.broadcast_ping()

    def reboot(self, motor: str) -> None:
        """Start one servo afresh: limp, alarms forgotten. It is silent for a moment after.

        Raises:
            ServoNotResponding, BadReply, ServoRefused.
        """
        try:
            self._wire.reboot(self.motors[motor].id)
        except Refused as error:
            raise self._refusal(error, motor, "a restart") from error

    # How servos are

    def _state_place(self) -> Register:
        return Register(126, 21)  # Present_Current to Present_Temperature in one piece

    def _servo_reading(self, name: str, place: Register, data: bytes) -> ServoReading:
        """``load_percent`` is the current, as a share of the highest the model may be given."""
        drive = DRIVES[self.motors[name].model]

        def value(register: str) -> int:
            found = X_SERIES[register]
            begin = found.address - place.address
            return decode_register(found, data[begin : begin + found.size], "little")

        current = value("Present_Current")
        return ServoReading(
            load_percent=current / drive.full_load * 100,
            volts=value("Present_Input_Voltage") * DYNAMIXEL_VOLTS,
            celsius=value("Present_Temperature"),
            current_ma=abs(current) * (drive.current_ma or 0.0),
        )

    # Torque

    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque on, read back. The servo pulls towards its goal at once: set that first.

        Raises:
            ServoNotResponding, BadReply, ServoAlarm, ServoRefused: some may have torque by then.
        """
        names = self._names(motors)
        for name in names:
            self.write("Torque_Enable", name, 1, num_retry=num_retry)
        torque = self.sync_read("Torque_Enable", names, num_retry=num_retry)
        for name in names:
            if torque[name] != 1:
                raise ServoRefused(
                    joint=name,
                    servo_id=self.motors[name].id,
                    what="torque",
                    reason="it stayed off",
                )

    def _release(self, name: str, num_retry: int) -> None:
        with suppress(Refused):  # one that has shut itself down takes nothing, and is limp
            self._write_despite_alarm("Torque_Enable", name, 0, num_retry)

    # The bus watchdog: a servo that hears nothing for a while stops by itself

    def start_watchdog(self, seconds: float) -> None:
        """Servos with torque stop where they are after ``seconds`` (up to 2.5) without a packet.

        Whatever the watchdog did before is forgotten.

        Raises:
            ValueError: no time that it can be set to. And what ``write`` raises.
        """
        counts = ceil(seconds / WATCHDOG_S)
        if not 1 <= counts <= _LONGEST_WATCHDOG:
            raise ValueError(f"a watchdog of {seconds} s is not possible")
        self.stop_watchdog()
        for name in self.motors:
            self.write("Bus_Watchdog", name, counts, num_retry=RETRIES)

    def stop_watchdog(self) -> None:
        """Switch it off; one that has fired takes goals again. Raises what ``write`` raises."""
        for name in self.motors:
            self.write("Bus_Watchdog", name, 0, num_retry=RETRIES)

    # Configuration and calibration: torque must be off, which also opens the EEPROM

    def configure_motors(self) -> None:
        """Answer without delay; and nothing but Torque_Enable switches torque on."""
        for name in self.motors:
            self._write_if_different("Return_Delay_Time", name, 0)
            drive_mode = int(self.read("Drive_Mode", name, num_retry=RETRIES))
            self._write_if_different("Drive_Mode", name, drive_mode & _INVERTED)

    def set_operating_mode(self, motor: str, mode: int) -> None:
        """Raises RegisterValueInvalid if the model has no such mode, and what ``write`` raises."""
        if mode not in DRIVES[self.motors[motor].model].modes:
            raise RegisterValueInvalid(
                value=str(mode), register="Operating_Mode", servo_id=self.motors[motor].id
            )
        self._write_if_different("Operating_Mode", motor, mode)

    def read_calibration(self) -> dict[str, MotorCalibration]:
        """What the servos themselves hold."""
        offsets = self.sync_read("Homing_Offset", num_retry=RETRIES)
        lows = self.sync_read("Min_Position_Limit", num_retry=RETRIES)
        highs = self.sync_read("Max_Position_Limit", num_retry=RETRIES)
        modes = self.sync_read("Drive_Mode", num_retry=RETRIES)
        return {
            name: MotorCalibration(
                motor.id,
                int(modes[name]) & _INVERTED,
                int(offsets[name]),
                int(lows[name]),
                int(highs[name]),
            )
            for name, motor in self.motors.items()
        }

    def write_calibration(self, calibration: Mapping[str, MotorCalibration]) -> None:
        """Torque off, then the values into the EEPROM; used for user units from now on.

        Torque goes off first because a new offset moves every goal, and because the servos
        refuse these registers otherwise.
        """
        self.disable_torque(calibration, num_retry=RETRIES)
        for name, motor in calibration.items():
            for register, value in (
                ("Drive_Mode", motor.drive_mode),
                ("Homing_Offset", motor.homing_offset),
                ("Min_Position_Limit", motor.range_min),
                ("Max_Position_Limit", motor.range_max),
            ):
                self._write_if_different(register, name, value)
        self.calibration = dict(calibration)

    @property
    def is_calibrated(self) -> bool:
        """The servos hold exactly ``calibration``. Asks them."""
        return bool(self.calibration) and self.read_calibration() == self.calibration


def _model_name(number: int) -> str:
    names = {model.number: name for name, model in DYNAMIXEL_MODELS.items()}
    return names.get(number, f"number {number}")
