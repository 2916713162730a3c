"""Jobs end exactly once, are found again, and are never lost in silence."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from leftovers import wait_until
from recorded_dataset import record_dataset

from lerobot_core.errors import SettingInvalid, TaskMissing, UnknownChoice
from lerobot_core.workers import jobs
from lerobot_core.workers.dataset_check import DatasetCheckConfig
from lerobot_core.workers.job_config import JobConfig, Reporter
from lerobot_core.workers.jobs import JobRecord, JobState
from lerobot_core.workers.leases import try_lock
from lerobot_core.workers.protocol import (
    Cancelled,
    Event,
    Failed,
    Finished,
    JobOutput,
    JobProgress,
    Started,
    from_line,
    to_line,
)


@dataclass(frozen=True, kw_only=True)
class CountingConfig(JobConfig, kind="test_counting"):
    """Counts, and on the way does what a test wants to see."""

    until: int
    cancel_at: int = -1
    fail_at: int = -1

    @property
    def title(self) -> str:
        return f"Count to {self.until}"

    def run(self, reporter: Reporter) -> None:
        for number in range(self.until):
            if number == self.cancel_at:
                jobs.cancel_job(reporter.outputs.parent)
            if number == self.fail_at:
                raise TaskMissing
            reporter.report(number / self.until, f"Counting {number}")
        path = reporter.outputs / "count.txt"
        path.write_text(str(self.until))
        reporter.add_output(path, "counted")


def job_folder(config: JobConfig, name: str = "20260101-000000-job") -> Path:
    folder = jobs.jobs_folder() / name
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps(config.to_dict()))
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], list[Event]]]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(jobs, "_CANCEL_S", 0.0)
    monkeypatch.setattr(jobs, "_PROGRESS_S", 0.0)

    def run(folder: Path) -> list[Event]:
        sent: list[Event] = []
        jobs.main(folder / "job.json", sent.append)
        return sent

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_job_tells_its_story_and_leaves_its_output(run: Callable[[Path], list[Event]]) -> None:
    folder = job_folder(CountingConfig(until=3))
    output = JobOutput(str(folder / "outputs" / "count.txt"), "counted")
    story = [
        Started(pid=os.getpid()),
        *[JobProgress(number / 3, f"Counting {number}") for number in range(3)],
        output,
        Finished(),
    ]
    assert run(folder) == story
    assert jobs.read_events(folder) == story
    record = jobs.read_job(folder)
    assert (record.title, record.state, record.failure) == ("Count to 3", JobState.FINISHED, None)
    assert record.outputs == (output,)
    assert record.progress == story[3]


def test_a_job_can_be_cancelled_and_run_again(run: Callable[[Path], list[Event]]) -> None:
    folder = job_folder(CountingConfig(until=3, cancel_at=1))
    assert run(folder)[-1] == Cancelled()
    assert jobs.read_job(folder).state is JobState.CANCELLED
    (folder / "job.json").write_text(json.dumps(CountingConfig(until=2).to_dict()))
    assert run(folder)[-1] == Finished()
    assert jobs.read_job(folder).state is JobState.FINISHED


def test_a_job_that_fails_says_why(run: Callable[[Path], list[Event]]) -> None:
    folder = job_folder(CountingConfig(until=3, fail_at=2))
    run(folder)
    record = jobs.read_job(folder)
    assert record.state is JobState.FAILED
    assert record.failure is not None
    assert record.failure.code == "task_missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "setting_invalid"), ("[1]", "setting_invalid"), ('{"type": "os"}', "unknown_choice")],
)
def test_what_is_no_job_fails_with_a_sentence(
    run: Callable[[Path], list[Event]], content: str, code: str
) -> None:
    folder = job_folder(CountingConfig(until=1))
    (folder / "job.json").write_text(content)
    ending = run(folder)[-1]
    assert isinstance(ending, Failed)
    assert ending.code == code
    assert jobs.read_job(folder).title == folder.name
    with pytest.raises((SettingInvalid, UnknownChoice)):
        jobs.load_config(folder / "job.json")


def test_a_job_does_not_run_twice_at_once(run: Callable[[Path], list[Event]]) -> None:
    folder = job_folder(CountingConfig(until=1))
    with (folder / "lock").open("wb") as lock:
        try_lock(lock)
        assert jobs.read_job(folder).state is JobState.RUNNING
        (ending,) = run(folder)
    assert isinstance(ending, Failed)
    assert ending.code == "device_in_use"
    assert jobs.read_events(folder) == []


def test_a_job_without_an_end_and_a_process_has_vanished() -> None:
    folder = job_folder(CountingConfig(until=5))
    lines = [Started(), JobProgress(0.2, "Counting 1")]
    half = to_line(Finished())[:10]
    (folder / "events.jsonl").write_text("".join(f"{to_line(line)}\n" for line in lines) + half)
    record = jobs.read_job(folder)
    assert record.state is JobState.FAILED
    assert record.failure == Failed("job_vanished", {"job": "Count to 5"})
    assert record.progress == lines[1]


def test_jobs_are_found_newest_first() -> None:
    names = ["20260101-000000-a", "20260103-000000-b", "20260102-000000-c"]
    for name in names:
        job_folder(CountingConfig(until=1), name)
    (jobs.jobs_folder() / ".half.partial").mkdir()
    assert [record.folder.name for record in jobs.find_jobs()] == sorted(names, reverse=True)


# In processes of their own


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return record_dataset(tmp_path / "small")


class HeldBack:
    """A dataset whose description is a pipe: a job that reads it waits for the test."""

    def __init__(self, root: Path) -> None:
        self._info = root / "meta" / "info.json"
        self._content = self._info.read_text()
        self._info.unlink()
        os.mkfifo(self._info)
        self.job = DatasetCheckConfig(root=str(root))

    def let_go(self) -> None:
        self._info.write_text(self._content)


@pytest.fixture
def held(dataset: Path) -> HeldBack:
    return HeldBack(dataset)


def process_of(folder: Path) -> psutil.Process:
    def found() -> list[psutil.Process]:
        children = psutil.Process().children(recursive=True)
        return [child for child in children if str(folder / "job.json") in child.cmdline()]

    wait_until(lambda: bool(found()))
    return found()[0]


def ended(folder: Path) -> JobRecord:
    wait_until(lambda: jobs.read_job(folder).state is not JobState.RUNNING)
    return jobs.read_job(folder)


def test_a_started_job_runs_in_a_session_of_its_own(held: HeldBack) -> None:
    folder = jobs.start_job(held.job)
    (found,) = jobs.find_jobs()
    assert (found.folder, found.state) == (folder, JobState.RUNNING)
    assert os.getsid(process_of(folder).pid) != os.getsid(0)

    held.let_go()

    record = ended(folder)
    assert record.state is JobState.FINISHED, (folder / "log").read_text()
    assert record.outputs[0].summary == "2 episodes, 22 frames, no problem found"
    assert json.loads(Path(record.outputs[0].path).read_text())["findings"] == []


def test_a_running_job_obeys_its_folder(held: HeldBack) -> None:
    folder = jobs.start_job(held.job)
    jobs.cancel_job(folder)
    held.let_go()
    assert ended(folder).state is JobState.CANCELLED


def test_a_killed_job_counts_as_failed(held: HeldBack) -> None:
    folder = jobs.start_job(held.job)
    process = process_of(folder)
    assert jobs.read_job(folder).state is JobState.RUNNING
    process.kill()
    record = ended(folder)
    assert record.failure is not None
    assert record.failure.code == "job_vanished"


def test_a_spec_runs_by_hand_and_prints_messages_only(dataset: Path, tmp_path: Path) -> None:
    spec = tmp_path / "by-hand" / "spec.json"
    spec.parent.mkdir()
    spec.write_text(json.dumps({"type": "check_dataset", "root": str(dataset)}))
    command = [sys.executable, "-m", "lerobot_core.workers", "run", str(spec)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    story = [from_line(line) for line in done.stdout.splitlines()]
    assert isinstance(story[0], Started)
    assert story[-1] == Finished()
    assert story == jobs.read_events(spec.parent)
    assert jobs.read_job(spec.parent).title == "by-hand"
