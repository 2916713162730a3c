"""How long the kinematics of an SO-101 take, beside mink where it is installed. Prints JSON.

    python benchmarks/kinematics.py [--steps 2000]

``step`` is one small movement of the tool as ``kinematics.steps`` does it, within its limits and
the joints'; on a wavy way through the air, and against the edge of what the arm can reach, where
it looks for the part of the step that can be done. ``mink`` solves the same small movements as a
quadratic program on MuJoCo's model: one solve of a differential step, not searched to its end.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from math import sin
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from lerobot_core.kinematics.chain import Vector, forward
from lerobot_core.kinematics.inverse import inverse
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.kinematics.steps import ToolDelta, ToolStepper

READY = np.array([0.0, 0.1, 0.1, 1.3, 0.0])
STEP_M = 0.002
GOAL_MS = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    steps = parser.parse_args().steps
    told = report(steps)
    print(json.dumps(told, indent=2))
    return 0 if told["goal_reached"] else 1


def report(steps: int) -> dict[str, Any]:
    free, edge = free_way(steps), edge_way(steps)
    pose = forward(SO101, READY)
    pose[0, 3] += STEP_M
    return {
        "forward_ms": spread(timed(lambda _: forward(SO101, READY), range(steps))),
        "inverse_ms": spread(timed(lambda _: inverse(SO101, pose, READY), range(steps))),
        "step_ms": free,
        "step_at_the_edge_ms": edge,
        "goal": f"half of the steps through the air take at most {GOAL_MS} ms",
        "goal_reached": free["median"] <= GOAL_MS,
        "mink": mink_way(steps),
    }


def delta(index: int) -> ToolDelta:
    """A way through the air that comes back."""
    return ToolDelta(
        x_m=STEP_M * sin(index / 15), y_m=STEP_M * sin(index / 25), z_m=STEP_M * sin(index / 20)
    )


def free_way(steps: int) -> dict[str, float]:
    stepper = ToolStepper(SO101, READY)
    return spread(timed(lambda index: stepper.step(delta(index)), range(steps)))


def edge_way(steps: int) -> dict[str, float]:
    stepper = ToolStepper(SO101, READY)
    for _ in range(200):
        stepper.step(ToolDelta(x_m=STEP_M))
    return spread(timed(lambda _: stepper.step(ToolDelta(x_m=STEP_M)), range(steps)))


def mink_way(steps: int) -> dict[str, float] | str:
    try:
        import mink
        import mujoco
    except ImportError as error:
        return f"not installed: {error.name}"
    from lerobot_core.sim.scene import build_scene

    configuration = mink.Configuration(mujoco.MjModel.from_xml_string(build_scene()))
    model = configuration.model
    places = [int(model.joint(joint).qposadr[0]) for joint in SO101.joints]
    start = np.array(configuration.q)
    start[places] = READY
    configuration.update(start)
    task = mink.FrameTask("gripperframe", "site", position_cost=1.0, orientation_cost=0.005)
    limits = [mink.ConfigurationLimit(model)]
    tool = forward(SO101, READY)

    def step(index: int) -> None:
        wanted = delta(index)
        tool[:3, 3] += (wanted.x_m, wanted.y_m, wanted.z_m)
        task.set_target(mink.SE3.from_matrix(tool))
        velocity = mink.solve_ik(configuration, [task], 1.0, "daqp", limits=limits)
        configuration.integrate_inplace(velocity, 1.0)

    return spread(timed(step, range(steps)))


def timed(work: Callable[[int], object], indices: Sequence[int]) -> Vector:
    """Seconds of each call."""
    for index in indices[:20]:
        work(index)
    took = []
    for index in indices[20:]:
        began = time.perf_counter()
        work(index)
        took.append(time.perf_counter() - began)
    return np.array(took)


def spread(seconds: Vector) -> dict[str, float]:
    ms = seconds * 1000
    return {
        "median": round(float(np.median(ms)), 4),
        "p99": round(float(np.percentile(ms, 99)), 4),
        "max": round(float(ms.max()), 4),
    }


if __name__ == "__main__":
    sys.exit(main())
