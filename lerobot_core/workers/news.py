"""What a session says to the app about trouble, in one place, so that chips and banners agree."""

import time

from lerobot_core.errors import WorkbenchError
from lerobot_core.workers.chips import Chips
from lerobot_core.workers.protocol import (
    DeviceState,
    Event,
    Happened,
    Problem,
    ProblemSolved,
    problem,
)
from lerobot_core.workers.runner import Send


class News:
    """Problems, their end, and the story of a stop."""

    def __init__(self, send: Send, chips: Chips) -> None:
        self._send = send
        self._chips = chips

    def tell(self, event: Event) -> None:
        """Pass on what a camera or a recording has to say."""
        if isinstance(event, Problem):
            self._chips.trouble(event)
        self._send(event)

    def problem(self, error: WorkbenchError, device: str = "") -> None:
        self.tell(problem(error, device))

    def solved(self, *devices: str) -> None:
        for device in devices:
            self._send(ProblemSolved(device))

    def happened(self, severity: DeviceState, text: str) -> None:
        """One line under “What happened”."""
        self._send(Happened(time.time(), severity, text))
