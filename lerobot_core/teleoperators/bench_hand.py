"""The hand on a virtual bench's leaders that plays a demonstration. Cheap to import."""

import logging
from typing import Protocol

from lerobot_core.errors import WorkbenchError

log = logging.getLogger(__name__)


class Bench(Protocol):
    """What of the bench's client is needed here."""

    def command(self, name: str, /, **arguments: object) -> dict[str, object]: ...

    def close(self) -> None: ...


def bench_of(address: str) -> str:
    """Name of the bench in ``sim://<bench>/<chain>``; empty if it is no such address."""
    scheme, _, rest = address.partition("://")
    bench, slash, _ = rest.partition("/")
    return bench if scheme == "sim" and slash else ""


class BenchHand:
    """Reaches for the bench when it is taken, and lets go of it when it is released.

    Args:
        given: A connection to be used instead of one of its own, by tests.
    """

    def __init__(self, bench: str, given: Bench | None = None) -> None:
        self._name = bench
        self._given = given
        self._bench: Bench | None = None

    def take(self) -> None:
        self._bench = self._given or _bench_client(self._name)

    def play(self, running: bool) -> None:
        """Start the demonstration, or stop it where it is. Raises BenchUnavailable."""
        if self._bench is not None:
            self._bench.command("demonstrate", running=running)

    def release(self) -> None:
        """Stop the demonstration. Raises nothing: the hand rests as well when the bench is gone."""
        bench, self._bench = self._bench, None
        if bench is None:
            return
        try:
            bench.command("demonstrate", running=False)
        except WorkbenchError as error:
            log.info("the demonstration was not stopped: %s", error)
        finally:
            bench.close()


def _bench_client(name: str) -> Bench:
    from lerobot_core.sim.client import BenchClient

    return BenchClient(name)
