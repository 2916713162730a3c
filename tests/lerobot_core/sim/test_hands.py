import pytest

from lerobot_core.sim.hands import Hands, smooth
from lerobot_core.sim.physics import Physics
from lerobot_core.sim.plant import LooseJoint
from lerobot_core.sim.so101 import JOINTS, RANGES_RAD


@pytest.fixture
def leader() -> dict[str, LooseJoint]:
    return {joint: LooseJoint(RANGES_RAD[joint]) for joint in JOINTS}


def let_pass(seconds, *bodies):
    for _ in range(round(seconds / 0.004)):
        for body in bodies:
            body.advance(0.004)


def test_smooth_starts_and_ends_at_rest():
    assert (smooth(-1), smooth(0), smooth(0.5), smooth(1), smooth(2)) == (0, 0, 0.5, 1, 1)
    assert smooth(0.01) < 1e-4
    assert smooth(0.99) > 1 - 1e-4


def test_a_joint_of_the_leader_stays_where_the_hand_left_it(leader):
    joint = leader["elbow_flex"]
    joint.hold(0.7)
    joint.advance(0.1)
    assert joint.velocity_rad_s == pytest.approx(7.0)
    joint.hold(None)
    joint.advance(0.1)
    assert (joint.angle_rad, joint.velocity_rad_s) == (0.7, 0.0)


def test_no_hand_goes_past_the_end_of_travel(leader):
    joint = leader["gripper"]
    joint.hold(-5.0)
    joint.advance(0.1)
    assert joint.angle_rad == RANGES_RAD["gripper"][0]


def test_a_held_joint_feels_its_servo_pull(leader):
    joint = leader["wrist_flex"]
    joint.hold(0.2)
    joint.drive(-0.5, 0.6)
    joint.advance(0.1)
    assert (joint.angle_rad, joint.load) == (0.2, -0.6)
    joint.hold(None)
    let_pass(0.5, joint)
    assert joint.angle_rad == pytest.approx(-0.5)


def test_hands_move_several_joints_of_the_leader_at_once(leader):
    hands = Hands({"leader": leader})
    seconds = max(hands.move("leader", "shoulder_pan", 0.5), hands.move("leader", "gripper", 1.0))
    let_pass(seconds + 0.1, hands, *leader.values())
    assert leader["shoulder_pan"].angle_rad == pytest.approx(0.5)
    assert leader["gripper"].angle_rad == pytest.approx(1.0)
    assert not hands.busy


def test_a_hand_moves_a_limp_joint_of_the_follower(leader):
    physics = Physics()
    hands = Hands({"leader": leader, "follower": physics.joints})
    seconds = hands.move("follower", "shoulder_pan", -0.8)
    let_pass(seconds + 0.5, hands, physics)
    assert physics.joints["shoulder_pan"].angle_rad == pytest.approx(-0.8, abs=0.03)


def test_a_hand_is_stronger_than_a_servo(leader):
    physics = Physics()
    joint = physics.joints["wrist_roll"]
    joint.drive(0.0, 1.0)
    hands = Hands({"leader": leader, "follower": physics.joints})
    seconds = hands.move("follower", "wrist_roll", 0.8)
    let_pass(seconds - 0.1, hands, physics)
    assert joint.angle_rad > 0.5
    let_pass(1.5, hands, physics)
    assert joint.angle_rad == pytest.approx(0.0, abs=0.01)
