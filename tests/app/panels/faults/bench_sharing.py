"""Stands in for the set-up worker: every command goes to a bench in this process."""

from PySide6.QtCore import QObject, Signal

from lerobot_core.errors import WorkbenchError
from lerobot_core.sim.bench import Bench
from lerobot_core.workers.protocol import AskBench, BenchAnswered, problem


class BenchSharing(QObject):
    """Both the service and the sharing of ports, as far as the panel asks them."""

    event_received = Signal(object)
    ended = Signal()

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.sent: list[AskBench] = []
        self.answers = True

    def send(self, command: AskBench) -> bool:
        self.sent.append(command)
        if self.answers:
            self.event_received.emit(self._answer(command))
        return True

    def commands(self) -> list[tuple[str, dict[str, object]]]:
        """What changed something, without what only looks."""
        return [
            (asked.command, asked.arguments)
            for asked in self.sent
            if asked.command not in ("faults", "pose")
        ]

    def _answer(self, command: AskBench) -> object:
        try:
            answer = self.bench.command(command.command, **command.arguments)
        except WorkbenchError as error:
            return problem(error, f"bench {command.bench}")
        return BenchAnswered(command.number, answer)
