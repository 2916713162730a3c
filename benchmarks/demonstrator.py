"""How often the scripted demonstrator gets the cube into the bin.

Runs seeded tries without waiting: a plain control loop at 60 Hz reads the leader and writes the
follower's goals, byte by byte through both servo chains. Prints JSON.

    python benchmarks/demonstrator.py --tries 100
"""

import argparse
import json
import sys
import time
from math import sqrt

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.so101 import SERVO_IDS, ChainName, factory_calibration
from lerobot_core.types import NormMode

CONTROL_HZ = 60
LONGEST_TRY_S = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--max-speed", type=float, default=120.0, help="degrees a second")
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.tries)
    began = time.perf_counter()
    results = {seed: run_try(seed, arguments.max_speed) for seed in seeds}
    seconds = [took for took in results.values() if took is not None]
    low, high = wilson(len(seconds), len(results))
    report = {
        "tries": len(results),
        "successes": len(seconds),
        "rate": len(seconds) / len(results),
        "wilson_95": [round(low, 4), round(high, 4)],
        "failing_seeds": [seed for seed, took in results.items() if took is None],
        "mean_seconds": round(sum(seconds) / max(len(seconds), 1), 2),
        "longest_seconds": round(max(seconds, default=0.0), 2),
        "wall_seconds": round(time.perf_counter() - began, 1),
    }
    json.dump(report, sys.stdout, indent=2)
    print()
    return 0 if report["rate"] >= 0.95 else 1


def run_try(seed: int, max_speed: float) -> float | None:
    """One try with the cube at the seed's place: seconds until it lay in the bin, or None.

    A try is one grasp: what the demonstrator does after a failure does not count.
    """
    bench = Bench(seed)
    buses = {name: _bus(bench, name) for name in ("follower", "leader")}
    follower, leader = buses["follower"], buses["leader"]
    bench.reset_scene(seed)
    follower.enable_torque()
    sent = follower.sync_read("Present_Position")
    bench.command("demonstrate", running=True, seed=seed)
    step = max_speed / CONTROL_HZ
    try:
        while bench.now_s < LONGEST_TRY_S and bench.demonstrator.tries < 2:
            wanted = leader.sync_read("Present_Position")
            sent = {
                joint: min(max(target, sent[joint] - step), sent[joint] + step)
                for joint, target in wanted.items()
            }
            follower.sync_write("Goal_Position", sent)
            bench.advance(1 / CONTROL_HZ)
            if bench.demonstrator.successes:
                return bench.now_s
        return None
    finally:
        for bus in buses.values():
            bus.disconnect(disable_torque=False)


def _bus(bench: Bench, chain: ChainName) -> FeetechMotorsBus:
    link = ChainLink(bench.chains[chain])
    motors = {
        joint: Motor(
            servo, "sts3215", NormMode.RANGE_0_100 if joint == "gripper" else NormMode.DEGREES
        )
        for joint, servo in SERVO_IDS.items()
    }
    bus = FeetechMotorsBus(
        link.address,
        motors,
        factory_calibration(chain),
        opener=lambda address, baudrate: link,
        clock=link.now,  # the wall's would count the waits of a busy machine
    )
    bus.connect()
    return bus


def wilson(successes: int, tries: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a rate."""
    rate = successes / tries
    middle = rate + z * z / (2 * tries)
    spread = z * sqrt(rate * (1 - rate) / tries + z * z / (4 * tries * tries))
    return (middle - spread) / (1 + z * z / tries), (middle + spread) / (1 + z * z / tries)


if __name__ == "__main__":
    sys.exit(main())
