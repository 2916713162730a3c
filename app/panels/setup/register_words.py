"""A servo's registers in words and units: what a cell says, and what was typed into one."""

from PySide6.QtCore import QCoreApplication

from app.problem_text import joint_label
from app.widgets.data_model import Cell, DataRow
from lerobot_core.motors.register_facts import Change
from lerobot_core.workers.protocol import RegisterSeen, ServoSeen

VALUE = "value"
"""Key of the column that may be typed into."""

_EDITABLE = frozenset({Change.FREE, Change.TORQUE_OFF})
_WHY_READ_ONLY = {
    Change.NEVER: "It can only be read.",
    Change.ELSEWHERE: "It is set elsewhere: by giving ids, by calibrating, or by moving the arm.",
}


def servo_name(servo: ServoSeen) -> str:
    if servo.joint:
        return _tr("{0} · {1}").format(servo.servo_id, joint_label(servo.joint))
    return _tr("{0} · not expected").format(servo.servo_id)


def register_label(name: str) -> str:
    """``Max_Voltage_Limit`` as “Max voltage limit”; abbreviations stay."""
    words = name.split("_")
    rest = (word if word.isupper() else word.lower() for word in words[1:])
    return " ".join([words[0], *rest])


def register_row(register: RegisterSeen) -> DataRow:
    meaning = _tr(register.meaning)
    why = _WHY_READ_ONLY.get(Change(register.change), "")
    hint = f"{meaning}\n{_tr(why)}" if why else meaning
    kept = _tr("kept") if register.is_kept else _tr("RAM")
    lasts = _tr("Kept without power.") if register.is_kept else _tr("Lost with the power.")
    value = Cell(value_text(register), is_editable=is_editable(register), hint=hint)
    return DataRow(
        register.name,
        (
            Cell(register_label(register.name), hint=f"{register.name}\n{meaning}"),
            Cell(str(register.address)),
            value,
            Cell(range_text(register)),
            Cell(kept, hint=lasts),
        ),
        also=f"{register.name} {meaning}",
    )


def meaning_of(register: RegisterSeen) -> str:
    """“Max voltage limit: the highest supply it accepts.”"""
    return f"{register_label(register.name)}: {_tr(register.meaning)}"


def is_editable(register: RegisterSeen) -> bool:
    return Change(register.change) in _EDITABLE and register.counts is not None


def value_text(register: RegisterSeen) -> str:
    """“7.4 V”, “0 · position”, or “—”."""
    if register.counts is None:
        return "—"
    choice = register.choices.get(str(register.counts))
    if choice is not None:
        return f"{register.counts} · {choice}"
    return _with_unit(register, register.counts)


def range_text(register: RegisterSeen) -> str:
    """What may be written: “4.0 – 8.0 V”, choices, or nothing."""
    if register.low is None or register.high is None or not is_editable(register):
        return _tr("read only")
    if register.choices:
        return ", ".join(register.choices.values())
    low = _number(register, register.low)
    if register.low == register.high:
        return _tr("only {0}").format(low)
    return f"{low} – {_with_unit(register, register.high)}"


def counts_of(register: RegisterSeen, text: str) -> int | None:
    """What was typed, in counts; None: that is no value of this register's kind."""
    clean = text.replace("−", "-").removesuffix(register.unit).strip().replace(",", ".")
    for counts, words in register.choices.items():
        if clean.casefold() in (counts, words.casefold(), f"{counts} · {words}".casefold()):
            return int(counts)
    try:
        return round(float(clean) / register.step)
    except (ValueError, OverflowError):
        return None


def what_is_wrong(register: RegisterSeen, text: str) -> str:
    """A sentence about what was typed; empty: it may be written."""
    counts = counts_of(register, text)
    if counts is None:
        return _tr("“{0}” is no value. Possible: {1}.").format(text, range_text(register))
    low, high = register.low, register.high
    outside = low is None or high is None or not low <= counts <= high
    if outside or (register.choices and str(counts) not in register.choices):
        name = register_label(register.name)
        return _tr("{0} cannot be {1}. Possible: {2}.").format(name, text, range_text(register))
    return ""


def _with_unit(register: RegisterSeen, counts: int) -> str:
    number, unit = _number(register, counts), register.unit
    return f"{number}{'' if unit in ('', '°') else ' '}{unit}"


def _number(register: RegisterSeen, counts: int) -> str:
    """With as many decimals as a step of one count needs, two at most."""
    step = register.step
    decimals = 0 if step == int(step) else 1 if round(step, 1) == step else 2
    return f"{counts * step:.{decimals}f}".replace("-", "−")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Register", text)
