"""What a servo watches over: supply voltage, temperature and overload."""

from collections.abc import Callable
from math import exp

from lerobot_core.motors.tables import VOLTS

VOLTAGE, ANGLE, OVERHEAT, CURRENT, OVERLOAD = 0x01, 0x02, 0x04, 0x08, 0x20

AMBIENT_CELSIUS = 25.0
_FULL_LOAD_RISE_CELSIUS = 60.0  # above ambient, after long; heat goes with the current squared
_WARMING_S = 300.0
_PROTECTION_TIME_S = 0.01  # one count of Protection_Time

Get = Callable[[str], int]


class Protection:
    """State of one servo's protections. ``get`` reads the servo's registers."""

    def __init__(self) -> None:
        self.error = 0
        self._own_celsius = AMBIENT_CELSIUS
        self.forced_celsius: float | None = None  # a fault: as if the motor were this hot
        self.forced_overload = False  # a fault: as if the joint were blocked
        self._overloaded_s = 0.0

    @property
    def celsius(self) -> float:
        """A fault ends at once: meanwhile the motor went its own way."""
        return self._own_celsius if self.forced_celsius is None else self.forced_celsius

    @property
    def is_tripped(self) -> bool:
        """It gave up, and has to be switched off and on."""
        return bool(self.error & OVERLOAD)

    def reset(self) -> None:
        """Power came on. The motor is as warm as it was."""
        self.error = 0
        self._overloaded_s = 0.0

    def release(self) -> None:
        """Torque was switched off, which ends an overload."""
        self.error &= ~OVERLOAD
        self._overloaded_s = 0.0

    def advance(self, seconds: float, load: float, volts: float, get: Get) -> None:
        """``load`` is a share of the maximal torque, −1 to 1."""
        self._warm(seconds, load)
        low, high = get("Min_Voltage_Limit") * VOLTS, get("Max_Voltage_Limit") * VOLTS
        # Half a count of tolerance: the servo compares whole tenths of a volt.
        self._report(VOLTAGE, not low - VOLTS / 2 <= volts <= high + VOLTS / 2)
        self._report(OVERHEAT, self.celsius > get("Max_Temperature_Limit"))
        self._watch_load(seconds, load, get)

    def drops_torque(self, get: Get) -> bool:
        return bool(self.error & OVERHEAT & get("Unloading_Condition"))

    def torque_share(self, get: Get) -> float:
        """Share of full torque that is left, 0 to 1."""
        if self.error & OVERLOAD & get("Unloading_Condition"):
            return get("Protective_Torque") / 100
        return 1.0

    def _warm(self, seconds: float, load: float) -> None:
        settled = AMBIENT_CELSIUS + _FULL_LOAD_RISE_CELSIUS * min(load * load, 1.0)
        self._own_celsius += (settled - self._own_celsius) * (1 - exp(-seconds / _WARMING_S))

    def _watch_load(self, seconds: float, load: float, get: Get) -> None:
        if self.forced_overload:
            self.error |= OVERLOAD
            return
        if abs(load) * 100 < get("Overload_Torque"):
            self._overloaded_s = 0.0
            return
        self._overloaded_s += seconds
        if self._overloaded_s >= get("Protection_Time") * _PROTECTION_TIME_S:
            self.error |= OVERLOAD

    def _report(self, bit: int, is_wrong: bool) -> None:
        self.error = self.error | bit if is_wrong else self.error & ~bit
