"""What the data sheets say: registers, models and baud rates.

Source: Feetech's memory tables of the STS, SMS and SCS series, with the names that upstream lerobot
gives to the registers, so that calibrations, scripts and habits carry over.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from lerobot_core.types import Alarm


class Register(NamedTuple):
    """A value in a servo's memory."""

    address: int
    size: int  # bytes
    sign_bit: int | None = None  # set where the servo stores sign and magnitude
    writable: bool = True
    signed: bool = False  # two's complement


class ServoModel(NamedTuple):
    """What the bus needs to know of a servo model."""

    number: int | None  # reported by the servo; None for a series, whose members differ
    resolution: int  # counts in one turn
    byte_order: Literal["little", "big"]
    registers: Mapping[str, Register]
    has_sync_read: bool = True  # where there is none, a broadcast ping is not answered either


_FEETECH_EEPROM = {
    "Firmware_Major_Version": Register(0, 1, writable=False),
    "Firmware_Minor_Version": Register(1, 1, writable=False),
    "Model_Number": Register(3, 2, writable=False),
    "ID": Register(5, 1),
    "Baud_Rate": Register(6, 1),
    "Return_Delay_Time": Register(7, 1),
    "Response_Status_Level": Register(8, 1),
    "Min_Position_Limit": Register(9, 2),
    "Max_Position_Limit": Register(11, 2),
    "Max_Temperature_Limit": Register(13, 1),
    "Max_Voltage_Limit": Register(14, 1),
    "Min_Voltage_Limit": Register(15, 1),
    "Max_Torque_Limit": Register(16, 2),
    "Phase": Register(18, 1),
    "Unloading_Condition": Register(19, 1),
    "LED_Alarm_Condition": Register(20, 1),
    "P_Coefficient": Register(21, 1),
    "D_Coefficient": Register(22, 1),
    "I_Coefficient": Register(23, 1),
    "Minimum_Startup_Force": Register(24, 2),
    "CW_Dead_Zone": Register(26, 1),
    "CCW_Dead_Zone": Register(27, 1),
}

STS_SMS_EEPROM = _FEETECH_EEPROM | {
    "Protection_Current": Register(28, 2),
    "Angular_Resolution": Register(30, 1),
    "Homing_Offset": Register(31, 2, sign_bit=11),
    "Operating_Mode": Register(33, 1),
    "Protective_Torque": Register(34, 1),
    "Protection_Time": Register(35, 1),
    "Overload_Torque": Register(36, 1),
    "Velocity_closed_loop_P_proportional_coefficient": Register(37, 1),
    "Over_Current_Protection_Time": Register(38, 1),
    "Velocity_closed_loop_I_integral_coefficient": Register(39, 1),
}

STS_SMS_RAM = {
    "Torque_Enable": Register(40, 1),
    "Acceleration": Register(41, 1),
    "Goal_Position": Register(42, 2, sign_bit=15),
    "Goal_Time": Register(44, 2),
    "Goal_Velocity": Register(46, 2, sign_bit=15),
    "Torque_Limit": Register(48, 2),
    "Lock": Register(55, 1),
    "Present_Position": Register(56, 2, sign_bit=15, writable=False),
    "Present_Velocity": Register(58, 2, sign_bit=15, writable=False),
    "Present_Load": Register(60, 2, sign_bit=10, writable=False),
    "Present_Voltage": Register(62, 1, writable=False),
    "Present_Temperature": Register(63, 1, writable=False),
    "Status": Register(65, 1, writable=False),
    "Moving": Register(66, 1, writable=False),
    "Present_Current": Register(69, 2, writable=False),
    "Goal_Position_2": Register(71, 2, writable=False),
}

