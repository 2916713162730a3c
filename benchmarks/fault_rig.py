"""Simulated arms, a loop and an operator on one stepped clock, for the fault matrix.

Robot, leader, buses and loop are the product's own; chains and clock are those of
``fault_bench.py``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path
from typing import Any

from benchmarks.fault_bench import JOINTS, MIDDLE_RAD, ArmKind, Arms, BenchArm, BenchTime
from lerobot_core.control.clock import Pace
from lerobot_core.control.mode import Mode
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.bimanual import BiSOFollower
from lerobot_core.robots.bimanual_config import SIDES, BiSOFollowerConfig
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS, KOCH_LEADER_MODELS, koch_motors
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.koch_follower import KochFollower
from lerobot_core.robots.robot import Robot
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.twins import twin_of
from lerobot_core.teleoperators.bimanual import BiSOLeader
from lerobot_core.teleoperators.bimanual_config import BiSOLeaderConfig
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.koch_leader import KochLeader
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.so_leader import SOLeader
from lerobot_core.teleoperators.teleoperator import Teleoperator

CONTROL_HZ = 60.0

_WAVE_RAD, _WAVE_HZ = 0.6, 0.2  # the operator's hand


@dataclass(frozen=True)
class RigKind:
    """A robot and its leader, and what sets the brands apart as far as this bench is concerned.

    Arms are by side, left first, or one by the empty side. Faults strike the first.
    """

    followers: Mapping[str, ArmKind]
    leaders: Mapping[str, ArmKind]
    make_robot: Callable[[str, Mapping[str, BenchArm]], Robot]
    make_leader: Callable[[str, Mapping[str, BenchArm]], Teleoperator]
    low_volts: float  # below what the servos allow, and enough for them to go on talking


class FaultRig:
    """A connected rig, with hands that move the leaders all the time."""

    def __init__(self, kind: RigKind, folder: Path) -> None:
        self.kind = kind
        self.time = BenchTime()
        self.time.on_slice.append(self._move_hand)
        followers = self._arms("follower", kind.followers, folder)
        leaders = self._arms("leader", kind.leaders, folder)
        self.follower = Arms("follower", list(followers.values()))
        self.leader_arm = Arms("leader", list(leaders.values()))
        self.joints = [arm.name_of(joint) for arm in followers.values() for joint in JOINTS]
        self.robot = kind.make_robot(str(folder), followers)
        self.leader = kind.make_leader(str(folder), leaders)
        self.leader.connect()
        self.robot.connect()
        self.loop = Teleoperation(self.robot, self.leader, self.time)
        self.pace = Pace(CONTROL_HZ, self.time)

    def _arms(self, role: str, kinds: Mapping[str, "ArmKind"], folder: Path) -> dict[str, BenchArm]:
        arms = {side: BenchArm(kind, role, side, self.time) for side, kind in kinds.items()}
        for side, arm in arms.items():
            file = f"{role}_{side}.json" if side else f"{role}.json"
            save_calibration(folder / file, arm.kind.calibration)
        return arms

    def struck(self, role: str) -> BenchArm:
        """Where faults strike."""
        return (self.follower if role == "follower" else self.leader_arm).arms[0]

    @property
    def is_moving(self) -> bool:
        return self.loop.mode in (Mode.FOLLOWING, Mode.RESTING)

    def _move_hand(self, seconds: float) -> None:
        for arm in self.leader_arm.arms:
            for number, (joint, plant) in enumerate(arm.joints.items()):
                turn = 2 * pi * _WAVE_HZ * self.time.time_s + number
                plant.angle_rad = MIDDLE_RAD[joint] + _WAVE_RAD * sin(turn)


# SO-101


def _so_arm(role: str) -> dict[str, ArmKind]:
    twins = twin_of("so101").arms[role], twin_of("bi_so101").arms[f"right_{role}"]
    return {"": ArmKind(FeetechMotorsBus, so_motors(True), *twins)}


def _so_follower(folder: str, arms: Mapping[str, BenchArm]) -> Robot:
    arm = arms[""]
    config = SO101FollowerConfig(id="follower", port="follower port", calibration_dir=folder)
    return SOFollower(config, make_bus=arm.make_bus, now=arm.time.now)


def _so_leader(folder: str, arms: Mapping[str, BenchArm]) -> Teleoperator:
    arm = arms[""]
    config = SO101LeaderConfig(id="leader", port="leader port", calibration_dir=folder)
    return SOLeader(config, make_bus=arm.make_bus)


# Two SO-101


def _so_pair(role: str) -> dict[str, ArmKind]:
    twins = [twin_of("bi_so101").arms[f"{side}_{role}"] for side in SIDES]
    return {
        side: ArmKind(FeetechMotorsBus, so_motors(True), own, other)
        for side, own, other in zip(SIDES, twins, reversed(twins), strict=True)
    }


def _bi_so_follower(folder: str, arms: Mapping[str, BenchArm]) -> Robot:
    config = BiSOFollowerConfig(
        id="follower",
        calibration_dir=folder,
        left_arm_config=SO101FollowerConfig(port="left"),
        right_arm_config=SO101FollowerConfig(port="right"),
    )

    def build(config: Any) -> FollowerArm:
        arm = arms[config.port]
        return SOFollower(config, make_bus=arm.make_bus, now=arm.time.now)

    return BiSOFollower(config, build=build)


def _bi_so_leader(folder: str, arms: Mapping[str, BenchArm]) -> Teleoperator:
    config = BiSOLeaderConfig(
        id="leader",
        calibration_dir=folder,
        left_arm_config=SO101LeaderConfig(port="left"),
        right_arm_config=SO101LeaderConfig(port="right"),
    )

    def build(config: Any) -> SOLeader:
        return SOLeader(config, make_bus=arms[config.port].make_bus)

    return BiSOLeader(config, build=build)


# Koch v1.1


def _koch_arm(role: str, models: Mapping[str, str]) -> dict[str, ArmKind]:
    twins = twin_of("koch").arms[role], twin_of("bi_koch").arms[f"right_{role}"]
    return {"": ArmKind(DynamixelMotorsBus, koch_motors(models), *twins)}


def _koch_follower(folder: str, arms: Mapping[str, BenchArm]) -> Robot:
    arm = arms[""]
    config = KochFollowerConfig(id="follower", port="follower port", calibration_dir=folder)
    return KochFollower(config, make_bus=arm.make_bus, now=arm.time.now)


def _koch_leader(folder: str, arms: Mapping[str, BenchArm]) -> Teleoperator:
    arm = arms[""]
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
    "bi_so101": RigKind(
        _so_pair("follower"), _so_pair("leader"), _bi_so_follower, _bi_so_leader, 3.6
    ),
}
