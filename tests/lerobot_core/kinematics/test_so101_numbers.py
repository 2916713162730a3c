"""The chain against MuJoCo, on a model of its own: the numbers of the public CAD export again."""

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lerobot_core.kinematics.chain import forward, forward_with_axes
from lerobot_core.kinematics.inverse import inverse
from lerobot_core.kinematics.so101 import MOVING_JAW, SO101

# body, position (m), quaternion w x y z, joint, range (rad); each the child of the one above
_BODIES = (
    ("shoulder", "0.038835 -8.9766e-09 0.0624", "0 0 -1 0", "shoulder_pan", "-1.9199 1.9199"),
    ("upper_arm", "-0.030399 -0.018278 -0.0542", "0.5 -0.5 -0.5 -0.5", "shoulder_lift",
     "-1.7453 1.7453"),
    ("lower_arm", "-0.11257 -0.028 0", "0.70711 0 0 0.70711", "elbow_flex", "-1.69 1.69"),
    ("wrist", "-0.1349 0.0052 0", "0.70711 0 0 -0.70711", "wrist_flex", "-1.6581 1.6581"),
    ("gripper", "0 -0.0611 0.0181", "0.017209 -0.017209 0.7069 0.7069", "wrist_roll",
     "-2.7438 2.8412"),
)  # fmt: skip
_TOOL = '<site name="tool" pos="-0.0079 -0.00021812 -0.098127" quat="0.70711 0 0.70711 0"/>'
_JAW = (
    '<body name="jaw" pos="0.0202 0.0188 -0.0234" quat="0.70711 0.70711 -1.8536e-08 1.8536e-08">'
    '<joint name="gripper" axis="0 0 1" range="-0.17453 1.7453"/>'
    '<geom size="0.01" mass="0.01"/></body>'
)

_ANGLES = st.tuples(
    *(st.floats(low, high) for low, high in zip(SO101.low_rad, SO101.high_rad, strict=True))
).map(np.array)


def _xml():
    inside = _TOOL + _JAW
    for name, position, turn, joint, limits in reversed(_BODIES):
        inside = (
            f'<body name="{name}" pos="{position}" quat="{turn}">'
            f'<joint name="{joint}" axis="0 0 1" range="{limits}"/>'
            f'<geom size="0.01" mass="0.1"/>{inside}</body>'
        )
    return (
        '<mujoco><compiler angle="radian" autolimits="true"/>'
        f"<worldbody>{inside}</worldbody></mujoco>"
    )


@pytest.fixture(scope="module")
def model():
    return mujoco.MjModel.from_xml_string(_xml())


@pytest.fixture(scope="module")
def data(model):
    return mujoco.MjData(model)


def place(model, data, angles):
    for joint, angle in zip(SO101.joints, angles, strict=True):
        data.joint(joint).qpos = angle
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    return data.site("tool")


@given(_ANGLES)
def test_forward(model, data, angles):
    site = place(model, data, angles)
    tool = forward(SO101, angles)
    assert tool[:3, 3] == pytest.approx(site.xpos, abs=1e-6)
    assert tool[:3, :3] == pytest.approx(site.xmat.reshape(3, 3), abs=1e-5)


@given(_ANGLES)
def test_how_the_tool_follows_each_joint(model, data, angles):
    site = place(model, data, angles)
    moves, turns = np.zeros((3, model.nv)), np.zeros((3, model.nv))
    mujoco.mj_jacSite(model, data, moves, turns, site.id)
    tool, origins, axes = forward_with_axes(SO101, angles)
    columns = [model.joint(joint).dofadr[0] for joint in SO101.joints]
    assert axes == pytest.approx(turns.T[columns], abs=1e-5)
    ours = np.cross(axes, tool[:3, 3] - origins)
    assert ours == pytest.approx(moves.T[columns], abs=1e-6)


@settings(max_examples=60)
@given(_ANGLES, st.tuples(*(st.floats(-0.1, 0.1) for _ in range(5))))
def test_inverse_finds_what_mujoco_shows(model, data, angles, nudge):
    site = place(model, data, angles)
    wanted = np.eye(4)
    wanted[:3, 3], wanted[:3, :3] = site.xpos, site.xmat.reshape(3, 3)
    reach = inverse(SO101, wanted, angles + np.array(nudge))
    assert reach.position_error_m < 5e-4
    assert place(model, data, reach.angles_rad).xpos == pytest.approx(wanted[:3, 3], abs=5e-4)


def test_limits_are_the_models(model):
    for joint, low, high in zip(SO101.joints, SO101.low_rad, SO101.high_rad, strict=True):
        assert model.joint(joint).range == pytest.approx([low, high])
    jaw = [MOVING_JAW.low_rad, MOVING_JAW.high_rad]
    assert model.joint("gripper").range == pytest.approx(jaw)


def test_the_jaw_sits_where_the_model_has_it(model):
    assert model.body("jaw").pos == pytest.approx(MOVING_JAW.position_m)
