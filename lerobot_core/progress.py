"""How long work says how far it is, and learns that it should stop."""

from typing import Protocol


class CancelRequested(Exception):
    """The operator asked for the work to stop."""


class Progress(Protocol):
    """Something that long work reports to."""

    def report(self, fraction: float, doing: str) -> None:
        """Tell how far the work is (0 to 1). Raises CancelRequested if asked to stop."""
        ...


def stretch(whole: Progress | None, start: float, end: float) -> Progress | None:
    """What reports from ``start`` to ``end`` of the whole: for work that is a part of more."""
    return None if whole is None else _Stretch(whole, start, end)


class _Stretch:
    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._end = end

    def report(self, fraction: float, doing: str) -> None:
        self._whole.report(self._start + (self._end - self._start) * fraction, doing)
