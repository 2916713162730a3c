"""Jobs: long work in a process of its own that outlives the window and is found again.

A job is a folder:

    job.json       what it does, a member of the family ``JobConfig``
    events.jsonl   what it said, one message a line; the last one is its end
    outputs/       what it made
    log            what its libraries printed
    lock           locked while its process lives
    cancel         made by whoever wants it to stop
"""

import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from lerobot_core.errors import DeviceInUse, JobVanished, SettingInvalid, WorkbenchError
from lerobot_core.files import staged_folder, write_json
from lerobot_core.paths import home
from lerobot_core.progress import CancelRequested
from lerobot_core.workers.job_config import JobConfig
from lerobot_core.workers.leases import is_locked, try_lock
from lerobot_core.workers.protocol import (
    Cancelled,
    Event,
    Failed,
    Finished,
    JobOutput,
    JobProgress,
    Message,
    SetupEvent,
    from_line,
    to_line,
)
from lerobot_core.workers.runner import Send, run_worker

log = logging.getLogger(__name__)

_PROGRESS_S = 0.2  # between two reports that are written down
_CANCEL_S = 0.1  # between two looks for the file


class JobState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class JobRecord:
    """What a job's folder says now."""

    folder: Path
    config: JobConfig | None  # None: of a kind that is not known here, or damaged
    state: JobState
    progress: JobProgress | None
    outputs: tuple[JobOutput, ...]
    failure: Failed | None

    @property
    def title(self) -> str:
        return self.config.title if self.config is not None else self.folder.name


def jobs_folder() -> Path:
    return home() / "jobs"


def start_job(config: JobConfig) -> Path:
    """Start a job in a process session of its own. Returns its folder."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = jobs_folder() / f"{stamp}-{config.kind}-{secrets.token_hex(3)}"
    with ExitStack() as stack:
        with staged_folder(folder) as staging:
            write_json(staging / "job.json", config.to_dict())
            # Locked before anybody can see the folder: it never looks like a job that vanished.
            lock = stack.enter_context((staging / "lock").open("wb"))
            try_lock(lock)
        output = stack.enter_context((folder / "log").open("wb"))
        _launch(folder, lock, output)
    return folder


def cancel_job(folder: Path) -> None:
    """Ask a job to stop; it ends with Cancelled when it next reports."""
    (folder / "cancel").touch()


def find_jobs() -> list[JobRecord]:
    """All jobs there are on this machine, the newest first."""
    folders = [path for path in jobs_folder().glob("[!.]*") if path.is_dir()]
    return [read_job(folder) for folder in sorted(folders, reverse=True)]


def read_job(folder: Path) -> JobRecord:
    """The state of a job. One whose process vanished has failed with ``JobVanished``."""
    # Looked at before the events: a job that ends meanwhile has then written its last one.
    is_running = is_locked(folder / "lock")
    try:
        config = load_config(folder / "job.json")
    except WorkbenchError:
        config = None
    events = read_events(folder)
    ending = next(
        (e for e in reversed(events) if isinstance(e, Finished | Cancelled | Failed)), None
    )
    if ending is None and not is_running:
        vanished = JobVanished(job=config.title if config else folder.name)
        ending = Failed(vanished.code, vanished.facts)
    progress = [event for event in events if isinstance(event, JobProgress)]
    return JobRecord(
        folder=folder,
        config=config,
        state=_state_after(ending),
        progress=progress[-1] if progress else None,
        outputs=tuple(event for event in events if isinstance(event, JobOutput)),
        failure=ending if isinstance(ending, Failed) else None,
    )


def read_events(folder: Path) -> list[Message]:
    """What a job has said since it was started last. A line being written is left out."""
    try:
        text = (folder / "events.jsonl").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    lines = text.split("\n")[:-1]
    starts = [index for index, line in enumerate(lines) if line.startswith('{"message": "Started"')]
    return [from_line(line) for line in lines[starts[-1] if starts else 0 :]]


def load_config(path: Path) -> JobConfig:
    """Raises SettingInvalid or UnknownChoice for anything that is no job."""
    # Kinds join the family by being imported.
    from lerobot_core.workers import dataset_check  # noqa: F401

    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingInvalid(setting=str(path), reason=str(error)) from error
    if not isinstance(entries, dict):
        raise SettingInvalid(setting=str(path), reason="it describes no job")
    return JobConfig.from_dict(entries)


class JobReporter:
    """What a running job reports to: its progress, and the files it makes."""

    def __init__(self, folder: Path, send: Send, is_stopped: Callable[[], bool]) -> None:
        self.outputs = folder / "outputs"
        self._cancel_file = folder / "cancel"
        self._send, self._is_stopped = send, is_stopped
        self._report_due = self._look_due = 0.0
        self._is_cancelled = False

    def report(self, fraction: float, doing: str) -> None:
        """Tell how far the work is (0 to 1). Raises CancelRequested if asked to stop."""
        now = time.monotonic()
        if now >= self._look_due:
            self._look_due = now + _CANCEL_S
            self._is_cancelled = self._is_stopped() or self._cancel_file.exists()
        if self._is_cancelled:
            raise CancelRequested
        if now >= self._report_due or fraction >= 1:
            self._report_due = now + _PROGRESS_S
            self._send(JobProgress(fraction, doing))

    def add_output(self, path: Path, summary: str) -> None:
        self._send(JobOutput(str(path), summary))


def main(spec: Path, send: Send, lock: int | None = None) -> int:
    """Run the job that ``spec`` describes, in the folder of that file.

    Args:
        lock: Descriptor of the locked lock file, handed down by ``start_job``.
    """
    folder = spec.resolve().parent
    stopped = threading.Event()
    for request in (signal.SIGINT, signal.SIGTERM):
        signal.signal(request, lambda *_: stopped.set())
    with ExitStack() as stack:
        try:
            stack.enter_context(_hold_lock(folder, lock))
        except DeviceInUse as error:
            send(Failed(error.code, error.facts))
            return 1
        if (folder / "events.jsonl").exists():  # run again: an old wish to stop is over
            (folder / "cancel").unlink(missing_ok=True)
        events = stack.enter_context((folder / "events.jsonl").open("a", encoding="utf-8"))
        (folder / "outputs").mkdir(exist_ok=True)

        def tell(event: Event | SetupEvent) -> None:
            events.write(f"{to_line(event)}\n")
            events.flush()
            send(event)

        def work() -> None:
            load_config(spec).run(JobReporter(folder, tell, stopped.is_set))

        return run_worker(work, tell)


def _launch(folder: Path, lock: IO[bytes], output: IO[bytes]) -> None:
    command = [sys.executable, "-m", "lerobot_core.workers", "run", str(folder / "job.json")]
    process = subprocess.Popen(
        [*command, "--lock", str(lock.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=output,
        pass_fds=[lock.fileno()],
        start_new_session=True,
    )
    # Somebody has to wait for it, or it stays as a zombie for as long as the window is open.
    threading.Thread(target=process.wait, name=f"job-{process.pid}", daemon=True).start()


def _hold_lock(folder: Path, descriptor: int | None) -> IO[bytes]:
    if descriptor is not None:
        os.set_inheritable(descriptor, False)
        return os.fdopen(descriptor, "wb")
    file = (folder / "lock").open("ab")
    if not try_lock(file):
        file.close()
        raise DeviceInUse(device=str(folder))
    return file


def _state_after(ending: Message | None) -> JobState:
    match ending:
        case Finished():
            return JobState.FINISHED
        case Cancelled():
            return JobState.CANCELLED
        case Failed():
            return JobState.FAILED
    return JobState.RUNNING
