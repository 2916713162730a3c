"""How long the window takes to be there: from process start to its first painted picture.

python benchmarks/startup.py [--starts 5]

The goal is 1.5 s (``goal_ms``) on a machine at rest. Prints one line of JSON.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

GOAL_MS = 1500
ROOT = Path(__file__).resolve().parents[1]


def start_ms() -> int:
    """Start the program once, without a display where there is none."""
    environment = {"QT_QPA_PLATFORM": "offscreen"} if not os.environ.get("DISPLAY") else {}
    finished = subprocess.run(
        [sys.executable, "-m", "app", "--time-startup"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return int(finished.stdout.split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    starts = parser.parse_args().starts
    times_ms = [start_ms() for _ in range(starts)]
    report = {
        "benchmark": "startup",
        "starts": starts,
        "min_ms": min(times_ms),
        "median_ms": statistics.median(times_ms),
        "max_ms": max(times_ms),
        "goal_ms": GOAL_MS,
        "load_average": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
