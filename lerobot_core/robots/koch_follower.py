"""The Koch v1.1 follower arm: six Dynamixel servos on one bus, and any cameras."""

import time
from collections.abc import Callable

from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.robots.arm import BusMaker
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS, koch_arm, koch_motors
from lerobot_core.robots.koch_config import KochFollowerConfig

_ELBOW_GAINS = {"Position_P_Gain": 1500, "Position_I_Gain": 0, "Position_D_Gain": 600}


class KochFollower(FollowerArm):
    """A Koch arm that follows. ``now`` tells seconds and is given by tests."""

    name = "koch_follower"

    def __init__(
        self,
        config: KochFollowerConfig,
        *,
        make_bus: BusMaker = DynamixelMotorsBus,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            config,
            config,
            lambda path: koch_arm(
                self.name,
                config.id,
                config.port,
                path,
                koch_motors(KOCH_FOLLOWER_MODELS, config.use_degrees),
                make_bus=make_bus,
                now=now,
                read_retries=config.num_read_retries,
            ),
            now=now,
        )

    def _configure_servos(self) -> None:
        self._configure_again("elbow_flex")

    def _configure_again(self, name: str) -> None:
        if name != "elbow_flex":
            return
        for register, value in _ELBOW_GAINS.items():
            self._arm.ensure(register, name, value)
