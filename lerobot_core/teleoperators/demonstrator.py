"""A leader arm of the virtual bench whose hand plays a demonstration while it is engaged."""

from contextlib import ExitStack

from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.so_arm import BusMaker
from lerobot_core.teleoperators.bench_hand import Bench, BenchHand
from lerobot_core.teleoperators.so_config import DemonstratorConfig
from lerobot_core.teleoperators.so_leader import SOLeader

__all__ = ["Demonstrator", "DemonstratorConfig"]


class Demonstrator(SOLeader):
    """An SO leader like any other, but for who holds it: the bench moves its hand."""

    def __init__(
        self,
        config: DemonstratorConfig,
        *,
        make_bus: BusMaker = FeetechMotorsBus,
        bench: Bench | None = None,
    ) -> None:
        super().__init__(config, make_bus=make_bus)
        self._hand = BenchHand(config.bench, bench)

    def connect(self, calibrate: bool = True) -> None:
        with ExitStack() as stack:
            super().connect(calibrate)
            stack.callback(super().disconnect)
            self._hand.take()
            stack.pop_all()

    def engaged(self, engaged: bool) -> None:
        """Start the demonstration, or stop it where it is. Raises BenchUnavailable."""
        self._hand.play(engaged)

    def disconnect(self) -> None:
        self._hand.release()
        super().disconnect()
