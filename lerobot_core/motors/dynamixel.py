"""A bus of Dynamixel servos of the X series, by the names of their joints and registers."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import ceil

from lerobot_core.errors import (
    BadReply,
    DeviceAlreadyConnectedError,
    DeviceError,
    DeviceNotConnectedError,
    RegisterValueInvalid,
    ServoNotResponding,
    ServosMissing,
    TorqueNotOff,
    WrongServoModel,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.codec import RegisterCodec
from lerobot_core.motors.dynamixel_tables import (
    DRIVES,
    DYNAMIXEL_MODELS,
    DYNAMIXEL_VOLTS,
    OUT_OF_RANGE,
    WATCHDOG_S,
    X_SERIES,
    Drive,
    refusal_words,
)
from lerobot_core.motors.dynamixel_wire import DynamixelWire, Refused
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.tables import DEFAULT_BAUDRATE, Register
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.types import ServoReading

_RETRIES = 2  # where no tick waits: a disturbed packet must not send anyone after a cable
_TORQUE_OFF_RETRIES = 5
_LONGEST_WATCHDOG = 127  # counts
_INVERTED = 0x01
"""The bit of Drive_Mode that turns a joint round. Others would let a goal switch torque on, or
read profiles as times."""
_SERVO_STATE = Register(126, 21)  # Present_Current to Present_Temperature in one piece


class DynamixelMotorsBus:
    """Servos on one wire. ``packets`` counts exchanges, retries included, and lost ones.

    Drive modes are the servos' own business here: positions are never turned round a second time.

    Args:
        port: A device path or another address that ``opener`` understands.
        motors: Joint name → servo. The order is that of sync reads.
        calibration: By joint; needed for reading or writing positions in user units.
        opener: Makes the link; takes address and baud rate.
        clock: Monotonic seconds, for the deadlines of replies.
    """

    def __init__(
        self,
        port: str,
        motors: Mapping[str, Motor],
        calibration: Mapping[str, MotorCalibration] | None = None,
        *,
        opener: Callable[[str, int], SerialLink] = open_link,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        ids = [motor.id for motor in motors.values()]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two motors of {port} have the same id: {ids}")
        self.port = port
        self.motors = dict(motors)
        self.calibration = dict(calibration or {})
        self._codec = RegisterCodec(self.motors, DYNAMIXEL_MODELS, turns_round=False)
        self._opener = opener
        self._clock = clock
        self._wire_in_use: DynamixelWire | None = None
        self._packets_before = (0, 0)
        self._lost: Counter[int] = Counter()

    # Lifetime

    @property
    def is_connected(self) -> bool:
        return self._wire_in_use is not None

    @property
    def link(self) -> SerialLink:
        return self._wire.link

    @property
    def packets(self) -> tuple[int, int]:
        """Exchanges since the bus was made, and how many of them were lost or damaged."""
        wire, (exchanges, lost) = self._wire_in_use, self._packets_before
        return (exchanges + wire.exchanges, lost + wire.lost) if wire else (exchanges, lost)

    @property
    def lost_by_motor(self) -> Mapping[str, int]:
        """How often each servo was asked in vain since the bus was made."""
        return {name: self._lost[motor.id] for name, motor in self.motors.items()}

    def connect(self, handshake: bool = True) -> None:
        """Open the port and, unless told not to, check that every servo is there. Moves nothing.

        Raises:
            DeviceAlreadyConnectedError, ServosMissing, WrongServoModel, and what opening raises.
        """
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self.port)
        link = self._opener(self.port, DEFAULT_BAUDRATE)
        self._wire_in_use = DynamixelWire(link, self._clock, self._lost)
        try:
            if handshake:
                self._handshake()
        except BaseException:
            self._close()
            raise

    def disconnect(self, disable_torque: bool = True) -> None:
        """Close the port, whatever happens to the torque before. Raises what torque-off raises."""
        try:
            if disable_torque:
                self.disable_torque(num_retry=_TORQUE_OFF_RETRIES)
        finally:
            self._close()

    def _close(self) -> None:
        wire, self._wire_in_use = self._wire_in_use, None
        if wire is not None:
            exchanges, lost = self._packets_before
            self._packets_before = exchanges + wire.exchanges, lost + wire.lost
            wire.link.close()

    def _handshake(self) -> None:
        missing: list[str] = []
        for name, motor in self.motors.items():
            try:
                found = self.ping(name, num_retry=_RETRIES)
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

    # Who is there

    def ping(self, motor: str, *, num_retry: int = 0) -> int:
        """The servo's model number. Raises ServoNotResponding, BadReply."""
        return self._wire.ping(self.motors[motor].id, num_retry)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of every servo on the wire, whether expected or not."""
        return self._wire.broadcast_ping()

    def reboot(self, motor: str) -> None:
        """Start one servo afresh: limp, alarms forgotten. It is silent for a moment after.

        Raises:
            ServoNotResponding, BadReply.
            DeviceError: it refuses.
        """
        try:
            self._wire.reboot(self.motors[motor].id)
        except Refused as error:
            raise self._refusal(error, motor, "a restart") from error

    # Registers

    def read(
        self, register: str, motor: str, *, normalize: bool = True, num_retry: int = 0
    ) -> float:
        """One register of one servo; a whole number unless it is a position in user units.

        Raises:
            ServoNotResponding, BadReply: after ``num_retry`` more tries.
            ServoAlarm: the servo answered, and reports a failure.
            DeviceError: it refuses, as a model without this register does.
            CalibrationMissing: ``normalize`` without a calibration for this motor.
        """
        place = self._codec.place(register, (motor,))
        try:
            data = self._wire.read(self.motors[motor].id, place.address, place.size, num_retry)
        except Refused as error:
            raise self._refusal(error, motor, register) from error
        return self._codec.decode(register, motor, data, self._units(normalize))

    def write(
        self,
        register: str,
        motor: str,
        value: float,
        *,
        normalize: bool = True,
        num_retry: int = 0,
    ) -> None:
        """
        Raises:
            RegisterValueInvalid: ``value`` does not fit, or the servo finds it out of range; so
                it does with every goal after its bus watchdog has fired.
            DeviceError: it does not take this register now, as the EEPROM under torque.
            ServoNotResponding, BadReply, ServoAlarm, CalibrationMissing: as ``read`` does.
        """
        place = self._codec.place(register, (motor,), writing=True)
        data = self._codec.encode(register, motor, value, self._units(normalize))
        servo_id = self.motors[motor].id
        try:
            self._wire.write(servo_id, place.address, data, num_retry)
        except Refused as error:
            if error.error not in OUT_OF_RANGE:
                raise self._refusal(error, motor, register) from error
            raise RegisterValueInvalid(
                value=str(value), register=register, servo_id=servo_id
            ) from error

    def sync_read(
        self,
        register: str,
        motors: Iterable[str] | None = None,
        *,
        normalize: bool = True,
        num_retry: int = 0,
        allow_missing: bool = False,
        within_s: float | None = None,
    ) -> dict[str, float]:
        """One register of several servos (default: all) in one exchange.

        Error bytes are not looked at. ``allow_missing`` leaves silent servos out. ``within_s``
        takes the place of ``num_retry``: who was not heard is asked again while there is time.

        Raises:
            ServoNotResponding: of the first silent servo, unless ``allow_missing``.
        """
        names = self._names(motors)
        if not names:
            return {}
        place = self._codec.place(register, names)
        replies = self._sync_read(place, names, num_retry, within_s)
        if not allow_missing:
            self._require_all(names, replies)
        units = self._units(normalize)
        return {
            name: self._codec.decode(register, name, data, units) for name, data in replies.items()
        }

    def request(self, register: str, motors: Iterable[str] | None = None) -> None:
        """Announce the next ``sync_read``."""
        self._codec.place(register, self._names(motors))

    def sync_write(
        self, register: str, values: Mapping[str, float], *, normalize: bool = True
    ) -> None:
        """One register of several servos in one packet, which no servo answers.

        Raises:
            RegisterValueInvalid: one of the values does not fit. Nothing was sent.
        """
        if not values:
            return
        place = self._codec.place(register, values, writing=True)
        units = self._units(normalize)
        data = {
            self.motors[name].id: self._codec.encode(register, name, value, units)
            for name, value in values.items()
        }
        self._wire.sync_write(place.address, place.size, data)

    def read_servos(self, motors: Iterable[str] | None = None) -> dict[str, ServoReading]:
        """How the servos are, in one exchange. Silent ones are left out."""
        replies = self._sync_read(_SERVO_STATE, self._names(motors), num_retry=0)
        return {
            name: _servo_reading(data, DRIVES[self.motors[name].model])
            for name, data in replies.items()
        }

    # Torque

    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque on, read back. The servo pulls towards its goal at once: set that first.

        Raises:
            ServoNotResponding, BadReply, ServoAlarm: some servos may have torque by then.
            DeviceError: so they may; one stayed limp.
        """
        names = self._names(motors)
        for name in names:
            self.write("Torque_Enable", name, 1, num_retry=num_retry)
        torque = self.sync_read("Torque_Enable", names, num_retry=num_retry)
        for name in names:
            if torque[name] != 1:
                raise DeviceError(what=f"the torque of servo {self.motors[name].id} stayed off.")

    def disable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque off on every servo that can be reached, which also opens the EEPROM.

        Raises:
            PortLost: at once. ServoNotResponding, BadReply: the first one, after all were told.
        """
        names = self._names(motors)
        # One packet for all: nobody stays stiff while a silent servo is asked again and again.
        self.sync_write("Torque_Enable", dict.fromkeys(names, 0))
        place = X_SERIES["Torque_Enable"]
        first_failure: DeviceError | None = None
        for name in names:
            servo_id = self.motors[name].id
            try:
                # An alarm is no reason to stop: overloaded servos are those to be released.
                self._wire.write(servo_id, place.address, b"\0", num_retry, heed_alarm=False)
            except Refused:  # one that has shut itself down takes nothing, and is limp
                continue
            except (ServoNotResponding, BadReply) as error:
                first_failure = first_failure or error
        if first_failure is not None:
            raise first_failure

    def confirm_torque_off(self, motors: Iterable[str] | None = None) -> None:
        """Switch torque off and read it back.

        Raises:
            TorqueNotOff: naming the servos that did not confirm it.
            PortLost: nobody can say.
        """
        names = self._names(motors)
        with suppress(ServoNotResponding, BadReply):  # the reading below tells which
            self.disable_torque(names, num_retry=_TORQUE_OFF_RETRIES)
        torque = self.sync_read(
            "Torque_Enable", names, num_retry=_TORQUE_OFF_RETRIES, allow_missing=True
        )
        unconfirmed = [name for name in names if torque.get(name) != 0]
        if unconfirmed:
            servos = ", ".join(f"{name} (servo {self.motors[name].id})" for name in unconfirmed)
            raise TorqueNotOff(servos=servos)

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
            self.write("Bus_Watchdog", name, counts, num_retry=_RETRIES)

    def stop_watchdog(self) -> None:
        """Switch it off; one that has fired takes goals again. Raises what ``write`` raises."""
        for name in self.motors:
            self.write("Bus_Watchdog", name, 0, num_retry=_RETRIES)

    # Configuration and calibration: torque must be off, which also opens the EEPROM

    def configure_motors(self) -> None:
        """Answer without delay; and nothing but Torque_Enable switches torque on."""
        for name in self.motors:
            self._write_if_different("Return_Delay_Time", name, 0)
            drive_mode = int(self.read("Drive_Mode", name, num_retry=_RETRIES))
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
        offsets = self.sync_read("Homing_Offset", num_retry=_RETRIES)
        lows = self.sync_read("Min_Position_Limit", num_retry=_RETRIES)
        highs = self.sync_read("Max_Position_Limit", num_retry=_RETRIES)
        modes = self.sync_read("Drive_Mode", num_retry=_RETRIES)
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
        self.disable_torque(calibration, num_retry=_RETRIES)
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

    def _write_if_different(self, register: str, name: str, value: int) -> None:
        # EEPROM cells wear out, and an arm is configured at every connect.
        if self.read(register, name, num_retry=_RETRIES) != value:
            self.write(register, name, value, num_retry=_RETRIES)

    # Inside

    @property
    def _wire(self) -> DynamixelWire:
        if self._wire_in_use is None:
            raise DeviceNotConnectedError(device=self.port)
        return self._wire_in_use

    def _refusal(self, error: Refused, motor: str, what: str) -> DeviceError:
        servo = f"{motor} (servo {self.motors[motor].id})"
        return DeviceError(what=f"{servo} refuses {what}, {refusal_words(error.error)}.")

    def _names(self, motors: Iterable[str] | None) -> list[str]:
        return list(self.motors if motors is None else motors)

    def _sync_read(
        self, place: Register, names: list[str], num_retry: int, within_s: float | None = None
    ) -> dict[str, bytes]:
        ids = {name: self.motors[name].id for name in names}
        replies = self._wire.sync_read(ids.values(), place.address, place.size, num_retry, within_s)
        return {name: replies[number] for name, number in ids.items() if number in replies}

    def _require_all(self, names: list[str], replies: Mapping[str, bytes]) -> None:
        for name in names:
            if name not in replies:
                raise ServoNotResponding(servo_id=self.motors[name].id)

    def _units(self, normalize: bool) -> Mapping[str, MotorCalibration] | None:
        return self.calibration if normalize else None


def _model_name(number: int) -> str:
    names = {model.number: name for name, model in DYNAMIXEL_MODELS.items()}
    return names.get(number, f"number {number}")


def _servo_reading(data: bytes, drive: Drive) -> ServoReading:
    """``load_percent`` is the current, as a share of the highest that the model may be given."""

    def value(register: str) -> int:
        place = X_SERIES[register]
        start = place.address - _SERVO_STATE.address
        return decode_register(place, data[start : start + place.size], "little")

    current = value("Present_Current")
    return ServoReading(
        load_percent=current / drive.full_load * 100,
        volts=value("Present_Input_Voltage") * DYNAMIXEL_VOLTS,
        celsius=value("Present_Temperature"),
        current_ma=abs(current) * (drive.current_ma or 0.0),
    )
