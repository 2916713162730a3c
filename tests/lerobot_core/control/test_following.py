from lerobot_core.control.following import BEHIND, BLOCKED_AFTER_S, FollowingWatch

ELBOW, GRIPPER = "elbow_flex.pos", "gripper.pos"
STEP_S = 1 / 60


def first_stop(
    joint: str, behind: float, moves_per_s: float = 0.0, *, seconds: float = 3.0, lost: bool = False
) -> float | None:
    """When a joint that stays this far behind is called blocked."""
    watch, here = FollowingWatch(), 0.0
    for tick in range(round(seconds / STEP_S)):
        here += moves_per_s * STEP_S
        unknown = (joint,) if lost else ()
        if watch.blocked_joint({joint: here + behind}, {joint: here}, unknown, tick * STEP_S):
            return tick * STEP_S
    return None


def test_a_joint_that_does_not_get_on_is_blocked_after_a_second() -> None:
    stopped_s = first_stop(ELBOW, 20)
    assert stopped_s is not None
    assert abs(stopped_s - BLOCKED_AFTER_S) < 2 * STEP_S


def test_a_joint_that_lags_and_gets_on_is_not_blocked() -> None:
    assert first_stop(ELBOW, 30, moves_per_s=20) is None


def test_a_joint_that_hangs_a_little_low_is_not_blocked() -> None:
    assert first_stop(ELBOW, BEHIND - 0.1) is None


def test_a_gripper_that_holds_something_is_not_blocked() -> None:
    assert first_stop(GRIPPER, 60) is None
    assert first_stop("left_gripper.pos", 60) is None


def test_a_joint_that_was_not_heard_of_is_not_judged() -> None:
    assert first_stop(ELBOW, 20, lost=True) is None


def test_a_new_beginning_counts_from_zero() -> None:
    watch = FollowingWatch()
    watch.blocked_joint({ELBOW: 20.0}, {ELBOW: 0.0}, (), 0.0)
    watch.forget()
    assert watch.blocked_joint({ELBOW: 20.0}, {ELBOW: 0.0}, (), BLOCKED_AFTER_S) is None
