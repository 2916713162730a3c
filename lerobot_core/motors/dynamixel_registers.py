"""Units and ranges of the registers of Dynamixel's X series.

Source: the control tables of the ROBOTIS e-manual. Where models differ the widest range is here:
a servo refuses by itself what it cannot do.
"""

from collections.abc import Iterator

from lerobot_core.motors.dynamixel_tables import (
    CURRENT_MODE,
    CURRENT_POSITION_MODE,
    DRIVES,
    DYNAMIXEL_BAUD_CODES,
    DYNAMIXEL_VOLTS,
    EEPROM_END,
    EXTENDED_POSITION_MODE,
    POSITION_MODE,
    PWM_MODE,
    VELOCITY_MODE,
    WATCHDOG_S,
    X_SERIES,
    Drive,
)
from lerobot_core.motors.register_facts import Change, RegisterInfo, Scale, Span
from lerobot_core.motors.register_words import WORDS
from lerobot_core.motors.tables import Register

_VOLTS = Scale("V", DYNAMIXEL_VOLTS)
_CELSIUS = Scale("°C")
_ANGLE = Scale("°", 360 / 4096)
_SPEED = Scale("rpm", 0.229)
_ACCELERATION = Scale("rev/min²", 214.577)
_DUTY = Scale("%", 0.113)
_GAIN = Span(0, 16383)

_SPANS = {
    "ID": Span(0, 252),
    "Baud_Rate": Span(0, 6),
    "Return_Delay_Time": Span(0, 254, Scale("µs", 2)),
    "Drive_Mode": Span(0, 7),  # bit 3 would let a goal switch torque on
    "Secondary_ID": Span(0, 255),
    "Protocol_Type": Span(2, 2),
    "Homing_Offset": Span(-1_044_479, 1_044_479, _ANGLE),
    "Moving_Threshold": Span(0, 1023, _SPEED),
    "Temperature_Limit": Span(0, 100, _CELSIUS),
    "Max_Voltage_Limit": Span(31, 160, _VOLTS),
    "Min_Voltage_Limit": Span(31, 160, _VOLTS),
    "PWM_Limit": Span(0, 885, _DUTY),
    "Acceleration_Limit": Span(0, 32767, _ACCELERATION),
    "Velocity_Limit": Span(0, 2047, _SPEED),
    "Max_Position_Limit": Span(0, 4095, _ANGLE),
    "Min_Position_Limit": Span(0, 4095, _ANGLE),
    "Shutdown": Span(0, 63),
    "Torque_Enable": Span(0, 0),  # 1 is for whoever moves the arm
    "LED": Span(0, 1),
    "Status_Return_Level": Span(1, 2),  # with 0 nothing could be read back
    "Velocity_I_Gain": _GAIN,
    "Velocity_P_Gain": _GAIN,
    "Position_D_Gain": _GAIN,
    "Position_I_Gain": _GAIN,
    "Position_P_Gain": _GAIN,
    "Feedforward_2nd_Gain": _GAIN,
    "Feedforward_1st_Gain": _GAIN,
    "Bus_Watchdog": Span(0, 127, Scale("ms", 1000 * WATCHDOG_S)),
    "Goal_PWM": Span(-885, 885, _DUTY),
    "Goal_Velocity": Span(-2047, 2047, _SPEED),
    "Profile_Acceleration": Span(0, 32767, _ACCELERATION),
    "Profile_Velocity": Span(0, 32767, _SPEED),
    "Goal_Position": Span(-1_048_575, 1_048_575, _ANGLE),
}

_MEASURED = {
    "Realtime_Tick": Scale("ms"),
    "Present_PWM": _DUTY,
    "Present_Velocity": _SPEED,
    "Velocity_Trajectory": _SPEED,
    "Present_Position": _ANGLE,
    "Position_Trajectory": _ANGLE,
    "Present_Input_Voltage": _VOLTS,
    "Present_Temperature": _CELSIUS,
}

_MODES = {
    CURRENT_MODE: "current",
    VELOCITY_MODE: "velocity",
    POSITION_MODE: "position",
    EXTENDED_POSITION_MODE: "extended_position",
    CURRENT_POSITION_MODE: "current_based_position",
    PWM_MODE: "pwm",
}

_ELSEWHERE = (
    "ID",
    "Baud_Rate",
    "Secondary_ID",
    "Protocol_Type",
    "Bus_Watchdog",
    "Goal_PWM",
    "Goal_Current",
    "Goal_Velocity",
    "Goal_Position",
)


_NEED_CURRENT = ("Current_Limit", "Goal_Current")


def dynamixel_registers(model: str) -> Iterator[RegisterInfo]:
    drive = DRIVES[model]
    for name, place in X_SERIES.items():
        if name in _NEED_CURRENT and drive.current_ma is None:
            continue
        span = _span(name, drive) if place.writable else None
        yield RegisterInfo(
            name,
            place,
            _words(name, drive),
            place.address < EEPROM_END,
            _change(name, place),
            span.scale if span else _measured_in(name, drive),
            span.low if span else None,
            span.high if span else None,
            _choices(name, drive),
        )


def _words(name: str, drive: Drive) -> str:
    holds_load = name == "Present_Current" and drive.current_ma is None
    return WORDS["Present_Load" if holds_load else name]


def _change(name: str, place: Register) -> Change:
    if not place.writable:
        return Change.NEVER
    if name in _ELSEWHERE:
        return Change.ELSEWHERE
    return Change.TORQUE_OFF if place.address < EEPROM_END else Change.FREE


def _span(name: str, drive: Drive) -> Span:
    if name == "Current_Limit":
        return Span(0, drive.full_load, _current(drive))
    if name == "Goal_Current":
        return Span(-drive.full_load, drive.full_load, _current(drive))
    if name == "Operating_Mode":
        return Span(min(drive.modes), max(drive.modes))
    return _SPANS[name]


def _measured_in(name: str, drive: Drive) -> Scale:
    return _current(drive) if name == "Present_Current" else _MEASURED.get(name, Scale())


def _current(drive: Drive) -> Scale:
    """Where a model has no current sensor, the register holds the load, in 0.1 %."""
    return Scale("%", 0.1) if drive.current_ma is None else Scale("mA", drive.current_ma)


def _choices(name: str, drive: Drive) -> dict[int, str]:
    if name == "Baud_Rate":
        return {code: str(rate) for rate, code in DYNAMIXEL_BAUD_CODES.items()}
    if name == "Operating_Mode":
        return {mode: words for mode, words in _MODES.items() if mode in drive.modes}
    return {}
