"""Everything that a worker said, to be waited for."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from lerobot_core.workers.protocol import Message

TIMEOUT_S = 40.0
_QUIET = ("Telemetry", "Devices", "LoopStatistics", "RecordingProgress")
_LONGEST = 400  # letters of one event

Kind = TypeVar("Kind")


class Story:
    """Everything that was said, to be waited for."""

    def __init__(self) -> None:
        self.events: list[Message] = []
        self._has_ended = False
        self._changed = threading.Condition()

    def add(self, event: Message) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def finish(self) -> None:
        """Nothing more will be said."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def mark(self) -> int:
        """A place in the story, to wait for what comes after it."""
        with self._changed:
            return len(self.events)

    def of(self, kind: type[Kind]) -> list[Kind]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(
        self,
        kind: type[Kind],
        accept: Callable[[Kind], bool] = lambda event: True,
        *,
        since: int = 0,
        timeout_s: float = TIMEOUT_S,
    ) -> Kind:
        """The first event of this kind that is accepted, after a mark."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            seen = since
            while True:
                for event in self.events[seen:]:
                    if isinstance(event, kind) and accept(event):
                        return event
                seen = len(self.events)
                spare = deadline - time.monotonic()
                if spare <= 0 or (self._has_ended and seen == len(self.events)):
                    raise AssertionError(f"no {kind.__name__} came; heard: {self.told(since)}")
                self._changed.wait(spare)

    def told(self, since: int = 0) -> list[str]:
        """What was said, without what is repeated all the time."""
        told = (event for event in self.events[since:] if type(event).__name__ not in _QUIET)
        return [str(event)[:_LONGEST] for event in told]
