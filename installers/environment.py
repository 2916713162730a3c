"""The virtual environment inside the checkout, and the stamp that says what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from problem import CannotGoOn

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""``subprocess.run``, or what stands in for it."""


class Environment:
    """``.venv`` of one checkout.

    A stamp inside is written when an installation is through: it says for which project
    file, Python and place, and whether with the tools for checks. A mark that an installation
    has begun and not ended means that packages may be half there: it starts afresh then, with
    pip's cache saving the downloads.
    """

    def __init__(self, root: Path, run: Run = subprocess.run) -> None:
        self.root = root
        self.folder = root / ".venv"
        self._stamp = self.folder / "workbench-installed.json"
        self._begun = self.folder / "workbench-installing"
        self._run_command = run

    @property
    def python(self) -> Path:
        windows = os.name == "nt"
        return self.folder / ("Scripts/python.exe" if windows else "bin/python")

    def is_complete(self, with_tools: bool) -> bool:
        """Whether nothing needs to be installed."""
        stamp = self._read_stamp()
        return (
            stamp.get("fingerprint") == self.fingerprint()
            and (not with_tools or stamp.get("tools") is True)
            and self.python.exists()
        )

    def fingerprint(self) -> str:
        """Changes with whatever makes a new installation necessary."""
        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        parts = {
            "project": project["project"],
            "build": project["build-system"],
            "packages": project.get("tool", {}).get("setuptools"),
            "python": list(sys.version_info[:2]),
            "root": str(self.root),  # a copied checkout would import from its original
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def install(self, with_tools: bool) -> None:
        """Make the environment and install the project with what the task needs.

        Raises:
            CannotGoOn: with what to do.
        """
        with_tools = with_tools or self._read_stamp().get("tools") is True
        if not self._is_usable():
            self._make()
        self._stamp.unlink(missing_ok=True)
        self._begun.touch()
        self._pip_install("[dev]" if with_tools else "")
        staging = self._stamp.with_suffix(".partial")
        staging.write_text(json.dumps({"fingerprint": self.fingerprint(), "tools": with_tools}))
        staging.replace(self._stamp)
        self._begun.unlink()

    def _read_stamp(self) -> dict[str, object]:
        try:
            stamp = json.loads(self._stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _is_usable(self) -> bool:
        if self._begun.exists() or not self.python.exists():
            return False
        question = "import sys, pip; print(sys.version_info[:2])"
        command = [str(self.python), "-c", question]
        answer = self._run_command(command, capture_output=True, text=True)
        return answer.stdout.strip() == str(sys.version_info[:2])

    def _make(self) -> None:
        print(f"Making a Python environment in {self.folder}", flush=True)
        # Started from inside an environment, Python still has to make this one from the outside.
        outside = getattr(sys, "_base_executable", None) or sys.executable
        shutil.rmtree(self.folder, ignore_errors=True)
        command = [outside, "-m", "venv", str(self.folder)]
        made = self._run_command(command, stdin=subprocess.DEVNULL)
        if made.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise CannotGoOn(f"The environment in {self.folder} could not be made; see above.")

    def _pip_install(self, extras: str) -> None:
        print("Installing Python packages (the first time this takes some minutes)", flush=True)
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--no-input", "--editable", f"{self.root}{extras}"]
        if not sys.stdout.isatty():
            command += ["--quiet", "--progress-bar", "off"]
        if self._run_command(command, stdin=subprocess.DEVNULL).returncode != 0:
            # pip ended by itself and took back what it had begun.
            self._begun.unlink(missing_ok=True)
            raise CannotGoOn(
                "Python packages could not be installed; the lines above say why.\n"
                "Check the network connection, then run the same command again to go on."
            )


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Let a second start wait for the first one, where the system can lock files."""
    if os.name != "posix":
        yield
        return
    import fcntl

    with file.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another installation in this checkout to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
