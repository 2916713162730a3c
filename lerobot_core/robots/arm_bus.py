"""The servos of one arm, of any brand, by the names of their joints: asked, told, counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lerobot_core.errors import (
    CalibrationMissing,
    DeviceAlreadyConnectedError,
    DeviceNotConnectedError,
    ServosMissing,
    SettingInvalid,
)
from lerobot_core.motors.bus import Motor, MotorsBus
from lerobot_core.motors.calibration import MotorCalibration, load_calibration
from lerobot_core.motors.homing import Homing
from lerobot_core.motors.tables import Register, ServoModel
from lerobot_core.types import Action, Alarm, JointValues, ServoLimits, ServoReading

SUFFIX = ".pos"
READ_WITHIN_S = 0.02  # what one reading in the loop may take in all, lost replies included
WRITE_RETRIES = 2


class BusMaker(Protocol):
    """Makes a bus, not yet open. Tests give one that talks to a simulated chain."""

    def __call__(
        self,
        port: str,
        motors: Mapping[str, Motor],
        calibration: Mapping[str, MotorCalibration] | None,
    ) -> MotorsBus: ...


@dataclass(frozen=True)
class Brand:
    """How arms of one make of servos differ from others."""

    protocol: str  # a key of the guard's table of buses
    models: Mapping[str, ServoModel]
    registers: Mapping[str, Register]
    voltage: str  # register of the supply, in the unit of its limits: tenths of a volt
    keeps_drive_mode: bool  # the servo knows whether its joint is turned round
    homing: Homing
    celsius_limit: str  # register of the temperature at which torque is dropped
    alarm: str  # register of what a servo complains of
    alarms: Mapping[int, Alarm]  # its bits
    overload: tuple[str, str] | None = None  # registers: load in percent, time in 10 ms
    current: tuple[str, str] | None = None  # registers: in counts, time in 10 ms
    current_ma: float = 1.0  # one of those counts


class ArmBus:
    """Owns the bus of one arm. Closed until ``open``.

    Args:
        family: Upstream's folder of its calibrations, such as ``so_follower``.
        arm_id: What the operator calls it.
        modes: Each motor's Operating_Mode.
    """

    def __init__(
        self,
        family: str,
        arm_id: str | None,
        port: str,
        calibration_path: Path,
        motors: Mapping[str, Motor],
        modes: Mapping[str, int],
        brand: Brand,
        *,
        make_bus: BusMaker,
        read_retries: int = 2,
    ) -> None:
        self.family = family
        self.label = f"{family} {arm_id}" if arm_id else family
        self.port = port
        self.calibration_path = calibration_path
        self.motors = dict(motors)
        self.brand = brand
        self._modes = modes
        self.keys = [name + SUFFIX for name in self.motors]
        self.servo_ids = {name + SUFFIX: motor.id for name, motor in self.motors.items()}
        self.stale: dict[str, int] = {}
        self._retries = read_retries
        self._make_bus = make_bus
        self._bus: MotorsBus | None = None
        self._calibration: dict[str, MotorCalibration] = {}
        self._positions: JointValues = {}

    @property
    def bus(self) -> MotorsBus:
        """The open bus. Raises DeviceNotConnectedError."""
        if self._bus is None:
            raise DeviceNotConnectedError(device=self.label)
        return self._bus

    @property
    def is_open(self) -> bool:
        return self._bus is not None

    @property
    def packets(self) -> tuple[int, int]:
        return (0, 0) if self._bus is None else self._bus.packets

    @property
    def lost_by_joint(self) -> dict[str, int]:
        """Joint key → readings lost or damaged since the bus was opened."""
        if self._bus is None:
            return {}
        return {name + SUFFIX: count for name, count in self._bus.lost_by_motor.items()}

    def open(self, *, reads_file: bool = True) -> None:
        """Open the port and ask every servo who it is. Writes nothing.

        Without ``reads_file`` a calibration file does not matter, even if it is damaged: for who
        is about to replace it.

        Raises:
            DeviceError: with what is missing or wrong; the port is closed again.
        """
        if self._bus is not None:
            raise DeviceAlreadyConnectedError(device=self.label)
        self._calibration = {}
        is_filed = reads_file and self.calibration_path.exists()
        calibration = self.calibration() if is_filed else None
        bus = self._make_bus(self.port, self.motors, calibration)
        bus.connect()
        self._bus = bus
        self._positions = {}
        self.stale = {}

    def close(self) -> None:
        bus, self._bus = self.bus, None
        bus.disconnect(disable_torque=False)

    def calibration(self) -> dict[str, MotorCalibration]:
        """What the calibration file says; read once, since a stop must not wait for a disk.

        Raises:
            CalibrationMissing, CalibrationDamaged: the file is not there, or is no calibration.
        """
        if not self._calibration:
            try:
                self._calibration = load_calibration(self.calibration_path)
            except FileNotFoundError as error:
                raise CalibrationMissing(device=self.label) from error
        return self._calibration

    # Positions

    def check_keys(self, keys: Iterable[str]) -> None:
        """Raises SettingInvalid if the arm lacks one of these joints."""
        unknown = [key for key in keys if key not in self.servo_ids]
        if unknown:
            raise SettingInvalid(
                setting="The action", reason=f"{self.label} has no joint {unknown[0]}"
            )

    def request_positions(self) -> None:
        """Ask for them now; ``read_positions`` collects the answer."""
        self.bus.request("Present_Position")

    def read_positions(self) -> JointValues:
        """Where the joints are, by key. A lost reading keeps its last value and is counted.

        Raises:
            ServosMissing: a joint that was never heard of is silent.
        """
        read = self.bus.sync_read(
            "Present_Position",
            num_retry=self._retries,
            allow_missing=True,
            within_s=READ_WITHIN_S if self._positions else None,
        )
        for name in self.motors:
            key = name + SUFFIX
            if name in read:
                self._positions[key] = float(read[name])
                self.stale.pop(key, None)
            else:
                self.stale[key] = self.stale.get(key, 0) + 1
        silent = [name for name in self.motors if name + SUFFIX not in self._positions]
        if silent:
            self._positions = {}
            raise ServosMissing(missing=self._describe(silent), device=self.label)
        return dict(self._positions)

    def write_goals(self, targets: Action) -> None:
        self.bus.sync_write(
            "Goal_Position", {key.removesuffix(SUFFIX): target for key, target in targets.items()}
        )

    # Registers

    def ensure(self, register: str, motor: str, value: int) -> None:
        """Write only what differs: EEPROM cells wear out, and an arm connects often."""
        if self.bus.read(register, motor, num_retry=WRITE_RETRIES) != value:
            self.bus.write(register, motor, value, num_retry=WRITE_RETRIES)

    def read_servos(self) -> dict[str, ServoReading]:
        """Load, voltage and temperature by joint key; lost ones are left out."""
        return {name + SUFFIX: reading for name, reading in self.bus.read_servos().items()}

    def servo_limits(self) -> dict[str, ServoLimits]:
        """By joint key. Raises ServosMissing."""
        celsius, low, high = (
            self._read_raw(register)
            for register in (self.brand.celsius_limit, "Min_Voltage_Limit", "Max_Voltage_Limit")
        )
        loads, load_times = self._read_protection(self.brand.overload)
        currents, current_times = self._read_protection(self.brand.current)
        return {
            name + SUFFIX: ServoLimits(
                celsius=celsius[name],
                low_volts=low[name] / 10,
                high_volts=high[name] / 10,
                overload_percent=loads.get(name),
                overload_s=load_times.get(name),
                current_ma=currents[name] * self.brand.current_ma if name in currents else None,
                current_s=current_times.get(name),
            )
            for name in self.motors
        }

    def _read_protection(
        self, registers: tuple[str, str] | None
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Motor → what it bears, and for how many seconds; without those that are switched off."""
        if registers is None:
            return {}, {}
        bounds, times = (self._read_raw(register) for register in registers)
        on = [name for name, bound in bounds.items() if bound > 0]
        return {name: bounds[name] for name in on}, {name: times[name] / 100 for name in on}

    def read_torque(self) -> dict[str, bool]:
        """Whether each joint has torque, by key; lost ones are left out."""
        torque = self._read_raw("Torque_Enable", allow_missing=True)
        return {name + SUFFIX: value == 1 for name, value in torque.items()}

    def read_alarms(self) -> dict[str, frozenset[Alarm]]:
        """What the servos complain of, by joint key; lost ones are left out."""
        found = self._read_raw(self.brand.alarm, allow_missing=True)
        alarms = self.brand.alarms
        return {
            name + SUFFIX: frozenset(alarms[bit] for bit in alarms if int(bits) & bit)
            for name, bits in found.items()
        }

    def _read_raw(
        self, register: str, names: Iterable[str] | None = None, *, allow_missing: bool = False
    ) -> dict[str, float]:
        # Who can do without the silent ones is in a hurry: a stop must not wait for them.
        retries = 0 if allow_missing else self._retries
        wanted = list(self.motors if names is None else names)
        values = self.bus.sync_read(
            register, wanted, normalize=False, num_retry=retries, allow_missing=True
        )
        silent = [name for name in wanted if name not in values]
        if silent and not allow_missing:
            raise ServosMissing(missing=self._describe(silent), device=self.label)
        return dict(values)

    def _describe(self, names: list[str]) -> str:
        return ", ".join(f"{name} (servo {self.motors[name].id})" for name in names)
