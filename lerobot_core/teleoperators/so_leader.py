"""The SO-100 and SO-101 leader arms: the follower's six servos, limp, moved by hand."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.paths import calibration_home
from lerobot_core.robots.so_arm import BusMaker, SOArm
from lerobot_core.teleoperators.so_config import (
    DemonstratorConfig,
    SO100LeaderConfig,
    SO101LeaderConfig,
)
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import JointValues, ServoReading


class SOLeader(Teleoperator):
    """An arm that is moved by hand. Its torque is off from ``connect`` on."""

    name = "so_leader"

    def __init__(
        self,
        config: SO100LeaderConfig | SO101LeaderConfig | DemonstratorConfig,
        *,
        make_bus: BusMaker = FeetechMotorsBus,
    ) -> None:
        super().__init__(config)
        folder = config.calibration_dir or calibration_home() / "teleoperators" / self.name
        self.calibration_path = Path(folder) / f"{config.id}.json"
        self._arm = SOArm(
            f"{self.name} {config.id}" if config.id else self.name,
            config.port,
            self.calibration_path,
            use_degrees=config.use_degrees,
            read_retries=config.num_read_retries,
            make_bus=make_bus,
        )

    @property
    def action_features(self) -> dict[str, type]:
        return dict.fromkeys(self._arm.keys, float)

    @property
    def is_connected(self) -> bool:
        return self._arm.is_open

    @property
    def is_calibrated(self) -> bool:
        return self.calibration_path.exists() and self._arm.differing_joint() is None

    @property
    def stale_joints(self) -> Mapping[str, int]:
        return dict(self._arm.stale)

    @property
    def servo_ids(self) -> Mapping[str, int]:
        return self._arm.servo_ids

    @property
    def packets(self) -> tuple[int, int]:
        return self._arm.packets

    def connect(self, calibrate: bool = True) -> None:
        """Open and check. Without ``calibrate`` a missing or foreign calibration is let pass."""
        with ExitStack() as stack:
            self._arm.open()
            stack.callback(self._arm.close)
            if calibrate:
                self._arm.check_calibration()
            self.configure()
            stack.pop_all()

    def calibrate(self) -> None:
        self._arm.torque_off()
        self._arm.write_calibration()

    def configure(self) -> None:
        self._arm.torque_off()
        self._arm.configure()

    def get_action(self) -> JointValues:
        return self._arm.read_positions()

    def read_servos(self) -> dict[str, ServoReading]:
        return self._arm.read_servos()

    def disconnect(self) -> None:
        self._arm.close()


SO100Leader = SOLeader
SO101Leader = SOLeader
