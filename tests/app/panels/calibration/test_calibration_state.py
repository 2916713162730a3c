from dataclasses import replace

import pytest
from calibrations import (
    FAR,
    FOLLOWER,
    HALF,
    OFF_MIDDLE,
    RELEASE,
    REVIEW,
    SIGNS,
    TURNING,
    UNMOVED,
    WHOLE,
    state_at,
    sweeping,
)

from app.panels.calibration.events import (
    accepting,
    after,
    beginning,
    confirmed,
    mirroring,
    without_notices,
)
from app.panels.calibration.progress import Progress, can_accept
from app.panels.calibration.state import FileFacts, FileKnown, Step
from app.panels.calibration.words import next_obstacle
from lerobot_core.workers.protocol import (
    CalibrationNow,
    Failed,
    Finished,
    MirrorPose,
    PortDone,
    Problem,
    SweepSeen,
)

ADDRESS = FOLLOWER.address


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (None, Step.ARM),
        (RELEASE, Step.RELEASE),
        (sweeping(), Step.SWEEP),
        (SIGNS, Step.SIGNS),
        (REVIEW, Step.COMPARE),
        (replace(REVIEW, stage="saving"), Step.COMPARE),
        (replace(REVIEW, stage="cancelling"), Step.COMPARE),
        (replace(REVIEW, stage="saved"), Step.MIRROR),
        (replace(REVIEW, stage="cancelled"), Step.ARM),
    ],
)
def test_the_step_follows_the_worker(now: CalibrationNow | None, step: Step) -> None:
    assert state_at(now).step is step


def test_one_joint_alone_has_no_signs() -> None:
    assert Step.SIGNS in state_at(RELEASE).steps
    assert Step.SIGNS not in state_at(RELEASE, "elbow_flex").steps


@pytest.mark.parametrize(
    ("sweep", "progress"),
    [
        (UNMOVED, Progress.UNMOVED),
        (HALF, Progress.TOO_LITTLE),
        (WHOLE, Progress.COMPLETE),
        (FAR, Progress.TOO_MUCH),
        (TURNING, Progress.NO_NEED),
        (OFF_MIDDLE, Progress.WRONG_MIDDLE),
    ],
)
def test_how_far_a_joint_is(sweep: SweepSeen, progress: Progress) -> None:
    assert state_at(sweeping(elbow_flex=sweep)).progress("elbow_flex") is progress


@pytest.mark.parametrize(
    ("sweep", "may_be"), [(UNMOVED, False), (HALF, True), (FAR, True), (WHOLE, False),
                          (OFF_MIDDLE, True), (TURNING, False)],
)  # fmt: skip
def test_what_is_unusual_may_be_accepted(sweep: SweepSeen, may_be: bool) -> None:
    assert can_accept(sweep) is may_be
    state = accepting(state_at(sweeping(elbow_flex=sweep)), "elbow_flex", accepts=True)
    assert (state.progress("elbow_flex") is Progress.ACCEPTED) is may_be


def test_the_sweep_ends_when_nothing_is_missing() -> None:
    assert state_at(sweeping()).can_finish_sweep
    state = state_at(sweeping(elbow_flex=HALF, wrist_roll=OFF_MIDDLE))
    assert not state.can_finish_sweep
    assert state.missing == {
        "elbow_flex": Progress.TOO_LITTLE,
        "wrist_roll": Progress.WRONG_MIDDLE,
    }
    for joint in state.missing:
        state = accepting(state, joint, accepts=True)
    assert state.can_finish_sweep
    assert not accepting(state, "elbow_flex", accepts=False).can_finish_sweep


def test_a_pause_names_the_silent_joints() -> None:
    facts = {"missing": "elbow_flex (servo 3)", "device": "so_follower"}
    now = replace(sweeping(), problem_code="servos_missing", problem_facts=facts)
    state = state_at(now)
    assert state.is_paused
    assert not state.can_finish_sweep
    assert state.progress("elbow_flex") is Progress.SILENT
    assert not after(state, sweeping()).is_paused


