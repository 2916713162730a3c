"""Two arms that are moved by hand as one teleoperator, of any brand."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from lerobot_core.errors import DeviceAlreadyConnectedError, DeviceNotConnectedError
from lerobot_core.robots.arm import Arm
from lerobot_core.robots.pair import all_of, joined, naming, quietly, split
from lerobot_core.teleoperators.bimanual_config import BimanualLeaderConfig
from lerobot_core.teleoperators.leader_arm import LeaderArm
from lerobot_core.teleoperators.teleoperator import Teleoperator, TeleoperatorConfig
from lerobot_core.types import Action, JointValues, ServoReading


def _build(config: TeleoperatorConfig) -> LeaderArm[Any]:
    arm = config.build()
    assert isinstance(arm, LeaderArm)  # the config of a pair takes no others
    return arm


class BimanualLeader(Teleoperator):
    """Keys of joints are ``left_<joint>.pos`` and ``right_<joint>.pos``.

    ``build`` makes one arm from its config, and is given by tests.
    """

    def __init__(
        self,
        config: BimanualLeaderConfig,
        *,
        build: Callable[[TeleoperatorConfig], LeaderArm[Any]] = _build,
    ) -> None:
        super().__init__(config)
        self.name = config.kind
        self._pair = {side: build(arm) for side, arm in config.arms.items()}
        self._is_open = False

    @property
    def action_features(self) -> dict[str, type]:
        return joined(self._pair, lambda arm: arm.action_features)

    @property
    def feedback_features(self) -> dict[str, type]:
        return joined(self._pair, lambda arm: arm.feedback_features)

    @property
    def is_connected(self) -> bool:
        return self._is_open

    @property
    def is_calibrated(self) -> bool:
        return all(arm.is_calibrated for arm in self._pair.values())

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
    def servo_ids(self) -> Mapping[str, int]:
        return joined(self._pair, lambda arm: arm.servo_ids)

    @property
    def packets(self) -> tuple[int, int]:
        counts = [arm.packets for arm in self._pair.values()]
        return sum(exchanges for exchanges, _ in counts), sum(lost for _, lost in counts)

    def connect(self, calibrate: bool = True) -> None:
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self.id or self.name)
        with ExitStack() as stack:
            for side, arm in self._pair.items():
                with naming(side):
                    arm.connect(calibrate)
                stack.callback(quietly, arm.disconnect)
            stack.pop_all()
        self._is_open = True

    def calibrate(self) -> None:
        self._one_by_one(lambda arm: arm.calibrate())

    def configure(self) -> None:
        self._one_by_one(lambda arm: arm.configure())

    def check(self) -> None:
        self._one_by_one(lambda arm: arm.check())

    def request_action(self) -> None:
        self._one_by_one(lambda arm: arm.request_action())

    def get_action(self) -> JointValues:
        return joined(self._pair, lambda arm: arm.get_action())

    def send_feedback(self, feedback: Action) -> None:
        parts = split(feedback)
        for side, arm in self._pair.items():
            with naming(side):
                arm.send_feedback(parts[side])

    def engaged(self, engaged: bool) -> None:
        self._one_by_one(lambda arm: arm.engaged(engaged))

    def enable_torque(self) -> None:
        try:
            self._one_by_one(lambda arm: arm.enable_torque())
        except BaseException:
            quietly(self.disable_torque)
            raise

    def disable_torque(self) -> None:
        for arm in self._pair.values():
            quietly(arm.let_go)
        all_of(self._pair, lambda arm: arm.disable_torque())

    def read_servos(self) -> dict[str, ServoReading]:
        return joined(self._pair, lambda arm: arm.read_servos())

    def disconnect(self) -> None:
        if not self.is_connected:
            raise DeviceNotConnectedError(device=self.id or self.name)
        self._is_open = False
        for arm in self._pair.values():
            quietly(arm.let_go)
        all_of(self._pair, lambda arm: arm.disconnect())

    def _one_by_one(self, act: Callable[[LeaderArm[Any]], None]) -> None:
        for side, arm in self._pair.items():
            with naming(side):
                act(arm)


BiSOLeader = BimanualLeader
BiKochLeader = BimanualLeader
