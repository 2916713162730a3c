"""A leader of any kind on a virtual bench, whose hands play a demonstration while engaged."""

from collections.abc import Mapping
from contextlib import ExitStack

from lerobot_core.robots.arm import Arm
from lerobot_core.teleoperators.bench_hand import Bench, BenchHand
from lerobot_core.teleoperators.demonstrated_config import DemonstratedLeaderConfig
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import Action, JointValues, ServoReading

__all__ = ["DemonstratedLeader", "DemonstratedLeaderConfig"]


class DemonstratedLeader(Teleoperator):
    """The leader as it is, but for who holds it: the bench moves its hands.

    ``leader`` and ``bench`` are given by tests.
    """

    def __init__(
        self,
        config: DemonstratedLeaderConfig,
        *,
        leader: Teleoperator | None = None,
        bench: Bench | None = None,
    ) -> None:
        super().__init__(config)
        self._leader = leader or config.by_itself.build()
        self._hand = BenchHand(config.bench, bench)
        self.name = self._leader.name

    # Whose hands it is in

    def connect(self, calibrate: bool = True) -> None:
        with ExitStack() as stack:
            self._leader.connect(calibrate)
            stack.callback(self._leader.disconnect)
            self._hand.take()
            stack.pop_all()

    def engaged(self, engaged: bool) -> None:
        """Start the demonstration, or stop it where it is. Raises BenchUnavailable."""
        self._leader.engaged(engaged)
        self._hand.play(engaged)

    def disconnect(self) -> None:
        self._hand.release()
        self._leader.disconnect()

    # The leader's own

    @property
    def action_features(self) -> dict[str, type]:
        return self._leader.action_features

    @property
    def feedback_features(self) -> dict[str, type]:
        return self._leader.feedback_features

    @property
    def is_connected(self) -> bool:
        return self._leader.is_connected

    @property
    def is_calibrated(self) -> bool:
        return self._leader.is_calibrated

    @property
    def arms(self) -> Mapping[str, Arm]:
        return self._leader.arms

    @property
    def stale_joints(self) -> Mapping[str, int]:
        return self._leader.stale_joints

    @property
    def lost_by_joint(self) -> Mapping[str, int]:
        return self._leader.lost_by_joint

    @property
    def servo_ids(self) -> Mapping[str, int]:
        return self._leader.servo_ids

    @property
    def packets(self) -> tuple[int, int]:
        return self._leader.packets

    def calibrate(self) -> None:
        self._leader.calibrate()

    def configure(self) -> None:
        self._leader.configure()

    def check(self) -> None:
        self._leader.check()

    def request_action(self) -> None:
        self._leader.request_action()

    def get_action(self) -> JointValues:
        return self._leader.get_action()

    def send_feedback(self, feedback: Action) -> None:
        self._leader.send_feedback(feedback)

    def enable_torque(self) -> None:
        self._leader.enable_torque()

    def disable_torque(self) -> None:
        self._leader.disable_torque()

    def read_servos(self) -> dict[str, ServoReading]:
        return self._leader.read_servos()
