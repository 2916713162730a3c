"""What a Dynamixel X servo watches over, and when it gives up until it is rebooted."""

from collections.abc import Callable
from math import exp

from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_VOLTS

VOLTAGE, OVERHEAT, OVERLOAD = 0x01, 0x04, 0x20

AMBIENT_CELSIUS = 25.0
_FULL_LOAD_RISE_CELSIUS = 60.0  # above ambient, after long; heat goes with the current squared
_WARMING_S = 300.0
_OVERLOAD_SHARE = 0.9  # the manual says "persistent load beyond the maximum"; an estimate
_OVERLOAD_S = 3.0  # an estimate as well

Get = Callable[[str], int]


class DynamixelProtection:
    """State of one servo's watch. ``status`` is its Hardware_Error_Status."""

    def __init__(self) -> None:
        self.status = 0
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
        return bool(self.status & (OVERHEAT | OVERLOAD))

    def reset(self) -> None:
        """Power came on, or a reboot. The motor is as warm as it was."""
        self.status = 0
        self._overloaded_s = 0.0

    def advance(self, seconds: float, load: float, volts: float, get: Get) -> None:
        """``load`` is a share of the maximal torque, −1 to 1."""
        self._warm(seconds, load)
        low, high = get("Min_Voltage_Limit"), get("Max_Voltage_Limit")
        is_wrong = not low <= round(volts / DYNAMIXEL_VOLTS) <= high
        self.status = self.status | VOLTAGE if is_wrong else self.status & ~VOLTAGE
        if self.celsius > get("Temperature_Limit"):
            self.status |= OVERHEAT
        self._overloaded_s = self._overloaded_s + seconds if abs(load) >= _OVERLOAD_SHARE else 0.0
        if self.forced_overload or self._overloaded_s >= _OVERLOAD_S:
            self.status |= OVERLOAD

    def is_shut_down(self, get: Get) -> bool:
        """An alarm that Shutdown names: no torque until a reboot."""
        return bool(self.status & get("Shutdown"))

    def _warm(self, seconds: float, load: float) -> None:
        settled = AMBIENT_CELSIUS + _FULL_LOAD_RISE_CELSIUS * min(load * load, 1.0)
        self._own_celsius += (settled - self._own_celsius) * (1 - exp(-seconds / _WARMING_S))
