"""A simulated Feetech servo: how it obeys, protects itself, and moves its joint.

Sources: Feetech's memory tables for addresses and units, and the data sheet of the STS3215 for
the no-load speed (0.18 s for 60° at 7.4 V) and the stall current (2.4 A); servos of other models
are as fast and as strong as that one.
Position and velocity modes move; a servo in PWM or step mode stays limp.
"""

from math import pi

from lerobot_core.motors.tables import (
    BAUD_CODES,
    CURRENT_MA,
    DEFAULT_BAUDRATE,
    MODELS,
    SINGLE_TURN_PHASE_BIT,
    VOLTS,
)
from lerobot_core.sim.motion import Motion
from lerobot_core.sim.plant import JointPlant, MovingPlant
from lerobot_core.sim.protection import Protection
from lerobot_core.sim.servo_memory import ServoMemory

NOMINAL_VOLTS = 7.4
_FACTORY_ID = 1
_NO_LOAD_TURNS_S = 1 / 6 / 0.18
_STALL_CURRENT_MA = 2400
_ACCELERATION_TICKS_S2 = 100  # one count of Acceleration
_LARGEST_OFFSET = 2047
_CENTRE_COMMAND = 128  # written to Torque_Enable: make the present position the middle
_POSITION_MODE, _VELOCITY_MODE = 0, 1

_BAUD_RATES = {code: rate for rate, code in BAUD_CODES.items()}


