import sys
from math import pi
from subprocess import run

import numpy as np
import pytest

from app.widgets.arm_scene import ArmScene
from app.widgets.arm_shapes import arm_shape_for, side_by_side
from lerobot_core.kinematics.chain import forward
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.sim.so101 import JOINTS

FAMILIES = ["so_follower", "so_leader", "koch_follower", "koch_leader", "an_arm_of_tomorrow"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_arm_has_the_six_joints_in_order(family: str) -> None:
    shape = arm_shape_for(family)
    assert shape.joints == tuple(JOINTS)
    assert shape.is_schematic == (not family.startswith("so_"))
    low, high = shape.limits_rad("gripper")
    assert low < 0 < high


def test_an_unknown_joint_has_no_limits() -> None:
    with pytest.raises(KeyError):
        arm_shape_for("so_follower").limits_rad("knee")


@pytest.mark.parametrize("family", ["so_follower", "koch_follower"])
def test_arms_look_forward_and_lean_forward_with_positive_angles(family: str) -> None:
    scene = ArmScene(arm_shape_for(family))
    rest = scene.corners({})
    leaning = scene.corners({"shoulder_lift": 0.5})
    lowered = scene.corners({"elbow_flex": 0.5})
    assert rest[:, 0].max() > 0.25
    assert leaning[:, 2].min() >= rest[:, 2].min() - 0.2
    assert leaning[:, 0].max() > rest[:, 0].max()
    assert lowered[-8:, 2].mean() < rest[-8:, 2].mean() - 0.05


def test_the_drawn_gripper_is_where_the_kinematics_has_the_tool() -> None:
    angles = {"shoulder_pan": 0.4, "shoulder_lift": -0.3, "elbow_flex": 0.6, "wrist_flex": 0.2}
    tool = forward(SO101, [angles.get(joint, 0.0) for joint in SO101.joints])[:3, 3]
    corners = ArmScene(arm_shape_for("so_follower")).corners(angles)
    assert np.linalg.norm(corners - tool, axis=1).min() < 0.02


def test_two_arms_stand_side_by_side_and_move_apart_from_each_other() -> None:
    pair = side_by_side(arm_shape_for("so_leader"), arm_shape_for("so_leader"))
    scene = ArmScene(pair)
    half = len(scene.corners({})) // 2
    assert pair.joints[0] == "left_shoulder_pan"
    assert pair.joints[6] == "right_shoulder_pan"
    rest, moved = scene.corners({}), scene.corners({"right_shoulder_pan": pi / 4})
    assert rest[:half, 1].mean() > 0.1
    assert rest[half:, 1].mean() < -0.1
    assert np.allclose(rest[:half], moved[:half])
    assert not np.allclose(rest[half:], moved[half:])


def test_drawing_an_arm_loads_no_simulator() -> None:
    program = (
        "import sys, app.widgets.arm_drawing\n"
        "heavy = {'mujoco', 'torch', 'cv2', 'serial', 'grpc'} & set(sys.modules)\n"
        "sys.exit(bool(heavy))"
    )
    assert run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0
