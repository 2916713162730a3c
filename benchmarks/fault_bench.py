"""The arms of the fault matrix: simulated chains, their joints, wires and time.

Time passes only while somebody waits, on a wire or for a deadline, so an answer that is late or
lost costs the loop what it would cost on a bench, and a case gives the same result each time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Any

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.normalisation import to_user
from lerobot_core.sim.assembly import BenchChain, assemble
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.twins import ArmTwin, Part
from lerobot_core.types import NormMode

SLICE_S = 1 / 240
"""Servos look at their goals this often."""

JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
TICKS_PER_TURN = 4096
RAD_PER_TICK = 2 * pi / TICKS_PER_TURN
MIDDLE_RAD = dict(zip(JOINTS, (-0.3, 0.1, 0.3, 0.5, 0.9, 0.7), strict=True))

_FASTEST_RAD_S = 12.0  # beyond what any of the servos does: the servo is what bounds the speed
_SINKS_RAD_S = 1.0
_HELD_SHARE = 0.3  # with less torque than this a joint that bears the arm sinks
_FLOOR_RAD = {"shoulder_lift": -0.5, "elbow_flex": -0.4, "wrist_flex": -0.3}


class HeavyJoint(HandJoint):
    """A joint between two stops that sinks to its floor when nothing, or too little, holds it."""

    def __init__(self, part: Part, *, bears_weight: bool) -> None:
        floor_rad = _FLOOR_RAD.get(part.joint) if bears_weight else None
        super().__init__(MIDDLE_RAD[part.joint] if floor_rad is None else floor_rad, _FASTEST_RAD_S)
        self._floor_rad = floor_rad
        self._travel_rad = part.low_rad, part.high_rad
        self._is_held = False

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        super().drive(target_rad, torque_share)
        self._is_held = target_rad is not None and torque_share >= _HELD_SHARE

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        low_rad, high_rad = self._travel_rad
        self.angle_rad = min(max(self.angle_rad, low_rad), high_rad)
        if self._floor_rad is not None and not self._is_held and not self.is_blocked:
            # A weak servo neither lifts the arm nor pushes it through the table.
            sunk_rad = min(self.angle_rad, self.angle_rad - _SINKS_RAD_S * seconds)
            self.angle_rad = max(self._floor_rad, sunk_rad)


class BenchTime:
    """The clock of everything: loop, buses, wires and servos."""

    def __init__(self) -> None:
        self.time_s = 100.0
        self.on_slice: list[Callable[[float], None]] = []
        self._simulated_s = self.time_s

    def now(self) -> float:
        return self.time_s

    def sleep_until(self, due_s: float) -> None:
        self.move_to(due_s)

    def move_to(self, time_s: float) -> None:
        """Let servos and hands catch up, slice by slice."""
        self.time_s = max(self.time_s, time_s)
        while self.time_s - self._simulated_s >= SLICE_S:
            self._simulated_s += SLICE_S
            for step in self.on_slice:
                step(SLICE_S)


class TimedLink(ChainLink):
    """A link whose waiting is the bench's waiting. ``on_write`` is told around every packet."""

    def __init__(self, arm: "BenchArm") -> None:
        self._time = arm.time
        self._arm = arm
        super().__init__(arm.chain)

    @property
    def now_s(self) -> float:
        return self._time.time_s

    @now_s.setter
    def now_s(self, time_s: float) -> None:
        if time_s:  # the base class starts its own clock at 0
            self._time.move_to(time_s)

    def write(self, data: bytes) -> None:
        self.chain = self._arm.chain  # another arm may have been plugged in
        self.chain.advance(0.0)  # faults strike now, not in the middle of the packet
        for hook in list(self._arm.before_write):
            hook()
        super().write(data)
        for hook in list(self._arm.after_write):
            hook()


class BenchArm:
    """One chain of servos behind one adapter. ``side`` is empty if there is one of its role."""

    def __init__(self, kind: "ArmKind", role: str, side: str, time: BenchTime) -> None:
        self.kind, self.role, self.side, self.time = kind, role, side, time
        self.joints = make_joints(kind.twin, bears_weight=role == "follower")
        self.chain: BenchChain = assemble(kind.twin, self.joints)
        self.before_write: list[Callable[[], None]] = []
        self.after_write: list[Callable[[], None]] = []
        time.on_slice.append(self._advance)

    def make_bus(
        self,
        port: str,
        motors: Mapping[str, Motor],
        calibration: Mapping[str, MotorCalibration] | None,
    ) -> Any:
        return self.kind.make_bus(
            port, motors, calibration, opener=lambda *_: TimedLink(self), clock=self.time.now
        )

    def servo(self, joint: str) -> Any:
        return self.chain.servos[JOINTS.index(joint)]

    def register(self, joint: str, name: str) -> int:
        return int(self.servo(joint).memory.get(name))

    def position(self, joint: str) -> float:
        """Where the servo truly is, in the arm's units."""
        calibration = self.kind.calibration[joint]
        if self.kind.twin.brand == "dynamixel":  # its servos turn the joint round themselves
            calibration = replace(calibration, drive_mode=0)
        ticks = round(self.servo(joint).present_ticks)
        return to_user(ticks, calibration, self.kind.motors[joint].norm_mode, TICKS_PER_TURN)

    def ticks_per_unit(self, joint: str) -> float:
        calibration, mode = self.kind.calibration[joint], self.kind.motors[joint].norm_mode
        if mode is NormMode.DEGREES:
            return (TICKS_PER_TURN - 1) / 360
        units = 100 if mode is NormMode.RANGE_0_100 else 200
        return (calibration.range_max - calibration.range_min) / units

    def name_of(self, joint: str) -> str:
        """What the loop calls it."""
        return f"{self.side}_{joint}" if self.side else joint

    def _advance(self, seconds: float) -> None:
        self.chain.advance(seconds)


class Arms:
    """The arms of one role, a pair or a single one; joints by the names that the loop uses."""

    def __init__(self, role: str, arms: Sequence[BenchArm]) -> None:
        self.role, self.arms = role, arms
        self._owners = {arm.name_of(joint): (arm, joint) for arm in arms for joint in JOINTS}

    def plant(self, name: str) -> HeavyJoint:
        arm, joint = self._owners[name]
        return arm.joints[joint]

    def servo(self, name: str) -> Any:
        arm, joint = self._owners[name]
        return arm.servo(joint)

    def register(self, name: str, register: str) -> int:
        arm, joint = self._owners[name]
        return arm.register(joint, register)

    def position(self, name: str) -> float:
        arm, joint = self._owners[name]
        return arm.position(joint)

    def ticks_per_unit(self, name: str) -> float:
        arm, joint = self._owners[name]
        return arm.ticks_per_unit(joint)


def make_joints(twin: ArmTwin, *, bears_weight: bool) -> dict[str, HeavyJoint]:
    return {part.joint: HeavyJoint(part, bears_weight=bears_weight) for part in twin.parts}


@dataclass(frozen=True)
class ArmKind:
    """What one arm is made of; ``other`` is one of the same make with its own calibration."""

    make_bus: Callable[..., Any]
    motors: Mapping[str, Motor]
    twin: ArmTwin
    other: ArmTwin

    @property
    def calibration(self) -> dict[str, MotorCalibration]:
        return {part.joint: part.calibration for part in self.twin.parts}
