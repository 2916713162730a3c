"""The arms that lerobot and we both drive: what they are called, and how they move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.homing import DYNAMIXEL, FEETECH, Homing
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS, KOCH_LEADER_MODELS, koch_motors
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.sim.twins import factory_calibration
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.teleoperator import Teleoperator, TeleoperatorConfig

Pose = Mapping[str, float]
"""Joint → degrees, for a bench's hands; the gripper in percent."""

ID = "both"  # of every one of them; the name of its calibration file


@dataclass(frozen=True)
class ArmCase:
    """One arm of a bench. Targets and tolerances are in the units of its joints."""

    config: type[RobotConfig] | type[TeleoperatorConfig]
    bench: str  # its kind, and the beginning of the name of the bench
    family: str
    models: tuple[int, ...]  # of servos 1 to 6
    middle: Pose
    sweep: tuple[Pose, ...]  # all joints from stop to stop, without touching the table
    targets: Pose
    three_degrees: float  # of the joint whose units are the longest
    one_count: float  # of the joint whose counts are the longest
    homing: Homing
    make_bus: Callable[[str], MotorsBus]
    springy: frozenset[str] = frozenset()  # pulled by their own servos while one looks

    @property
    def kind(self) -> str:
        return self.config.kind

    @property
    def chain(self) -> str:
        return self.kind.rpartition("_")[2]

    @property
    def follows(self) -> bool:
        return self.chain == "follower"

    def ours(self, port: str, folder: Path) -> Robot | Teleoperator:
        place = {"port": port, "id": ID, "calibration_dir": str(folder)}
        return self.config(**place).build()

    def factory(self) -> dict[str, MotorCalibration]:
        """What the servos of a new bench hold."""
        return factory_calibration(self.bench, self.chain)


_MIDDLE = {
    "shoulder_pan": 0.0,
    "shoulder_lift": 0.0,
    "elbow_flex": 0.0,
    "wrist_flex": 0.0,
    "wrist_roll": 0.0,
    "gripper": 50.0,
}


def _so101(config: type[RobotConfig] | type[TeleoperatorConfig], family: str) -> ArmCase:
    return ArmCase(
        config=config,
        bench="so101",
        family=family,
        models=(777,) * 6,
        middle=_MIDDLE,
        sweep=(
            {"elbow_flex": -97.0, "wrist_flex": -95.0, "shoulder_pan": -110.0, "gripper": 0.0},
            {"shoulder_lift": 100.0, "shoulder_pan": 110.0, "gripper": 100.0},
            {"shoulder_lift": -60.0},
            {"elbow_flex": 97.0, "wrist_flex": 95.0},
            {"shoulder_lift": -100.0, "shoulder_pan": 0.0},
        ),
        targets={
            "shoulder_pan.pos": 25.0,
            "shoulder_lift.pos": -40.0,
            "elbow_flex.pos": 50.0,
            "wrist_flex.pos": 30.0,
            "wrist_roll.pos": -35.0,
            "gripper.pos": 60.0,
        },
        three_degrees=2.7,
        one_count=0.1,
        homing=FEETECH,
        make_bus=lambda port: FeetechMotorsBus(port, so_motors(True)),
    )


def _koch(
    config: type[RobotConfig] | type[TeleoperatorConfig],
    models: Mapping[str, str],
    numbers: tuple[int, ...],
) -> ArmCase:
    return ArmCase(
        config=config,
        bench="koch",
        family=config.kind,
        models=numbers,
        middle=_MIDDLE,
        sweep=(
            {"shoulder_lift": -120.0, "elbow_flex": -120.0, "wrist_flex": -120.0, "gripper": 0.0},
            {"shoulder_lift": 120.0, "elbow_flex": 120.0, "wrist_flex": 120.0, "gripper": 100.0},
            {"shoulder_lift": 20.0, "elbow_flex": -30.0, "wrist_flex": 10.0, "gripper": 40.0},
        ),
        targets={
            "shoulder_pan.pos": 14.0,
            "shoulder_lift.pos": -44.0,
            "elbow_flex.pos": 30.0,
            "wrist_flex.pos": 30.0,
            "wrist_roll.pos": -20.0,
            "gripper.pos": 60.0,
        },
        three_degrees=1.6,  # percent of a joint that turns all the way
        one_count=0.15,
        homing=DYNAMIXEL,
        make_bus=lambda port: DynamixelMotorsBus(port, koch_motors(models)),
        springy=frozenset({"gripper.pos"} if models is KOCH_LEADER_MODELS else ()),
    )


FOLLOWERS = (
    _so101(SO101FollowerConfig, "so_follower"),
    _koch(KochFollowerConfig, KOCH_FOLLOWER_MODELS, (1060, 1060, 1200, 1200, 1200, 1200)),
)
LEADERS = (
    _so101(SO101LeaderConfig, "so_leader"),
    _koch(KochLeaderConfig, KOCH_LEADER_MODELS, (1190,) * 6),
)
