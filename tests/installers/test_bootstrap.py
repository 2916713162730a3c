import os
import subprocess
import sys
from pathlib import Path

import pytest
from environment import Environment

BOOTSTRAP = Path(__file__).resolve().parents[2] / "installers" / "bootstrap.py"


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(BOOTSTRAP), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def installed(scratch: Path) -> Path:
    """A checkout in which everything is installed, with an app that says how it was started."""
    app = scratch / "app"
    app.mkdir()
    (app / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ.get('QT_QPA_PLATFORM'), os.getcwd())\n"
        "sys.exit(7)\n"
    )
    (scratch / "pyproject.toml").write_text("[project]\nname = 'tiny'\n[build-system]\n")
    place = Environment(scratch)
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(sys.executable)
    stamp = f'{{"fingerprint": "{place.fingerprint()}", "tools": false}}'
    (place.folder / "workbench-installed.json").write_text(stamp)
    return scratch


def start(installed: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run bootstrap on another checkout: its own folder is replaced, nothing else."""
    code = (
        f"import sys, pathlib; sys.path.insert(0, {str(BOOTSTRAP.parent)!r}); import bootstrap; "
        f"bootstrap.ROOT = pathlib.Path({str(installed)!r}); "
        f"sys.exit(bootstrap.main({list(arguments)!r}))"
    )
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment | variables,
    )


def test_without_a_display_the_tour_runs_and_its_status_is_passed_on(installed: Path) -> None:
    finished = start(installed, "run", "--theme", "light")
    assert finished.returncode == 7
    assert finished.stdout.splitlines()[-1] == (
        f"['--tour', '--theme', 'light'] offscreen {installed}"
    )


def test_with_a_display_the_window_opens(installed: Path) -> None:
    finished = start(installed, "run", QT_QPA_PLATFORM="vnc")
    assert finished.stdout == f"[] vnc {installed}\n"


def test_the_time_to_the_window_is_measured_without_a_tour(installed: Path) -> None:
    finished = start(installed, "run", "--time-startup")
    assert finished.stdout == f"['--time-startup'] offscreen {installed}\n"


def test_an_old_python_gets_a_clear_line() -> None:
    code = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.version = '3.9.2 (main)';"
        f"exec(compile(open({str(BOOTSTRAP)!r}).read(), 'bootstrap.py', 'exec'))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert finished.returncode == 1
    assert finished.stderr.startswith("LeRobot Workbench needs Python 3.11 or newer; this is 3.9.2")


def test_what_is_not_understood_is_said() -> None:
    finished = run("test", "--frobnicate")
    assert finished.returncode == 2
    assert "--frobnicate" in finished.stderr
