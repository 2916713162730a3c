"""A leader arm of the virtual bench whose hand plays a demonstration while it is engaged."""

import logging
from contextlib import ExitStack
from typing import Protocol

from lerobot_core.errors import WorkbenchError
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.so_arm import BusMaker
from lerobot_core.teleoperators.so_config import DemonstratorConfig
from lerobot_core.teleoperators.so_leader import SOLeader

__all__ = ["Demonstrator", "DemonstratorConfig"]

log = logging.getLogger(__name__)


class Bench(Protocol):
    """What of the bench's client is needed here."""

    def command(self, name: str, **arguments: object) -> dict[str, object]: ...

    def close(self) -> None: ...


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
        self._bench_name = config.bench
        self._given = bench
        self._bench: Bench | None = None

    def connect(self, calibrate: bool = True) -> None:
        with ExitStack() as stack:
            super().connect(calibrate)
            stack.callback(super().disconnect)
            self._bench = self._given or _bench_client(self._bench_name)
            stack.pop_all()

    def engaged(self, engaged: bool) -> None:
        """Start the demonstration, or stop it where it is. Raises BenchUnavailable."""
        if self._bench is not None:
            self._bench.command("demonstrate", running=engaged)

    def disconnect(self) -> None:
        bench, self._bench = self._bench, None
        with ExitStack() as stack:
            stack.callback(super().disconnect)
            if bench is not None:
                stack.callback(bench.close)
                try:
                    bench.command("demonstrate", running=False)
                except WorkbenchError as error:  # the hand rests as well when the bench is gone
                    log.info("the demonstration was not stopped: %s", error)


def _bench_client(name: str) -> Bench:
    from lerobot_core.sim.client import BenchClient

    return BenchClient(name)
