"""The project's checks, one after the other."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    step: Step
    status: int
    seconds: float


def steps(python: Path) -> list[Step]:
    scripts = python.parent
    return [
        Step("lint", (str(python), "-m", "ruff", "check", ".")),
        Step("format", (str(python), "-m", "ruff", "format", "--check", ".")),
        Step("types", (str(python), "-m", "mypy")),
        Step("import contracts", (str(scripts / "lint-imports"), "--no-logo")),
        Step("tests", (str(python), "-m", "pytest", "-n", "2", "--dist", "loadfile", "-ra")),
    ]


def run(python: Path, root: Path, chosen: Sequence[Step] | None = None) -> int:
    """Run every step, the ones after a failed one too. Returns 1 if any failed."""
    outcomes = [_outcome(step, root) for step in chosen or steps(python)]
    print("\nChecks")
    for outcome in outcomes:
        word = "passed" if outcome.status == 0 else f"FAILED (exit status {outcome.status})"
        print(f"  {outcome.step.name:<17} {word}, {outcome.seconds:.1f} s")
    return int(any(outcome.status for outcome in outcomes))


def _outcome(step: Step, root: Path) -> Outcome:
    print(f"\n== {step.name}: {' '.join(step.command[1:] or step.command)}", flush=True)
    started = time.monotonic()
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    finished = subprocess.run(step.command, cwd=root, env=environment, stdin=subprocess.DEVNULL)
    return Outcome(step, finished.returncode, time.monotonic() - started)
