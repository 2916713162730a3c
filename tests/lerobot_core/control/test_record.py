from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.control.record import (
    Effect,
    RecordCommand,
    RecordingPlan,
    RecordPhase,
    RecordState,
    RowGrid,
    after_command,
    after_row,
    after_saved,
    after_time,
    begin,
)
from lerobot_core.errors import SettingInvalid, TaskMissing

PLAN = RecordingPlan("lab/cubes", "Put the cube in the bin", 3, 30, episode_s=20, reset_s=5)
RECORDING, SAVING = RecordPhase.RECORDING, RecordPhase.SAVING
RESETTING, FINISHED = RecordPhase.RESETTING, RecordPhase.FINISHED
START, FINISH, REDO = RecordCommand.START, RecordCommand.FINISH, RecordCommand.REDO
STOP, INTERRUPT = RecordCommand.STOP, RecordCommand.INTERRUPT

TAKE = RecordState(PLAN, RECORDING, episode=2, saved=1, rows=90, phase_since_s=100.0)
EMPTY = replace(TAKE, rows=0, phase_since_s=None)
CUT = replace(TAKE, is_interrupted=True)
SAVE = replace(TAKE, phase=SAVING)
RESET = RecordState(PLAN, RESETTING, episode=2, saved=1, phase_since_s=100.0)
OVER = RecordState(PLAN, FINISHED, episode=3, saved=3)


def test_the_first_take_starts_at_once() -> None:
    step = begin(PLAN)
    assert (step.state.phase, step.state.episode, step.state.saved) == (RECORDING, 1, 0)
    assert step.effects == (Effect.START_EPISODE,)


@pytest.mark.parametrize(
    ("state", "command", "phase", "effects"),
    [
        (TAKE, FINISH, SAVING, [Effect.SAVE]),
        (TAKE, REDO, RESETTING, [Effect.DISCARD]),
        (TAKE, STOP, SAVING, [Effect.SAVE]),
        (TAKE, START, RECORDING, []),
        (EMPTY, FINISH, RECORDING, []),  # there is nothing to save yet
        (EMPTY, REDO, RESETTING, [Effect.DISCARD]),
        (EMPTY, STOP, FINISHED, [Effect.DISCARD, Effect.FINISH]),
        (CUT, FINISH, SAVING, [Effect.SAVE]),
        (CUT, REDO, RESETTING, [Effect.DISCARD]),
        (CUT, STOP, SAVING, [Effect.SAVE]),
        (SAVE, FINISH, SAVING, []),
        (SAVE, REDO, SAVING, []),  # what is being saved is not touched
        (SAVE, START, SAVING, []),
        (SAVE, STOP, SAVING, []),
        (SAVE, INTERRUPT, SAVING, []),
        (RESET, START, RECORDING, [Effect.START_EPISODE]),
        (RESET, REDO, RESETTING, []),  # nor what was saved
        (RESET, FINISH, RESETTING, []),
        (RESET, STOP, FINISHED, [Effect.FINISH]),
        (RESET, INTERRUPT, RESETTING, []),
        *[(OVER, command, FINISHED, []) for command in RecordCommand],
    ],
)
def test_what_a_command_does(
    state: RecordState, command: RecordCommand, phase: RecordPhase, effects: list[Effect]
) -> None:
    step = after_command(state, command, now_s=103.0)
    assert step.state.phase is phase
    assert list(step.effects) == effects


def test_redo_counts_and_records_the_same_episode_again() -> None:
    step = after_command(TAKE, REDO, 103.0)
    assert (step.state.episode, step.state.redone, step.state.rows) == (2, 1, 0)
    again = after_command(step.state, START, 104.0).state
    assert (again.phase, again.episode, again.saved) == (RECORDING, 2, 1)


def test_an_interrupted_take_gets_no_more_rows_and_never_runs_out() -> None:
    cut = after_command(TAKE, INTERRUPT, 103.0).state
    assert not cut.wants_rows
    assert after_time(cut, 500.0).state.phase is RECORDING


def test_an_interruption_before_the_first_row_changes_nothing() -> None:
    assert after_command(EMPTY, INTERRUPT, 103.0).state == EMPTY


@pytest.mark.parametrize(
    ("state", "now_s", "phase", "effects"),
    [
        (TAKE, 119.9, RECORDING, []),
        (TAKE, 120.0, SAVING, [Effect.SAVE]),
        (EMPTY, 999.0, RECORDING, []),  # a take's time starts with its first row
        (SAVE, 999.0, SAVING, []),
        (RESET, 104.9, RESETTING, []),
        (RESET, 105.0, RECORDING, [Effect.START_EPISODE]),
        (OVER, 999.0, FINISHED, []),
    ],
)
def test_what_time_does(
    state: RecordState, now_s: float, phase: RecordPhase, effects: list[Effect]
) -> None:
    step = after_time(state, now_s)
    assert step.state.phase is phase
    assert list(step.effects) == effects


