"""Progress of work that is a part of more."""

import pytest

from lerobot_core.progress import stretch


class Noted:
    def __init__(self) -> None:
        self.reports: list[tuple[float, str]] = []

    def report(self, fraction: float, doing: str) -> None:
        self.reports.append((fraction, doing))


def test_a_part_reports_its_stretch_of_the_whole() -> None:
    noted = Noted()
    part = stretch(stretch(noted, 0.5, 1.0), 0.0, 0.5)
    assert part is not None
    for fraction in (0.0, 0.5, 1.0):
        part.report(fraction, "half")
    assert [fraction for fraction, _ in noted.reports] == pytest.approx([0.5, 0.625, 0.75])
    assert noted.reports[0][1] == "half"


def test_where_nobody_listens_no_part_reports() -> None:
    assert stretch(None, 0.0, 0.5) is None
