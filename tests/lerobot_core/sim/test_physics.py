import pytest

from lerobot_core.sim.physics import Physics
from lerobot_core.sim.scene import BIN_CENTRE_M, CUBE_HALF_M
from lerobot_core.sim.so101 import JOINTS, RANGES_RAD, REST_POSE_RAD


@pytest.fixture
def physics() -> Physics:
    return Physics()


def test_a_limp_arm_stays_folded(physics):
    physics.advance(3.0)
    for joint, angle in REST_POSE_RAD.items():
        assert physics.joints[joint].angle_rad == pytest.approx(angle, abs=0.03)


def test_a_limp_arm_falls_from_where_it_was_held(physics):
    held = {"shoulder_lift": 0.0, "elbow_flex": 0.0}
    physics.pose_arm(held)
    physics.advance(2.0)
    assert physics.joints["shoulder_lift"].angle_rad > 0.1


def test_every_joint_reaches_its_target(physics):
    targets = {"shoulder_lift": -0.3, "elbow_flex": 0.4, "gripper": 0.8}
    for joint in JOINTS:
        physics.joints[joint].drive(targets.get(joint, 0.2), 1.0)
    physics.advance(2.0)
    for joint in JOINTS:
        assert physics.joints[joint].angle_rad == pytest.approx(targets.get(joint, 0.2), abs=0.01)
        assert abs(physics.joints[joint].velocity_rad_s) < 0.01


def test_torque_share_bounds_the_load(physics):
    joint = physics.joints["shoulder_pan"]
    joint.drive(1.5, 0.2)
    physics.advance(0.05)
    assert joint.load == pytest.approx(0.2)
    joint.drive(None, 0.0)
    physics.advance(0.01)
    assert joint.load == 0.0


def test_joints_stop_at_the_end_of_their_travel(physics):
    joint = physics.joints["wrist_roll"]
    joint.drive(10.0, 1.0)
    physics.advance(3.0)
    assert joint.angle_rad == pytest.approx(RANGES_RAD["wrist_roll"][1], abs=0.05)


def test_the_cube_rests_on_the_table(physics):
    physics.place_cube(0.2, 0.05, 0.4)
    physics.advance(1.0)
    assert physics.cube_m == pytest.approx((0.2, 0.05, CUBE_HALF_M), abs=1e-3)
    assert physics.cube_yaw_rad == pytest.approx(0.4, abs=0.01)
    assert not physics.cube_is_in_bin


def test_success_is_a_cube_inside_the_bin(physics):
    physics.place_cube(*BIN_CENTRE_M, 0.0)
    assert physics.cube_is_in_bin
    physics.place_cube(BIN_CENTRE_M[0] + 0.08, BIN_CENTRE_M[1], 0.0)
    assert not physics.cube_is_in_bin


def test_time_that_is_no_whole_step_is_kept(physics):
    other = Physics()
    for body in (physics, other):
        body.joints["shoulder_pan"].drive(0.5, 1.0)
    for _ in range(100):
        physics.advance(0.0033)
    other.advance(0.33)
    assert physics.joints["shoulder_pan"].angle_rad == other.joints["shoulder_pan"].angle_rad


def test_a_snapshot_brings_everything_back(physics):
    physics.place_cube(0.25, -0.1, 0.2)
    physics.pose_arm({"shoulder_pan": 0.4, "gripper": 1.0})
    other = Physics()
    other.restore(physics.snapshot())
    assert other.cube_m == physics.cube_m
    assert other.snapshot() == physics.snapshot()


@pytest.mark.parametrize(
    "damage", [{"cube": [0.0]}, {"arm_rad": {}}, {"cube": ["x"] * 7}, {"cube": [float("nan")] * 7}]
)
def test_a_damaged_snapshot_is_refused(physics, damage):
    with pytest.raises((KeyError, TypeError, ValueError)):
        physics.restore(physics.snapshot() | damage)
