from math import radians

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lerobot_core.errors import UnsafeAction
from lerobot_core.kinematics.chain import forward
from lerobot_core.kinematics.rotation import angle_between, roll_pitch_yaw
from lerobot_core.kinematics.so101 import SO101
from lerobot_core.kinematics.steps import Axes, StepLimits, StepOutcome, ToolDelta, ToolStepper

# Elbow up, gripper down and forward: with room to move in every direction.
READY = np.array([0.0, 0.1, 0.1, 1.3, 0.0])
LIMITS = StepLimits()

_ANYWHERE = st.tuples(
    *(st.floats(low, high) for low, high in zip(SO101.low_rad, SO101.high_rad, strict=True))
).map(np.array)
_DELTA = st.builds(
    ToolDelta,
    *(st.floats(-0.05, 0.05) for _ in range(3)),
    *(st.floats(-0.5, 0.5) for _ in range(3)),
)


def position(angles):
    return forward(SO101, angles)[:3, 3]


@settings(max_examples=150)
@given(_ANYWHERE, st.lists(st.tuples(_DELTA, st.sampled_from(Axes)), min_size=1, max_size=6))
def test_no_step_exceeds_a_limit(start, deltas):
    stepper = ToolStepper(SO101, start)
    before = start
    for delta, axes in deltas:
        step = stepper.step(delta, axes)
        assert np.all(step.angles_rad >= SO101.low_rad)
        assert np.all(step.angles_rad <= SO101.high_rad)
        assert np.abs(step.angles_rad - before).max() <= LIMITS.joint_rad * 1.0001
        moved = np.linalg.norm(position(step.angles_rad) - position(before))
        assert moved <= LIMITS.move_m + 1e-3
        assert 0 <= step.moved_share <= 1
        assert 0 <= step.turned_share <= 1
        before = step.angles_rad