class SimulatedServo:
    """One servo and the joint on its horn.

    Args:
        model: A key of ``tables.MODELS``, which also says the series.
        zero_ticks: What the encoder counts at angle 0, before the homing offset; the middle of
            a turn if not given.
        direction: 1 where the counts grow with the angle, −1 where they fall.
    """

    def __init__(
        self,
        servo_id: int,
        plant: JointPlant,
        *,
        model: str = "sts3215",
        zero_ticks: int | None = None,
        direction: int = 1,
    ) -> None:
        self.plant = plant
        self._moving_plant = plant if isinstance(plant, MovingPlant) else None
        self.protection = Protection()
        self.supply_volts = NOMINAL_VOLTS
        table = MODELS[model]
        self.has_sync_read = table.has_sync_read
        self._ticks_per_turn = table.resolution
        self._rad_per_tick = 2 * pi / table.resolution
        self._no_load_ticks_s = table.resolution * _NO_LOAD_TURNS_S
        self._torque_address = table.registers["Torque_Enable"].address
        self.zero_ticks = (table.resolution - 1) // 2 if zero_ticks is None else zero_ticks
        self._direction = direction
        self._table = table
        self.memory = ServoMemory(servo_id, table)
        self._motion = Motion()
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
    def answers_writes(self) -> bool:
        return self.memory.get("Response_Status_Level") != 0

    @property
    def error(self) -> int:
        """The error byte of its status packets."""
        return self.protection.error

    @property
    def kept(self) -> bytes:
        """Its EEPROM."""
        return self.memory.kept

    # Power

    def power_on(self) -> None:
        """Start as a servo does: EEPROM as kept, RAM fresh, limp, goal where the joint is."""
        if self.is_powered:
            return
        self.is_powered = True
        self.memory.power_on()
        self.memory.set("Goal_Position", round(self.present_ticks))
        self.protection.reset()
        self._motion.stop()
        self._pending = None

    def power_off(self) -> None:
        self.is_powered = False
        self.plant.drive(None, 0.0)

    def restore(self, kept: bytes) -> None:
        """Take over an EEPROM and start afresh. Raises ValueError."""
        self.memory.restore(kept)
        self.power_off()
        self.power_on()

    def keep(self, register: str, value: int) -> None:
        """Have it in the EEPROM, as if a host had written it there."""
        self.memory.set(register, value, keep=True)

    @property
    def is_as_new(self) -> bool:
        """Nobody has set it up since it left its maker."""
        return self.memory.kept == ServoMemory(_FACTORY_ID, self._table).kept

    def reset_to_factory(self) -> None:
        """As it left its maker: id 1, nothing set up."""
        self.memory = ServoMemory(_FACTORY_ID, self._table)
        self.power_off()
        self.power_on()

    # Instructions

    def read(self, address: int, size: int) -> bytes:
        self._refresh()
        return self.memory.read(address, size)

    def write(self, address: int, data: bytes) -> None:
        """Store what is writable, and act on commands."""
        command = self._torque_address - address
        if 0 <= command < len(data) and data[command] == _CENTRE_COMMAND:
            self._centre()
            return
        had_torque = self._has_torque
        self.memory.write(address, data)
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
        offset = round(self._encoder_ticks) - self._ticks_per_turn // 2
        offset = max(-_LARGEST_OFFSET, min(offset, _LARGEST_OFFSET))
        self.memory.set("Homing_Offset", offset, keep=True)

    # Motion

    @property
    def _has_torque(self) -> bool:
        return self.memory.get("Torque_Enable") == 1

    @property
    def _encoder_ticks(self) -> float:
        """What the magnet says, within one turn."""
        ticks = self.zero_ticks + self._direction * self.plant.angle_rad / self._rad_per_tick
        return ticks % self._ticks_per_turn

    @property
    def present_ticks(self) -> float:
        """Position with the homing offset, before it is rounded to whole counts."""
        ticks = self._encoder_ticks - self.memory.get("Homing_Offset")
        if self.memory.get("Phase") & SINGLE_TURN_PHASE_BIT:
            return ticks
        return ticks % self._ticks_per_turn

    def advance(self, seconds: float) -> None:
        """Let time pass: warm up, watch over the motor, and pull the joint."""
        plant = self.plant
        if self.is_powered:
            self.protection.advance(seconds, plant.load, self.supply_volts, self.memory.get)
            if self.protection.drops_torque(self.memory.get):
                self.memory.set("Torque_Enable", 0)
            self._drive(seconds)
        if self._moving_plant is not None:
            self._moving_plant.advance(seconds)

    def _drive(self, seconds: float) -> None:
        mode = self.memory.get("Operating_Mode")
        if not self._has_torque or mode not in (_POSITION_MODE, _VELOCITY_MODE):
            self._motion.stop()
            self.plant.drive(None, 0.0)
            return
        present = self.present_ticks
        if mode == _POSITION_MODE:
            top_speed = self._top_speed(
                abs(self.memory.get("Goal_Velocity")) or self._no_load_ticks_s
            )
            setpoint = self._motion.towards(
                self._limited_goal(), present, top_speed, self._acceleration, seconds
            )
        else:
            speed = self.memory.get("Goal_Velocity")
            top_speed = self._top_speed(abs(speed))
            setpoint = self._motion.at_speed(
                top_speed if speed > 0 else -top_speed, present, self._acceleration, seconds
            )
        target_rad = (
            self.plant.angle_rad + self._direction * (setpoint - present) * self._rad_per_tick
        )
        share = self.protection.torque_share(self.memory.get)
        self.plant.drive(target_rad, min(share, self.memory.get("Torque_Limit") / 1000))

    @property
    def _acceleration(self) -> float | None:
        """In ticks/s²; None where the servo may take any."""
        counts = self.memory.get("Acceleration")
        return counts * _ACCELERATION_TICKS_S2 if counts else None

    def _top_speed(self, wanted: float) -> float:
        return min(wanted, self._no_load_ticks_s * self.supply_volts / NOMINAL_VOLTS)

    def _limited_goal(self) -> int:
        goal = self.memory.get("Goal_Position")
        low, high = self.memory.get("Min_Position_Limit"), self.memory.get("Max_Position_Limit")
        return goal if low == high == 0 else max(low, min(goal, high))

    def _refresh(self) -> None:
        """Measure: what the read-only registers say now."""
        present = round(self.present_ticks)
        if not self.memory.get("Phase") & SINGLE_TURN_PHASE_BIT:
            present %= self._ticks_per_turn  # 4095.7 is 0 of the next turn
        velocity = round(self._direction * self.plant.velocity_rad_s / self._rad_per_tick)
        load = max(-1.0, min(self._direction * self.plant.load, 1.0))
        goal = self.memory.get("Goal_Position")
        self.memory.set("Present_Position", present)
        self.memory.set("Present_Velocity", max(-32767, min(velocity, 32767)))
        self.memory.set("Present_Load", round(load * 1000))
        self.memory.set("Present_Voltage", max(0, min(round(self.supply_volts / VOLTS), 255)))
        self.memory.set("Present_Temperature", max(0, min(round(self.protection.celsius), 255)))
        self.memory.set("Status", self.protection.error)
        self.memory.set("Moving", int(abs(velocity) > self.memory.get("Moving_Velocity_Threshold")))
        self.memory.set("Present_Current", round(abs(load) * _STALL_CURRENT_MA / CURRENT_MA))
        self.memory.set("Goal_Position_2", abs(goal))
