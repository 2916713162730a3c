import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conformance import assert_conforms

ROOT = Path(__file__).resolve().parents[2]
EPISODES = 3


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a tour with short takes, run as its own program without a display."""
    # Short, because the sockets of its workers lie inside.
    output = tmp_path_factory.mktemp("t")
    command = [sys.executable, "-m", "app", "--tour", "--output", str(output)]
    command += ["--take-seconds", "1.5"]
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ
        | {
            "QT_QPA_PLATFORM": "offscreen",
            "LEROBOT_WORKBENCH_HOME": str(output / "elsewhere"),
            "HF_LEROBOT_HOME": str(output / "elsewhere"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert finished.returncode == 0, f"{finished.stdout}\n{finished.stderr[-3000:]}"
    return output


pytestmark = pytest.mark.timeout(360)


def reports(tour: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((tour / "tour.json").read_text(encoding="utf-8"))
    return entries


def test_every_step_says_what_came_of_it(tour: Path) -> None:
    assert all(report["outcome"] == "passed" for report in reports(tour))
    assert all(report["result"] for report in reports(tour))
    clicked = [report["widget"] for report in reports(tour)]
    assert {"teleoperate.engage", "top.stop", "top.rest", "record.finish", "record.redo"} <= {
        *clicked
    }


def test_every_step_with_a_window_has_a_picture_of_it(tour: Path) -> None:
    *with_window, _close = reports(tour)
    for report in with_window:
        content = (tour / report["picture"]).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert struct.unpack(">II", content[16:24]) == (1280, 800), report["step"]


def test_every_panel_was_opened(tour: Path) -> None:
    opened = {report["widget"] for report in reports(tour) if report["step"].startswith("open-")}
    work = {"nav.setup", "nav.calibrate", "nav.teleoperate", "nav.record", "nav.datasets"}
    assert opened >= work | {"nav.train", "nav.deploy", "nav.settings"}


def test_the_recorded_dataset_conforms_to_the_format(tour: Path) -> None:
    root = tour / "home" / "lerobot" / "tour" / "cube_in_bin"
    assert json.loads((root / "meta" / "info.json").read_text())["total_episodes"] == EPISODES
    assert_conforms(root)


def test_nobody_elses_folders_are_touched(tour: Path) -> None:
    assert not (tour / "elsewhere").exists()
