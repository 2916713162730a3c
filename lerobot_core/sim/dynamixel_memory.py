"""The memory of a simulated Dynamixel X servo: EEPROM, RAM, and what may be written when.

Source of the factory values, the limits and the refusals: the control tables of the ROBOTIS
e-manual.
"""

from lerobot_core.motors.dynamixel_tables import (
    DRIVES,
    DYNAMIXEL_BAUD_CODES,
    DYNAMIXEL_MODELS,
    EEPROM_END,
    POSITION_MODE,
    WATCHDOG_FIRED,
    X_SERIES,
)
from lerobot_core.motors.encoding import decode_register, encode_register

OK, RANGE_ERROR, LENGTH_ERROR, LIMIT_ERROR, ACCESS_ERROR = 0, 4, 5, 6, 7

_BYTES = 147
_MULTI_TURN = 1_048_575  # counts to either side, in the modes that count turns
_FIVE_VOLT_MODELS = ("xl330-m077", "xl330-m288")

_FACTORY = {
    "Firmware_Version": 45,
    "Return_Delay_Time": 250,
    "Operating_Mode": POSITION_MODE,
    "Secondary_ID": 255,
    "Protocol_Type": 2,
    "Moving_Threshold": 10,
    "Temperature_Limit": 70,
    "PWM_Limit": 885,
    "Acceleration_Limit": 32767,
    "Velocity_Limit": 445,
    "Max_Position_Limit": 4095,
    "Shutdown": 0x34,
}

_FRESH_RAM = {
    "Status_Return_Level": 2,
    "Velocity_I_Gain": 1600,
    "Velocity_P_Gain": 180,
    "Position_P_Gain": 400,
}

_BOUNDS = {
    "ID": (0, 252),
    "Baud_Rate": (0, 6),
    "Return_Delay_Time": (0, 254),
    "Homing_Offset": (-1_044_479, 1_044_479),
    "Max_Position_Limit": (0, 4095),
    "Min_Position_Limit": (0, 4095),
    "Torque_Enable": (0, 1),
    "Status_Return_Level": (0, 2),
    "Bus_Watchdog": (0, 127),
}

_BOUNDED_BY = {
    "Goal_PWM": "PWM_Limit",
    "Goal_Current": "Current_Limit",
    "Goal_Velocity": "Velocity_Limit",
}

_LOCKED_BY_WATCHDOG = {*_BOUNDED_BY, "Goal_Position", "Profile_Acceleration", "Profile_Velocity"}


class DynamixelMemory:
    """Bytes that the host reads and writes, and registers that the firmware works with."""

    def __init__(self, servo_id: int, model: str, baudrate: int) -> None:
        self._bytes = bytearray(_BYTES)
        self._decoded: dict[str, int] = {}
        self.drive = DRIVES[model]
        five_volt = model in _FIVE_VOLT_MODELS
        own = {
            "Model_Number": DYNAMIXEL_MODELS[model].number or 0,
            "ID": servo_id,
            "Baud_Rate": DYNAMIXEL_BAUD_CODES[baudrate],
            "Max_Voltage_Limit": 70 if five_volt else 140,
            "Min_Voltage_Limit": 35 if five_volt else 60,
            "Current_Limit": self.drive.full_load,
        }
        for register, value in (_FACTORY | own).items():
            self.set(register, value)

    @property
    def kept(self) -> bytes:
        """The EEPROM."""
        return bytes(self._bytes[:EEPROM_END])

    def restore(self, kept: bytes) -> None:
        """Take over what was kept elsewhere. Raises ValueError if it is no servo's EEPROM."""
        if len(kept) != EEPROM_END:
            raise ValueError(f"{len(kept)} bytes are no servo memory")
        self._bytes[:EEPROM_END] = kept
        self._decoded.clear()

    def power_on(self) -> None:
        """RAM fresh: goals that are limits start at their limits."""
        self._bytes[EEPROM_END:] = bytes(_BYTES - EEPROM_END)
        self._decoded.clear()
        for register, value in _FRESH_RAM.items():
            self.set(register, value)
        for register, limit in _BOUNDED_BY.items():
            self.set(register, self.get(limit))

    def get(self, register: str) -> int:
        value = self._decoded.get(register)
        if value is None:
            place = X_SERIES[register]
            data = self._bytes[place.address : place.address + place.size]
            value = self._decoded[register] = decode_register(place, data, "little")
        return value

    def set(self, register: str, value: int) -> None:
        """Put a value in, past locks and limits."""
        place = X_SERIES[register]
        end = place.address + place.size
        self._bytes[place.address : end] = encode_register(place, value, "little")
        self._decoded[register] = value

    def read(self, address: int, size: int) -> bytes | None:
        """What the host reads; None outside the table."""
        if size == 0 or address + size > _BYTES:
            return None
        return bytes(self._bytes[address : address + size])

    def write(self, address: int, data: bytes) -> int:
        """What the host writes: all of it or, with an error, nothing."""
        end = address + len(data)
        if not data or end > _BYTES:
            return ACCESS_ERROR
        if address < EEPROM_END and self.get("Torque_Enable"):
            return ACCESS_ERROR
        for register, place in X_SERIES.items():
            if place.address + place.size <= address or place.address >= end:
                continue
            if not place.writable:
                return ACCESS_ERROR
            start = place.address - address
            if start < 0 or place.address + place.size > end:
                return LENGTH_ERROR
            value = decode_register(place, data[start : start + place.size], "little")
            if error := self._refusal(register, value):
                return error
        self._bytes[address:end] = data
        self._decoded.clear()
        return OK

    def _refusal(self, register: str, value: int) -> int:
        if register in _LOCKED_BY_WATCHDOG and self.get("Bus_Watchdog") == WATCHDOG_FIRED:
            return RANGE_ERROR
        if register == "Operating_Mode":
            return OK if value in self.drive.modes else RANGE_ERROR
        low, high = self._bounds(register)
        return OK if low <= value <= high else LIMIT_ERROR

    def _bounds(self, register: str) -> tuple[float, float]:
        if register == "Goal_Position":
            if self.get("Operating_Mode") == POSITION_MODE:
                return self.get("Min_Position_Limit"), self.get("Max_Position_Limit")
            return -_MULTI_TURN, _MULTI_TURN
        if register in _BOUNDED_BY:
            limit = self.get(_BOUNDED_BY[register])
            return -limit, limit
        return _BOUNDS.get(register, (float("-inf"), float("inf")))
