#!/usr/bin/env python3
"""Sets everything up inside this checkout, then runs the app or the checks.

    python3 installers/bootstrap.py run    open the app (without a display: the guided tour)
    python3 installers/bootstrap.py test   lint, types, import contracts and tests
    python3 installers/bootstrap.py setup  only install, for development

Needs nothing but Python's standard library. What follows ``run`` is passed on to the app.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # a clear line instead of a SyntaxError further on
    sys.exit(
        f"LeRobot Workbench needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
        "Install a newer one, then run this again with it: python3.11 installers/bootstrap.py run"
    )

import argparse
import os
import subprocess
from pathlib import Path

import checks
import display
import environment
import libraries
from problem import CannotGoOn

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set up, then run or check.")
    parser.add_argument("task", choices=["run", "test", "setup"])
    options, passed_on = parser.parse_known_args(arguments)
    if passed_on and options.task != "run":
        parser.error(f"not understood: {' '.join(passed_on)}")
    shows_window = options.task == "run" and display.is_there(os.environ)
    try:
        python = _prepared(shows_window, with_tools=options.task != "run")
        if options.task == "test":
            return checks.run(python, ROOT)
        if options.task == "run":
            return _run(python, passed_on, shows_window)
    except CannotGoOn as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    print(f"Ready: {python}")
    return 0


def _prepared(shows_window: bool, with_tools: bool) -> Path:
    """The Python of an environment that holds what is needed. Fast when it is there already."""
    place = environment.Environment(ROOT)
    is_complete = place.is_complete(with_tools)
    libraries.provide(on_a_screen=shows_window, for_venv=not is_complete)
    if not is_complete:
        with environment.one_at_a_time(Path(__file__)):
            if not place.is_complete(with_tools):  # another start may have done it meanwhile
                place.install(with_tools)
    return place.python


def _run(python: Path, arguments: list[str], shows_window: bool) -> int:
    os.chdir(ROOT)
    if not shows_window:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if "--time-startup" not in arguments:  # which ends by itself
            print("There is no display, so the guided tour runs in a window that is not shown.")
            arguments = ["--tour", *(word for word in arguments if word != "--tour")]
    command = [str(python), "-m", "app", *arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(python, command)  # signals and the exit status are the app's own
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
