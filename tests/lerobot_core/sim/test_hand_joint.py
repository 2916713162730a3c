import pytest

from lerobot_core.sim.plant import HandJoint, JointPlant, MovingPlant


def test_is_a_joint_that_moves_by_itself() -> None:
    joint: JointPlant = HandJoint()
    assert isinstance(joint, MovingPlant)


def test_is_limp_until_driven() -> None:
    joint = HandJoint(0.3)
    joint.drive(None, 0.0)
    joint.advance(1.0)
    assert (joint.angle_rad, joint.load) == (0.3, 0.0)


def test_follows_as_fast_as_it_may() -> None:
    joint = HandJoint(0.0, max_speed_rad_s=2.0)
    joint.drive(1.0, 1.0)
    joint.advance(0.1)
    assert joint.angle_rad == pytest.approx(0.2)
    assert joint.velocity_rad_s == pytest.approx(2.0)
    joint.advance(1.0)
    assert joint.angle_rad == pytest.approx(1.0)
    assert joint.load == 0.0


def test_strains_against_an_obstacle_with_the_torque_it_is_given() -> None:
    joint = HandJoint()
    joint.is_blocked = True
    joint.drive(-1.0, 0.6)
    joint.advance(0.1)
    assert joint.angle_rad == 0.0
    assert joint.load == pytest.approx(-0.6)
