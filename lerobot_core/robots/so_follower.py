"""The SO-100 and SO-101 follower arms: six STS3215 servos on one bus, and any cameras."""

import time
from collections.abc import Callable

from lerobot_core.motors.feetech import FASTEST, FeetechMotorsBus
from lerobot_core.robots.arm import BusMaker
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.so_arm import SOArm
from lerobot_core.robots.so_config import SOFollowerConfig, SOFollowerSettings

_GRIPPER_PROTECTION = {
    "Max_Torque_Limit": 500,  # half of the torque, so that a blocked gripper does not burn out
    "Protection_Current": 250,
    "Overload_Torque": 25,
}


class SOFollower(FollowerArm):
    """An SO arm that follows. ``now`` tells seconds and is given by tests."""

    name = "so_follower"

    def __init__(
        self,
        config: SOFollowerConfig,
        *,
        make_bus: BusMaker = FeetechMotorsBus,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings: SOFollowerSettings = config
        super().__init__(
            config,
            config,
            lambda path: SOArm(
                self.name,
                config.id,
                config.port,
                path,
                use_degrees=config.use_degrees,
                read_retries=config.num_read_retries,
                make_bus=make_bus,
            ),
            now=now,
        )

    def _configure_servos(self) -> None:
        for motor in self._arm.motors:
            self._arm.ensure("P_Coefficient", motor, self.settings.position_p_coefficient)
            self._arm.ensure("I_Coefficient", motor, self.settings.position_i_coefficient)
            self._arm.ensure("D_Coefficient", motor, self.settings.position_d_coefficient)
        for register, value in _GRIPPER_PROTECTION.items():
            self._arm.ensure(register, "gripper", value)

    def _configure_again(self, name: str) -> None:
        # Not answered, so that an alarm is told where torque is asked for.
        self._arm.bus.sync_write("Acceleration", {name: FASTEST})


SO100Follower = SOFollower
SO101Follower = SOFollower
