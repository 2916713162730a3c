"""An arm that follows, of any brand: its servos on one bus, and any cameras."""

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lerobot_core.cameras.camera import Camera
from lerobot_core.errors import DeviceAlreadyConnectedError
from lerobot_core.paths import calibration_home
from lerobot_core.robots.arm import SUFFIX, Arm
from lerobot_core.robots.arm_motion import ArmMotion, motion_limits
from lerobot_core.robots.follower_settings import FollowerSettings
from lerobot_core.robots.limits import MotionLimit
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.types import (
    Action,
    Alarm,
    JointValues,
    Observation,
    ServoLimits,
    ServoReading,
)


class FollowerArm(Robot):
    """What all arms that follow do alike. ``now`` tells seconds and is given by tests."""

    def __init__(
        self,
        config: RobotConfig,
        settings: FollowerSettings,
        make_arm: Callable[[Path], Arm],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``make_arm`` takes the calibration file."""
        super().__init__(config)
        self._settings = settings
        self.cameras: dict[str, Camera] = {
            name: camera.build(name) for name, camera in config.cameras.items()
        }
        folder = config.calibration_dir or calibration_home() / "robots" / self.name
        self._calibration_path = Path(folder) / f"{config.id}.json"
        self._arm = make_arm(self._calibration_path)
        self._motion = ArmMotion(self._arm, now)
        self._open: ExitStack | None = None
        self._limits: dict[str, MotionLimit] = {}
        self._is_torque_on = False
        self._is_configured = False

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
            self._limits = self._new_limits()
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
    def lost_by_joint(self) -> Mapping[str, int]:
        return self._arm.lost_by_joint

    @property
    def is_torque_on(self) -> bool:
        return self._is_torque_on

    @property
    def arms(self) -> Mapping[str, Arm]:
        return {"": self._arm}

    @property
    def stays_stiff(self) -> bool:
        """Whether disconnecting leaves torque as it is."""
        return not self._settings.disable_torque_on_disconnect

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
                self._arm.find_turns()
            is_held = calibrate and self._arm.is_held()
            if self._settings.disable_torque_on_disconnect:
                # Last in, first out: before the port closes, and before a camera can hang.
                # Entered after the checks: a chain that failed them is left as it was.
                stack.callback(self.release)
            if is_held:  # switching torque off would let the arm fall
                self._arm.take_over()
                self._motion.start_from_here()
                self._is_torque_on, self._is_configured = True, False
            else:
                self.configure()
            self._open = stack.pop_all()

    def calibrate(self) -> None:
        self._arm.calibration()
        self.release()
        self._arm.write_calibration()
        self._limits = self._new_limits()

    def configure(self) -> None:
        self.release()
        self._arm.configure()
        self._configure_servos()
        self._is_configured = True

    @abstractmethod
    def _configure_servos(self) -> None:
        """Write gains and protections of this kind of arm. Torque is off."""

    def _configure_again(self, name: str) -> None:
        """Write what a servo forgets when it restarts. It is limp; others may have torque."""

    def request_observation(self) -> None:
        self._arm.request_positions()

    def get_observation(self) -> Observation:
        return {
            **self._motion.measure(),
            **{name: camera.read_latest() for name, camera in self.cameras.items()},
        }

    def send_action(self, action: Action) -> JointValues:
        wanted = self._motion.known(action)
        if not self._is_torque_on:
            self.enable_torque()
        return self._motion.send(wanted, self.limits)

    def enable_torque(self) -> None:
        self.prepare_torque()
        self.switch_torque_on()

    def prepare_torque(self) -> None:
        """Everything that must be right before torque. The first half of ``enable_torque``."""
        with self._arm.naming_all_silent():
            if not self._is_configured and not self._is_torque_on:
                self.configure()
            self._arm.check_voltage()
            self._arm.check_calibration()
            self._arm.find_turns()
            self._arm.freeze(all_must_answer=True)
            self._motion.start_from_here()

    def switch_torque_on(self) -> None:
        """Only after ``prepare_torque``. If it fails, the arm is as limp or as stiff as before."""
        with self._arm.naming_all_silent():
            self._arm.torque_on(renew=self._configure_again)
        self._is_torque_on = True

    def hold(self) -> None:
        self._arm.freeze(all_must_answer=False)
        self._motion.start_from_here()

    def let_go(self) -> None:
        """Tell all servos at once to be limp, without waiting; ``release`` is to follow."""
        self._arm.let_go()

    def release(self) -> None:
        self._arm.torque_off()
        self._is_torque_on = False

    def clear_overload(self, joint: str) -> None:
        name = joint.removesuffix(SUFFIX)
        self._arm.check_keys([name + SUFFIX])
        self._arm.clear_alarm(name)
        self._configure_again(name)
        if not self._is_torque_on:
            return
        try:
            self._arm.torque_on_again(name, self._configure_again)
        finally:
            self._motion.start_joint_from_here(name + SUFFIX)

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

    def leave(self) -> None:
        """Close everything and leave torque as it is, for an arm that was found held."""
        if self._open is not None:
            self._open.pop_all()
            self._open = None
        self._is_torque_on = False
        with ExitStack() as stack:
            for camera in self.cameras.values():
                stack.callback(camera.disconnect)
            self._arm.close()

    def disconnect(self) -> None:
        self._arm.bus  # noqa: B018  raises DeviceNotConnectedError
        way_out, self._open = self._open, None
        if way_out is not None:
            way_out.close()
        self._is_torque_on = False

    def _new_limits(self) -> dict[str, MotionLimit]:
        settings = self._settings
        return motion_limits(
            self._arm, self._arm.calibration(), settings.max_speed, settings.max_gap
        )

    def _where(self, register: str) -> list[int]:
        place = self._arm.brand.registers[register]
        return [place.address, place.size]
