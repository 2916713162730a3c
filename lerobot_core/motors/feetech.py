"""A bus of Feetech STS and SMS, or of SCS servos, by the names of their joints and registers."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from lerobot_core.errors import (
    BadReply,
    DeviceAlreadyConnectedError,
    DeviceError,
    DeviceNotConnectedError,
    ServoNotResponding,
    TorqueNotOff,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.codec import RegisterCodec
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_handshake import models_of, read_model_number, shake_hands
from lerobot_core.motors.feetech_wire import FeetechWire
from lerobot_core.motors.tables import (
    CURRENT_MA,
    DEFAULT_BAUDRATE,
    LOAD_PERCENT,
    MODELS,
    SINGLE_TURN_PHASE_BIT,
    VOLTS,
    Register,
    ServoModel,
)
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.types import ServoReading

_RETRIES = 2  # where no tick waits: a disturbed packet must not send anyone after a cable
_TORQUE_OFF_RETRIES = 5
_FASTEST = 254
_STATE = ("Present_Load", "Present_Voltage", "Present_Temperature", "Present_Current")


class FeetechMotorsBus:
    """Servos on one wire. ``packets`` counts exchanges, retries included, and lost ones.

    The series follows from the models of the motors. SCS servos store words the other way round,
    and are read one after the other. Buses of both series live side by side in one process.

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
        families = {(m.byte_order, m.has_sync_read) for m in models_of(motors)}
        if len(families) > 1:
            raise ValueError(f"the motors of {port} are of series that cannot share a wire")
        self.port = port
        self.motors = dict(motors)
        self.calibration = dict(calibration or {})
        self._codec = RegisterCodec(self.motors)
        self._opener = opener
        self._clock = clock
        self._wire_in_use: FeetechWire | None = None
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
            DeviceAlreadyConnectedError, ServosMissing, WrongServoModel, FirmwareMixed, and what
            opening raises.
        """
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self.port)
        link = self._opener(self.port, DEFAULT_BAUDRATE)
        self._wire_in_use = FeetechWire(link, self._clock, self._lost)
        try:
            if handshake:
                shake_hands(self._wire, self.motors, self.port)
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

    # Who is there

    def ping(self, motor: str, *, num_retry: int = 0) -> int:
        """The servo's model number. Raises ServoNotResponding, BadReply."""
        servo_id = self.motors[motor].id
        self._wire.ping(servo_id, num_retry)
        return read_model_number(self._wire, servo_id, self._model)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of every servo on the wire, whether expected or not.

        SCS servos do not answer a broadcast: every id is called, which takes seconds.
        """
        wire = self._wire
        servo_ids = wire.broadcast_ping() if self._model.has_sync_read else wire.ping_each()
        return {
            servo_id: read_model_number(self._wire, servo_id, self._model) for servo_id in servo_ids
        }

    # Registers

    def read(
        self, register: str, motor: str, *, normalize: bool = True, num_retry: int = 0
    ) -> float:
        """One register of one servo; a whole number unless it is a position in user units.

        Raises:
            ServoNotResponding, BadReply: after ``num_retry`` more tries.
            ServoAlarm: the servo answered, and reports a failure.
            CalibrationMissing: ``normalize`` without a calibration for this motor.
        """
        place = self._codec.place(register, (motor,))
        data = self._wire.read(self.motors[motor].id, place.address, place.size, num_retry)
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
        """Raises RegisterValueInvalid if ``value`` does not fit, and what ``read`` raises."""
        place = self._codec.place(register, (motor,), writing=True)
        data = self._codec.encode(register, motor, value, self._units(normalize))
        self._wire.write(self.motors[motor].id, place.address, data, num_retry)

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
        model = self._model
        places = [model.registers[name] for name in _STATE if name in model.registers]
        start, last = places[0].address, places[-1]  # from load to current in one piece
        state = Register(start, last.address + last.size - start)
        replies = self._sync_read(state, self._names(motors), num_retry=0)
        return {name: _servo_reading(model, start, data) for name, data in replies.items()}

    # Torque

    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque on and EEPROM locked. The servo pulls towards its goal at once: set that first.

        Raises:
            ServoNotResponding, BadReply, ServoAlarm: some servos may have torque by then.
        """
        for name in self._names(motors):
            self.write("Torque_Enable", name, 1, num_retry=num_retry)
            self.write("Lock", name, 1, num_retry=num_retry)

    def disable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque off and EEPROM unlocked, on every servo that can be reached.

        Raises:
            PortLost: at once. ServoNotResponding, BadReply: the first one, after all were told.
        """
        names = self._names(motors)
        # One packet for all: nobody stays stiff while a silent servo is asked again and again.
        self.sync_write("Torque_Enable", dict.fromkeys(names, 0))
        first_failure: DeviceError | None = None
        for name in names:
            try:
                # An alarm is no reason to stop: overloaded servos are those to be released.
                self._write_despite_alarm("Torque_Enable", name, 0, num_retry)
                self._write_despite_alarm("Lock", name, 0, num_retry)
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

    def _write_despite_alarm(self, register: str, name: str, value: int, num_retry: int) -> None:
        motor = self.motors[name]
        place = self._codec.place(register, (name,), writing=True)
        self._wire.write(motor.id, place.address, bytes((value,)), num_retry, heed_alarm=False)

    # Configuration and calibration: torque must be off, which also unlocks the EEPROM

    def configure_motors(self) -> None:
        """Answer without delay, accelerate freely, and count positions within one turn."""
        for name, motor in self.motors.items():
            self._write_if_different("Return_Delay_Time", name, 0)
            if self._has("Maximum_Acceleration"):
                self._write_if_different("Maximum_Acceleration", name, _FASTEST)
            self._write_if_different("Acceleration", name, _FASTEST)
            if motor.model == "sts3215":
                phase = int(self.read("Phase", name, num_retry=_RETRIES))
                self._write_if_different("Phase", name, phase & ~SINGLE_TURN_PHASE_BIT)

    def read_calibration(self) -> dict[str, MotorCalibration]:
        """What the servos themselves hold. They know no drive mode: it is reported as 0.

        Nor do SCS servos know a homing offset.
        """
        offsets = dict.fromkeys(self.motors, 0.0)
        if self._has("Homing_Offset"):
            offsets = self.sync_read("Homing_Offset", num_retry=_RETRIES)
        lows = self.sync_read("Min_Position_Limit", num_retry=_RETRIES)
        highs = self.sync_read("Max_Position_Limit", num_retry=_RETRIES)
        return {
            name: MotorCalibration(
                motor.id, 0, int(offsets[name]), int(lows[name]), int(highs[name])
            )
            for name, motor in self.motors.items()
        }

    def write_calibration(self, calibration: Mapping[str, MotorCalibration]) -> None:
        """Torque off, then offsets and limits into the EEPROM; used for user units from now on.

        Torque goes off first because a new offset moves every goal, and because the servos keep
        only what is written while they are unlocked.
        """
        self.disable_torque(calibration, num_retry=_RETRIES)
        for name, motor in calibration.items():
            for register, value in (
                ("Homing_Offset", motor.homing_offset),
                ("Min_Position_Limit", motor.range_min),
                ("Max_Position_Limit", motor.range_max),
            ):
                if self._has(register):
                    self.write(register, name, value, num_retry=_RETRIES)
        self.calibration = dict(calibration)

    @property
    def is_calibrated(self) -> bool:
        """The servos hold offsets and limits of ``calibration``. Asks them."""
        if set(self.calibration) != set(self.motors):
            return False
        held = self.read_calibration()
        return all(self._agree(wanted, held[name]) for name, wanted in self.calibration.items())

    def _agree(self, one: MotorCalibration, other: MotorCalibration) -> bool:
        same_offset = one.homing_offset == other.homing_offset or not self._has("Homing_Offset")
        return same_offset and (one.range_min, one.range_max) == (other.range_min, other.range_max)

    def _write_if_different(self, register: str, name: str, value: int) -> None:
        # EEPROM cells wear out, and an arm is configured at every connect.
        if self.read(register, name, num_retry=_RETRIES) != value:
            self.write(register, name, value, num_retry=_RETRIES)

    # Inside

    @property
    def _wire(self) -> FeetechWire:
        if self._wire_in_use is None:
            raise DeviceNotConnectedError(device=self.port)
        return self._wire_in_use

    @property
    def _model(self) -> ServoModel:
        """Of any motor: what is asked of it is the same in the whole series."""
        return models_of(self.motors)[0] if self.motors else MODELS["sts_series"]

    def _has(self, register: str) -> bool:
        return register in self._model.registers

    def _names(self, motors: Iterable[str] | None) -> list[str]:
        return list(self.motors if motors is None else motors)

    def _sync_read(
        self, place: Register, names: list[str], num_retry: int, within_s: float | None = None
    ) -> dict[str, bytes]:
        wire = self._wire
        if not names:
            return {}
        ids = {name: self.motors[name].id for name in names}
        replies = wire.reader(self._model)(
            ids.values(), place.address, place.size, num_retry, within_s
        )
        return {name: replies[number] for name, number in ids.items() if number in replies}

    def _require_all(self, names: list[str], replies: Mapping[str, bytes]) -> None:
        for name in names:
            if name not in replies:
                raise ServoNotResponding(servo_id=self.motors[name].id)

    def _units(self, normalize: bool) -> Mapping[str, MotorCalibration] | None:
        return self.calibration if normalize else None


def _servo_reading(model: ServoModel, start: int, data: bytes) -> ServoReading:
    """``data`` of the registers from address ``start`` on."""

    def value(register: str) -> int:
        place = model.registers.get(register)
        if place is None:
            return 0
        begin = place.address - start
        return decode_register(place, data[begin : begin + place.size], model.byte_order)

    return ServoReading(
        load_percent=value("Present_Load") * LOAD_PERCENT,
        volts=value("Present_Voltage") * VOLTS,
        celsius=value("Present_Temperature"),
        current_ma=value("Present_Current") * CURRENT_MA,
    )
