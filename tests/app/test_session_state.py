import pytest

from app.session_state import SessionState, after, starting, without_problem
from app.start_checks import SessionLife
from lerobot_core.workers.protocol import (
    CameraReady,
    Cancelled,
    DeviceReading,
    Devices,
    DeviceState,
    Failed,
    Finished,
    Happened,
    Phase,
    PhaseChanged,
    Problem,
    ProblemSolved,
    Started,
)

LOST = Problem("servo_lost", {"joint": "elbow_flex", "servo_id": 3, "ticks": 12}, "follower")
LOST_AGAIN = Problem("servo_lost", {"joint": "elbow_flex", "servo_id": 3, "ticks": 40}, "follower")
DARK = Problem("camera_lost", {"camera": "wrist"}, "wrist")
SILENT = Problem("session_silent", {"guard": "It holds."}, "session")
FOLLOWER = DeviceReading("follower", "robot", DeviceState.OK)
STORY = Happened(1.0, DeviceState.BAD, "servo 3 silent")
RUNNING = SessionState(life=SessionLife.RUNNING, phase=Phase.IDLE)


def told(*events: object, start: SessionState = RUNNING) -> SessionState:
    for event in events:
        start = after(start, event)
    return start


def test_a_new_session_starts_from_nothing() -> None:
    state = told(LOST, Devices([FOLLOWER]), STORY, Started())
    assert state == SessionState(life=SessionLife.RUNNING, phase=Phase.CONNECTING)


def test_the_phase_is_the_workers() -> None:
    state = told(PhaseChanged(Phase.HOLDING, torque_on=True))
    assert state.is_holding
    assert state.torque_on


@pytest.mark.parametrize(
    ("events", "problems"),
    [
        ([LOST, DARK], (DARK, LOST)),
        ([LOST, LOST_AGAIN], (LOST_AGAIN,)),
        ([LOST, DARK, ProblemSolved("wrist")], (LOST,)),
        ([LOST, ProblemSolved("wrist")], (LOST,)),
    ],
)
def test_problems_stay_until_solved(events: list[object], problems: tuple[Problem, ...]) -> None:
    assert told(*events).problems == problems


def test_the_joint_to_clear_is_that_of_the_newest_servo_that_protects_itself() -> None:
    overloaded = Problem("servo_overloaded", {"joint": "wrist_flex", "servo_id": 4}, "follower")
    limp = Problem("torque_lost", {"joint": "gripper", "servo_id": 6, "reason": ""}, "follower")
    assert told(overloaded, LOST).joint_to_clear == "wrist_flex"
    assert told(overloaded, limp).joint_to_clear == "gripper"
    assert told(LOST).joint_to_clear == ""


def test_a_failure_is_the_one_problem_left() -> None:
    state = told(LOST, DARK, Failed("session_ended", {"guard": ""}, "trace"))
    assert [problem.code for problem in state.problems] == ["session_ended"]
    assert state.problems[0].details == "trace"
    assert state.life is SessionLife.ENDED


@pytest.mark.parametrize("end", [Finished(), Cancelled(), Failed("failure")])
def test_nothing_is_connected_after_the_end(end: object) -> None:
    state = told(Devices([FOLLOWER]), PhaseChanged(Phase.TELEOPERATING, torque_on=True), end)
    assert state.phase is Phase.DISCONNECTED
    assert state.devices == ()
    assert not state.torque_on


def test_a_guard_that_holds_is_shown_after_the_end() -> None:
    state = told(Failed("session_ended"), PhaseChanged(Phase.HOLDING, torque_on=True))
    assert state.is_holding
    assert state.life is SessionLife.ENDED


def test_a_silent_session_answers_again() -> None:
    silent = told(SILENT)
    assert silent.life is SessionLife.SILENT
    answering = told(ProblemSolved("session"), start=silent)
    assert answering.life is SessionLife.RUNNING
    assert answering.problems == ()


def test_the_story_of_a_stop_goes_when_the_arm_is_driven_again() -> None:
    stopped = told(PhaseChanged(Phase.TELEOPERATING), STORY, PhaseChanged(Phase.HOLDING))
    assert stopped.story == (STORY,)
    assert told(PhaseChanged(Phase.TELEOPERATING), start=stopped).story == ()


def test_cameras_keep_their_order_when_they_come_back() -> None:
    first, second = (CameraReady(name, "/ring", 480, 640) for name in ("top", "wrist"))
    assert told(first, second, first).cameras == ("top", "wrist")


def test_a_closed_banner_is_gone_and_others_stay() -> None:
    assert without_problem(told(LOST, DARK), DARK).problems == (LOST,)


def test_asking_for_a_session_forgets_the_problems_of_the_last() -> None:
    state = starting(told(Failed("session_ended")))
    assert state.life is SessionLife.STARTING
    assert state.problems == ()
