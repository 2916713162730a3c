"""Finds what a test left behind: threads, processes, windows, timers, mapped files, warnings."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import psutil

_PATIENCE_S = 5.0  # what is on its way out gets this long
_POLL_S = 0.02


class Leftovers:
    """Remembers what there is before a test, and says what is there too much after it."""

    def __init__(self, owned: Path, mapped: Iterable[Path], *, look_at_qt: bool) -> None:
        """``owned``: processes with a home inside this folder are ours, orphans included."""
        self._owned = str(owned)
        self._mapped = list(mapped)
        self._look_at_qt = look_at_qt
        self._before = self._present()

    def found(self) -> list[str]:
        """A line for each thing left over, after it had time to go by itself."""
        deadline = time.monotonic() + _PATIENCE_S
        while (too_much := self._present() - self._before) and time.monotonic() < deadline:
            if self._look_at_qt:
                gc.collect()  # widgets in reference cycles are no leak, and own further ones
            time.sleep(_POLL_S)
        return sorted(too_much)

    def _present(self) -> set[str]:
        found = _threads() | _processes(self._owned) | _files(self._mapped)
        return found | _qt_objects() if self._look_at_qt else found


def _threads() -> set[str]:
    # A dummy stands for a thread that some library made; nothing of ours ends it.
    ours = (t for t in threading.enumerate() if not isinstance(t, threading._DummyThread))
    return {f"thread {thread.name} ({thread.ident})" for thread in ours}


def _processes(owned: str) -> set[str]:
    children = {child.pid for child in psutil.Process().children(recursive=True)}
    found = set()
    for process in psutil.process_iter():
        try:
            is_ours = process.pid in children or _home_of(process).startswith(owned)
            if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.add(f"process {process.pid}: {' '.join(process.cmdline())[:200]}")
        except psutil.Error:
            continue  # it ended, or belongs to another user
    return found


def _home_of(process: psutil.Process) -> str:
    # The exec'd environment names the test's folder even when the parent has died.
    return process.environ().get("LEROBOT_WORKBENCH_HOME", "")


def _files(folders: Iterable[Path]) -> set[str]:
    return {f"mapped file {path}" for folder in folders for path in folder.rglob("*")}


def _qt_objects() -> set[str]:
    widgets: Any = sys.modules.get("PySide6.QtWidgets")
    core: Any = sys.modules.get("PySide6.QtCore")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    widgets.QApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    windows = {
        f"window {type(widget).__name__} “{widget.objectName()}” ({id(widget)})"
        for widget in widgets.QApplication.topLevelWidgets()
    }
    return windows | _active_timers(core.QTimer)


def _active_timers(timer_class: Any) -> set[str]:
    import shiboken6

    # type() and not isinstance: proxies may answer __class__ with side effects.
    timers = [item for item in gc.get_objects() if issubclass(type(item), timer_class)]
    return {
        f"timer of {timer.parent()!r}, every {timer.interval()} ms ({id(timer)})"
        for timer in timers
        if shiboken6.isValid(timer) and timer.isActive()
    }


class LogWatch(logging.Handler):
    """Collects what is logged at warning level or above, except what is expected."""

    def __init__(self, expected: Iterable[str]) -> None:
        super().__init__(logging.WARNING)
        self._expected = list(expected)
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if not any(part in text for part in self._expected):
            self.unexpected.append(f"log {record.levelname} {record.name}: {text}")

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *exc: object) -> None:
        logging.getLogger().removeHandler(self)


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition with a deadline. Raises AssertionError when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not true within {seconds} s"
        time.sleep(_POLL_S)
