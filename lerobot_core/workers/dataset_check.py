"""A job that reads every file of a recorded dataset and counts what is there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lerobot_core.errors import DatasetDamaged
from lerobot_core.files import write_json
from lerobot_core.workers.job_config import JobConfig, Reporter

if TYPE_CHECKING:
    from lerobot_core.datasets.metadata import DatasetMetadata

_TIMESTAMP_TOLERANCE_S = 1e-4  # as upstream's reader asks for


@dataclass(frozen=True, kw_only=True)
class DatasetCheckConfig(JobConfig, kind="check_dataset"):
    """Compare tables, videos and counts of the dataset at ``root``."""

    root: str

    @property
    def title(self) -> str:
        return f"Check {Path(self.root).name}"

    def run(self, reporter: Reporter) -> None:
        report = check_dataset(Path(self.root), reporter)
        path = reporter.outputs / "report.json"
        write_json(path, asdict(report))
        reporter.add_output(path, report.summary)


@dataclass
class DatasetReport:
    """What was counted, and what does not fit; ``findings`` is empty for a sound dataset."""

    root: str
    episodes: int
    frames: int
    seconds: float
    video_files: int = 0
    size_bytes: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        problems = "no problem" if not self.findings else f"{len(self.findings)} problems"
        return f"{self.episodes} episodes, {self.frames} frames, {problems} found"


def check_dataset(root: Path, reporter: Reporter) -> DatasetReport:
    """Read all files once.

    Raises:
        DatasetNotFound, DatasetDamaged: its description cannot be read at all.
    """
    # Here and not above: configs are imported by the window, which needs no tables.
    from lerobot_core.datasets.metadata import DatasetMetadata

    dataset = DatasetMetadata(root)
    info = dataset.info
    report = DatasetReport(
        str(root), info.total_episodes, info.total_frames, info.total_frames / info.fps
    )
    parts = [*_table_parts(dataset), *_video_parts(dataset)]
    for done, (path, lengths) in enumerate(parts):
        reporter.report(done / len(parts), f"Reading {path.relative_to(root)}")
        is_video = path.suffix == ".mp4"
        check = _check_video(path, lengths) if is_video else _check_table(path, lengths, info.fps)
        try:
            report.findings += [f"{path.relative_to(root)}: {finding}" for finding in check]
            report.size_bytes += path.stat().st_size
        except (DatasetDamaged, OSError) as error:
            report.findings.append(f"{path.relative_to(root)}: {error}")
        report.video_files += is_video
    reporter.report(1.0, "Done")
    return report


Part = tuple[Path, dict[int, int]]
"""A file, and the frames that each episode has in it."""


def _table_parts(dataset: "DatasetMetadata") -> list[Part]:
    parts: dict[Path, dict[int, int]] = defaultdict(dict)
    for episode, length in enumerate(dataset.episodes.length):
        parts[dataset.data_path(episode)][episode] = int(length)
    return list(parts.items())


def _video_parts(dataset: "DatasetMetadata") -> list[Part]:
    parts: dict[Path, dict[int, int]] = defaultdict(dict)
    for key in dataset.info.video_keys:
        for episode, length in enumerate(dataset.episodes.length):
            parts[dataset.video_path(key, episode)][episode] = int(length)
    return list(parts.items())


def _check_table(path: Path, lengths: dict[int, int], fps: int) -> Iterator[str]:
    import numpy as np

    from lerobot_core.datasets.metadata import read_parquet

    table = read_parquet(path, ["episode_index", "frame_index", "timestamp"])
    column = {name: table[name].to_numpy() for name in table.column_names}
    for episode, length in lengths.items():
        rows = column["episode_index"] == episode
        if rows.sum() != length:
            yield f"episode {episode} has {rows.sum()} rows, {length} were recorded"
            continue
        if not np.array_equal(column["frame_index"][rows], np.arange(length)):
            yield f"the frames of episode {episode} are not numbered 0, 1, 2 …"
        late = np.abs(column["timestamp"][rows] - np.arange(length) / fps)
        if late.max(initial=0.0) > _TIMESTAMP_TOLERANCE_S:
            yield f"episode {episode} has times beside the grid of {fps} frames per second"


def _check_video(path: Path, lengths: dict[int, int]) -> Iterator[str]:
    from lerobot_core.datasets.video import count_frames

    frames, wanted = count_frames(path), sum(lengths.values())
    if frames != wanted:
        yield f"it has {frames} frames, its episodes have {wanted}"
