"""A simulated STS3215 servo: its memory, its protections, and how it moves its joint.

Sources: Feetech's memory table of the STS3215 for addresses, units and factory values, and its
data sheet for the no-load speed (0.18 s for 60° at 7.4 V) and the stall current (2.4 A).
Position and velocity modes move; a servo in PWM or step mode stays limp.
"""

from math import pi

from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.motors.tables import (
    BAUD_CODES,
    CURRENT_MA,
    MODELS,
    SINGLE_TURN_PHASE_BIT,
    STS_SMS,
    STS_SMS_EEPROM,
    VOLTS,
)
from lerobot_core.sim.motion import Motion
from lerobot_core.sim.plant import JointPlant, MovingPlant
from lerobot_core.sim.protection import Protection

TICKS_PER_TURN = 4096
RAD_PER_TICK = 2 * pi / TICKS_PER_TURN
NOMINAL_VOLTS = 7.4
_NO_LOAD_TICKS_S = TICKS_PER_TURN / 6 / 0.18
_STALL_CURRENT_MA = 2400
_ACCELERATION_TICKS_S2 = 100  # one count of Acceleration
_LARGEST_OFFSET = 2047
_CENTRE_COMMAND = 128  # written to Torque_Enable: make the present position the middle
_POSITION_MODE, _VELOCITY_MODE = 0, 1

_MEMORY_BYTES = 128
_EEPROM_BYTES = 40
_FACTORY_BYTES = range(80, 87)  # kept without power as well

_BAUD_RATES = {code: rate for rate, code in BAUD_CODES.items()}
_WRITABLE = bytes(
    any(
        place.address <= address < place.address + place.size
        for place in STS_SMS.values()
        if place.writable
    )
    for address in range(_MEMORY_BYTES)
)

_FACTORY = {
    "Firmware_Major_Version": 3,
    "Firmware_Minor_Version": 10,
    "Baud_Rate": 0,
    "Return_Delay_Time": 250,
    "Response_Status_Level": 1,
    "Min_Position_Limit": 0,
    "Max_Position_Limit": TICKS_PER_TURN - 1,
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
    "Operating_Mode": _POSITION_MODE,
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
}


