"""A Koch follower on simulated Dynamixel servos; what all arms do alike is tested with SO-101."""

from dataclasses import replace
from math import radians
from pathlib import Path

import pytest

from lerobot_core.errors import (
    CalibrationMismatch,
    GoalNotTaken,
    ServoAlarm,
    SupplyVoltageWrong,
    UnsafeAction,
)
from lerobot_core.motors.calibration import MotorCalibration, save_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.robots import KochFollower, KochFollowerConfig, RobotConfig
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint

JOINTS = list(KOCH_FOLLOWER_MODELS)
FULL_TURN = ("shoulder_pan", "wrist_roll")
CALIBRATION = {
    name: MotorCalibration(
        number, 0, 5 * number, 0 if name in FULL_TURN else 700, 4095 if name in FULL_TURN else 3400
    )
    for number, name in enumerate(JOINTS, 1)
}
STEP_S = 1 / 100


class Bench:
    """The arm, its link that remembers what was written, and the robot."""

    def __init__(self, folder: Path) -> None:
        self.joints = {name: HandJoint() for name in JOINTS}
        self.chain = DynamixelChain(
            [
                DynamixelServo(
                    number, self.joints[name], model=model, has_converter=model == "xl330-m288"
                )
                for number, (name, model) in enumerate(KOCH_FOLLOWER_MODELS.items(), 1)
            ],
            volts=12.0,
        )
        for number, motor in enumerate(CALIBRATION.values(), 1):
            self.put(number, "Homing_Offset", motor.homing_offset)
            self.put(number, "Min_Position_Limit", motor.range_min)
            self.put(number, "Max_Position_Limit", motor.range_max)
        save_calibration(folder / "arm.json", CALIBRATION)
        self.link = Spy(self.chain)
        config = KochFollowerConfig(id="arm", port="p", calibration_dir=str(folder))
        self.robot = KochFollower(config, make_bus=self.make_bus, now=lambda: self.now)
        self.now = 0.0

    def make_bus(self, port, motors, calibration) -> DynamixelMotorsBus:  # type: ignore[no-untyped-def]
        return DynamixelMotorsBus(
            port, motors, calibration, opener=lambda *_: self.link, clock=self.link.now
        )

    def put(self, number: int, register: str, value: int) -> None:
        self.chain.servo(number).memory.set(register, value)

    def of_all(self, register: str) -> list[int]:
        return [servo.memory.get(register) for servo in self.chain.servos]

    def advance(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.chain.advance(STEP_S)
            self.now += STEP_S


class Spy(ChainLink):
    """Keeps what was written; loses every sync write of goals while told to."""

    loses_goals = False

    def __init__(self, chain: DynamixelChain) -> None:
        super().__init__(chain)
        self.packets: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.packets.append(data)
        if not (self.loses_goals and data[7:10] == b"\x83\x74\x00"):
            super().write(data)

    def place(self, code: int, address: int) -> int:
        heads = [(packet[7], int.from_bytes(packet[8:10], "little")) for packet in self.packets]
        return heads.index((code, address))

    @property
    def switched_torque_on(self) -> bool:
        return any(packet[7:11] == b"\x03\x40\x00\x01" for packet in self.packets)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def robot(bench: Bench) -> KochFollower:
    bench.robot.connect()
    bench.link.packets.clear()
    return bench.robot


def test_is_built_by_its_name() -> None:
    config = RobotConfig.from_dict({"type": "koch_follower", "id": "arm", "port": "p"})
    assert isinstance(config, KochFollowerConfig)
    assert config.to_dict()["use_degrees"] is False
    assert config.build().name == "koch_follower"


def test_modes_and_gains_are_written_and_nothing_moves(bench: Bench, robot: KochFollower) -> None:
    assert bench.of_all("Operating_Mode") == [4, 4, 4, 4, 4, 5]
    assert bench.of_all("Return_Delay_Time") == [0] * 6
    elbow = bench.chain.servo(3).memory
    gains = [elbow.get(f"Position_{letter}_Gain") for letter in "PID"]
    assert gains == [1500, 0, 600]
    assert bench.of_all("Torque_Enable") == [0] * 6
    assert robot.is_calibrated
    assert not robot.is_torque_on


def test_the_order_before_torque_on_the_wire(bench: Bench, robot: KochFollower) -> None:
    """Supply, calibration, goal := present, read back, torque."""
    robot.enable_torque()
    landmarks = [(0x82, 144), (0x82, 20), (0x83, 116), (0x82, 116), (0x03, 64)]
    places = [bench.link.place(*landmark) for landmark in landmarks]
    assert places == sorted(places)
    assert bench.of_all("Torque_Enable") == [1] * 6


def test_torque_does_not_pull_the_arm_to_an_old_goal(bench: Bench, robot: KochFollower) -> None:
    for name, joint in bench.joints.items():
        joint.angle_rad = radians(10 + len(name))
    before = [joint.angle_rad for joint in bench.joints.values()]
    robot.enable_torque()
    bench.advance(1.0)
    after = [joint.angle_rad for joint in bench.joints.values()]
    assert after == pytest.approx(before, abs=0.002)


def test_no_torque_while_goals_do_not_arrive(bench: Bench, robot: KochFollower) -> None:
    bench.joints["elbow_flex"].angle_rad = 0.5
    bench.link.loses_goals = True
    with pytest.raises(GoalNotTaken):
        robot.enable_torque()
    assert not bench.link.switched_torque_on


def test_follows_targets_at_a_bounded_speed(bench: Bench, robot: KochFollower) -> None:
    robot.enable_torque()
    start = robot.get_observation()["elbow_flex.pos"]
    bench.advance(0.05)
    sent = robot.send_action({"elbow_flex.pos": start + 50, "gripper.pos": 50})
    assert sent["elbow_flex.pos"] == pytest.approx(start + 10)
    for _ in range(100):
        bench.advance(0.05)
        robot.get_observation()
        robot.send_action({"elbow_flex.pos": start + 30})
    assert robot.get_observation()["elbow_flex.pos"] == pytest.approx(start + 30, abs=0.2)


def test_a_target_that_is_no_number_sends_nothing(bench: Bench, robot: KochFollower) -> None:
    robot.enable_torque()
    bench.link.packets.clear()
    with pytest.raises(UnsafeAction):
        robot.send_action({"elbow_flex.pos": float("nan")})
    assert not any(packet[7] == 0x83 for packet in bench.link.packets)


def test_a_joint_turned_round_in_the_servo_alone_is_a_foreign_arm(
    bench: Bench, robot: KochFollower
) -> None:
    bench.put(3, "Drive_Mode", 1)
    with pytest.raises(CalibrationMismatch, match="elbow_flex"):
        robot.enable_torque()
    assert not bench.link.switched_torque_on


def test_calibrate_turns_joints_round_as_the_file_says(tmp_path: Path, bench: Bench) -> None:
    turned = CALIBRATION | {"elbow_flex": replace(CALIBRATION["elbow_flex"], drive_mode=1)}
    save_calibration(tmp_path / "arm.json", turned)
    bench.robot.connect(calibrate=False)
    assert not bench.robot.is_calibrated
    bench.robot.calibrate()
    assert bench.robot.is_calibrated
    assert bench.of_all("Drive_Mode") == [0, 0, 1, 0, 0, 0]


def test_a_wrong_supply_is_refused(bench: Bench) -> None:
    bench.chain.faults.volts = 15.0
    with pytest.raises(SupplyVoltageWrong, match=r"15.0 V, outside the 6.0 to 14.0 V"):
        bench.robot.connect()
    assert not bench.robot.is_connected


def test_one_servo_without_torque_means_torque_for_none(bench: Bench, robot: KochFollower) -> None:
    bench.chain.faults.overloaded.add(4)
    bench.advance(0.05)
    with pytest.raises(ServoAlarm, match="Servo 4 reports: overload"):
        robot.enable_torque()
    assert bench.of_all("Torque_Enable") == [0] * 6


def test_an_arm_that_is_held_is_not_let_fall(
    bench: Bench, robot: KochFollower, tmp_path: Path
) -> None:
    robot.enable_torque()
    config = KochFollowerConfig(id="arm", port="p", calibration_dir=str(tmp_path))
    again = KochFollower(config, make_bus=bench.make_bus, now=lambda: bench.now)
    again.connect()
    assert again.is_torque_on
    assert bench.of_all("Torque_Enable") == [1] * 6


def test_hold_freezes_and_release_lets_go(bench: Bench, robot: KochFollower) -> None:
    robot.enable_torque()
    robot.send_action({"elbow_flex.pos": 40.0})
    bench.advance(0.05)
    robot.hold()
    held = robot.get_observation()["elbow_flex.pos"]
    bench.advance(1.0)
    assert robot.get_observation()["elbow_flex.pos"] == pytest.approx(held, abs=0.5)
    robot.release()
    assert bench.of_all("Torque_Enable") == [0] * 6


def test_a_servo_that_shut_itself_down_does_not_keep_the_arm_from_release(
    bench: Bench, robot: KochFollower
) -> None:
    robot.enable_torque()
    bench.chain.faults.overloaded.add(4)
    bench.advance(0.1)
    robot.release()
    assert not robot.is_torque_on
    assert bench.of_all("Torque_Enable") == [0] * 6


def test_the_guard_gets_what_it_needs(robot: KochFollower) -> None:
    (plan,) = robot.guard_plan()
    assert plan == {
        "protocol": "dynamixel",
        "descriptor": -1,
        "ids": [1, 2, 3, 4, 5, 6],
        "present_position": [132, 4],
        "goal_position": [116, 4],
        "torque_enable": [64, 1],
    }


def test_limits_are_those_of_the_calibration(robot: KochFollower) -> None:
    limits = robot.limits
    assert (limits["elbow_flex.pos"].low, limits["elbow_flex.pos"].high) == (-100, 100)
    assert (limits["gripper.pos"].low, limits["gripper.pos"].high) == (0, 100)
