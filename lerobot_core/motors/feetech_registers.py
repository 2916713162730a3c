"""Units and ranges of Feetech registers.

Source: Feetech's memory tables of the STS3215 and the SCS series; bytes without a range there
may hold what fits into them.
"""

from collections.abc import Iterator

from lerobot_core.motors.register_facts import Change, RegisterInfo, Scale, Span
from lerobot_core.motors.register_words import WORDS
from lerobot_core.motors.tables import (
    BAUD_CODES,
    CURRENT_MA,
    LOAD_PERCENT,
    MODELS,
    VOLTS,
    ServoModel,
)

_VOLTS = Scale("V", VOLTS)
_CELSIUS = Scale("°C")
_MILLIAMPERE = Scale("mA", CURRENT_MA)
_PERMILLE = Scale("%", LOAD_PERCENT)
_PERCENT = Scale("%")
_CENTISECONDS = Scale("ms", 10)

_SPANS = {
    "ID": Span(0, 252),
    "Baud_Rate": Span(0, 7),
    "Return_Delay_Time": Span(0, 254, Scale("µs", 2)),
    "Response_Status_Level": Span(0, 1),
    "Max_Temperature_Limit": Span(0, 100, _CELSIUS),
    "Max_Voltage_Limit": Span(0, 254, _VOLTS),
    "Min_Voltage_Limit": Span(0, 254, _VOLTS),
    "Max_Torque_Limit": Span(0, 1000, _PERMILLE),
    "Minimum_Startup_Force": Span(0, 1000, _PERMILLE),
    "Protection_Current": Span(0, 511, _MILLIAMPERE),
    "Angular_Resolution": Span(1, 3),
    "Operating_Mode": Span(0, 3),
    "Protective_Torque": Span(0, 100, _PERCENT),
    "Protection_Time": Span(0, 254, _CENTISECONDS),
    "Overload_Torque": Span(0, 100, _PERCENT),
    "Over_Current_Protection_Time": Span(0, 254, _CENTISECONDS),
    "Torque_Enable": Span(0, 0),  # 1 is for whoever moves the arm; 128 changes the homing offset
    "Torque_Limit": Span(0, 1000, _PERMILLE),
    "Lock": Span(0, 1),
}

_MEASURED = {
    "Present_Load": _PERMILLE,
    "Present_Voltage": _VOLTS,
    "Present_Temperature": _CELSIUS,
    "Present_Current": _MILLIAMPERE,
}

_POSITIONS = ("Min_Position_Limit", "Max_Position_Limit")
_TURNS = {  # counts of the angle, and how far they reach
    "Homing_Offset": 2047,
    "Goal_Position": 32767,
    "Goal_Velocity": 32767,
    "Present_Position": 32767,
    "Goal_Position_2": 32767,
    "Present_Velocity": 32767,
}
_SPEEDS = ("Goal_Velocity", "Present_Velocity")

_CHOICES = {
    "Baud_Rate": {code: str(rate) for rate, code in BAUD_CODES.items()},
    "Operating_Mode": {0: "position", 1: "velocity", 2: "pwm", 3: "step"},
}

_ELSEWHERE = (
    "ID",
    "Baud_Rate",
    "Lock",
    "Goal_Position",
    "Goal_Time",
    "Goal_Velocity",
    "Running_Time",
)
_SAME_AS_ANOTHER = ("Moving_Velocity",)
_RAM = range(40, 72)  # above and below, values are kept without power


def feetech_registers(model_name: str) -> Iterator[RegisterInfo]:
    model = MODELS[model_name]
    for name, place in model.registers.items():
        if name in _SAME_AS_ANOTHER:
            continue
        is_kept = place.address not in _RAM
        span = _span(name, model) if place.writable else None
        yield RegisterInfo(
            name,
            place,
            WORDS[name],
            is_kept,
            _change(name, is_kept, place.writable),
            span.scale if span else _measured_in(name, model),
            span.low if span else None,
            span.high if span else None,
            _CHOICES.get(name, {}),
        )


def _change(name: str, is_kept: bool, writable: bool) -> Change:
    if not writable:
        return Change.NEVER
    if name in _ELSEWHERE:
        return Change.ELSEWHERE
    return Change.TORQUE_OFF if is_kept else Change.FREE


def _span(name: str, model: ServoModel) -> Span:
    if name in _SPANS:
        return _SPANS[name]
    if name in _POSITIONS:
        return Span(0, model.resolution - 1, _angle(name, model))
    place = model.registers[name]
    if name in _TURNS:
        low = -_TURNS[name] if place.sign_bit is not None else 0
        return Span(low, _TURNS[name], _angle(name, model))
    # 255 and more stand for nothing in registers of one byte.
    return Span(0, 254 if place.size == 1 else 65535)


def _measured_in(name: str, model: ServoModel) -> Scale:
    return _angle(name, model) if name in _TURNS else _MEASURED.get(name, Scale())


def _angle(name: str, model: ServoModel) -> Scale:
    return Scale("°/s" if name in _SPEEDS else "°", 360 / model.resolution)
