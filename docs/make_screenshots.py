#!/usr/bin/env python3
"""Makes the pictures in docs/images from the guided tour, one in each theme.

.venv/bin/python docs/make_screenshots.py
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
HIDDEN = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
TAKE_S = 3.5  # the arm carries the cube to the bin by then
PICTURES = {
    "connected": "window",
    "engage": "teleoperate",
    "record": "record",
    "finding": "set-up",
    "sweep": "calibrate",
    "fault": "faults",
}
"""Step of the tour → name of its picture in the documentation."""


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        with tempfile.TemporaryDirectory(prefix="lw-") as folder:
            tour = [sys.executable, "-m", "app", "--tour", "--theme", theme, "--output", folder]
            tour += ["--take-seconds", str(TAKE_S)]
            subprocess.run(tour, cwd=ROOT, env=HIDDEN, check=True)
            _keep_pictures(Path(folder), theme)
    return 0


def _keep_pictures(tour: Path, theme: str) -> None:
    for report in json.loads((tour / "tour.json").read_text(encoding="utf-8")):
        if name := PICTURES.get(report["step"]):
            shutil.copyfile(tour / report["picture"], IMAGES / f"{name}-{theme}.png")


if __name__ == "__main__":
    sys.exit(main())
