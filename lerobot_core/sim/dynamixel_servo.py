"""A simulated Dynamixel X servo: how it obeys, protects itself, and moves its joint.

Source: the ROBOTIS e-manual, for registers, units and what resets a position.
Position modes (3, 4, 5) move; a servo in current, velocity or PWM mode stays limp here.
"""

from collections.abc import Sequence
from math import floor, pi

from lerobot_core.motors.dynamixel_tables import (
    CURRENT_POSITION_MODE,
    DYNAMIXEL_BAUD_CODES,
    DYNAMIXEL_VOLTS,
    EXTENDED_POSITION_MODE,
    FACTORY_BAUDRATE,
    HARDWARE_ALERT,
    POSITION_MODE,
    WATCHDOG_FIRED,
    WATCHDOG_S,
    X_SERIES,
)
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.sim.dynamixel_drives import NO_LOAD_RPM
from lerobot_core.sim.dynamixel_memory import ACCESS_ERROR, OK, DynamixelMemory
from lerobot_core.sim.dynamixel_protection import DynamixelProtection
from lerobot_core.sim.motion import Motion
from lerobot_core.sim.plant import JointPlant, MovingPlant

TICKS_PER_TURN = 4096
RAD_PER_TICK = 2 * pi / TICKS_PER_TURN
CONVERTER_VOLTS = 5.0
"""What the converter in a Koch arm makes of its supply, for the servos that need 5 V."""

_VELOCITY_TICKS_S = 0.229 / 60 * TICKS_PER_TURN  # one count of velocity: 0.229 rpm
_ACCELERATION_TICKS_S2 = 214.577 / 3600 * TICKS_PER_TURN  # one count: 214.577 rev/min²
_FULL_PWM = 885
_FACTORY_ID = 1
_STANDING_RAD_S = 0.01
_MOVING_MODES = (POSITION_MODE, EXTENDED_POSITION_MODE, CURRENT_POSITION_MODE)

_BAUD_RATES = {code: rate for rate, code in DYNAMIXEL_BAUD_CODES.items()}