class SimulatedServo:
    """One servo and the joint on its horn.

    Args:
        zero_ticks: What the encoder counts at angle 0, before the homing offset.
        direction: 1 where the counts grow with the angle, −1 where they fall.
    """

    def __init__(
        self,
        servo_id: int,
        plant: JointPlant,
        *,
        model: str = "sts3215",
        zero_ticks: int = 2047,
        direction: int = 1,
    ) -> None:
        self.plant = plant
        self._moving_plant = plant if isinstance(plant, MovingPlant) else None
        self.protection = Protection()
        self.supply_volts = NOMINAL_VOLTS
        self._zero_ticks = zero_ticks
        self._direction = direction
        self._memory = bytearray(_MEMORY_BYTES)
        self._motion = Motion()
        self._pending: tuple[int, bytes] | None = None  # REG_WRITE, until ACTION
        for register, value in _FACTORY.items():
            self.set(register, value)
        self.set("Model_Number", MODELS[model].number or 0)
        self.set("ID", servo_id)
        self._kept = bytes(self._memory)
        self.is_powered = False
        self.power_on()

    # Memory as the firmware sees it

    def get(self, register: str) -> int:
        place = STS_SMS[register]
        return decode_register(
            place, self._memory[place.address : place.address + place.size], "little"
        )

    def set(self, register: str, value: int) -> None:
        """Put a value into memory, past locks and limits; not kept without power."""
        place = STS_SMS[register]
        self._memory[place.address : place.address + place.size] = encode_register(
            place, value, "little"
        )

    @property
    def servo_id(self) -> int:
        return self._memory[5]

    @property
    def baudrate(self) -> int:
        return _BAUD_RATES.get(self.get("Baud_Rate"), 1_000_000)

    @property
    def return_delay_s(self) -> float:
        return self.get("Return_Delay_Time") * 2e-6

    @property
    def answers_writes(self) -> bool:
        return self.get("Response_Status_Level") != 0

    @property
    def error(self) -> int:
        """The error byte of its status packets."""
        return self.protection.error

    # Power

    def power_on(self) -> None:
        """Start as a servo does: EEPROM as kept, RAM fresh, limp, goal where the joint is."""
        if self.is_powered:
            return
        self.is_powered = True
        self._memory[:] = bytes(_MEMORY_BYTES)
        self._memory[:_EEPROM_BYTES] = self._kept[:_EEPROM_BYTES]
        for address in _FACTORY_BYTES:
            self._memory[address] = self._kept[address]
        # The careful reading of the data sheet: without unlocking, nothing is kept.
        self.set("Lock", 1)
        self.set("Torque_Limit", self.get("Max_Torque_Limit"))
        self.set("Goal_Position", round(self.present_ticks))
        self.protection.reset()
        self._motion.stop()
        self._pending = None

    def power_off(self) -> None:
        self.is_powered = False
        self.plant.drive(None, 0.0)

    @property
    def kept(self) -> bytes:
        """Everything that survives without power."""
        return self._kept

    def restore(self, kept: bytes) -> None:
        """Take over what ``kept`` once gave, and start afresh. Raises ValueError."""
        if len(kept) != _MEMORY_BYTES:
            raise ValueError(f"{len(kept)} bytes are no servo memory")
        self._kept = kept
        self.power_off()
        self.power_on()

    # Instructions

    def read(self, address: int, size: int) -> bytes:
        self._refresh()
        return bytes(self._memory[address : address + size]).ljust(size, b"\0")

    def write(self, address: int, data: bytes) -> None:
        """Store what is writable, keep EEPROM bytes if unlocked, and act on commands."""
        if address <= 40 < address + len(data) and data[40 - address] == _CENTRE_COMMAND:
            self._centre()
            return
        had_torque = self._has_torque
        unlocked = self.get("Lock") == 0
        kept = bytearray(self._kept)
        for place, value in enumerate(data, address):
            if place >= _MEMORY_BYTES or not _WRITABLE[place]:
                continue
            self._memory[place] = value
            if unlocked and (place < _EEPROM_BYTES or place in _FACTORY_BYTES):
                kept[place] = value
        self._kept = bytes(kept)
        if had_torque and not self._has_torque:
            self.protection.release()
            self._motion.stop()

    def reg_write(self, address: int, data: bytes) -> None:
        self._pending = address, data

    def action(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            self.write(*pending)

    def _centre(self) -> None:
        offset = round(self._encoder_ticks) - TICKS_PER_TURN // 2
        self.set("Homing_Offset", max(-_LARGEST_OFFSET, min(offset, _LARGEST_OFFSET)))
        place = STS_SMS_EEPROM["Homing_Offset"].address
        kept = bytearray(self._kept)
        kept[place : place + 2] = self._memory[place : place + 2]
        self._kept = bytes(kept)

    # Motion

    @property
    def _has_torque(self) -> bool:
        return self._memory[40] == 1

    @property
    def _encoder_ticks(self) -> float:
        """What the magnet says, within one turn."""
        ticks = self._zero_ticks + self._direction * self.plant.angle_rad / RAD_PER_TICK
        return ticks % TICKS_PER_TURN

    @property
    def present_ticks(self) -> float:
        """Position with the homing offset, before it is rounded to whole counts."""
        ticks = self._encoder_ticks - self.get("Homing_Offset")
        if self.get("Phase") & SINGLE_TURN_PHASE_BIT:
            return ticks
        return ticks % TICKS_PER_TURN

    def advance(self, seconds: float) -> None:
        """Let time pass: warm up, watch over the motor, and pull the joint."""
        plant = self.plant
        if self.is_powered:
            self.protection.advance(seconds, plant.load, self.supply_volts, self.get)
            if self.protection.drops_torque(self.get):
                self._memory[40] = 0
            self._drive(seconds)
        if self._moving_plant is not None:
            self._moving_plant.advance(seconds)

    def _drive(self, seconds: float) -> None:
        mode = self.get("Operating_Mode")
        if not self._has_torque or mode not in (_POSITION_MODE, _VELOCITY_MODE):
            self._motion.stop()
            self.plant.drive(None, 0.0)
            return
        present = self.present_ticks
        if mode == _POSITION_MODE:
            top_speed = self._top_speed(abs(self.get("Goal_Velocity")) or _NO_LOAD_TICKS_S)
            setpoint = self._motion.towards(
                self._limited_goal(), present, top_speed, self._acceleration, seconds
            )
        else:
            speed = self.get("Goal_Velocity")
            top_speed = self._top_speed(abs(speed))
            setpoint = self._motion.at_speed(
                top_speed if speed > 0 else -top_speed, present, self._acceleration, seconds
            )
        target_rad = self.plant.angle_rad + self._direction * (setpoint - present) * RAD_PER_TICK
        share = self.protection.torque_share(self.get)
        self.plant.drive(target_rad, min(share, self.get("Torque_Limit") / 1000))

    @property
    def _acceleration(self) -> float | None:
        """In ticks/s²; None where the servo may take any."""
        counts = self.get("Acceleration")
        return counts * _ACCELERATION_TICKS_S2 if counts else None

    def _top_speed(self, wanted: float) -> float:
        return min(wanted, _NO_LOAD_TICKS_S * self.supply_volts / NOMINAL_VOLTS)

    def _limited_goal(self) -> int:
        goal = self.get("Goal_Position")
        low, high = self.get("Min_Position_Limit"), self.get("Max_Position_Limit")
        return goal if low == high == 0 else max(low, min(goal, high))

    def _refresh(self) -> None:
        """Measure: what the read-only registers say now."""
        present = round(self.present_ticks)
        if not self.get("Phase") & SINGLE_TURN_PHASE_BIT:
            present %= TICKS_PER_TURN  # 4095.7 is 0 of the next turn
        velocity = round(self._direction * self.plant.velocity_rad_s / RAD_PER_TICK)
        load = max(-1.0, min(self._direction * self.plant.load, 1.0))
        goal = self.get("Goal_Position")
        self.set("Present_Position", present)
        self.set("Present_Velocity", max(-32767, min(velocity, 32767)))
        self.set("Present_Load", round(load * 1000))
        self.set("Present_Voltage", max(0, min(round(self.supply_volts / VOLTS), 255)))
        self.set("Present_Temperature", max(0, min(round(self.protection.celsius), 255)))
        self.set("Status", self.protection.error)
        self.set("Moving", int(abs(velocity) > self.get("Moving_Velocity_Threshold")))
        self.set("Present_Current", round(abs(load) * _STALL_CURRENT_MA / CURRENT_MA))
        self.set("Goal_Position_2", abs(goal))
