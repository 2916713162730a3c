"""Two simulated arms, a loop and an operator on one stepped clock, for the fault matrix.

Robot, leader, buses and loop are the product's own. Time passes only while one of them waits, on
a wire or for a deadline, so an answer that is late or lost costs the loop what it would cost on a
bench, and a case gives the same result each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import pi, sin
from pathlib import Path
from typing import Any

from lerobot_core.control.clock import Pace
from lerobot_core.control.mode import Mode
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration, save_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.normalisation import to_user
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS, KOCH_LEADER_MODELS, koch_motors
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.koch_follower import KochFollower
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.assembly import BenchChain, assemble
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.twins import ArmTwin, Part, twin_of
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.koch_leader import KochLeader
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.so_leader import SOLeader
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import NormMode

CONTROL_HZ = 60.0
SLICE_S = 1 / 240
"""Servos look at their goals this often."""

JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
TICKS_PER_TURN = 4096
RAD_PER_TICK = 2 * pi / TICKS_PER_TURN

_FASTEST_RAD_S = 12.0  # beyond what any of the servos does: the servo is what bounds the speed
_SINKS_RAD_S = 1.0
_HELD_SHARE = 0.3  # with less torque than this a joint that bears the arm sinks
_FLOOR_RAD = {"shoulder_lift": -0.5, "elbow_flex": -0.4, "wrist_flex": -0.3}

_WAVE_RAD, _WAVE_HZ = 0.6, 0.2  # the operator's hand
_MIDDLE_RAD = dict(zip(JOINTS, (-0.3, 0.1, 0.3, 0.5, 0.9, 0.7), strict=True))


class HeavyJoint(HandJoint):
    """A joint between two stops that sinks to its floor when nothing, or too little, holds it."""

    def __init__(self, part: Part, *, bears_weight: bool) -> None:
        floor_rad = _FLOOR_RAD.get(part.joint) if bears_weight else None
        super().__init__(
            _MIDDLE_RAD[part.joint] if floor_rad is None else floor_rad, _FASTEST_RAD_S
        )
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
    """One chain of servos behind one adapter."""

    def __init__(self, kind: "ArmKind", role: str, time: BenchTime) -> None:
        self.kind, self.role, self.time = kind, role, time
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

    def _advance(self, seconds: float) -> None:
        self.chain.advance(seconds)


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


@dataclass(frozen=True)
class RigKind:
    """A robot and its leader, and what sets the brands apart as far as this bench is concerned."""

    follower: ArmKind
    leader: ArmKind
    make_robot: Callable[[str, BenchArm], FollowerArm]
    make_leader: Callable[[str, BenchArm], Teleoperator]
    low_volts: float  # below what the servos allow, and enough for them to go on talking


class FaultRig:
    """A connected rig, with a hand that moves the leader all the time."""

    def __init__(self, kind: RigKind, folder: Path) -> None:
        self.kind = kind
        self.time = BenchTime()
        self.time.on_slice.append(self._move_hand)
        self.follower = BenchArm(kind.follower, "follower", self.time)
        self.leader_arm = BenchArm(kind.leader, "leader", self.time)
        for arm in (self.follower, self.leader_arm):
            save_calibration(folder / f"{arm.role}.json", arm.kind.calibration)
        self.robot = kind.make_robot(str(folder), self.follower)
        self.leader = kind.make_leader(str(folder), self.leader_arm)
        self.leader.connect()
        self.robot.connect()
        self.loop = Teleoperation(self.robot, self.leader, self.time)
        self.pace = Pace(CONTROL_HZ, self.time)

    def arm(self, role: str) -> BenchArm:
        return self.follower if role == "follower" else self.leader_arm

    @property
    def is_moving(self) -> bool:
        return self.loop.mode in (Mode.FOLLOWING, Mode.RESTING)

    def _move_hand(self, seconds: float) -> None:
        for number, (joint, plant) in enumerate(self.leader_arm.joints.items()):
            turn = 2 * pi * _WAVE_HZ * self.time.time_s + number
            plant.angle_rad = _MIDDLE_RAD[joint] + _WAVE_RAD * sin(turn)


# SO-101


def _so_arm(role: str) -> ArmKind:
    twins = twin_of("so101").arms[role], twin_of("bi_so101").arms[f"right_{role}"]
    return ArmKind(FeetechMotorsBus, so_motors(True), *twins)


def _so_follower(folder: str, arm: BenchArm) -> FollowerArm:
    config = SO101FollowerConfig(id="follower", port="follower port", calibration_dir=folder)
    return SOFollower(config, make_bus=arm.make_bus, now=arm.time.now)


def _so_leader(folder: str, arm: BenchArm) -> Teleoperator:
    config = SO101LeaderConfig(id="leader", port="leader port", calibration_dir=folder)
    return SOLeader(config, make_bus=arm.make_bus)


# Koch v1.1


def _koch_arm(role: str, models: Mapping[str, str]) -> ArmKind:
    twins = twin_of("koch").arms[role], twin_of("bi_koch").arms[f"right_{role}"]
    return ArmKind(DynamixelMotorsBus, koch_motors(models), *twins)


def _koch_follower(folder: str, arm: BenchArm) -> FollowerArm:
    config = KochFollowerConfig(id="follower", port="follower port", calibration_dir=folder)
    return KochFollower(config, make_bus=arm.make_bus, now=arm.time.now)


def _koch_leader(folder: str, arm: BenchArm) -> Teleoperator:
    config = KochLeaderConfig(id="leader", port="leader port", calibration_dir=folder)
    return KochLeader(config, make_bus=arm.make_bus, now=arm.time.now)


RIGS = {
    "so101": RigKind(_so_arm("follower"), _so_arm("leader"), _so_follower, _so_leader, 3.6),
    "koch": RigKind(
        _koch_arm("follower", KOCH_FOLLOWER_MODELS),
        _koch_arm("leader", KOCH_LEADER_MODELS),
        _koch_follower,
        _koch_leader,
        5.5,
    ),
}
