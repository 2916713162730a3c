"""The public lerobot package in a process of its own, as a test talks to it."""

import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

PYTHON = os.environ.get("LEROBOT_REFERENCE_PYTHON", "")
SCRIPT = Path(__file__).parent / "hardware" / "reference_arms.py"
SKIP = "LEROBOT_REFERENCE_PYTHON names no reference environment"

_MARK = "ANSWER "
_PATIENCE_S = 90.0  # its imports alone take ten seconds of a busy machine
_TURN_S = 0.1  # how often ``meanwhile`` is called


def nothing() -> None:
    """What is done meanwhile, usually."""


class Reference:
    """One arm in the hands of lerobot."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [PYTHON, "-u", str(SCRIPT)],
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin
        self._from = self._process.stdout
        self._heard = ""

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Let it do something, and wait for what comes of it."""
        self.begin(do, **arguments)
        return self.result()

    def begin(self, do: str, **arguments: Any) -> None:
        """Let it do something that will ask questions: ``wait_for`` them, ``press_enter``."""
        self._write(json.dumps({"do": do, **arguments}))

    def wait_for(self, text: str, meanwhile: Callable[[], object] = nothing) -> None:
        self._read_until(text, meanwhile)

    def press_enter(self) -> None:
        self._write("")

    def result(self) -> dict[str, Any]:
        """What came of it. An error over there fails the test here."""
        self._read_until(_MARK, nothing)
        answer = json.loads(self._read_until("\n", nothing))
        assert isinstance(answer, dict)
        assert "error" not in answer, f"{answer['error']}\n{self._errors()}"
        return answer

    def listen(self) -> None:
        """Take what it prints, so that it can go on. Only the end is kept."""
        while select.select([self._from], [], [], 0)[0] and self._take():
            self._heard = self._heard[-2000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()
        self._log.close()

    def _write(self, line: str) -> None:
        self._to.write(line.encode() + b"\n")
        self._to.flush()

    def _read_until(self, end: str, meanwhile: Callable[[], object]) -> str:
        """What it prints up to and without ``end``."""
        deadline = time.monotonic() + _PATIENCE_S
        while end not in self._heard:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no “{end}” after: {self._heard[-2000:]}{self._errors()}")
            meanwhile()
            if select.select([self._from], [], [], _TURN_S)[0] and not self._take():
                raise EOFError(f"lerobot ended: {self._errors()}")
        before, _, self._heard = self._heard.partition(end)
        return before

    def _take(self) -> bool:
        data = os.read(self._from.fileno(), 65536)
        self._heard += data.decode(errors="replace")
        return bool(data)

    def _errors(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:]
