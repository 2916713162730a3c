"""The hands and faults of a virtual bench, for its panel."""

from contextlib import closing

from lerobot_core.errors import WorkbenchError
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import AskBench, BenchAnswered
from lerobot_core.workers.setup.desk import Desk

_PATIENCE_S = 1.0
_CLOSES_AFTER_S = 60.0  # an open connection keeps the bench running


class BenchHands:
    """One connection to a bench, as long as somebody uses it."""

    def __init__(self, bench: str) -> None:
        self._bench = bench

    def __call__(self, desk: Desk) -> None:
        unused_s = 0.0
        with closing(BenchClient(self._bench)) as client:
            while unused_s < _CLOSES_AFTER_S:
                asked = desk.next(_PATIENCE_S)
                if not isinstance(asked, AskBench):
                    unused_s += _PATIENCE_S
                    continue
                unused_s = 0.0
                try:
                    answer = client.command(asked.command, **asked.arguments)
                except WorkbenchError as error:
                    desk.problem(error)
                else:
                    desk.tell(BenchAnswered(asked.number, answer))
