import mujoco
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.kinematics.chain import forward, pose_matrix
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.sim.scene import build_scene

_ANGLES = st.tuples(
    *(st.floats(low, high) for low, high in zip(SO101.low_rad, SO101.high_rad, strict=True))
)


@pytest.fixture(scope="module")
def model():
    return mujoco.MjModel.from_xml_string(build_scene())


@given(angles=_ANGLES)
def test_the_tool_is_where_mujoco_has_it(model, angles):
    data = mujoco.MjData(model)
    for joint, angle in zip(SO101.joints, angles, strict=True):
        data.joint(joint).qpos = angle
    mujoco.mj_kinematics(model, data)
    site = data.site("gripperframe")

    tool = forward(SO101, angles)

    assert tool[:3, 3] == pytest.approx(site.xpos, abs=1e-6)
    assert tool[:3, :3] == pytest.approx(site.xmat.reshape(3, 3), abs=1e-4)


def test_the_number_of_angles_is_checked():
    with pytest.raises(ValueError, match="4 angles"):
        forward(SO101, [0.0] * 4)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda q: np.linalg.norm(q) > 0.1))
def test_a_pose_is_a_rotation(quaternion):
    turn = pose_matrix((0, 0, 0), quaternion)[:3, :3]
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)
