"""Words that the whole core shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture, shape (height, width, 3), 0 to 255, RGB."""

JointValues = dict[str, float]
"""Joint key such as ``shoulder_pan.pos`` → value in the robot's units (degrees, or percent)."""

Observation = dict[str, Any]
"""Joint keys → float, and camera names → Image."""

Action = Mapping[str, float]
"""Joint keys → target in the robot's units."""


class FrameStamp(NamedTuple):
    """Which picture of a camera is meant, and when it was taken."""

    sequence: int  # counts the camera's frames from 1; 0 means that there is none yet
    captured_ns: int  # CLOCK_MONOTONIC, shared by all processes of this machine

    def age_ms(self, now_ns: int) -> float:
        return (now_ns - self.captured_ns) / 1e6


class NormMode(StrEnum):
    """What a joint's user unit is. Values as in upstream's files."""

    RANGE_0_100 = "range_0_100"
    RANGE_M100_100 = "range_m100_100"
    DEGREES = "degrees"


@dataclass(frozen=True)
class ServoReading:
    """What a servo says of itself, read a few times a second."""

    load_percent: float  # of its maximal torque, signed
    volts: float
    celsius: float
    current_ma: float = 0.0


@dataclass(frozen=True)
class ServoLimits:
    """What a servo's own protections go by. None: it has no such protection, or does not tell."""

    celsius: float  # hotter, it drops its torque
    low_volts: float
    high_volts: float
    overload_percent: float | None = None  # of its maximal torque
    overload_s: float | None = None  # how long it bears that
    current_ma: float | None = None
    current_s: float | None = None


class Alarm(StrEnum):
    """What a servo complains of, in words for people."""

    VOLTAGE = "wrong supply voltage"
    SENSOR = "angle sensor failed"
    HEAT = "too hot"
    CURRENT = "too much current"
    SHOCK = "electrical shock, or too little power for the motor"
    OVERLOAD = "overload"