@pytest.mark.parametrize(
    ("state", "phase", "episode", "effects"),
    [
        (SAVE, RESETTING, 3, []),
        (replace(SAVE, saved=2, episode=3), FINISHED, 3, [Effect.FINISH]),
        (replace(SAVE, is_stopping=True), FINISHED, 2, [Effect.FINISH]),
    ],
)
def test_what_follows_a_saved_take(
    state: RecordState, phase: RecordPhase, episode: int, effects: list[Effect]
) -> None:
    step = after_saved(state, 121.0)
    assert (step.state.phase, step.state.episode) == (phase, episode)
    assert step.state.saved == state.saved + 1
    assert list(step.effects) == effects


def test_stop_while_saving_finishes_after_it() -> None:
    stopping = after_command(SAVE, STOP, 103.0).state
    assert after_saved(stopping, 104.0).state.phase is FINISHED


def test_the_clock_of_a_take_starts_with_its_first_row() -> None:
    first = after_row(EMPTY, 200.0)
    later = after_row(first, 200.1)
    assert (later.rows, later.phase_since_s) == (2, 200.0)
    assert (EMPTY.seconds(300.0), later.seconds(200.5)) == (0.0, 0.5)


@given(st.lists(st.sampled_from([*RecordCommand, "row", "time", "saved"]), max_size=60))
def test_whatever_happens_every_take_is_saved_or_discarded_once(story: list[Any]) -> None:
    step = begin(PLAN)
    effects, now_s = list(step.effects), 0.0
    for happening in story:
        now_s += 3.0
        state = step.state
        if happening == "row":
            step = replace(step, state=after_row(state, now_s) if state.wants_rows else state)
            continue
        if happening == "time":
            step = after_time(state, now_s)
        elif happening == "saved":
            step = after_saved(state, now_s) if state.phase is SAVING else replace(step, effects=())
        else:
            step = after_command(state, happening, now_s)
        effects += step.effects
    ends = [effect for effect in effects if effect is not Effect.FINISH]
    assert ends[::2] == [Effect.START_EPISODE] * len(ends[::2])
    assert Effect.START_EPISODE not in ends[1::2]
    assert effects.count(Effect.FINISH) == (step.state.phase is FINISHED)


@pytest.mark.parametrize("task", ["", "   ", "\n"])
def test_a_plan_needs_a_task(task: str) -> None:
    with pytest.raises(TaskMissing):
        RecordingPlan("lab/cubes", task)


@pytest.mark.parametrize(
    "wrong", [{"episodes": 0}, {"fps": 0}, {"episode_s": 0.0}, {"reset_s": -1.0}]
)
def test_a_plan_needs_possible_numbers(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingInvalid):
        RecordingPlan("lab/cubes", "task", **wrong)


@pytest.mark.parametrize(("control_hz", "fps"), [(60, 60), (60, 30), (60, 20), (50, 25), (60, 1)])
def test_every_kth_tick_is_a_row(control_hz: int, fps: int) -> None:
    grid = RowGrid(control_hz, fps)
    taken = [number for number in range(240) if grid.takes(5.3 + number / control_hz)]
    assert taken == list(range(0, 240, control_hz // fps))
    assert grid.missed == 0


@pytest.mark.parametrize(("control_hz", "fps"), [(60, 25), (60, 40), (50, 30), (30, 60), (60, 0)])
def test_a_rate_that_does_not_fit_is_refused_with_those_that_do(control_hz: int, fps: int) -> None:
    with pytest.raises(SettingInvalid, match=r"these fit: 5, (6, )?10"):
        RowGrid(control_hz, fps)


def test_a_skipped_tick_does_not_shift_the_grid() -> None:
    grid = RowGrid(60, 30)
    numbers = [0, 1, 3, 4, 5, 9, 10]  # the loop skipped 2, 6, 7 and 8
    assert [number for number in numbers if grid.takes(number / 60)] == [0, 3, 4, 9, 10]
    assert grid.missed == 1  # the row of ticks 6 and 7


def test_a_new_take_starts_with_its_own_first_tick() -> None:
    grid = RowGrid(60, 30)
    grid.takes(1.0)
    grid.restart()
    assert [grid.takes(7.1 + number / 60) for number in range(4)] == [True, False, True, False]
