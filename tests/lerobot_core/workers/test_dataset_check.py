"""The check of a recorded dataset finds what does not fit."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from numbered_frames import paint
from recorded_dataset import CAMERA, record_dataset

from lerobot_core.datasets.video import VideoEncoder
from lerobot_core.errors import DatasetNotFound
from lerobot_core.progress import CancelRequested
from lerobot_core.workers.dataset_check import DatasetReport, check_dataset


class Reports:
    """Listens to the work, and asks it to stop after a number of reports."""

    def __init__(self, outputs: Path, patience: int = 1000) -> None:
        self.outputs = outputs
        self.seen: list[tuple[float, str]] = []
        self._patience = patience

    def report(self, fraction: float, doing: str) -> None:
        self.seen.append((fraction, doing))
        if len(self.seen) > self._patience:
            raise CancelRequested

    def add_output(self, path: Path, summary: str) -> None:
        raise AssertionError("the check itself makes no file")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record_dataset(tmp_path_factory.mktemp("recorded") / "small")


@pytest.fixture
def root(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "copy"))


def check(root: Path) -> DatasetReport:
    return check_dataset(root, Reports(root))


def test_a_sound_dataset_has_no_findings(root: Path) -> None:
    reports = Reports(root)
    report = check_dataset(root, reports)
    assert (report.episodes, report.frames, report.findings) == (2, 22, [])
    assert report.seconds == pytest.approx(22 / 30)
    assert report.video_files >= 1
    assert report.size_bytes > 0
    assert report.summary == "2 episodes, 22 frames, no problem found"
    fractions = [fraction for fraction, _ in reports.seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def first_video(root: Path) -> Path:
    return min((root / "videos" / CAMERA).rglob("*.mp4"))


def test_a_video_with_too_few_frames_is_found(root: Path) -> None:
    video = first_video(root)
    with VideoEncoder(video, 30, 64, 128) as encoder:
        encoder.add(paint(0))
        encoder.close()
    (finding,) = check(root).findings
    assert str(video.relative_to(root)) in finding
    assert "1 frames" in finding


def test_missing_and_damaged_files_are_found_and_the_rest_is_read(root: Path) -> None:
    first_video(root).write_bytes(b"no video")
    table = min((root / "data").rglob("*.parquet"))
    table.unlink()
    findings = check(root).findings
    assert len(findings) == 2
    assert any(str(table.relative_to(root)) in finding for finding in findings)


def test_rows_that_do_not_fit_are_found(root: Path) -> None:
    path = min((root / "data").rglob("*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.slice(0, len(table) - 1), path)
    (finding,) = check(root).findings
    assert "rows" in finding


def test_times_beside_the_grid_are_found(root: Path) -> None:
    path = min((root / "data").rglob("*.parquet"))
    table = pq.read_table(path)
    index = table.column_names.index("timestamp")
    late = pq.read_table(path)["timestamp"].to_numpy() + 0.01
    pq.write_table(table.set_column(index, "timestamp", [late]), path)
    assert "beside the grid" in check(root).findings[0]


def test_no_dataset_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFound):
        check(tmp_path / "nothing")


def test_it_can_be_stopped(root: Path) -> None:
    with pytest.raises(CancelRequested):
        check_dataset(root, Reports(root, patience=1))
