"""The family of jobs. Importing it loads nothing heavy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lerobot_core.progress import Progress
from lerobot_core.registry import Choice


class Reporter(Progress, Protocol):
    """What a running job reports to."""

    outputs: Path
    """Folder for the files that it makes."""

    def add_output(self, path: Path, summary: str) -> None:
        """Announce a file that was made, with one line for people."""
        ...


@dataclass(frozen=True, kw_only=True)
class JobConfig(Choice):
    """One job: what to do. Its fields are what job.json holds."""

    @property
    def title(self) -> str:
        """What the operator calls it."""
        raise TypeError(f"{type(self).__name__} is a family, not a job")

    def run(self, reporter: Reporter) -> None:
        """Do the work. Raises CancelRequested when asked to stop, WorkbenchError when it fails."""
        raise TypeError(f"{type(self).__name__} is a family, not a job")
