"""The programs in docs/examples run as they stand."""

import os
import subprocess
import sys
from pathlib import Path

from conformance import assert_conforms

from lerobot_core.sim.client import BenchClient

ROOT = Path(__file__).resolve().parents[2]


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "docs" / "examples" / program), *arguments]
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert finished.returncode == 0, finished.stderr
    BenchClient("default").end_bench()
    return finished.stdout


def test_teleoperate() -> None:
    lines = run("teleoperate.py", "--seconds", "2").splitlines()
    assert [line.split()[0] for line in lines] == [
        "shoulder_pan.pos",
        "shoulder_lift.pos",
        "elbow_flex.pos",
        "wrist_flex.pos",
        "wrist_roll.pos",
        "gripper.pos",
    ]


def test_record_and_read(scratch: Path) -> None:
    counts, shapes = run("record_and_read.py", str(scratch)).splitlines()
    assert counts == "10 2 Put the cube in the bin"
    assert shapes == "torch.Size([2, 6]) torch.Size([3, 480, 640])"
    assert_conforms(scratch / "by_script")
