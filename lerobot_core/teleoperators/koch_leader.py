"""The Koch v1.1 leader arm: six limp Dynamixel servos, but for a trigger that springs back."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from lerobot_core.errors import DeviceError, PortLost
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.robots.arm import SUFFIX, BusMaker
from lerobot_core.robots.dynamixel_arm import DynamixelArm
from lerobot_core.robots.koch_arm import KOCH_LEADER_MODELS, koch_arm, koch_motors
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.leader_arm import LeaderArm
from lerobot_core.types import JointValues

log = logging.getLogger(__name__)

TRIGGER_CURRENT_MA = 100
"""What the trigger may pull with: what upstream allows the same motor in the OMX leader
(spec/robots.md section 4). It could take 1750 mA."""

_TRIGGER = "gripper"


class KochLeader(LeaderArm[DynamixelArm]):
    """A Koch arm that is moved by hand. ``now`` tells seconds and is given by tests.

    Its trigger is pulled open by a weak current once the calibration has been checked, until
    ``disable_torque`` or ``disconnect``. When the session dies, the bus watchdog stops it.
    """

    name = "koch_leader"

    def __init__(
        self,
        config: KochLeaderConfig,
        *,
        make_bus: BusMaker = DynamixelMotorsBus,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            config,
            lambda path: koch_arm(
                self.name,
                config.id,
                config.port,
                path,
                koch_motors(KOCH_LEADER_MODELS),
                make_bus=make_bus,
                now=now,
                read_retries=config.num_read_retries,
            ),
        )
        self._open_pos = config.gripper_open_pos
        self._is_springy = False

    def configure(self) -> None:
        super().configure()
        if self._is_checked:
            self._spring()

    def check(self) -> None:
        super().check()
        if self._is_springy and not self._arm.read_torque().get(_TRIGGER + SUFFIX, True):
            self._spring()  # its servo was without power for a moment

    def disable_torque(self) -> None:
        self._is_springy = False
        super().disable_torque()

    def get_action(self) -> JointValues:
        if self._arm.was_silent:
            self._spring_again()
        return super().get_action()

    def disconnect(self) -> None:
        with ExitStack() as stack:
            stack.callback(super().disconnect)
            self.disable_torque()

    def _spring(self) -> None:
        """Let the trigger pull itself open; whatever fails, it is let go."""
        try:
            self._arm.ensure("Goal_Current", _TRIGGER, TRIGGER_CURRENT_MA)
            self._arm.watch()
            self._arm.torque_on_again(_TRIGGER)
            self._arm.write_goals({_TRIGGER + SUFFIX: self._open_pos})
            self._is_springy = True
        except BaseException:
            with suppress(DeviceError):
                self.disable_torque()
            raise

    def _spring_again(self) -> None:
        """After a long silence the watchdog may have stopped it."""
        try:
            self._spring()
        except PortLost:
            raise
        except DeviceError as error:  # a limp trigger is no reason to stop the robot
            log.warning("the trigger stays limp: %s", error)
