"""What the data sheets of the Dynamixel X series say: registers, models, modes and error codes.

Sources: the control tables of the ROBOTIS e-manual for the X series, protocol 2.0; the names of
the registers are those of upstream lerobot, so that calibrations, scripts and habits carry over.
"""

from collections.abc import Mapping
from typing import NamedTuple

from lerobot_core.motors.tables import Register, ServoModel, alarms_in
from lerobot_core.types import Alarm

X_SERIES_EEPROM = {
    "Model_Number": Register(0, 2, writable=False),
    "Model_Information": Register(2, 4, writable=False),
    "Firmware_Version": Register(6, 1, writable=False),
    "ID": Register(7, 1),
    "Baud_Rate": Register(8, 1),
    "Return_Delay_Time": Register(9, 1),
    "Drive_Mode": Register(10, 1),
    "Operating_Mode": Register(11, 1),
    "Secondary_ID": Register(12, 1),
    "Protocol_Type": Register(13, 1),
    "Homing_Offset": Register(20, 4, signed=True),
    "Moving_Threshold": Register(24, 4),
    "Temperature_Limit": Register(31, 1),
    "Max_Voltage_Limit": Register(32, 2),
    "Min_Voltage_Limit": Register(34, 2),
    "PWM_Limit": Register(36, 2),
    "Current_Limit": Register(38, 2),
    "Acceleration_Limit": Register(40, 4),
    "Velocity_Limit": Register(44, 4),
    "Max_Position_Limit": Register(48, 4),
    "Min_Position_Limit": Register(52, 4),
    "Shutdown": Register(63, 1),
}

X_SERIES_RAM = {
    "Torque_Enable": Register(64, 1),
    "LED": Register(65, 1),
    "Status_Return_Level": Register(68, 1),
    "Registered_Instruction": Register(69, 1, writable=False),
    "Hardware_Error_Status": Register(70, 1, writable=False),
    "Velocity_I_Gain": Register(76, 2),
    "Velocity_P_Gain": Register(78, 2),
    "Position_D_Gain": Register(80, 2),
    "Position_I_Gain": Register(82, 2),
    "Position_P_Gain": Register(84, 2),
    "Feedforward_2nd_Gain": Register(88, 2),
    "Feedforward_1st_Gain": Register(90, 2),
    "Bus_Watchdog": Register(98, 1, signed=True),
    "Goal_PWM": Register(100, 2, signed=True),
    "Goal_Current": Register(102, 2, signed=True),
    "Goal_Velocity": Register(104, 4, signed=True),
    "Profile_Acceleration": Register(108, 4),
    "Profile_Velocity": Register(112, 4),
    "Goal_Position": Register(116, 4, signed=True),
    "Realtime_Tick": Register(120, 2, writable=False),
    "Moving": Register(122, 1, writable=False),
    "Moving_Status": Register(123, 1, writable=False),
    "Present_PWM": Register(124, 2, signed=True, writable=False),
    "Present_Current": Register(126, 2, signed=True, writable=False),
    "Present_Velocity": Register(128, 4, signed=True, writable=False),
    "Present_Position": Register(132, 4, signed=True, writable=False),
    "Velocity_Trajectory": Register(136, 4, writable=False),
    "Position_Trajectory": Register(140, 4, writable=False),
    "Present_Input_Voltage": Register(144, 2, writable=False),
    "Present_Temperature": Register(146, 1, writable=False),
}

X_SERIES = X_SERIES_EEPROM | X_SERIES_RAM

EEPROM_END = 64  # below, a servo refuses writes while it has torque

CURRENT_MODE, VELOCITY_MODE, POSITION_MODE = 0, 1, 3
EXTENDED_POSITION_MODE, CURRENT_POSITION_MODE, PWM_MODE = 4, 5, 16

_WITHOUT_CURRENT = frozenset({VELOCITY_MODE, POSITION_MODE, EXTENDED_POSITION_MODE, PWM_MODE})
_ALL_MODES = _WITHOUT_CURRENT | {CURRENT_MODE, CURRENT_POSITION_MODE}


class Drive(NamedTuple):
    """What sets the models of the series apart."""

    modes: frozenset[int]  # values that Operating_Mode takes
    current_ma: float | None  # one count of current; None: Present_Current holds the load
    full_load: int  # counts of Present_Current at full torque: the highest Current_Limit


DRIVES = {
    "xl330-m077": Drive(_ALL_MODES, 1.0, 1750),
    "xl330-m288": Drive(_ALL_MODES, 1.0, 1750),
    "xl430-w250": Drive(_WITHOUT_CURRENT, None, 1000),
    "xm430-w350": Drive(_ALL_MODES, 2.69, 1193),
    "xm540-w270": Drive(_ALL_MODES, 2.69, 2047),
    "xc430-w150": Drive(_WITHOUT_CURRENT, None, 1000),
    "xh540-w150": Drive(_ALL_MODES, 2.69, 2047),
    "xc330-t288": Drive(_ALL_MODES, 1.0, 910),
    "xc330-t181": Drive(_ALL_MODES, 1.0, 910),
}

_NUMBERS = {
    "xl330-m077": 1190,
    "xl330-m288": 1200,
    "xl430-w250": 1060,
    "xm430-w350": 1020,
    "xm540-w270": 1120,
    "xc430-w150": 1070,
    "xh540-w150": 1110,
    "xc330-t288": 1220,
    "xc330-t181": 1210,
}

DYNAMIXEL_MODELS = {
    name: ServoModel(number, 4096, "little", X_SERIES) for name, number in _NUMBERS.items()
}

DYNAMIXEL_BAUD_CODES = {
    9_600: 0,
    57_600: 1,
    115_200: 2,
    1_000_000: 3,
    2_000_000: 4,
    3_000_000: 5,
    4_000_000: 6,
}
"""Baud rate → value of the Baud_Rate register."""

FACTORY_BAUDRATE = 57_600

DYNAMIXEL_VOLTS = 0.1  # one count of voltage
WATCHDOG_S = 0.02  # one count of Bus_Watchdog
WATCHDOG_FIRED = -1  # what Bus_Watchdog reads then; goals are refused until 0 is written

HARDWARE_ALERT = 0x80  # in the error byte: Hardware_Error_Status says more

REFUSALS = {
    1: "it could not carry the command out",
    2: "it does not know the command",
    3: "the command arrived damaged",
    4: "the value is out of range",
    5: "the value has the wrong length",
    6: "the value is beyond its limits",
    7: "the register is locked now",
}
"""The error byte of a status packet, without the alert bit: why a servo did not obey."""

OUT_OF_RANGE = (4, 6)  # refusals that are about the value

DYNAMIXEL_ALARMS: Mapping[int, Alarm] = {
    0x01: Alarm.VOLTAGE,
    0x04: Alarm.HEAT,
    0x08: Alarm.SENSOR,
    0x10: Alarm.SHOCK,
    0x20: Alarm.OVERLOAD,
}
"""Bits of Hardware_Error_Status, and of Shutdown, which says which of them end torque."""


def hardware_alarm_words(status: int) -> str:
    """Hardware_Error_Status in an operator's words."""
    known = alarms_in(status, DYNAMIXEL_ALARMS)
    return ", ".join(known) or f"hardware error {status:#04x}"


def refusal_words(error: int) -> str:
    return REFUSALS.get(error, f"error {error:#04x}")
