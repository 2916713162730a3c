"""Servos on one serial wire, by the names of their joints and registers: what all brands do alike.

A brand adds who is there, how torque goes on and off, how servos are set up, and what of a
calibration they keep.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from lerobot_core.errors import (
    BadReply,
    DeviceError,
    RegisterValueInvalid,
    ServoNotResponding,
    ServoRefused,
    TorqueNotOff,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.codec import RegisterCodec
from lerobot_core.motors.tables import Register
from lerobot_core.motors.wire import Refused
from lerobot_core.motors.wired_bus import WiredBus, WireType
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.types import ServoReading

RETRIES = 2  # where no tick waits: a disturbed packet must not send anyone after a cable
_TORQUE_OFF_RETRIES = 5
_STATE_WITHIN_S = 0.02  # as long as a lost reply may cost a control loop


class SerialBus(WiredBus[WireType]):
    """Servos on one wire. Implements ``bus.MotorsBus`` but for what differs between brands.

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
        super().__init__(port, motors, opener=opener, clock=clock)
        self.calibration = dict(calibration or {})
        self._codec = self._make_codec()

    @abstractmethod
    def _make_codec(self) -> RegisterCodec: ...

    # Registers

    def read(
        self, register: str, motor: str, *, normalize: bool = True, num_retry: int = 0
    ) -> float:
        """One register of one servo; a whole number unless it is a position in user units.

        Raises:
            ServoNotResponding, BadReply: after ``num_retry`` more tries.
            ServoAlarm: the servo answered, and reports a failure.
            ServoRefused: it answered that it will not, as a model without this register may.
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
            RegisterValueInvalid: ``value`` does not fit, or the servo finds it out of range.
            ServoRefused: it does not take this register now, as an EEPROM under torque.
            ServoNotResponding, BadReply, ServoAlarm, CalibrationMissing: as ``read`` does.
        """
        place = self._codec.place(register, (motor,), writing=True)
        data = self._codec.encode(register, motor, value, self._units(normalize))
        servo_id = self.motors[motor].id
        try:
            self._wire.write(servo_id, place.address, data, num_retry)
        except Refused as error:
            if not error.is_out_of_range:
                raise self._refusal(error, motor, register) from error
            raise RegisterValueInvalid(
                value=str(value), register=register, servo_id=servo_id
            ) from error

    def request(self, register: str, motors: Iterable[str] | None = None) -> None:
        """Ask now; the next ``sync_read`` of the same register and motors collects the answers.

        So several buses answer at the same time. Any other exchange in between abandons it, and
        waits until its answers have passed by.
        """
        names = self._names(motors)
        if names:
            place = self._codec.place(register, names)
            self._wire.request(self._ids(names).values(), place.address, place.size)

    def may_be_late(self, register: str, motors: Iterable[str] | None = None) -> set[str]:
        """Motors whose next reading of this register may be up to 50 ms old."""
        names = self._names(motors)
        place = self._codec.place(register, names)
        ids = self._ids(names)
        late = self._wire.may_be_late(ids.values(), place.address, place.size)
        return {name for name, servo_id in ids.items() if servo_id in late}

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
        takes the place of ``num_retry``: who was not heard is asked again while there is time,
        counted from ``request`` if there was one. A servo that stays silent call after call is
        waited for no longer than this link usually needs. One whose late answer to something else
        would be taken for that to this is waited for first, up to 50 ms after that question; or
        with ``allow_missing`` and no retries, or a time, left out: nobody waits in a loop.

        Raises:
            ServoNotResponding: of the first silent servo, unless ``allow_missing``.
        """
        names = self._names(motors)
        if not names:
            return {}
        place = self._codec.place(register, names)
        # Who can do without the silent ones, and asks for no patience, is in a control loop.
        in_hurry = allow_missing and (within_s is not None or num_retry == 0)
        replies = self._sync_read(place, names, num_retry, within_s, in_hurry)
        silent = next((name for name in names if name not in replies), None)
        if silent is not None and not allow_missing:
            raise ServoNotResponding(servo_id=self.motors[silent].id)
        units = self._units(normalize)
        return {
            name: self._codec.decode(register, name, data, units) for name, data in replies.items()
        }

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
        """How the servos are, in one exchange. Silent ones are left out, after 20 ms at most."""
        place = self._state_place()
        replies = self._sync_read(place, self._names(motors), 0, _STATE_WITHIN_S, in_hurry=True)
        return {name: self._servo_reading(name, place, data) for name, data in replies.items()}

    @abstractmethod
    def _state_place(self) -> Register:
        """What tells how a servo is, in one piece."""

    @abstractmethod
    def _servo_reading(self, name: str, place: Register, data: bytes) -> ServoReading: ...

    # Torque

    @abstractmethod
    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque on. The servo pulls towards its goal at once: set that first."""

    def disable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """Torque off, and EEPROM open, on every servo that can be reached.

        Raises:
            PortLost: at once. ServoNotResponding, BadReply: the first one, after all were told.
        """
        names = self._names(motors)
        # One packet for all: nobody stays stiff while a silent servo is asked again and again.
        self.sync_write("Torque_Enable", dict.fromkeys(names, 0))
        first_failure: DeviceError | None = None
        for name in names:
            try:
                self._release(name, num_retry)
            except (ServoNotResponding, BadReply) as error:
                first_failure = first_failure or error
        if first_failure is not None:
            raise first_failure

    @abstractmethod
    def _release(self, name: str, num_retry: int) -> None:
        """One servo. An alarm is no reason to stop: overloaded ones are those to be released."""

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

    # For the brands

    def _write_if_different(self, register: str, name: str, value: int) -> None:
        # EEPROM cells wear out, and an arm is configured at every connect.
        if self.read(register, name, num_retry=RETRIES) != value:
            self.write(register, name, value, num_retry=RETRIES)

    def _write_despite_alarm(self, register: str, name: str, value: int, num_retry: int) -> None:
        place = self._codec.place(register, (name,), writing=True)
        servo_id = self.motors[name].id
        self._wire.write(servo_id, place.address, bytes((value,)), num_retry, heed_alarm=False)

    def _refusal(self, error: Refused, motor: str, what: str) -> ServoRefused:
        servo_id = self.motors[motor].id
        return ServoRefused(joint=motor, servo_id=servo_id, what=what, reason=error.words)

    # Inside

    def _names(self, motors: Iterable[str] | None) -> list[str]:
        return list(self.motors if motors is None else motors)

    def _ids(self, names: list[str]) -> dict[str, int]:
        return {name: self.motors[name].id for name in names}

    def _sync_read(
        self,
        place: Register,
        names: list[str],
        num_retry: int,
        within_s: float | None,
        in_hurry: bool,
    ) -> dict[str, bytes]:
        ids = self._ids(names)
        replies = self._wire.sync_read(
            ids.values(), place.address, place.size, num_retry, within_s, in_hurry=in_hurry
        )
        return {name: replies[number] for name, number in ids.items() if number in replies}

    def _units(self, normalize: bool) -> Mapping[str, MotorCalibration] | None:
        return self.calibration if normalize else None
