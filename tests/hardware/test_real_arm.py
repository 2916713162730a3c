"""A real arm on this machine. Reads only, unless it is told that it may move.

    LEROBOT_WORKBENCH_PORT         the arm's port, such as /dev/ttyACM0; without it all is skipped
    LEROBOT_WORKBENCH_ARM          its kind; so101_follower if not given
    LEROBOT_WORKBENCH_CALIBRATION  its calibration file; without it nothing is compared or moved
    LEROBOT_WORKBENCH_MOVE=1       the last joint before the gripper turns by 8 degrees, and back

The arm moves slowly and only when everything else was right. Stand beside it all the same.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lerobot_core.motors.bus import MotorsBus
from lerobot_core.motors.calibration import load_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS, KOCH_LEADER_MODELS, koch_motors
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.robots.so_config import SO100FollowerConfig, SO101FollowerConfig

PORT = os.environ.get("LEROBOT_WORKBENCH_PORT", "")
KIND = os.environ.get("LEROBOT_WORKBENCH_ARM", "so101_follower")
CALIBRATION = os.environ.get("LEROBOT_WORKBENCH_CALIBRATION", "")
MAY_MOVE = os.environ.get("LEROBOT_WORKBENCH_MOVE", "") == "1"

READS = 300
MOVE_BY, TOLERANCE = 8.0, 3.0  # degrees, or percent of the travel
MOVE_S, RATE_HZ = 2.0, 50
FOLLOWERS = {
    config.kind: config for config in (SO100FollowerConfig, SO101FollowerConfig, KochFollowerConfig)
}

pytestmark = [
    pytest.mark.hardware,
    pytest.mark.skipif(not PORT, reason="LEROBOT_WORKBENCH_PORT names no port of a real arm"),
]
calibrated = pytest.mark.skipif(
    not CALIBRATION, reason="LEROBOT_WORKBENCH_CALIBRATION names no calibration file"
)


@pytest.fixture
def bus() -> Iterator[MotorsBus]:
    """The arm's bus. Nothing is written: torque stays as it is, to the end."""
    opened = new_bus()
    opened.connect()
    yield opened
    opened.disconnect(disable_torque=False)


def new_bus() -> MotorsBus:
    if KIND.startswith("koch"):
        models = KOCH_LEADER_MODELS if KIND.endswith("leader") else KOCH_FOLLOWER_MODELS
        return DynamixelMotorsBus(PORT, koch_motors(models))
    return FeetechMotorsBus(PORT, so_motors(True))


def test_every_servo_answers_a_broadcast(bus: MotorsBus) -> None:
    found = bus.broadcast_ping()
    print(json.dumps({"found": found}))
    assert set(found) == {motor.id for motor in bus.motors.values()}


def test_readings_come_in_time_and_whole(bus: MotorsBus) -> None:
    began = time.perf_counter()
    for _ in range(READS):
        bus.sync_read("Present_Position", normalize=False, allow_missing=True)
    took_ms = (time.perf_counter() - began) * 1000 / READS
    exchanges, lost = bus.packets
    print(json.dumps({"ms_per_read": round(took_ms, 2), "exchanges": exchanges, "lost": lost}))
    assert took_ms < 20
    assert lost <= 0.01 * READS


def test_servos_are_cool_and_well_supplied(bus: MotorsBus) -> None:
    readings = bus.read_servos()
    print(json.dumps({joint: str(reading) for joint, reading in readings.items()}, indent=2))
    assert set(readings) == set(bus.motors)
    supply = "Present_Input_Voltage" if KIND.startswith("koch") else "Present_Voltage"
    registers = (supply, "Min_Voltage_Limit", "Max_Voltage_Limit")
    volts, lows, highs = (bus.sync_read(name, normalize=False) for name in registers)
    assert all(lows[joint] <= volts[joint] <= highs[joint] for joint in bus.motors)


@calibrated
def test_the_servos_hold_the_files_calibration(bus: MotorsBus) -> None:
    bus.calibration = load_calibration(Path(CALIBRATION))
    assert bus.is_calibrated
    print(json.dumps(bus.sync_read("Present_Position"), indent=2))


@calibrated
@pytest.mark.skipif(not MAY_MOVE, reason="LEROBOT_WORKBENCH_MOVE=1 was not given")
def test_a_joint_goes_and_comes_back() -> None:
    file = Path(CALIBRATION)
    robot = FOLLOWERS[KIND](port=PORT, id=file.stem, calibration_dir=str(file.parent)).build()
    robot.connect()
    try:
        robot.enable_torque()
        start = robot.get_observation()["wrist_roll.pos"]
        by = MOVE_BY if start < 0 else -MOVE_BY
        for goal in (start + by, start):
            steps = int(MOVE_S * RATE_HZ)
            here = robot.get_observation()["wrist_roll.pos"]
            for step in range(1, steps + 1):
                robot.get_observation()
                robot.send_action({"wrist_roll.pos": here + (goal - here) * step / steps})
                time.sleep(1 / RATE_HZ)
            time.sleep(0.5)
            reached = robot.get_observation()["wrist_roll.pos"]
            print(json.dumps({"goal": goal, "reached": reached}))
            assert abs(reached - goal) <= TOLERANCE
    finally:
        robot.disconnect()