class DynamixelServo:
    """One servo and the joint on its horn.

    Args:
        zero_ticks: What the encoder counts at angle 0, before drive mode and homing offset.
        direction: 1 where the counts grow with the angle, −1 where they fall.
        baudrate: What it is set to; new ones come with 57 600.
        has_converter: It sits behind a 5 V converter, whatever the chain's supply is.
    """

    def __init__(
        self,
        servo_id: int,
        plant: JointPlant,
        *,
        model: str = "xl330-m288",
        zero_ticks: int = 2047,
        direction: int = 1,
        baudrate: int = DEFAULT_BAUDRATE,
        has_converter: bool = False,
    ) -> None:
        self.plant = plant
        self._moving_plant = plant if isinstance(plant, MovingPlant) else None
        self.protection = DynamixelProtection()
        self._model = model
        self.memory = DynamixelMemory(servo_id, model, baudrate)
        self.supply_volts = CONVERTER_VOLTS  # of the chain; the chain sets it
        self._has_converter = has_converter
        self._top_speed = NO_LOAD_RPM[model] / 60 * TICKS_PER_TURN
        self.zero_ticks = zero_ticks
        self._direction = direction
        self._motion = Motion()
        self._turns = 0  # of the encoder that the position does not count
        self._quiet_s = 0.0
        self._pending: tuple[int, bytes] | None = None  # REG_WRITE, until ACTION
        self.is_powered = False
        self.power_on()

    # What the wire needs to know of it

    @property
    def servo_id(self) -> int:
        return self.memory.get("ID")

    @property
    def baudrate(self) -> int:
        return _BAUD_RATES.get(self.memory.get("Baud_Rate"), DEFAULT_BAUDRATE)

    @property
    def return_delay_s(self) -> float:
        return self.memory.get("Return_Delay_Time") * 2e-6

    @property
    def kept(self) -> bytes:
        return self.memory.kept

    @property
    def answers_reads(self) -> bool:
        return self.memory.get("Status_Return_Level") > 0

    @property
    def answers_writes(self) -> bool:
        return self.memory.get("Status_Return_Level") > 1

    @property
    def alert(self) -> int:
        """The alert bit of its status packets."""
        return HARDWARE_ALERT if self.protection.status else 0

    # Power

    def power_on(self) -> None:
        """Start as a servo does: EEPROM as kept, RAM fresh, limp, goal where the joint is."""
        if self.is_powered:
            return
        self.is_powered = True
        self.memory.power_on()
        self.protection.reset()
        self._motion.stop()
        self._quiet_s = 0.0
        self._pending = None
        self._forget_turns()
        self.memory.set("Goal_Position", round(self.present_ticks))

    def power_off(self) -> None:
        self.is_powered = False
        self.plant.drive(None, 0.0)

    def reboot(self) -> None:
        self.power_off()
        self.power_on()

    def restore(self, kept: bytes) -> None:
        """Take over an EEPROM and start afresh. Raises ValueError."""
        self.memory.restore(kept)
        self.reboot()

    def keep(self, register: str, value: int) -> None:
        """Have it in the EEPROM, as if a host had written it there."""
        self.memory.set(register, value)

    @property
    def is_as_new(self) -> bool:
        """Nobody has set it up since it left its maker."""
        return self.kept == DynamixelMemory(_FACTORY_ID, self._model, FACTORY_BAUDRATE).kept

    def reset_to_factory(self, kept: Sequence[str] = ()) -> None:
        """As it left its maker: id 1, 57 600 baud, nothing set up, but for registers to keep."""
        before = {register: self.memory.get(register) for register in kept}
        self.memory = DynamixelMemory(_FACTORY_ID, self._model, FACTORY_BAUDRATE)
        for register, value in before.items():
            self.keep(register, value)
        self.reboot()

    def clear_turns(self) -> bool:
        """Count from here on within one turn. False while it moves: it does not then."""
        if abs(self.plant.velocity_rad_s) > _STANDING_RAD_S:
            return False
        self._forget_turns()
        return True

    # Instructions

    def hear(self) -> None:
        """A packet was on the wire, for whomever: the bus is alive."""
        self._quiet_s = 0.0

    def read(self, address: int, size: int) -> bytes | None:
        """None outside its memory."""
        self._refresh()
        return self.memory.read(address, size)

    def write(self, address: int, data: bytes) -> int:
        """Obey, or say with an error code why not."""
        wants_torque = address <= X_SERIES["Torque_Enable"].address < address + len(data)
        if wants_torque and self.protection.is_shut_down(self.memory.get):
            return ACCESS_ERROR
        before = self._state()
        error = self.memory.write(address, data)
        if error == OK:
            self._act_on_changes(before)
        return error

    def reg_write(self, address: int, data: bytes) -> None:
        self._pending = address, data
        self.memory.set("Registered_Instruction", 1)

    def action(self) -> None:
        pending, self._pending = self._pending, None
        self.memory.set("Registered_Instruction", 0)
        if pending is not None:
            self.write(*pending)

    def _state(self) -> tuple[int, int, int]:
        return (
            self.memory.get("Torque_Enable"),
            self.memory.get("Operating_Mode"),
            self.memory.get("Drive_Mode"),
        )

    def _act_on_changes(self, before: tuple[int, int, int]) -> None:
        torque, mode, drive_mode = self._state()
        if torque != before[0]:
            self._motion.stop()
        if drive_mode != before[2]:
            self._forget_turns()
        elif mode == POSITION_MODE and (torque > before[0] or mode != before[1]):
            self._forget_turns()  # this mode knows one turn only

    # Position

    @property
    def _sign(self) -> int:
        """1 where positions grow with the angle."""
        return -self._direction if self.memory.get("Drive_Mode") & 1 else self._direction

    @property
    def _encoder_ticks(self) -> float:
        """All turns of the horn, in the direction of the drive mode."""
        zero = -self.zero_ticks if self.memory.get("Drive_Mode") & 1 else self.zero_ticks
        return zero + self._sign * self.plant.angle_rad / RAD_PER_TICK

    @property
    def present_ticks(self) -> float:
        """Position with the homing offset, before it is rounded to whole counts."""
        actual = self._encoder_ticks - self._turns * TICKS_PER_TURN
        return actual + self.memory.get("Homing_Offset")

    def _forget_turns(self) -> None:
        """From here on the position is that within one turn."""
        self._turns = floor(self._encoder_ticks / TICKS_PER_TURN)

    # Time

    @property
    def _volts(self) -> float:
        return min(self.supply_volts, CONVERTER_VOLTS) if self._has_converter else self.supply_volts

    @property
    def _has_torque(self) -> bool:
        return self.memory.get("Torque_Enable") == 1

    def advance(self, seconds: float) -> None:
        """Let time pass: warm up, watch over motor and bus, and pull the joint."""
        if self.is_powered:
            self.protection.advance(seconds, self.plant.load, self._volts, self.memory.get)
            if self._has_torque and self.protection.is_shut_down(self.memory.get):
                self.memory.set("Torque_Enable", 0)
            self._watch_bus(seconds)
            self._drive(seconds)
        if self._moving_plant is not None:
            self._moving_plant.advance(seconds)

    def _watch_bus(self, seconds: float) -> None:
        self._quiet_s += seconds
        limit = self.memory.get("Bus_Watchdog")
        if limit > 0 and self._has_torque and self._quiet_s > limit * WATCHDOG_S:
            self.memory.set("Bus_Watchdog", WATCHDOG_FIRED)
            self._motion.stop()

    def _drive(self, seconds: float) -> None:
        mode = self.memory.get("Operating_Mode")
        if not self._has_torque or mode not in _MOVING_MODES:
            self._motion.stop()
            self.plant.drive(None, 0.0)
            return
        present = self.present_ticks
        is_stopped = self.memory.get("Bus_Watchdog") == WATCHDOG_FIRED
        goal = present if is_stopped else self.memory.get("Goal_Position")
        velocity = self.memory.get("Profile_Velocity") * _VELOCITY_TICKS_S
        acceleration = self.memory.get("Profile_Acceleration") * _ACCELERATION_TICKS_S2
        top_speed = min(velocity or self._top_speed, self._top_speed)
        setpoint = self._motion.towards(goal, present, top_speed, acceleration or None, seconds)
        target_rad = self.plant.angle_rad + self._sign * (setpoint - present) * RAD_PER_TICK
        self.plant.drive(target_rad, self._torque_share(mode))

    def _torque_share(self, mode: int) -> float:
        share = abs(self.memory.get("Goal_PWM")) / _FULL_PWM
        if mode == CURRENT_POSITION_MODE:
            full = self.memory.drive.full_load
            share = min(share, abs(self.memory.get("Goal_Current")) / full)
        return share

    def _refresh(self) -> None:
        """Measure: what the read-only registers say now."""
        memory = self.memory
        velocity = round(self._sign * self.plant.velocity_rad_s / RAD_PER_TICK / _VELOCITY_TICKS_S)
        load = max(-1.0, min(self._sign * self.plant.load, 1.0))
        memory.set("Present_Position", round(self.present_ticks))
        memory.set("Present_Velocity", velocity)
        memory.set("Present_Current", round(load * memory.drive.full_load))
        memory.set("Present_PWM", round(load * _FULL_PWM))
        memory.set("Moving", int(abs(velocity) > memory.get("Moving_Threshold")))
        memory.set("Present_Input_Voltage", max(0, round(self._volts / DYNAMIXEL_VOLTS)))
        memory.set("Present_Temperature", max(0, min(round(self.protection.celsius), 255)))
        memory.set("Hardware_Error_Status", self.protection.status)
