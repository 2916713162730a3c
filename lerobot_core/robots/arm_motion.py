"""Where one arm is, where it was sent, and how it gets further: within limits, without a jump."""

from collections.abc import Callable, Mapping

from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.normalisation import to_user
from lerobot_core.robots.arm import SUFFIX, Arm
from lerobot_core.robots.limits import MotionLimit, limit_targets
from lerobot_core.types import Action, JointValues

_FRESH_S = 0.1  # an older reading is no bound for a target: the joints are read again


class ArmMotion:
    """The last reading of an arm and the last command to it. ``now`` tells seconds."""

    def __init__(self, arm: Arm, now: Callable[[], float]) -> None:
        self._arm = arm
        self._now = now
        self._measured: JointValues = {}
        self._measured_at = 0.0
        self._commanded: JointValues = {}
        self._commanded_at = 0.0

    def measure(self) -> JointValues:
        self._measured = self._arm.read_positions()
        self._measured_at = self._now()
        return dict(self._measured)

    def start_from_here(self) -> None:
        """The present position is what was commanded last."""
        self._commanded = self.measure()
        self._commanded_at = self._measured_at

    def start_joint_from_here(self, key: str) -> None:
        self._commanded[key] = self.measure()[key]

    def known(self, action: Action) -> JointValues:
        """The targets of ``action``. Raises SettingInvalid if the arm lacks a joint of it."""
        joints = {key: float(value) for key, value in action.items() if key.endswith(SUFFIX)}
        self._arm.check_keys(joints)
        return joints

    def send(self, wanted: JointValues, limits: Mapping[str, MotionLimit]) -> JointValues:
        """Returns the targets really sent. Raises UnsafeAction."""
        now = self._now()
        if now - self._measured_at > _FRESH_S:
            self.measure()
        sent = limit_targets(
            wanted, self._commanded, self._measured, limits, now - self._commanded_at
        )
        if sent:
            self._arm.write_goals(sent)
        self._commanded |= sent
        self._commanded_at = now
        return sent


def motion_limits(
    arm: Arm,
    calibration: Mapping[str, MotorCalibration],
    max_speed: float,
    max_gap: Callable[[str], float],
) -> dict[str, MotionLimit]:
    """Bounds of each joint: the range it was calibrated over, and the given speed and gap."""
    limits = {}
    for name in arm.motors:
        low, high = _range(arm, name, calibration[name])
        limits[name + SUFFIX] = MotionLimit(
            max_speed=max_speed, max_gap=max_gap(name), low=low, high=high
        )
    return limits


def _range(arm: Arm, name: str, calibration: MotorCalibration) -> tuple[float, float]:
    motor = arm.motors[name]
    resolution = arm.brand.models[motor.model].resolution
    ends = (calibration.range_min, calibration.range_max)
    low, high = sorted(to_user(end, calibration, motor.norm_mode, resolution) for end in ends)
    return low, high
