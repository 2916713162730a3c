from dataclasses import replace

import pytest

from app.shell_state import ShellState, after
from lerobot_core.workers.protocol import (
    DeviceReading,
    Devices,
    DeviceState,
    Failed,
    Finished,
    Phase,
    PhaseChanged,
    Problem,
    RecordingProgress,
    Started,
)

PROGRESS = RecordingProgress(
    phase=Phase.RECORDING,
    episode=13,
    wanted=50,
    saved=12,
    redone=1,
    seconds=14.2,
    of_seconds=30.0,
    frames=426,
    fps=29.98,
    lost_frames=0,
    free_mb=81_000,
)


def told(*events: object) -> ShellState:
    state = ShellState()
    for event in events:
        state = after(state, event)
    return state


def test_the_phase_is_the_worker_s() -> None:
    for phase in Phase:
        assert told(PhaseChanged(phase)).phase is phase


def test_the_episode_comes_with_the_phase_and_with_progress() -> None:
    assert told(PhaseChanged(Phase.RECORDING, episode=13)).episode == 13
    assert told(PROGRESS).episode == 13
    assert told(PROGRESS).saved == 12


def test_seconds_left_are_those_of_the_reset_alone() -> None:
    resetting = replace(PROGRESS, phase=Phase.RESETTING, seconds=3.4, of_seconds=10.0)
    assert told(PhaseChanged(Phase.RESETTING), resetting).seconds_left == 7
    assert told(resetting, PhaseChanged(Phase.RECORDING)).seconds_left is None
    assert told(PROGRESS).seconds_left is None
    late = replace(resetting, seconds=11.0)
    assert told(late).seconds_left == 0


def test_released_is_said_only_when_the_servos_confirmed_it() -> None:
    holding = PhaseChanged(Phase.HOLDING, torque_on=True)
    confirmed = PhaseChanged(Phase.IDLE, torque_off_confirmed=True)
    assert told(holding, confirmed).was_released
    assert not told(holding, PhaseChanged(Phase.IDLE)).was_released
    assert not told(confirmed).was_released, "nothing was held before"


def test_released_is_over_when_torque_comes_back() -> None:
    state = told(
        PhaseChanged(Phase.HOLDING, torque_on=True),
        PhaseChanged(Phase.IDLE, torque_off_confirmed=True),
        PhaseChanged(Phase.TELEOPERATING, torque_on=True),
    )
    assert not state.was_released


@pytest.mark.parametrize(
    ("event", "may"),
    [
        (PhaseChanged(Phase.DISCONNECTED), True),
        (PhaseChanged(Phase.IDLE, torque_off_confirmed=True), True),
        (PhaseChanged(Phase.CONNECTING), False),
        (PhaseChanged(Phase.TELEOPERATING, torque_on=True), False),
        (PhaseChanged(Phase.HOLDING, torque_on=True), False),
        (PhaseChanged(Phase.SAVING, torque_on=True), False),
    ],
)
def test_the_rig_is_changed_only_at_rest(event: PhaseChanged, may: bool) -> None:
    assert told(event).may_change_rig is may


def test_devices_and_problems_are_kept() -> None:
    readings = [DeviceReading("follower", "robot", DeviceState.OK, volts=7.3)]
    state = told(Started(), Devices(readings), Problem("camera_lost", {"camera": "top"}, "top"))
    assert state.session.devices == tuple(readings)
    assert [problem.code for problem in state.session.problems] == ["camera_lost"]


@pytest.mark.parametrize("end", [Finished(), Failed("session_ended")])
def test_after_the_end_nothing_is_connected(end: object) -> None:
    state = told(Started(), PhaseChanged(Phase.TELEOPERATING, torque_on=True), end)
    assert state.phase is Phase.DISCONNECTED
    assert state.session.devices == ()


def test_a_new_session_starts_from_nothing() -> None:
    assert told(PROGRESS, Started()).episode == 0


def test_what_says_nothing_new_changes_nothing() -> None:
    state = told(PhaseChanged(Phase.IDLE))
    assert after(state, object()) is state
