"""What describes a register beyond its place: unit, range, choices, and how it may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from lerobot_core.motors.tables import Register


class Change(StrEnum):
    """What it takes to change a register from a table of them."""

    FREE = "free"
    TORQUE_OFF = "torque_off"
    ELSEWHERE = "elsewhere"  # by the id set-up, or by whoever moves the arm
    NEVER = "never"  # it can only be read


class Scale(NamedTuple):
    """What one count is."""

    unit: str = ""
    step: float = 1.0


class Span(NamedTuple):
    """Counts that may be written, and what they are counts of."""

    low: int
    high: int
    scale: Scale = Scale()


@dataclass(frozen=True)
class RegisterInfo:
    """One register of one model, to be shown."""

    name: str
    place: Register
    words: str
    is_kept: bool  # without power
    change: Change
    scale: Scale
    low: int | None = None  # counts; None where it can only be read
    high: int | None = None
    choices: Mapping[int, str] = field(default_factory=dict)  # counts → what they stand for

    def takes(self, counts: int) -> bool:
        """May this be written, as far as the value goes?"""
        if self.low is None or self.high is None or not self.low <= counts <= self.high:
            return False
        return not self.choices or counts in self.choices

    def in_unit(self, counts: int) -> float:
        """Rounded to the digits that its unit has."""
        return round(counts * self.scale.step, 6)

    def counts(self, value: float) -> int:
        """The nearest count to a ``value`` in its unit."""
        return round(value / self.scale.step)
