"""The arms that lerobot and we both drive: what they are called, and how they move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.robot import Robot
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.sim.so101 import factory_calibration
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.teleoperator import Teleoperator

Pose = Mapping[str, float]
"""Joint → degrees, for a bench's hands; the gripper in percent."""

ID = "both"  # of every one of them; the name of its calibration file


@dataclass(frozen=True)
class ArmCase:
    """One arm of a bench."""

    kind: str
    bench: str
    chain: str
    family: str
    models: tuple[int, ...]  # of servos 1 to 6
    middle: Pose
    sweep: tuple[Pose, ...]  # all joints from stop to stop, without touching the table
    targets: Pose  # where it is driven to, in its own units
    one_count: float = 0.1  # in the units of its joints
    three_degrees: float = 3.0
    full_turn: frozenset[str] = field(default_factory=lambda: frozenset({"wrist_roll"}))

    def ours(self, port: str, folder: Path) -> Robot | Teleoperator:
        place = {"port": port, "id": ID, "calibration_dir": str(folder)}
        makers = {"so101_follower": SO101FollowerConfig, "so101_leader": SO101LeaderConfig}
        return makers[self.kind](**place).build()

    def bus(self, port: str) -> MotorsBus:
        return FeetechMotorsBus(port, so_motors(True))

    def factory(self) -> dict[str, MotorCalibration]:
        return factory_calibration(self.chain)


_SO_MIDDLE = {
    "shoulder_pan": 0.0,
    "shoulder_lift": 0.0,
    "elbow_flex": 0.0,
    "wrist_flex": 0.0,
    "wrist_roll": 0.0,
    "gripper": 50.0,
}
_SO_SWEEP = (
    {"elbow_flex": -97.0, "wrist_flex": -95.0, "shoulder_pan": -110.0, "gripper": 0.0},
    {"shoulder_lift": 100.0, "shoulder_pan": 110.0, "gripper": 100.0},
    {"shoulder_lift": -60.0},
    {"elbow_flex": 97.0, "wrist_flex": 95.0},
    {"shoulder_lift": -100.0, "shoulder_pan": 0.0},
)
_SO_TARGETS = {
    "shoulder_pan.pos": 25.0,
    "shoulder_lift.pos": -40.0,
    "elbow_flex.pos": 50.0,
    "wrist_flex.pos": 30.0,
    "wrist_roll.pos": -35.0,
    "gripper.pos": 60.0,
}


def _so101(role: str) -> ArmCase:
    return ArmCase(
        kind=f"so101_{role}",
        bench="so101-reference",
        chain=role,
        family=f"so_{role}",
        models=(777,) * 6,
        middle=_SO_MIDDLE,
        sweep=_SO_SWEEP,
        targets=_SO_TARGETS,
    )


FOLLOWERS = (_so101("follower"),)
LEADERS = (_so101("leader"),)