STS_SMS_FACTORY = {
    "Moving_Velocity": Register(80, 1),
    "Moving_Velocity_Threshold": Register(80, 1),
    "DTs": Register(81, 1),
    "Velocity_Unit_factor": Register(82, 1),
    "Hts": Register(83, 1),
    "Maximum_Velocity_Limit": Register(84, 1),
    "Maximum_Acceleration": Register(85, 1),
    "Acceleration_Multiplier": Register(86, 1),
}

STS_SMS = STS_SMS_EEPROM | STS_SMS_RAM | STS_SMS_FACTORY

SCS_EEPROM = _FEETECH_EEPROM | {
    "Protective_Torque": Register(37, 1),
    "Protection_Time": Register(38, 1),
}

SCS_RAM = {
    "Torque_Enable": Register(40, 1),
    "Acceleration": Register(41, 1),
    "Goal_Position": Register(42, 2),
    "Running_Time": Register(44, 2),
    "Goal_Velocity": Register(46, 2),
    "Lock": Register(48, 1),
    "Present_Position": Register(56, 2, writable=False),
    "Present_Velocity": Register(58, 2, writable=False),
    "Present_Load": Register(60, 2, writable=False),
    "Present_Voltage": Register(62, 1, writable=False),
    "Present_Temperature": Register(63, 1, writable=False),
    "Sync_Write_Flag": Register(64, 1, writable=False),
    "Status": Register(65, 1, writable=False),
    "Moving": Register(66, 1, writable=False),
}

SCS_FACTORY = {
    "PWM_Maximum_Step": Register(78, 1),
    "Moving_Velocity_Threshold": Register(79, 1),  # here and below: one count of velocity is 50
    "DTs": Register(80, 1),
    "Minimum_Velocity_Limit": Register(81, 1),
    "Maximum_Velocity_Limit": Register(82, 1),
    "Acceleration_2": Register(83, 1),
}

SCS = SCS_EEPROM | SCS_RAM | SCS_FACTORY
"""No homing offset, no operating mode, no current, and no signs."""

MODELS = {
    "sts3215": ServoModel(777, 4096, "little", STS_SMS),
    "sts3250": ServoModel(2825, 4096, "little", STS_SMS),
    "sm8512bl": ServoModel(11272, 4096, "little", STS_SMS),
    "sts_series": ServoModel(None, 4096, "little", STS_SMS),
    "sms_series": ServoModel(None, 4096, "little", STS_SMS),
    "scs0009": ServoModel(1284, 1024, "big", SCS, has_sync_read=False),
    "scs_series": ServoModel(None, 1024, "big", SCS, has_sync_read=False),
}

DEFAULT_BAUDRATE = 1_000_000

BAUD_CODES = {
    1_000_000: 0,
    500_000: 1,
    250_000: 2,
    128_000: 3,
    115_200: 4,
    57_600: 5,
    38_400: 6,
    19_200: 7,
}
"""Baud rate → value of the Baud_Rate register."""

FEETECH_ALARMS: Mapping[int, Alarm] = {
    0x01: Alarm.VOLTAGE,
    0x02: Alarm.SENSOR,
    0x04: Alarm.HEAT,
    0x08: Alarm.CURRENT,
    0x20: Alarm.OVERLOAD,
}
"""Bits of the error byte in a status packet, and of the Status register."""

LOAD_PERCENT = 0.1  # one count of Present_Load, in percent of the maximal torque
VOLTS = 0.1  # one count of Present_Voltage and of the voltage limits
CURRENT_MA = 6.5  # one count of Present_Current
SINGLE_TURN_PHASE_BIT = 0x10  # of Phase: set, the position counts on beyond one turn


def alarms_in(status: int | None, bits: Mapping[int, Alarm]) -> tuple[Alarm, ...]:
    """The alarms whose bits are set; none where the status could not be read."""
    return tuple(alarm for bit, alarm in bits.items() if (status or 0) & bit)


def alarm_words(error: int) -> str:
    """The error byte in an operator's words."""
    known = alarms_in(error, FEETECH_ALARMS)
    return ", ".join(known) or f"error {error:#04x}"
