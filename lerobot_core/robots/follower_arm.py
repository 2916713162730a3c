"""An arm that follows, of any brand: its servos on one bus, and any cameras."""

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lerobot_core.cameras.camera import Camera
from lerobot_core.errors import DeviceAlreadyConnectedError, SettingInvalid
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.normalisation import to_user
from lerobot_core.paths import calibration_home
from lerobot_core.robots.arm import SUFFIX, Arm
from lerobot_core.robots.follower_settings import FollowerSettings
from lerobot_core.robots.limits import MotionLimit, limit_targets
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.types import (
    Action,
    Alarm,
    JointValues,
    Observation,
    ServoLimits,
    ServoReading,
)

_FRESH_S = 0.1  # an older reading is no bound for a target: the joints are read again


class FollowerArm(Robot):
    """What all arms that follow do alike. ``now`` tells seconds and is given by tests."""

    def __init__(
        self,
        config: RobotConfig,
        settings: FollowerSettings,
        make_arm: Callable[[str, Path], Arm],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``make_arm`` takes its label and its calibration file."""
        super().__init__(config)
        self._settings = settings
        self.cameras: dict[str, Camera] = {
            name: camera.build(name) for name, camera in config.cameras.items()
        }
        folder = config.calibration_dir or calibration_home() / "robots" / self.name
        self._calibration_path = Path(folder) / f"{config.id}.json"
        label = f"{self.name} {config.id}" if config.id else self.name
        self._arm = make_arm(label, self._calibration_path)
        self._now = now
        self._open: ExitStack | None = None
        self._limits: dict[str, MotionLimit] = {}
        self._is_torque_on = False
        self._is_configured = False
        self._measured: JointValues = {}
        self._measured_at = 0.0
        self._commanded: JointValues = {}
        self._commanded_at = 0.0

    @property
    def observation_features(self) -> dict[str, type | tuple[int, int, int]]:
        pictures: dict[str, type | tuple[int, int, int]] = {
            name: (camera.height, camera.width, 3) for name, camera in self.config.cameras.items()
        }
        return {**self.action_features, **pictures}

    @property
    def action_features(self) -> dict[str, type]:
        return dict.fromkeys(self._arm.keys, float)

    @property
    def is_connected(self) -> bool:
        return self._arm.is_open

    @property
    def is_calibrated(self) -> bool:
        has_file = self._calibration_path.exists()
        return has_file and self._arm.differing_joint() is None

    @property
    def limits(self) -> Mapping[str, MotionLimit]:
        """Speed and gap from the config, range from the calibration. Raises CalibrationMissing."""
        if not self._limits:
            self._limits = motion_limits(self._arm, self._arm.calibration(), self._settings)
        return self._limits

    @property
    def servo_ids(self) -> Mapping[str, int]:
        return self._arm.servo_ids

    @property
    def calibration_path(self) -> Path:
        return self._calibration_path

    @property
    def stale_joints(self) -> Mapping[str, int]:
        return dict(self._arm.stale)

    @property
    def is_torque_on(self) -> bool:
        return self._is_torque_on

    @property
    def packets(self) -> tuple[int, int]:
        return self._arm.packets

    def connect(self, calibrate: bool = True) -> None:
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self._arm.label)
        with ExitStack() as stack:
            for camera in self.cameras.values():
                camera.connect()
                stack.callback(camera.disconnect)
            self._arm.open()
            stack.callback(self._arm.close)
            self._arm.check_voltage()
            if calibrate:
                self._arm.check_calibration()
            is_held = calibrate and self._arm.is_held()
            if self._settings.disable_torque_on_disconnect:
                # Last in, first out: before the port closes, and before a camera can hang.
                # Entered after the checks: a chain that failed them is left as it was.
                stack.callback(self.release)
            if is_held:  # switching torque off would let the arm fall
                self._start_from_here()
                self._is_torque_on, self._is_configured = True, False
            else:
                self.configure()
            self._open = stack.pop_all()

    def calibrate(self) -> None:
        calibration = self._arm.calibration()
        self.release()
        self._arm.write_calibration()
        self._limits = motion_limits(self._arm, calibration, self._settings)

    def configure(self) -> None:
        self.release()
        self._arm.configure()
        self._configure_servos()
        self._is_configured = True

    @abstractmethod
    def _configure_servos(self) -> None:
        """Write gains and protections of this kind of arm. Torque is off."""

    def get_observation(self) -> Observation:
        return {
            **self._measure(),
            **{name: camera.read_latest() for name, camera in self.cameras.items()},
        }

    def send_action(self, action: Action) -> JointValues:
        wanted = self._known(action)
        if not self._is_torque_on:
            self.enable_torque()
        now = self._now()
        if now - self._measured_at > _FRESH_S:
            self._measure()
        sent = limit_targets(
            wanted, self._commanded, self._measured, self.limits, now - self._commanded_at
        )
        if sent:
            self._arm.write_goals(sent)
        self._commanded |= sent
        self._commanded_at = now
        return sent

    def enable_torque(self) -> None:
        if not self._is_configured and not self._is_torque_on:
            self.configure()
        self._arm.check_voltage()
        self._arm.check_calibration()
        self._arm.freeze(all_must_answer=True)
        self._start_from_here()
        self._arm.torque_on()
        self._is_torque_on = True

    def hold(self) -> None:
        self._arm.freeze(all_must_answer=False)
        self._start_from_here()

    def release(self) -> None:
        self._arm.torque_off()
        self._is_torque_on = False

    def read_servos(self) -> dict[str, ServoReading]:
        return self._arm.read_servos()

    def servo_limits(self) -> Mapping[str, ServoLimits]:
        return self._arm.servo_limits()

    def read_torque(self) -> dict[str, bool]:
        return self._arm.read_torque()

    def read_alarms(self) -> dict[str, frozenset[Alarm]]:
        return self._arm.read_alarms()

    def guard_plan(self) -> list[dict[str, Any]]:
        return [
            {
                "protocol": self._arm.brand.protocol,
                "descriptor": self._arm.bus.link.fileno(),
                "ids": list(self.servo_ids.values()),
                "present_position": self._where("Present_Position"),
                "goal_position": self._where("Goal_Position"),
                "torque_enable": self._where("Torque_Enable"),
            }
        ]

    def disconnect(self) -> None:
        self._arm.bus  # noqa: B018  raises DeviceNotConnectedError
        way_out, self._open = self._open, None
        if way_out is not None:
            way_out.close()
        self._is_torque_on = False

    def _measure(self) -> JointValues:
        self._measured = self._arm.read_positions()
        self._measured_at = self._now()
        return dict(self._measured)

    def _start_from_here(self) -> None:
        """The present position is what was commanded last."""
        self._commanded = self._measure()
        self._commanded_at = self._measured_at

    def _known(self, action: Action) -> JointValues:
        joints = {key: float(value) for key, value in action.items() if key.endswith(SUFFIX)}
        unknown = [key for key in joints if key not in self._arm.servo_ids]
        if unknown:
            raise SettingInvalid(
                setting="The action", reason=f"{self._arm.label} has no joint {unknown[0]}"
            )
        return joints

    def _where(self, register: str) -> list[int]:
        place = self._arm.brand.registers[register]
        return [place.address, place.size]


def motion_limits(
    arm: Arm, calibration: Mapping[str, MotorCalibration], settings: FollowerSettings
) -> dict[str, MotionLimit]:
    """Bounds of each joint: the range it was calibrated over, speed and gap from the settings."""
    limits = {}
    for name in arm.motors:
        low, high = _range(arm, name, calibration[name])
        limits[name + SUFFIX] = MotionLimit(
            max_speed=settings.max_speed, max_gap=settings.max_gap(name), low=low, high=high
        )
    return limits


def _range(arm: Arm, name: str, calibration: MotorCalibration) -> tuple[float, float]:
    motor = arm.motors[name]
    resolution = arm.brand.models[motor.model].resolution
    ends = (calibration.range_min, calibration.range_max)
    low, high = sorted(to_user(end, calibration, motor.norm_mode, resolution) for end in ends)
    return low, high
