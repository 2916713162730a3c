"""Two arms that follow as one robot, of any brand. Whatever happens to one happens to both."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from lerobot_core.cameras.camera import Camera
from lerobot_core.errors import DeviceAlreadyConnectedError, DeviceNotConnectedError, WorkbenchError
from lerobot_core.robots.arm import SUFFIX, Arm
from lerobot_core.robots.bimanual_config import BimanualFollowerConfig
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.limits import MotionLimit, require_finite
from lerobot_core.robots.pair import all_of, joined, naming, quietly, side_of, split
from lerobot_core.robots.robot import Robot, RobotConfig
from lerobot_core.types import (
    Action,
    Alarm,
    JointValues,
    Observation,
    ServoLimits,
    ServoReading,
)


def _build(config: RobotConfig) -> FollowerArm:
    arm = config.build()
    assert isinstance(arm, FollowerArm)  # the config of a pair takes no others
    return arm


class BimanualFollower(Robot):
    """Keys of joints are ``left_<joint>.pos`` and ``right_<joint>.pos``.

    ``build`` makes one arm from its config, and is given by tests.
    """

    def __init__(
        self,
        config: BimanualFollowerConfig,
        *,
        build: Callable[[RobotConfig], FollowerArm] = _build,
    ) -> None:
        super().__init__(config)
        self.name = config.kind
        self.cameras: dict[str, Camera] = {
            name: camera.build(name) for name, camera in config.cameras.items()
        }
        self._pair = {side: build(arm) for side, arm in config.arms.items()}
        self._open: ExitStack | None = None

    @property
    def observation_features(self) -> dict[str, type | tuple[int, int, int]]:
        pictures: dict[str, type | tuple[int, int, int]] = {
            name: (camera.height, camera.width, 3) for name, camera in self.config.cameras.items()
        }
        return {**self.action_features, **pictures}

    @property
    def action_features(self) -> dict[str, type]:
        return joined(self._pair, lambda arm: arm.action_features)

    @property
    def is_connected(self) -> bool:
        return self._open is not None

    @property
    def is_calibrated(self) -> bool:
        return all(arm.is_calibrated for arm in self._pair.values())

    @property
    def limits(self) -> Mapping[str, MotionLimit]:
        return joined(self._pair, lambda arm: arm.limits)

    @property
    def servo_ids(self) -> Mapping[str, int]:
        return joined(self._pair, lambda arm: arm.servo_ids)

    @property
    def arms(self) -> Mapping[str, Arm]:
        return {side: arm.arms[""] for side, arm in self._pair.items()}

    @property
    def stale_joints(self) -> Mapping[str, int]:
        return joined(self._pair, lambda arm: arm.stale_joints)

    @property
    def lost_by_joint(self) -> Mapping[str, int]:
        return joined(self._pair, lambda arm: arm.lost_by_joint)

    @property
    def is_torque_on(self) -> bool:
        """Of one arm or both: what is stiff wants to be held and let go."""
        return any(arm.is_torque_on for arm in self._pair.values())

    @property
    def packets(self) -> tuple[int, int]:
        counts = [arm.packets for arm in self._pair.values()]
        return sum(exchanges for exchanges, _ in counts), sum(lost for _, lost in counts)

    # Coming and going

    def connect(self, calibrate: bool = True) -> None:
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self.id or self.name)
        with ExitStack() as stack:
            for camera in self.cameras.values():
                camera.connect()
                stack.callback(camera.disconnect)
            with ExitStack() as arms:
                for side, arm in self._pair.items():
                    with naming(side):
                        arm.connect(calibrate)
                    arms.callback(_leave_as_found, arm)
                arms.pop_all()
            self._open = stack.pop_all()

    def calibrate(self) -> None:
        self._one_by_one(lambda arm: arm.calibrate())

    def configure(self) -> None:
        self._one_by_one(lambda arm: arm.configure())

    def disconnect(self) -> None:
        """Both arms limp at once, then one after the other closed, then the cameras."""
        if self._open is None:
            raise DeviceNotConnectedError(device=self.id or self.name)
        way_out, self._open = self._open, None
        with way_out:
            for arm in self._pair.values():
                if not arm.stays_stiff:
                    quietly(arm.let_go)
            all_of(self._pair, lambda arm: arm.disconnect())

    # In the loop

    def request_observation(self) -> None:
        self._one_by_one(lambda arm: arm.request_observation())

    def get_observation(self) -> Observation:
        return {
            **joined(self._pair, lambda arm: arm.get_observation()),
            **{name: camera.read_latest() for name, camera in self.cameras.items()},
        }

    def send_action(self, action: Action) -> JointValues:
        parts = self._known(action)
        if not all(arm.is_torque_on for arm in self._pair.values()):
            self.enable_torque()
        sent: JointValues = {}
        try:
            for side, arm in self._pair.items():
                with naming(side):
                    targets = arm.send_action(parts[side])
                sent |= {f"{side}_{key}": target for key, target in targets.items()}
        except WorkbenchError:
            quietly(self.hold)
            raise
        return sent

    # Torque

    def enable_torque(self) -> None:
        """Both are checked before one of them is switched on; if one fails, the other holds."""
        try:
            self._one_by_one(lambda arm: arm.prepare_torque())
            self._one_by_one(lambda arm: arm.switch_torque_on())
        except WorkbenchError:
            stiff = {side: arm for side, arm in self._pair.items() if arm.is_torque_on}
            quietly(lambda: all_of(stiff, lambda arm: arm.hold()))
            raise

    def hold(self) -> None:
        all_of(self._pair, lambda arm: arm.hold())

    def release(self) -> None:
        for arm in self._pair.values():
            quietly(arm.let_go)
        all_of(self._pair, lambda arm: arm.release())

    def clear_overload(self, joint: str) -> None:
        side, name = side_of(joint)
        with naming(side):
            self._pair[side].clear_overload(name)

    # What the servos say

    def read_servos(self) -> dict[str, ServoReading]:
        return joined(self._pair, lambda arm: arm.read_servos())

    def servo_limits(self) -> Mapping[str, ServoLimits]:
        return joined(self._pair, lambda arm: arm.servo_limits())

    def read_torque(self) -> dict[str, bool]:
        return joined(self._pair, lambda arm: arm.read_torque())

    def read_alarms(self) -> dict[str, frozenset[Alarm]]:
        return joined(self._pair, lambda arm: arm.read_alarms())

    def guard_plan(self) -> list[dict[str, Any]]:
        return [plan for arm in self._pair.values() for plan in arm.guard_plan()]

    # Inside

    def _one_by_one(self, act: Callable[[FollowerArm], None]) -> None:
        """Left, then right; what fails with one is not tried with the other."""
        for side, arm in self._pair.items():
            with naming(side):
                act(arm)

    def _known(self, action: Action) -> dict[str, JointValues]:
        """By side. Raises before anything is sent to either: SettingInvalid, UnsafeAction."""
        targets = {key: float(value) for key, value in action.items() if key.endswith(SUFFIX)}
        parts = split(targets)
        for side, arm in self._pair.items():
            arm.arms[""].check_keys(parts[side])
        require_finite(targets)
        return parts


def _leave_as_found(arm: FollowerArm) -> None:
    """The other arm did not come up. One that was found held must not fall for that."""
    if arm.is_torque_on:
        arm.leave()
    else:
        quietly(arm.disconnect)


BiSOFollower = BimanualFollower
BiKochFollower = BimanualFollower
