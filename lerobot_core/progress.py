"""How long work says how far it is, and learns that it should stop."""

from typing import Protocol


class CancelRequested(Exception):
    """The operator asked for the work to stop."""


class Progress(Protocol):
    """Something that long work reports to."""

    def report(self, fraction: float, doing: str) -> None:
        """Tell how far the work is (0 to 1). Raises CancelRequested if asked to stop."""
        ...
