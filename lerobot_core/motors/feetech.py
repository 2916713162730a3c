"""A bus of Feetech STS and SMS, or of SCS servos, by the names of their joints and registers."""

import time
from collections.abc import Callable, Iterable, Mapping

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.codec import RegisterCodec
from lerobot_core.motors.encoding import decode_register
from lerobot_core.motors.feetech_handshake import models_of, read_model_number, shake_hands
from lerobot_core.motors.feetech_wire import FeetechWire
from lerobot_core.motors.serial_bus import RETRIES, SerialBus
from lerobot_core.motors.tables import (
    CURRENT_MA,
    LOAD_PERCENT,
    MODELS,
    SINGLE_TURN_PHASE_BIT,
    VOLTS,
    Register,
    ServoModel,
)
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.types import ServoReading

FASTEST = 254  # of Acceleration, which the servo forgets without power
_STATE = ("Present_Load", "Present_Voltage", "Present_Temperature", "Present_Current")


class FeetechMotorsBus(SerialBus[FeetechWire]):
    """Servos of one series, which follows from the models of the motors.

    SCS servos store words the other way round, and are read one after the other. Buses of both
    series live side by side in one process.
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
        super().__init__(port, motors, calibration, opener=opener, clock=clock)
        families = {(m.byte_order, m.has_sync_read) for m in models_of(motors)}
        if len(families) > 1:
            raise ValueError(f"the motors of {port} are of series that cannot share a wire")

    def _make_codec(self) -> RegisterCodec:
        return RegisterCodec(self.motors)

    def _make_wire(self, link: SerialLink, clock: Callable[[], float]) -> FeetechWire:
        return FeetechWire(link, clock, has_sync_read=self._model.has_sync_read)

    # Who is there

    def _shake_hands(self) -> None:
        shake_hands(self._wire, self.motors, self.port)

    def ping(self, motor: str, *, num_retry: int = 0) -> int:
        """The servo's model number. Raises ServoNotResponding, BadReply."""
        servo_id = self.motors[motor].id
        self._wire.ping(servo_id, num_retry)
        return read_model_number(self._wire, servo_id, self._model)

    def broadcast_ping(self) -> dict[int, int]:
        """Id → model number of every servo on the wire, whether expected or not.

        SCS servos do not answer a broadcast: every id is called, which takes seconds.
        """
        wire, model = self._wire, self._model
        return {servo_id: read_model_number(wire, servo_id, model) for servo_id in wire.ping_all()}

    # How servos are

    def _state_place(self) -> Register:
        """From load to current in one piece."""
        places = [self._model.registers[name] for name in _STATE if self._has(name)]
        start, last = places[0].address, places[-1]
        return Register(start, last.address + last.size - start)

    def _servo_reading(self, name: str, place: Register, data: bytes) -> ServoReading:
        model = self._model

        def value(register: str) -> int:
            found = model.registers.get(register)
            if found is None:
                return 0
            begin = found.address - place.address
            return decode_register(found, data[begin : begin + found.size], model.byte_order)

        return ServoReading(
            load_percent=value("Present_Load") * LOAD_PERCENT,
            volts=value("Present_Voltage") * VOLTS,
            celsius=value("Present_Temperature"),
            current_ma=value("Present_Current") * CURRENT_MA,
        )

    # Torque

    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque on and EEPROM locked. The servo pulls towards its goal at once: set that first.

        Raises:
            ServoNotResponding, BadReply, ServoAlarm: some servos may have torque by then.
        """
        for name in self._names(motors):
            self.write("Torque_Enable", name, 1, num_retry=num_retry)
            self.write("Lock", name, 1, num_retry=num_retry)

    def _release(self, name: str, num_retry: int) -> None:
        self._write_despite_alarm("Torque_Enable", name, 0, num_retry)
        self._write_despite_alarm("Lock", name, 0, num_retry)

    # Configuration and calibration: torque must be off, which also unlocks the EEPROM

    def configure_motors(self) -> None:
        """Answer without delay, accelerate freely, and count positions within one turn."""
        for name, motor in self.motors.items():
            self._write_if_different("Return_Delay_Time", name, 0)
            if self._has("Maximum_Acceleration"):
                self._write_if_different("Maximum_Acceleration", name, FASTEST)
            self._write_if_different("Acceleration", name, FASTEST)
            if motor.model == "sts3215":
                phase = int(self.read("Phase", name, num_retry=RETRIES))
                self._write_if_different("Phase", name, phase & ~SINGLE_TURN_PHASE_BIT)

    def read_calibration(self) -> dict[str, MotorCalibration]:
        """What the servos themselves hold. They know no drive mode: it is reported as 0.

        Nor do SCS servos know a homing offset.
        """
        offsets = dict.fromkeys(self.motors, 0.0)
        if self._has("Homing_Offset"):
            offsets = self.sync_read("Homing_Offset", num_retry=RETRIES)
        lows = self.sync_read("Min_Position_Limit", num_retry=RETRIES)
        highs = self.sync_read("Max_Position_Limit", num_retry=RETRIES)
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
        self.disable_torque(calibration, num_retry=RETRIES)
        for name, motor in calibration.items():
            for register, value in (
                ("Homing_Offset", motor.homing_offset),
                ("Min_Position_Limit", motor.range_min),
                ("Max_Position_Limit", motor.range_max),
            ):
                if self._has(register):
                    self.write(register, name, value, num_retry=RETRIES)
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

    # Inside

    @property
    def _model(self) -> ServoModel:
        """Of any motor: what is asked of it is the same in the whole series."""
        return models_of(self.motors)[0] if self.motors else MODELS["sts_series"]

    def _has(self, register: str) -> bool:
        return register in self._model.registers
