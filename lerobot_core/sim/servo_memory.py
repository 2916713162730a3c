"""The memory of a simulated Feetech servo: EEPROM, RAM, and what survives without power.

Source of the factory values: Feetech's memory table of the STS3215. A servo of another series
starts with the same values in the registers that it has.
"""

from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.motors.tables import ServoModel

_BYTES = 128
_EEPROM = range(40)
_FACTORY_START = 72  # what is kept without power as well; further up than any RAM register
_KEPT = (*_EEPROM, *range(_FACTORY_START, _BYTES))

_FACTORY = {
    "Firmware_Major_Version": 3,
    "Firmware_Minor_Version": 10,
    "Baud_Rate": 0,
    "Return_Delay_Time": 250,
    "Response_Status_Level": 1,
    "Min_Position_Limit": 0,
    "Max_Temperature_Limit": 70,
    "Max_Voltage_Limit": 80,
    "Min_Voltage_Limit": 40,
    "Max_Torque_Limit": 1000,
    "Phase": 12,
    "Unloading_Condition": 0x2C,
    "LED_Alarm_Condition": 0x2F,
    "P_Coefficient": 32,
    "D_Coefficient": 32,
    "I_Coefficient": 0,
    "Minimum_Startup_Force": 16,
    "CW_Dead_Zone": 1,
    "CCW_Dead_Zone": 1,
    "Protection_Current": 500,
    "Angular_Resolution": 1,
    "Homing_Offset": 0,
    "Operating_Mode": 0,
    "Protective_Torque": 20,
    "Protection_Time": 200,
    "Overload_Torque": 80,
    "Velocity_closed_loop_P_proportional_coefficient": 10,
    "Over_Current_Protection_Time": 200,
    "Velocity_closed_loop_I_integral_coefficient": 200,
    "Moving_Velocity_Threshold": 10,
    "DTs": 10,
    "Velocity_Unit_factor": 1,
    "Maximum_Velocity_Limit": 100,
    "Maximum_Acceleration": 0,
    "Acceleration_Multiplier": 1,
    "PWM_Maximum_Step": 10,
    "Minimum_Velocity_Limit": 1,
    "Acceleration_2": 0,
}

_ABSENT = {"Homing_Offset": 0, "Operating_Mode": 0, "Torque_Limit": 1000, "Overload_Torque": 80}
"""What the firmware works with where a series lacks the register."""


class ServoMemory:
    """Bytes that the host reads and writes, and registers that the firmware works with."""

    def __init__(self, servo_id: int, model: ServoModel) -> None:
        self._registers = model.registers
        self._byte_order = model.byte_order
        self._writable = frozenset(
            address
            for place in model.registers.values()
            if place.writable
            for address in range(place.address, place.address + place.size)
        )
        self._bytes = bytearray(_BYTES)
        # The firmware asks for the same few registers in every step of the simulation.
        self._decoded: dict[str, int] = {}
        for register, value in _FACTORY.items():
            self.set(register, value)
        self.set("Max_Position_Limit", model.resolution - 1)
        self.set("Model_Number", model.number or 0)
        self.set("ID", servo_id)
        self.kept = bytes(self._bytes)

    def get(self, register: str) -> int:
        value = self._decoded.get(register)
        if value is None:
            place = self._registers.get(register)
            if place is None:
                return _ABSENT[register]
            data = self._bytes[place.address : place.address + place.size]
            value = self._decoded[register] = decode_register(place, data, self._byte_order)
        return value

    def set(self, register: str, value: int, *, keep: bool = False) -> None:
        """Put a value in, past locks and limits; ``keep`` makes it survive without power.

        Where this series lacks the register, nothing happens. One without a sign keeps the
        magnitude.
        """
        place = self._registers.get(register)
        if place is None:
            return
        if place.sign_bit is None:
            value = abs(value)
        end = place.address + place.size
        self._bytes[place.address : end] = encode_register(place, value, self._byte_order)
        self._decoded[register] = value
        if keep:
            self.kept = (
                self.kept[: place.address] + self._bytes[place.address : end] + self.kept[end:]
            )

    def read(self, address: int, size: int) -> bytes:
        """What the host reads; beyond the end there are zeros."""
        return bytes(self._bytes[address : address + size]).ljust(size, b"\0")

    def write(self, address: int, data: bytes) -> None:
        """What the host writes: read-only bytes stay, the EEPROM keeps it only if unlocked."""
        unlocked = self.get("Lock") == 0
        kept = bytearray(self.kept)
        for place, value in enumerate(data, address):
            if place not in self._writable:
                continue
            self._bytes[place] = value
            if unlocked and (place in _EEPROM or place >= _FACTORY_START):
                kept[place] = value
        self.kept = bytes(kept)
        self._decoded.clear()

    def restore(self, kept: bytes) -> None:
        """Take over what was kept elsewhere. Raises ValueError if it is no servo's memory."""
        if len(kept) != _BYTES:
            raise ValueError(f"{len(kept)} bytes are no servo memory")
        self.kept = kept

    def power_on(self) -> None:
        """EEPROM as kept, RAM fresh."""
        self._decoded.clear()
        self._bytes[:] = bytes(_BYTES)
        for place in _KEPT:
            self._bytes[place] = self.kept[place]
        # The careful reading of the data sheet: without unlocking, nothing is kept.
        self.set("Lock", 1)
        self.set("Torque_Limit", self.get("Max_Torque_Limit"))
