"""An arm that is moved by hand, of any brand."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, TypeVar

from lerobot_core.errors import DeviceAlreadyConnectedError
from lerobot_core.paths import calibration_home
from lerobot_core.robots.arm import Arm
from lerobot_core.teleoperators.teleoperator import Teleoperator, TeleoperatorConfig
from lerobot_core.types import JointValues, ServoReading

_Arm = TypeVar("_Arm", bound=Arm)


class LeaderArm(Teleoperator, Generic[_Arm]):
    """What all arms that are moved by hand do alike. Limp from ``connect`` on."""

    def __init__(self, config: TeleoperatorConfig, make_arm: Callable[[Path], _Arm]) -> None:
        """``make_arm`` takes the calibration file."""
        super().__init__(config)
        folder = config.calibration_dir or calibration_home() / "teleoperators" / self.name
        self.calibration_path = Path(folder) / f"{config.id}.json"
        self._arm = make_arm(self.calibration_path)
        self._is_checked = False  # its servos hold its calibration, and say where it stands

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
    def lost_by_joint(self) -> Mapping[str, int]:
        return self._arm.lost_by_joint

    @property
    def servo_ids(self) -> Mapping[str, int]:
        return self._arm.servo_ids

    @property
    def packets(self) -> tuple[int, int]:
        return self._arm.packets

    @property
    def arms(self) -> Mapping[str, Arm]:
        return {"": self._arm}

    def connect(self, calibrate: bool = True) -> None:
        """Open and check. Without ``calibrate`` a missing or foreign calibration is let pass."""
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self._arm.label)
        with ExitStack() as stack:
            self._arm.open()
            stack.callback(self._arm.close)
            self._is_checked = False
            if calibrate:
                self.check()
            self.configure()
            stack.pop_all()

    def calibrate(self) -> None:
        self.disable_torque()
        self._arm.write_calibration()
        self.check()
        self.configure()

    def configure(self) -> None:
        self.disable_torque()
        self._arm.configure()

    def check(self) -> None:
        self._arm.check_calibration()
        self._arm.find_turns()
        self._is_checked = True

    def request_action(self) -> None:
        self._arm.request_positions()

    def get_action(self) -> JointValues:
        return self._arm.read_positions()

    def disable_torque(self) -> None:
        self._arm.torque_off()

    def let_go(self) -> None:
        """Tell all servos at once to be limp, without waiting; ``disable_torque`` is to follow."""
        self._arm.let_go()

    def read_servos(self) -> dict[str, ServoReading]:
        return self._arm.read_servos()

    def disconnect(self) -> None:
        self._arm.close()
