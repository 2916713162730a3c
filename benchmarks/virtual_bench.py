"""What the virtual bench costs, and how quickly its servos answer while it renders.

Runs a bench of its own: once idle, once with both cameras, and once with both cameras while a
60 Hz loop reads both arms and drives the follower. Prints JSON. CPU is in percent of one core.

    python benchmarks/virtual_bench.py --seconds 8
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.sim.client import BenchClient, open_camera
from lerobot_core.sim.so101 import CAMERAS, SERVO_IDS, ChainName, factory_calibration
from lerobot_core.types import NormMode

CONTROL_HZ = 60
BENCH = "measured"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as home:
        os.environ["LEROBOT_WORKBENCH_HOME"] = home
        client = BenchClient(BENCH)
        try:
            report = measure(client, seconds)
        finally:
            client.end_bench()
            while _process(home):
                time.sleep(0.05)
    json.dump(report, sys.stdout, indent=2)
    print()
    return 0


def measure(client: BenchClient, seconds: float) -> dict[str, object]:
    client.command("scene")
    process = _process(os.environ["LEROBOT_WORKBENCH_HOME"])
    assert process is not None
    report: dict[str, object] = {
        "load_average": os.getloadavg()[0],
        "idle_cpu": _cpu(process, lambda: time.sleep(seconds)),
    }
    opened = [open_camera(f"sim://{BENCH}/{camera}") for camera in CAMERAS]
    readers = [FrameRingReader(ring) for ring, _ in opened]
    report["cameras_still_cpu"] = _cpu(process, lambda: time.sleep(seconds))
    ticks_ms: list[float] = []
    lost = 0

    def teleoperate() -> None:
        nonlocal lost
        lost = _teleoperate(client, seconds, ticks_ms)

    frames = [reader.newest().sequence for reader in readers]
    report["teleoperation_with_cameras_cpu"] = _cpu(process, teleoperate)
    report["frames_per_s"] = [
        round((reader.newest().sequence - before) / seconds, 1)
        for reader, before in zip(readers, frames, strict=True)
    ]
    p50, p95, p99 = np.percentile(ticks_ms, [50, 95, 99])
    report["two_reads_and_a_write_ms"] = {"p50": p50, "p95": p95, "p99": p99, "max": max(ticks_ms)}
    report["lost_packets"] = lost
    for reader, (_, lease) in zip(readers, opened, strict=True):
        reader.close()
        lease.close()
    return report


def _teleoperate(client: BenchClient, seconds: float, ticks_ms: list[float]) -> int:
    leader, follower = _bus("leader"), _bus("follower")
    leader.connect()
    follower.connect()
    follower.enable_torque()
    client.command("demonstrate", running=True, seed=1)
    goals: dict[str, float] = {}
    began = due = time.perf_counter()
    while due < began + seconds:
        start = time.perf_counter()
        goals |= leader.sync_read("Present_Position", allow_missing=True)
        follower.sync_read("Present_Position", allow_missing=True)
        follower.sync_write("Goal_Position", goals)
        ticks_ms.append((time.perf_counter() - start) * 1e3)
        due += 1 / CONTROL_HZ
        time.sleep(max(due - time.perf_counter(), 0.0))
    client.command("demonstrate", running=False)
    lost = leader.packets[1] + follower.packets[1]
    follower.disconnect()
    leader.disconnect()
    return lost


def _bus(chain: ChainName) -> FeetechMotorsBus:
    motors = {
        joint: Motor(
            servo, "sts3215", NormMode.RANGE_0_100 if joint == "gripper" else NormMode.DEGREES
        )
        for joint, servo in SERVO_IDS.items()
    }
    return FeetechMotorsBus(f"sim://{BENCH}/{chain}", motors, factory_calibration(chain))


def _cpu(process: psutil.Process, work: Callable[[], None]) -> float:
    before, start = process.cpu_times(), time.perf_counter()
    work()
    after, end = process.cpu_times(), time.perf_counter()
    used = after.user + after.system - before.user - before.system
    return round(100 * used / (end - start), 1)


def _process(home: str) -> psutil.Process | None:
    """The bench that runs in this home."""
    for process in psutil.process_iter():
        try:
            command, environment = process.cmdline(), process.environ()
        except psutil.Error:
            continue
        is_bench = "lerobot_core.sim" in command and BENCH in command
        if is_bench and Path(environment.get("LEROBOT_WORKBENCH_HOME", "/")) == Path(home):
            return process
    return None


if __name__ == "__main__":
    sys.exit(main())
