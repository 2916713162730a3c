"""The SO-100 and SO-101 leader arms: the follower's six servos, moved by hand."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.arm import BusMaker
from lerobot_core.robots.arm_motion import ArmMotion, motion_limits
from lerobot_core.robots.follower_settings import DEFAULT_MAX_GAP, DEFAULT_MAX_SPEED
from lerobot_core.robots.limits import MotionLimit
from lerobot_core.robots.so_arm import SOArm
from lerobot_core.teleoperators.leader_arm import LeaderArm
from lerobot_core.teleoperators.so_config import (
    DemonstratorConfig,
    SO100LeaderConfig,
    SO101LeaderConfig,
)
from lerobot_core.types import Action, JointValues


class SOLeader(LeaderArm[SOArm]):
    """An SO arm that is moved by hand. Its torque is off from ``connect`` on.

    Between ``enable_torque`` and ``disable_torque`` it can be moved by ``send_feedback``, with
    the limits that followers have by default.
    """

    name = "so_leader"

    def __init__(
        self,
        config: SO100LeaderConfig | SO101LeaderConfig | DemonstratorConfig,
        *,
        make_bus: BusMaker = FeetechMotorsBus,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
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
        )
        self._motion = ArmMotion(self._arm, now)
        self._is_torque_on = False

    @property
    def feedback_features(self) -> dict[str, type]:
        return self.action_features

    def get_action(self) -> JointValues:
        return self._motion.measure()

    def enable_torque(self) -> None:
        """Goal := present, read back, and only then torque. Raises DeviceError: it stays limp."""
        self._arm.check_voltage()
        self._arm.check_calibration()
        self._arm.freeze(all_must_answer=True)
        self._motion.start_from_here()
        self._arm.torque_on()
        self._is_torque_on = True

    def disable_torque(self) -> None:
        super().disable_torque()
        self._is_torque_on = False

    def send_feedback(self, feedback: Action) -> None:
        wanted = self._motion.known(feedback)
        if self._is_torque_on:
            self._motion.send(wanted, self._limits())

    def disconnect(self) -> None:
        with ExitStack() as stack:
            stack.callback(super().disconnect)
            if self._is_torque_on:
                self.disable_torque()

    def _limits(self) -> dict[str, MotionLimit]:
        return motion_limits(
            self._arm, self._arm.calibration(), DEFAULT_MAX_SPEED, lambda _: DEFAULT_MAX_GAP
        )


SO100Leader = SOLeader
SO101Leader = SOLeader
