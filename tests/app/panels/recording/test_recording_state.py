from dataclasses import replace

import pytest

from app.panels.recording.plan import Plan, plan_checks, rates_for
from app.panels.recording.state import Mark, RecordingState, after, asked, planned
from app.panels.recording.words import episode_facts, headline
from app.session_state import SessionState
from app.start_checks import SessionLife
from lerobot_core.workers.protocol import (
    EpisodeSaved,
    Failed,
    Phase,
    PhaseChanged,
    Problem,
    RecordingFinished,
    RecordingProgress,
    Started,
)

GOOD = Plan("lab/cubes", "Put the cube in the bin", episodes=3)
IDLE = SessionState(life=SessionLife.RUNNING, phase=Phase.IDLE)
READY = RecordingState(session=IDLE, plan=GOOD, free_mb=80_000, cameras=("top", "wrist"))
FIRST = EpisodeSaved(0, 450, 15.0, 41.0)
SECOND = EpisodeSaved(1, 440, 14.7, 39.0, repeated_frames=60)  # of 880 pictures


def progress(phase: Phase = Phase.RECORDING, episode: int = 1, saved: int = 0) -> RecordingProgress:
    return RecordingProgress(phase, episode, 3, saved, 0, 4.2, 30.0, 126, 29.9, 0, 80_000, 1900.0)


def told(*events: object, start: RecordingState = READY) -> RecordingState:
    for event in events:
        start = after(start, event)
    return start


@pytest.mark.parametrize(
    ("plan", "exists", "codes"),
    [
        (GOOD, False, []),
        (replace(GOOD, dataset=" "), False, ["dataset_missing"]),
        (replace(GOOD, dataset="cubes"), False, []),
        (replace(GOOD, dataset="lab/../cubes"), False, ["dataset_name_invalid"]),
        (replace(GOOD, dataset="lab/..cubes"), False, ["dataset_name_invalid"]),
        (replace(GOOD, dataset="lab/red cubes"), False, ["dataset_name_invalid"]),
        (replace(GOOD, dataset="/etc/cubes"), False, ["dataset_name_invalid"]),
        (GOOD, True, ["dataset_exists"]),
        (replace(GOOD, task="  "), False, ["task_missing"]),
        (Plan(), False, ["dataset_missing", "task_missing"]),
    ],
)
def test_what_is_wrong_with_a_plan(plan: Plan, exists: bool, codes: list[str]) -> None:
    assert [check.code for check in plan_checks(plan, exists=exists)] == codes


@pytest.mark.parametrize(
    ("control_hz", "camera_fps", "rates"),
    [(60, 30, [5, 6, 10, 12, 15, 20, 30]), (50, 30, [5, 10, 25]), (60, 15, [5, 6, 10, 12, 15])],
)
def test_only_every_kth_tick_can_be_recorded(
    control_hz: int, camera_fps: int, rates: list[int]
) -> None:
    assert rates_for(control_hz, camera_fps) == rates


def test_a_good_plan_can_start_and_a_bad_one_cannot() -> None:
    assert READY.can_start
    assert not planned(READY, replace(GOOD, task=""), exists=False).can_start
    assert not planned(READY, GOOD, exists=True).can_start


def test_it_cannot_start_twice() -> None:
    assert not asked(READY).can_start
    assert not told(progress()).can_start


def test_a_refusal_lets_one_ask_again() -> None:
    refused = told(Problem("dataset_exists", {"name": "lab/cubes"}), start=asked(READY))
    assert refused.can_start
    assert refused.plan == GOOD


@pytest.mark.parametrize(
    "phase", [Phase.HOLDING, Phase.DISCONNECTED, Phase.CONNECTING, Phase.GOING_TO_REST]
)
def test_it_cannot_start_while_the_arm_cannot_be_driven(phase: Phase) -> None:
    assert not replace(READY, session=replace(IDLE, phase=phase)).can_start


def test_the_strip_marks_each_episode() -> None:
    state = told(progress(), FIRST, SECOND, progress(episode=3, saved=2))
    assert state.marks == [Mark.SAVED, Mark.REMARK, Mark.NOW]
    assert READY.marks == [Mark.TO_GO] * 3


@pytest.mark.parametrize(
    ("repeated", "mark"), [(0, Mark.SAVED), (4, Mark.SAVED), (18, Mark.SAVED), (19, Mark.REMARK)]
)
def test_only_a_share_of_repeats_that_shows_is_worth_a_mark(repeated: int, mark: Mark) -> None:
    saved = EpisodeSaved(0, 450, 15.0, 41.0, repeated_frames=repeated)
    assert told(progress(), saved, progress(saved=1)).marks[0] is mark
    assert READY.pictures_in(saved) == 900


@pytest.mark.parametrize(("repeated", "text"), [(0, "none"), (4, "4 of 900")])
def test_repeated_pictures_are_counted_against_all_of_them(repeated: int, text: str) -> None:
    facts = dict(episode_facts(READY, EpisodeSaved(0, 450, 15.0, 41.0, repeated_frames=repeated)))
    assert facts["Repeated pictures"] == text


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (READY, "Ready to record"),
        (replace(READY, session=SessionState(life=SessionLife.STARTING)), "Connecting"),
        (replace(READY, session=replace(IDLE, phase=Phase.CONNECTING), plan=Plan()), "Connecting"),
        (replace(READY, session=replace(IDLE, phase=Phase.GOING_TO_REST)), "A moment"),
        (replace(READY, session=replace(IDLE, phase=Phase.HOLDING)), "Not ready"),
        (told(progress(Phase.RESETTING)), "Reset the scene"),
    ],
)
def test_the_state_in_a_word(state: RecordingState, word: str) -> None:
    assert headline(state).word == word


def test_a_recording_that_ran_to_its_end_is_summed_up() -> None:
    done = RecordingFinished("/data/lab/cubes", 2, 890)
    state = told(progress(), FIRST, SECOND, done)
    assert state.finished == done
    assert state.progress is None
    assert state.last_episode == SECOND


def test_the_next_recording_forgets_the_last() -> None:
    done = told(progress(), FIRST, RecordingFinished("/data/lab/cubes", 1, 450))
    begun = told(progress(), start=asked(done))
    assert begun.saved == ()
    assert begun.finished is None


def test_a_session_that_ends_in_the_middle_keeps_what_was_saved() -> None:
    state = told(PhaseChanged(Phase.RECORDING), progress(), FIRST, Failed("session_ended"))
    assert state.was_interrupted
    assert state.saved == (FIRST,)
    assert not state.is_recording


def test_a_stop_leaves_the_recording_to_its_own_end() -> None:
    stopped = told(progress(), FIRST, PhaseChanged(Phase.HOLDING), progress(Phase.SAVING))
    assert stopped.saved == (FIRST,)
    assert stopped.is_recording
    assert not told(RecordingFinished("/data", 1, 450), start=stopped).is_recording


def test_a_new_session_does_not_record() -> None:
    assert not told(progress(), Started()).is_recording


def test_the_disk_left_is_told_in_hours_once_measured() -> None:
    assert READY.hours_left is None
    assert told(progress()).hours_left == pytest.approx(80_000 / 1900)
