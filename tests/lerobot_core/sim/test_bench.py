import json
from math import degrees

import numpy as np
import pytest

from lerobot_core.errors import PortLost, SettingInvalid, UnknownChoice
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.so101 import JOINTS, SERVO_IDS, factory_calibration
from lerobot_core.types import NormMode


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    bench.close()


def connect(bench, chain):
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


@pytest.mark.parametrize("chain", ["follower", "leader"])
def test_a_new_arm_is_set_up_and_calibrated(bench, chain):
    bus = connect(bench, chain)
    assert bus.is_calibrated
    for joint in JOINTS:
        assert bus.read("Return_Delay_Time", joint) == 0
        assert bus.read("Torque_Enable", joint) == 0


def test_positions_are_the_angles_of_the_scene(bench):
    bench.advance(1.0)
    read = connect(bench, "follower").sync_read("Present_Position")
    for joint in JOINTS[:5]:
        angle = degrees(bench.physics.joints[joint].angle_rad)
        assert read[joint] == pytest.approx(angle, abs=0.2)


def test_goals_move_the_arm(bench):
    bus = connect(bench, "follower")
    bus.enable_torque()
    goals = dict(zip(JOINTS, (20, -60, 50, 60, 15, 50), strict=True))
    bus.sync_write("Goal_Position", goals)
    bench.advance(2.0)
    assert bus.sync_read("Present_Position") == pytest.approx(goals, abs=0.5)


def test_time_passes_in_slices_without_loss(bench):
    for _ in range(60):
        bench.advance(1 / 60)
    assert bench.now_s == pytest.approx(1.0, abs=0.005)


def test_the_same_seed_gives_the_same_scene(bench):
    first = bench.command("reset_scene", seed=7)
    assert bench.command("reset_scene", seed=8) != first
    assert bench.command("reset_scene", seed=7) == first
    scene = bench.command("scene")
    assert scene["cube"] == pytest.approx(first["cube"])
    assert scene["success"] is False


def test_a_hand_moves_a_joint(bench):
    seconds = bench.command("move_joint", chain="leader", joint="elbow_flex", degrees=-30.0)
    bench.advance(seconds["seconds"] + 0.1)
    read = connect(bench, "leader").sync_read("Present_Position")
    assert read["elbow_flex"] == pytest.approx(-30, abs=0.1)
    seconds = bench.command("move_joint", chain="leader", joint="gripper", degrees=40.0)
    bench.advance(seconds["seconds"] + 0.1)
    read = connect(bench, "leader").sync_read("Present_Position")
    assert read["gripper"] == pytest.approx(40, abs=0.1)


def test_faults_of_servos_and_of_the_adapter(bench):
    bus = connect(bench, "follower")
    bench.command("unplug", chain="follower", servo=4)
    assert "wrist_flex" not in bus.sync_read("Present_Position", allow_missing=True)
    bench.command("plug", chain="follower", servo=4)
    assert "wrist_flex" in bus.sync_read("Present_Position", allow_missing=True)
    bench.command("voltage", chain="follower", volts=5.2)
    bench.command("overload", chain="follower", servo=2)
    bench.advance(0.1)
    assert bus.read_servos()["shoulder_lift"].volts == pytest.approx(5.2)
    assert bench.chains["follower"].servo(2).error != 0
    bench.command("overload", chain="follower", servo=2, active=False)
    bench.command("corrupt", chain="follower", probability=1.0)
    assert bus.sync_read("Present_Position", allow_missing=True) == {}
    bench.command("corrupt", chain="follower", probability=0.0)
    bench.command("unplug_adapter", chain="follower")
    with pytest.raises(PortLost):
        bus.sync_read("Present_Position")
    bench.command("plug_adapter", chain="follower")
    assert len(bus.sync_read("Present_Position")) == 6


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("dance", {}, UnknownChoice),
        ("unplug", {"chain": "third", "servo": 1}, UnknownChoice),
        ("unplug", {"chain": "leader", "servo": 9}, UnknownChoice),
        ("unplug", {"chain": "leader"}, SettingInvalid),
        ("corrupt", {"chain": "leader", "probability": 2}, SettingInvalid),
        ("voltage", {"chain": "leader", "volts": "7"}, SettingInvalid),
        ("voltage", {"chain": "leader", "volts": float("nan")}, SettingInvalid),
        ("demonstrate", {"running": 1}, SettingInvalid),
        ("demonstrate", {"running": True, "seed": "x"}, SettingInvalid),
        ("move_joint", {"chain": "leader", "joint": "knee", "degrees": 1}, UnknownChoice),
        ("freeze_camera", {"camera": "back"}, UnknownChoice),
        ("deny_port", {"chain": ["leader"], "denied": True}, UnknownChoice),
    ],
)
def test_what_makes_no_sense_is_refused(bench, name, arguments, error):
    before = json.dumps(bench.snapshot())
    with pytest.raises(error):
        bench.command(name, **arguments)
    assert json.dumps(bench.snapshot()) == before


def test_a_snapshot_keeps_eeprom_and_scene(bench):
    bus = connect(bench, "follower")
    bus.disable_torque()
    bus.write("Homing_Offset", "elbow_flex", 123)
    bench.command("reset_scene", seed=4)
    bench.leader["gripper"].angle_rad = 0.6
    other = Bench()
    other.restore(json.loads(json.dumps(bench.snapshot())))
    assert connect(other, "follower").read("Homing_Offset", "elbow_flex") == 123
    assert other.physics.cube_m == pytest.approx(bench.physics.cube_m)
    assert other.leader["gripper"].angle_rad == 0.6
    other.close()


def test_restored_servos_are_limp_with_goals_where_they_are(bench):
    bus = connect(bench, "follower")
    bus.enable_torque()
    bus.sync_write("Goal_Position", {"shoulder_pan": 40.0})
    bench.advance(1.0)
    other = Bench()
    other.restore(bench.snapshot())
    restored = connect(other, "follower")
    assert restored.read("Torque_Enable", "shoulder_pan") == 0
    assert restored.read("Goal_Position", "shoulder_pan") == pytest.approx(40.0, abs=0.2)
    other.close()


def test_pictures_have_the_size_that_is_asked_for(bench):
    assert bench.render("top").shape == (480, 640, 3)
    assert bench.render("wrist", 120, 160).shape == (120, 160, 3)
    assert np.ptp(bench.render("top")) > 100
    with pytest.raises(UnknownChoice):
        bench.render("side")
