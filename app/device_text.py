"""What the window says about a device: the reading on its chip, and the lines under it."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.problem_text import joint_label
from lerobot_core.workers.protocol import DeviceReading

_CONTEXT = "Device"


def reading_text(reading: DeviceReading) -> str:
    """The reading on the chip: “7.3 V  34 °C”, “30 fps”; empty when nothing was measured."""
    if reading.role == "camera":
        return "" if reading.fps is None else f"{reading.fps:.0f} fps"
    parts = []
    if reading.volts is not None:
        parts.append(f"{reading.volts:.1f} V")
    if reading.celsius is not None and reading.role == "robot":
        parts.append(f"{reading.celsius:.0f} °C")
    return "  ".join(parts)


def main_reading_text(reading: DeviceReading) -> str:
    """The one reading for which there is room: the supply, or the rate of pictures."""
    return reading_text(replace(reading, celsius=None))


def detail_lines(reading: DeviceReading) -> list[tuple[str, str]]:
    """What its popover lists: what was measured, with units."""
    lines = [(_tr("Part"), _role(reading.role))]
    if reading.volts is not None:
        lines.append((_tr("Supply"), f"{reading.volts:.1f} V"))
    if reading.celsius is not None:
        lines.append((_tr("Warmest servo"), f"{reading.celsius:.0f} °C"))
    if reading.limit:
        lines.append((joint_label(reading.limit_joint), _limit(reading)))
    if reading.fps is not None:
        lines.append((_tr("Pictures"), f"{reading.fps:.1f} fps"))
    if reading.age_ms is not None:
        lines.append((_tr("Age of the newest"), f"{reading.age_ms:.0f} ms"))
    return lines


def _limit(reading: DeviceReading) -> str:
    """What its servo comes near to, and when, if it goes on like this."""
    names = {
        "heat": _tr("too hot"),
        "overload": _tr("overloaded"),
        "current": _tr("too much current"),
        "supply": _tr("low supply"),
    }
    what = names.get(reading.limit, reading.limit)
    seconds = reading.limit_s
    if seconds is None:
        return _tr("nearly {0}").format(what)
    if seconds >= 90:
        return _tr("{0} in about {1:.0f} min").format(what, seconds / 60)
    return _tr("{0} in about {1:.0f} s").format(what, seconds)


def _role(role: str) -> str:
    names = {"robot": _tr("Robot"), "teleoperator": _tr("Teleoperator"), "camera": _tr("Camera")}
    return names.get(role, role)


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