def test_the_joint_that_moves_is_the_fastest() -> None:
    state = state_at(sweeping())
    state = after(state, sweeping(elbow_flex=replace(WHOLE, now=2900)))
    assert state.moving == "elbow_flex"
    rests = after(state, sweeping(elbow_flex=replace(WHOLE, now=2905)))
    assert rests.moving == "elbow_flex"  # what rests changes nothing


def test_two_joints_that_move_alike_do_not_take_turns() -> None:
    state = after(state_at(sweeping()), sweeping(elbow_flex=replace(WHOLE, now=2900)))
    both = sweeping(elbow_flex=replace(WHOLE, now=2850), shoulder_pan=replace(WHOLE, now=2940))
    assert after(state, both).moving == "elbow_flex"


def test_what_another_arm_says_is_not_taken() -> None:
    state = state_at(RELEASE)
    assert after(state, Problem("port_lost", {}, "sim://other/follower")) == state
    assert after(state, PortDone("sim://other/follower", "calibrate")) == state


def test_a_problem_while_opening_ends_it_and_is_kept() -> None:
    state = beginning(state_at())
    problem = Problem("port_busy", {"port": ADDRESS}, ADDRESS)
    state = after(after(state, problem), PortDone(ADDRESS, "calibrate"))
    assert state.step is Step.ARM
    assert not state.is_busy
    assert state.problem == problem


def test_the_last_word_of_a_calibration_that_was_left_changes_nothing() -> None:
    assert after(state_at(), RELEASE) == state_at()


def test_a_worker_that_is_gone_takes_the_calibration_with_it() -> None:
    state = after(state_at(sweeping()), Failed("session_ended", {"guard": ""}, "killed"))
    assert state.step is Step.ARM
    assert state.problem is not None
    assert state.problem.details == "killed"
    assert after(state_at(sweeping()), Finished()).now is None


def test_a_mirror_shows_the_arm_and_the_one_across() -> None:
    pose, other = MirrorPose({"elbow_flex": 3.0}, address=ADDRESS), MirrorPose({}, address="other")
    state = mirroring(state_at(replace(REVIEW, stage="saved")))
    assert state.step is Step.MIRROR
    state = after(after(state, pose), other)
    assert (state.pose, state.ghost) == (pose, None)
    assert after(replace(state, has_ghost=True), other).ghost == other


def test_the_end_of_the_calibration_does_not_end_the_mirror() -> None:
    state = mirroring(state_at(replace(REVIEW, stage="saved")))
    assert after(state, PortDone(ADDRESS, "calibrate")) == state
    assert after(state, PortDone(ADDRESS, "mirror")).step is Step.ARM


def test_what_looked_right_is_done_and_the_next_arm_is_offered() -> None:
    files = {"follower": FileFacts(FileKnown.FINE), "leader": FileFacts(FileKnown.MISSING)}
    state = replace(mirroring(state_at(replace(REVIEW, stage="saved"))), files=files)
    state = confirmed(state)
    assert state.done == {"follower"}
    assert state.step is Step.ARM
    assert state.next_arm is not None
    assert state.next_arm.key == "leader"


def test_joints_that_turn_all_the_way_are_known_before_torque_goes_off() -> None:
    assert state_at(RELEASE).full_turns == ("wrist_roll",)


def test_a_calibration_that_lost_its_port_says_so_until_it_was_read() -> None:
    state = after(state_at(sweeping()), PortDone(ADDRESS, "calibrate"))
    assert state.step is Step.ARM
    assert state.was_interrupted
    assert not without_notices(state).was_interrupted
    assert not beginning(state).was_interrupted


def test_one_that_was_cancelled_was_not_interrupted() -> None:
    state = after(state_at(sweeping()), replace(RELEASE, stage="cancelled"))
    assert not after(state, PortDone(ADDRESS, "calibrate")).was_interrupted


def test_a_sweep_that_still_grows_is_not_at_its_end() -> None:
    growing = replace(sweeping(), growing=["elbow_flex"])
    state = state_at(growing)
    assert not state.can_finish_sweep
    assert "elbow flex" in next_obstacle(state).lower()
    assert after(state, sweeping()).can_finish_sweep
