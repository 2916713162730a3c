"""The single arms of a rig, each as it can be calibrated. Pure: loads no driver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lerobot_core.control.calibration_use import calibration_path
from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration_library import ROBOTS, TELEOPERATORS, family_of
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

_VIRTUAL = "sim://"


@dataclass(frozen=True)
class ArmChoice:
    """One arm. ``config`` is that of the whole robot or teleoperator, ``side`` tells which arm."""

    role: str  # follower or leader
    side: str  # left, right or empty
    kind: str
    address: str
    path: Path  # of its calibration, whether it exists or not
    config: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        return f"{self.side}_{self.role}" if self.side else self.role

    @property
    def is_robot(self) -> bool:
        return self.role == "follower"

    @property
    def shelf(self) -> str:
        """Of its calibration in the library."""
        return ROBOTS if self.is_robot else TELEOPERATORS

    @property
    def family(self) -> str:
        return family_of(self.kind)

    @property
    def bench(self) -> tuple[str, str] | None:
        """Bench and chain of a virtual arm, for hands that move it."""
        if not self.address.startswith(_VIRTUAL):
            return None
        bench, _, chain = self.address.removeprefix(_VIRTUAL).partition("/")
        return bench, chain


def arms_of(rig: Rig) -> tuple[ArmChoice, ...]:
    """Followers first, left before right. What a teleoperator holds without a port is no arm."""
    robot = [_choice("follower", side, arm, rig.robot) for side, arm in rig.robot.arms.items()]
    leaders = [
        _choice("leader", side, arm, rig.teleoperator)
        for side, arm in rig.teleoperator.arms.items()
    ]
    return tuple(arm for arm in (*robot, *leaders) if arm.address)


def _choice(
    role: str,
    side: str,
    arm: RobotConfig | TeleoperatorConfig,
    whole: RobotConfig | TeleoperatorConfig,
) -> ArmChoice:
    return ArmChoice(
        role=role,
        side=side,
        kind=arm.kind,
        address=next(iter(arm.addresses), ""),
        path=calibration_path(arm),
        config=whole.to_dict(),
    )
