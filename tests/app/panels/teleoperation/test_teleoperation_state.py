from dataclasses import replace

import pytest

from app.panels.teleoperation.state import TeleoperationState, after, gap_of
from app.panels.teleoperation.words import duration, motion_status, subtitle
from app.session_state import SessionState
from app.start_checks import SessionLife
from app.theme.tokens import Tone
from lerobot_core.workers.protocol import (
    DeviceReading,
    Devices,
    DeviceState,
    Failed,
    JointRow,
    LoopStatistics,
    Phase,
    PhaseChanged,
    Started,
    Telemetry,
)

IDLE = TeleoperationState(session=SessionState(life=SessionLife.RUNNING, phase=Phase.IDLE))
LOOP = LoopStatistics(60.0, 60.0, 100, 0, 400, 2, {})
DRIVEN = PhaseChanged(Phase.TELEOPERATING, torque_on=True)


def reading(time_s: float, goal: float = 10.0, position: float = 9.5) -> Telemetry:
    return Telemetry(time_s, {"elbow_flex": JointRow(goal, goal, position)}, 1.0)


def told(*events: object, start: TeleoperationState = IDLE) -> TeleoperationState:
    for event in events:
        start = after(start, event)
    return start


def test_readings_and_statistics_are_kept() -> None:
    state = told(DRIVEN, reading(1.0), LOOP)
    assert state.joints["elbow_flex"].position == 9.5
    assert state.loop == LOOP


def test_driving_is_timed_on_the_sessions_clock() -> None:
    state = told(reading(90.0), DRIVEN, reading(100.0), reading(261.0))
    assert state.driven_s == pytest.approx(161.0)
    assert told(PhaseChanged(Phase.HOLDING), start=state).driven_s is None


@pytest.mark.parametrize("end", [PhaseChanged(Phase.IDLE), Started(), Failed("session_ended")])
def test_a_loop_that_ended_shows_no_ease_in(end: object) -> None:
    assert told(DRIVEN, reading(1.0), PhaseChanged(Phase.HOLDING), end).engaged_fraction == 0


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        (JointRow(1.0, 10.0, 9.5), 0.5),
        (JointRow(1.0, None, 9.5), None),
        (JointRow(1.0, 10.0, None), None),
        (JointRow(1.0, 10.0, 9.5, stale=True), None),
    ],
)
def test_a_gap_needs_a_goal_and_an_answer(row: JointRow, gap: float | None) -> None:
    assert gap_of(row) == gap


@pytest.mark.parametrize(
    ("phase", "can_engage"),
    [
        (Phase.IDLE, True),
        (Phase.HOLDING, True),
        (Phase.TELEOPERATING, False),
        (Phase.CONNECTING, False),
        (Phase.DISCONNECTED, False),
        (Phase.RECORDING, False),
    ],
)
def test_when_the_arm_can_be_engaged(phase: Phase, can_engage: bool) -> None:
    assert told(PhaseChanged(phase)).can_engage is can_engage


def test_an_arm_in_trouble_cannot_be_engaged() -> None:
    broken = DeviceReading("follower", "robot", DeviceState.BAD, "servo 3 silent")
    state = told(Devices([broken]), PhaseChanged(Phase.HOLDING, torque_on=True))
    assert not state.can_engage
    assert subtitle(state) == "Stopped. Solve the problem, then engage again."


@pytest.mark.parametrize(
    ("events", "text", "tone"),
    [
        ([], "Torque off", Tone.NEUTRAL),
        ([PhaseChanged(Phase.IDLE, torque_off_confirmed=True)], "Torque off, read back", Tone.OK),
        ([DRIVEN], "Easing in to the leader", Tone.ACCENT),
        ([DRIVEN, reading(1.0)], "Gap under 2° or 2 % on every joint", Tone.OK),
        ([DRIVEN, reading(1.0, position=2.0)], "Elbow flex is 8.0° behind", Tone.NEUTRAL),
        ([PhaseChanged(Phase.GOING_TO_REST)], "Moving to the rest pose", Tone.ACCENT),
        ([PhaseChanged(Phase.HOLDING)], "Held at the last position", Tone.WARN),
    ],
)
def test_how_the_arm_follows_in_words(events: list[object], text: str, tone: Tone) -> None:
    assert motion_status(told(*events))[:2] == (text, tone)


def test_a_joint_that_does_not_answer_is_said() -> None:
    silent = Telemetry(1.0, {"gripper": JointRow(1.0, 1.0, 1.0, stale=True)}, 1.0)
    assert motion_status(told(DRIVEN, silent))[0] == "A joint does not answer"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (IDLE, "Ready. Torque is off until you engage."),
        (TeleoperationState(), "Not ready, see the list."),
        (told(PhaseChanged(Phase.CONNECTING)), "Opening the arm and the cameras."),
        (told(DRIVEN, replace(reading(1.0), engaged_fraction=0.4)), "Easing in, 40 %"),
        (told(DRIVEN, reading(1.0), reading(162.5)), "Follower eased in, 2 min 41 s"),
        (told(PhaseChanged(Phase.RECORDING)), "A recording is running; stop it on Record."),
        (told(PhaseChanged(Phase.GOING_TO_REST)), "Going to the rest pose. STOP freezes it."),
        (told(PhaseChanged(Phase.HOLDING)), "Stopped. Engage again, or let the arm rest."),
    ],
)
def test_the_state_beside_the_title(state: TeleoperationState, text: str) -> None:
    assert subtitle(state) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(41.9, "41 s"), (161.0, "2 min 41 s"), (3725.0, "1 h 02 min")]
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text
