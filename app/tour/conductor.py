"""Takes the steps of the tour, prints their results, and keeps a picture of each.

The tour runs where there is no display, and shows a newcomer, a test and the documentation the
same thing. It keeps everything under its output folder and never touches anyone's datasets.
"""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from app.tour.guide import Guide, TourStepFailed
from app.tour.steps import TourStep, tour_steps
from lerobot_core.files import write_json
from lerobot_core.paths import shared_memory_folder

WIDTH, HEIGHT = 1280, 800
TAKE_S = 6.0
_SETTLE_S = 0.4  # before a picture: as long as an eye needs to get there
_OFFSCREEN_CHATTER = "This plugin does not support propagateSizeHints()"


@dataclass(frozen=True)
class StepReport:
    step: str
    title: str
    widget: str
    result: str
    outcome: str  # "passed", "failed" or "not reached"
    seconds: float
    picture: str  # file beside tour.json; empty when the window is closed


def prepare_tour(output: Path) -> None:
    """Call before anything else of the app: it reads the home folder, which is moved here."""
    qInstallMessageHandler(_pass_on)
    _use_scratch_home(output)


def _use_scratch_home(output: Path) -> None:
    """Let this process and its workers keep everything under ``output``."""
    output.mkdir(parents=True, exist_ok=True)
    for left in [*output.glob("*.png"), output / "tour.json"]:
        left.unlink(missing_ok=True)
    home = output.resolve() / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    mapped = shared_memory_folder() / f"tour-{os.getpid()}"
    os.environ["LEROBOT_WORKBENCH_HOME"] = str(home / "workbench")
    os.environ["LEROBOT_WORKBENCH_SHM"] = str(mapped)
    os.environ["HF_LEROBOT_HOME"] = str(home / "lerobot")
    os.environ["HF_LEROBOT_CALIBRATION"] = str(home / "calibration")


def conduct(window: QWidget, session: QObject, output: Path, take_s: float = TAKE_S) -> int:
    """Take the whole tour through an open window. Returns the exit status: 1 if a step failed.

    Args:
        session: the session service of the window.
        take_s: length of each episode, in seconds.
    """
    guide = Guide(window, session)
    try:
        return take_steps(guide, tour_steps(guide.names("nav."), take_s), output)
    finally:
        window.close()  # the last step did, unless the tour itself broke off
        qInstallMessageHandler(None)  # Qt may speak after Python has gone


def take_steps(guide: Guide, steps: Sequence[TourStep], output: Path) -> int:
    """Take every step, print and keep its result. Returns the exit status: 1 if any failed."""
    guide.window.resize(WIDTH, HEIGHT)
    reports: list[StepReport] = []
    for number, step in enumerate(steps, start=1):
        may_act = step.always or all(report.outcome == "passed" for report in reports)
        report = _take(guide, step, number, output) if may_act else _not_reached(step)
        reports.append(report)
        write_json(output / "tour.json", [asdict(entry) for entry in reports], indent=2)
        _say(f"{number:2d}/{len(steps)} {step.title}: {report.outcome}. {report.result}")
    failed = sum(report.outcome != "passed" for report in reports)
    _say(f"Tour {'FAILED' if failed else 'passed'}. Pictures and tour.json are in {output}")
    return 1 if failed else 0


def _take(guide: Guide, step: TourStep, number: int, output: Path) -> StepReport:
    began = time.monotonic()
    try:
        result, outcome = step.act(guide), "passed"
    except TourStepFailed as failure:
        problems = " ".join(guide.problems())
        result, outcome = f"{failure} {problems}".strip(), "failed"
    seconds = round(time.monotonic() - began, 2)
    if guide.window.isVisible():
        guide.pause(_SETTLE_S)
    picture = f"{number:02d}-{step.name}.png"
    taken = _take_picture(guide.window, output / picture)
    return StepReport(
        step.name, step.title, step.widget, result, outcome, seconds, picture if taken else ""
    )


def _not_reached(step: TourStep) -> StepReport:
    result = "An earlier step failed."
    return StepReport(step.name, step.title, step.widget, result, "not reached", 0.0, "")


def _take_picture(window: QWidget, path: Path) -> bool:
    """Save the window as it looks, in 1280×800 pixels whatever the screen's density."""
    if not window.isVisible():
        return False
    image = window.grab().toImage()
    if (image.width(), image.height()) != (WIDTH, HEIGHT):
        image = image.scaled(
            WIDTH,
            HEIGHT,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image.save(str(path))


def _pass_on(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own words go to standard error as ever, but for one that every hidden window causes."""
    if message != _OFFSCREEN_CHATTER:
        sys.stderr.write(f"{message}\n")


def _say(line: str) -> None:
    # The result of a command line; a print for a person, not a log.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
