import pytest

from lerobot_core.progress import CancelRequested, Progress, stretch


class Patience:
    """Somebody who asks for the end after a few reports."""

    def __init__(self, reports: int) -> None:
        self.heard: list[tuple[float, str]] = []
        self._reports = reports

    def report(self, fraction: float, doing: str) -> None:
        self.heard.append((fraction, doing))
        if len(self.heard) == self._reports:
            raise CancelRequested


def long_work(progress: Progress) -> None:
    for step in range(10):
        progress.report(step / 10, f"step {step}")


def test_work_ends_where_it_is_asked_to() -> None:
    patience = Patience(reports=3)
    with pytest.raises(CancelRequested):
        long_work(patience)
    assert patience.heard == [(0.0, "step 0"), (0.1, "step 1"), (0.2, "step 2")]


def test_asking_to_stop_is_no_failure() -> None:
    from lerobot_core.errors import WorkbenchError

    assert not issubclass(CancelRequested, WorkbenchError)


def test_a_part_reports_its_stretch_of_the_whole() -> None:
    patience = Patience(reports=10)
    part = stretch(stretch(patience, 0.5, 1.0), 0.0, 0.5)
    assert part is not None
    for fraction in (0.0, 0.5, 1.0):
        part.report(fraction, "half")
    assert [fraction for fraction, _ in patience.heard] == pytest.approx([0.5, 0.625, 0.75])
    assert patience.heard[0][1] == "half"


def test_a_part_ends_where_the_whole_is_asked_to() -> None:
    part = stretch(Patience(reports=2), 0.0, 0.5)
    assert part is not None
    with pytest.raises(CancelRequested):
        long_work(part)


def test_where_nobody_listens_no_part_reports() -> None:
    assert stretch(None, 0.0, 0.5) is None
