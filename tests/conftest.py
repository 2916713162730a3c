"""What every test stands on: Qt without a screen, scratch folders, and a check for leftovers.

A test fails when it leaves a thread, a process, a running timer, a window or a mapped file
behind, or when it logs at warning level without having said so.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from leftovers import Leftovers, LogWatch

settings.register_profile("workbench", deadline=None, derandomize=True, database=None)
settings.load_profile("workbench")

_SESSION_FOLDERS = pytest.StashKey[list[Path]]()
_COUNT = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Short paths: a Unix socket's may have 107 characters, and pytest's own are longer.
    base = Path(tempfile.mkdtemp(prefix="lw-"))
    memory = Path("/dev/shm")
    mapped = Path(tempfile.mkdtemp(prefix="lw-", dir=memory)) if memory.is_dir() else base / "shm"
    config.stash[_SESSION_FOLDERS] = [base, mapped]
    config.stash[_COUNT] = 0
    for name, value in _environment(base / "session", mapped / "session").items():
        os.environ[name] = value


def pytest_unconfigure(config: pytest.Config) -> None:
    for folder in config.stash[_SESSION_FOLDERS]:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def scratch(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of its own for each test, to which all homes point. Leftovers fail the test."""
    config = request.config
    base, mapped = config.stash[_SESSION_FOLDERS]
    config.stash[_COUNT] += 1
    home = base / str(config.stash[_COUNT])
    mapped_files = mapped / str(config.stash[_COUNT])
    uses_qt = bool({"qtbot", "qapp"} & set(request.fixturenames))
    leftovers = Leftovers(owned=base, mapped=[mapped_files, mapped / "session"], look_at_qt=uses_qt)
    with pytest.MonkeyPatch.context() as patch, LogWatch(_expected_log(request)) as log:
        for name, value in _environment(home, mapped_files).items():
            patch.setenv(name, value)
        yield home
    request.node.funcargs.clear()  # else the test's own arguments count as kept alive
    found = [*leftovers.found(), *log.unexpected]
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(mapped_files, ignore_errors=True)
    if found:
        pytest.fail("The test left something behind:\n  " + "\n  ".join(found), pytrace=False)


def _environment(home: Path, mapped_files: Path) -> dict[str, str]:
    home.mkdir(parents=True)
    mapped_files.mkdir(parents=True, mode=0o700)
    return {
        "LEROBOT_WORKBENCH_HOME": str(home / "workbench"),
        "LEROBOT_WORKBENCH_SHM": str(mapped_files),
        "HF_LEROBOT_HOME": str(home / "lerobot"),
        "HF_LEROBOT_CALIBRATION": str(home / "calibration"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }


def _expected_log(request: pytest.FixtureRequest) -> list[str]:
    """Parts of log lines that the test means to cause; a test with ``caplog`` reads them all."""
    if "caplog" in request.fixturenames:
        return [""]
    return [part for mark in request.node.iter_markers("expects_log") for part in mark.args]


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, for tests that set up logging: put back as it was, handlers closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