@settings(max_examples=60)
@given(
    st.tuples(st.floats(-0.6, 0.6), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
    st.tuples(*(st.floats(-1, 1) for _ in range(3))).filter(lambda v: np.linalg.norm(v) > 0.1),
)
def test_many_steps_make_a_straight_line(posture, direction):
    start = READY + np.array([posture[0], posture[1], posture[2], 0.0, 0.0])
    stepper = ToolStepper(SO101, start)
    way = np.array(direction) / np.linalg.norm(direction) * 0.002
    begin = position(start)
    for done in range(1, 21):
        step = stepper.step(ToolDelta(*way))
        assume(step.outcome is StepOutcome.DONE)  # the line leaves what the arm can reach
        assert position(step.angles_rad) == pytest.approx(begin + done * way, abs=4e-4)


@settings(max_examples=40)
@given(st.tuples(*(st.floats(-0.15, 0.15) for _ in range(5))))
def test_there_and_back_is_where_it_was(nudge):
    start = READY + np.array(nudge)
    stepper = ToolStepper(SO101, start)
    for way in (0.003,) * 10 + (-0.003,) * 10:
        step = stepper.step(ToolDelta(x_m=way))
        assume(step.outcome is StepOutcome.DONE)
    assert position(stepper.angles_rad) == pytest.approx(position(start), abs=4e-4)
    assert stepper.angles_rad == pytest.approx(start, abs=0.05)


def test_a_step_in_the_tools_own_axes_follows_the_tool():
    stepper = ToolStepper(SO101, READY)
    tool = forward(SO101, READY)
    step = stepper.step(ToolDelta(x_m=0.004), Axes.TOOL)
    assert step.outcome is StepOutcome.DONE
    moved = position(step.angles_rad) - tool[:3, 3]
    assert moved == pytest.approx(tool[:3, :3] @ [0.004, 0.0, 0.0], abs=3e-4)


def test_a_turn_leaves_the_tool_where_it_is():
    """Roll is about the gripper's own axis, which the last joint can do whatever the pose."""
    stepper = ToolStepper(SO101, READY)
    tool = forward(SO101, READY)
    turns = [
        (ToolDelta(roll_rad=0.05), Axes.TOOL),
        (ToolDelta(pitch_rad=0.05), Axes.TOOL),
        (ToolDelta(yaw_rad=0.05), Axes.TOOL),
    ]
    done = []
    for delta, axes in turns:
        stepper.start_from(READY)
        step = stepper.step(delta, axes)
        assert position(step.angles_rad) == pytest.approx(tool[:3, 3], abs=3e-4)
        done.append(step.turned_share)
    assert max(done) > 0.95  # at least about one axis; five joints cannot do all three


def test_a_long_way_is_shortened_and_goes_on():
    stepper = ToolStepper(SO101, READY)
    delta = ToolDelta(z_m=0.03)
    step = stepper.step(delta)
    assert step.outcome is StepOutcome.SHORTENED
    assert step.moved_share == pytest.approx(1 / 3, abs=0.03)
    stepper.step(delta)
    assert position(stepper.angles_rad)[2] == pytest.approx(position(READY)[2] + 0.02, abs=4e-4)


def test_pushing_out_of_reach_blocks_and_the_way_back_begins_at_once():
    stepper = ToolStepper(SO101, READY)
    outcomes = [stepper.step(ToolDelta(x_m=0.005)).outcome for _ in range(80)]
    assert outcomes[-1] is StepOutcome.BLOCKED
    edge = position(stepper.angles_rad)
    step = stepper.step(ToolDelta(x_m=0.005))
    assert step.moved_share < 0.5
    assert position(step.angles_rad) == pytest.approx(edge, abs=4e-3)
    for _ in range(12):  # short steps at first: the joints would have to race
        stepper.step(ToolDelta(x_m=-0.005))
    assert position(stepper.angles_rad)[0] < edge[0] - 0.015


def test_a_stretched_arm_can_be_pulled_back():
    """All links in one line: no joint alone brings the tool nearer to the shoulder."""
    stepper = ToolStepper(SO101, READY)
    for _ in range(200):
        stepper.step(ToolDelta(x_m=0.002))
    stretched = position(stepper.angles_rad)
    for _ in range(40):
        stepper.step(ToolDelta(x_m=-0.002))
    assert position(stepper.angles_rad)[0] < stretched[0] - 0.05


def test_the_orientation_that_is_meant_stays_near():
    stepper = ToolStepper(SO101, READY)
    for _ in range(60):
        step = stepper.step(ToolDelta(y_m=0.004))
        assert step.orientation_error_rad < 0.31


def test_limits_and_numbers_are_checked():
    with pytest.raises(ValueError, match="finite"):
        StepLimits(move_m=0.0)
    stepper = ToolStepper(SO101, READY)
    with pytest.raises(UnsafeAction):
        stepper.step(ToolDelta(x_m=float("nan")))
    with pytest.raises(UnsafeAction):
        stepper.start_from(np.array([0.0, 0.0, 0.0, float("inf"), 0.0]))
    with pytest.raises(ValueError, match="4 angles"):
        stepper.start_from(np.zeros(4))
    assert stepper.angles_rad == pytest.approx(READY)


def test_an_arm_that_leans_on_its_stop_is_led_back_inside():
    outside = READY.copy()
    outside[1] = SO101.high_rad[1] + radians(2)
    stepper = ToolStepper(SO101, outside)
    step = stepper.step(ToolDelta(z_m=0.002))
    assert np.all(step.angles_rad <= SO101.high_rad)


def test_turns_add_up():
    stepper = ToolStepper(SO101, READY)
    for _ in range(10):
        stepper.step(ToolDelta(roll_rad=0.05), Axes.TOOL)
    wanted = forward(SO101, READY)[:3, :3] @ roll_pitch_yaw(0.5, 0, 0)
    assert angle_between(stepper.wanted_pose[:3, :3], wanted) < 0.1
