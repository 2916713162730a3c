"""What happens in one turn of the control loop, told to its observers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from lerobot_core.types import FrameStamp, JointValues


@dataclass(frozen=True, slots=True)
class Tick:
    """One turn: what was seen, what was wanted, what was sent."""

    number: int  # counts from 0 since the loop started
    due_s: float  # the deadline this tick was started for, on the loop's clock
    observed: JointValues
    frames: Mapping[str, FrameStamp]  # the newest picture of each camera
    wanted: JointValues  # what the teleoperator or policy asked for
    sent: JointValues  # what the robot was told after all limits
    is_handover: bool  # easing in, taking over or handing back: never recorded
    engaged_fraction: float  # of the ease-in; 1 when it is over
    stale: Mapping[str, int]  # joint key → readings lost in a row


class TickObserver(Protocol):
    """Watches ticks. Must be quick: slow work goes to a thread of its own, and is counted."""

    def on_tick(self, tick: Tick) -> None: ...


class ActionSource(Protocol):
    """Whoever says where the robot should go: a teleoperator, or a policy."""

    def get_action(self) -> JointValues: ...


@runtime_checkable
class AsksAhead(Protocol):
    """An action source that can be asked before its answer is collected, as one with a bus can."""

    def request_action(self) -> None: ...


class FrameSource(Protocol):
    """The cameras as the control loop sees them: stamps only, no pixels."""

    def newest(self) -> Mapping[str, FrameStamp]: ...


class NoCameras:
    """The frame source of a robot without cameras."""

    def newest(self) -> Mapping[str, FrameStamp]:
        return {}
