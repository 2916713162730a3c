"""A session as a process, on the virtual bench: what it does, says, and survives."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nan_teleoperator
import psutil
import pytest
from conformance import assert_conforms
from leftovers import wait_until
from nan_teleoperator import BrokenDemonstratorConfig
from session_driver import COMMAND, SessionDriver, events_of

from lerobot_core.control.rig import Rig, load_rig, rig_folder
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.files import free_mb
from lerobot_core.paths import lerobot_home
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.lifeline import GuardState, StopRequest
from lerobot_core.workers.protocol import (
    CameraReady,
    ClearOverload,
    Connect,
    Devices,
    EndSession,
    Engage,
    EpisodeSaved,
    Finished,
    FinishEpisode,
    GoToRest,
    Happened,
    Phase,
    PhaseChanged,
    ProblemSolved,
    RecordingFinished,
    RecordingProgress,
    RecordRestPose,
    RedoEpisode,
    Release,
    RestPoseRecorded,
    StartEpisode,
    StartRecording,
    Stop,
    StopRecording,
    Telemetry,
)


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    """The rig's bench, kept alive for the whole test."""
    install_virtual_calibrations()
    client = BenchClient("default")
    yield client
    client.end_bench()


@pytest.fixture
def session(bench: BenchClient) -> Iterator[SessionDriver]:
    with connected() as driver:
        yield driver


@contextmanager
def connected(rig: Rig | None = None, command: Sequence[str] = ()) -> Iterator[SessionDriver]:
    """A session with its arms and cameras open, ended in order."""
    with SessionDriver(rig or virtual_rig(), command or COMMAND) as driver:
        driver.wait_for_phase(Phase.IDLE)
        for camera in ("top", "wrist"):
            driver.wait_for(CameraReady, lambda ready, name=camera: ready.name == name)
        yield driver


def has_moved(since: int, session: SessionDriver) -> None:
    """Wait until the follower is somewhere else than it was."""
    first = session.wait_for(Telemetry, since=since).joints["shoulder_pan"].position
    assert first is not None
    session.wait_for(
        Telemetry,
        lambda event: any(
            row.position is not None and row.goal is not None and abs(row.position - first) > 5
            for name, row in event.joints.items()
            if name == "shoulder_pan"
        ),
        since=since,
    )


def record(episodes: int = 2, **other: object) -> StartRecording:
    return StartRecording(
        repo_id="lab/cubes",
        task="Put the cube in the bin",
        episodes=episodes,
        fps=30,
        episode_s=60.0,
        reset_s=60.0,
        **other,  # type: ignore[arg-type]
    )


def test_engaging_drives_the_arm_and_stop_holds_it(session: SessionDriver) -> None:
    session.send(Engage())
    engaged = session.mark()
    assert session.wait_for_phase(Phase.TELEOPERATING).torque_on
    has_moved(engaged, session)

    session.send(Stop())
    assert session.wait_for_phase(Phase.HOLDING).torque_on

    stopped = session.mark()
    session.send(GoToRest())
    session.wait_for_phase(Phase.GOING_TO_REST, since=stopped)
    at_rest = session.wait_for_phase(Phase.IDLE, since=stopped)
    assert at_rest.torque_off_confirmed
    assert not at_rest.torque_on

    assert session.end() == 0
    assert isinstance(session.events[-1], Finished)


def test_stop_is_obeyed_on_the_way_to_rest_that_ends_a_session(session: SessionDriver) -> None:
    session.send(Engage())
    engaged = session.mark()
    session.wait_for_phase(Phase.TELEOPERATING)
    has_moved(engaged, session)
    session.send(EndSession())
    session.wait_for_phase(Phase.GOING_TO_REST)
    session.send(Stop())
    assert session.wait_for_phase(Phase.HOLDING).torque_on
    session.wait_for(Finished)
    with session.lifeline() as line:
        assert line.armed
        assert line.guard_pid


def test_a_take_that_was_stopped_can_be_finished_while_the_arm_holds(
    session: SessionDriver,
) -> None:
    session.send(record())
    session.wait_for(RecordingProgress, lambda event: event.frames > 10)
    session.send(Stop())
    session.wait_for_phase(Phase.HOLDING)
    mark = session.mark()
    session.wait_for(RecordingProgress, since=mark)
    session.send(FinishEpisode())
    session.wait_for(EpisodeSaved, since=mark)
    session.send(StopRecording())
    assert session.wait_for(RecordingFinished, since=mark).episodes == 1


def test_a_second_stop_releases_at_once(session: SessionDriver) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    session.send(Stop())
    session.wait_for_phase(Phase.HOLDING)
    mark = session.mark()
    session.send(Release())
    assert session.wait_for_phase(Phase.IDLE, since=mark).torque_off_confirmed


def test_three_episodes_with_a_redo_become_a_dataset(session: SessionDriver) -> None:
    session.send(record(episodes=3))
    session.wait_for(RecordingProgress, lambda event: event.frames > 15)
    session.send(FinishEpisode())
    session.wait_for(EpisodeSaved)

    session.wait_for_phase(Phase.RESETTING)
    mark = session.mark()
    session.send(StartEpisode())
    session.wait_for(RecordingProgress, lambda event: event.frames > 5, since=mark)
    session.send(RedoEpisode())
    session.wait_for(RecordingProgress, lambda event: event.redone == 1, since=mark)

    for _ in range(2):
        mark = session.mark()
        session.send(StartEpisode())
        session.wait_for(RecordingProgress, lambda event: event.frames > 15, since=mark)
        session.send(FinishEpisode())
        session.wait_for(EpisodeSaved, since=mark)

    finished = session.wait_for(RecordingFinished)
    assert finished.episodes == 3
    assert finished.frames == sum(event.frames for event in events_of(session, EpisodeSaved))
    assert_conforms(lerobot_home() / "lab" / "cubes")


def test_stopping_the_recording_keeps_the_take_in_progress(session: SessionDriver) -> None:
    session.send(record())
    session.wait_for(RecordingProgress, lambda event: event.frames > 10)
    session.send(StopRecording())
    assert session.wait_for(RecordingFinished).episodes == 1
    session.wait_for_phase(Phase.TELEOPERATING)
    assert_conforms(lerobot_home() / "lab" / "cubes")


def test_the_end_of_the_commands_saves_the_take_and_holds_the_arm(
    session: SessionDriver,
) -> None:
    session.send(record())
    session.wait_for(RecordingProgress, lambda event: event.frames > 10)
    with session.lifeline() as line:
        session.close_commands()
        assert session.end() == 0
        assert session.wait_for(RecordingFinished).episodes == 1
        line.leave = 1
    assert_conforms(lerobot_home() / "lab" / "cubes")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"task": "  "}, "task_missing"),
        ({"repo_id": "no slash or ../ here"}, "dataset_name_invalid"),
        ({"fps": 7}, "setting_invalid"),
    ],
)
def test_a_plan_that_cannot_be_recorded_moves_nothing(
    session: SessionDriver, change: dict[str, object], code: str
) -> None:
    values = {**record().__dict__, **change}
    session.send(StartRecording(**values))
    session.wait_for_problem(code)
    assert {event.phase for event in events_of(session, PhaseChanged)} <= {
        Phase.CONNECTING,
        Phase.IDLE,
    }
    assert not (lerobot_home() / "lab" / "cubes").exists()


def test_a_disk_that_fills_up_ends_the_recording_with_the_take_saved(
    bench: BenchClient, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve_mb = free_mb(scratch) - 1000
    monkeypatch.setenv("LEROBOT_WORKBENCH_DISK_RESERVE_MB", str(reserve_mb))
    filler = scratch / "filler"
    with connected() as session:
        session.send(record())
        session.wait_for(RecordingProgress, lambda event: event.frames > 10)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 3000 * 2**20)
        session.wait_for_problem("disk_full")
        assert session.wait_for(RecordingFinished).episodes == 1
        filler.unlink()
        session.wait_for_phase(Phase.TELEOPERATING)
    assert_conforms(lerobot_home() / "lab" / "cubes")


def test_targets_that_are_no_numbers_hold_the_arm_and_lose_nothing(bench: BenchClient) -> None:
    rig = virtual_rig()
    leader = rig.teleoperator
    broken = BrokenDemonstratorConfig(
        port=leader.addresses[0], id=leader.id, calibration_dir=leader.calibration_dir
    )
    with connected(replace(rig, teleoperator=broken), nan_teleoperator.COMMAND) as session:
        session.send(record())
        problem = session.wait_for_problem("unsafe_action")
        assert problem.facts["joint"] == "elbow_flex"
        session.wait_for_phase(Phase.HOLDING)
        session.send(FinishEpisode())
        session.wait_for(EpisodeSaved)
        session.send(StopRecording())
        session.wait_for(RecordingFinished)
    assert_conforms(lerobot_home() / "lab" / "cubes")


def test_an_existing_dataset_is_not_touched(session: SessionDriver) -> None:
    folder = lerobot_home() / "lab" / "cubes"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("keep")
    session.send(record())
    session.wait_for_problem("dataset_exists")
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_full_disk_is_refused_before_anything_moves(
    bench: BenchClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEROBOT_WORKBENCH_DISK_RESERVE_MB", str(2**40))
    with connected() as session:
        session.send(record())
        session.wait_for_problem("disk_full")
    assert not (lerobot_home() / "lab").exists()


def test_a_servo_unplugged_in_mid_run_stops_the_arm_by_name(
    session: SessionDriver, bench: BenchClient
) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    bench.command("unplug", chain="follower", servo=3)
    problem = session.wait_for_problem("servo_lost")
    assert problem.facts["servo_id"] == 3
    session.wait_for_phase(Phase.HOLDING)

    bench.command("plug", chain="follower", servo=3)
    mark = session.mark()
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING, since=mark)


def test_an_overload_in_mid_run_is_explained_and_cleared_on_request(
    session: SessionDriver, bench: BenchClient
) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    bench.command("overload", chain="follower", servo=3)
    problem = session.wait_for_problem("servo_overloaded")
    assert problem.facts == {"joint": "elbow_flex", "servo_id": 3}
    assert session.wait_for_phase(Phase.HOLDING).torque_on
    session.wait_for(Devices, lambda event: event.readings[0].word == "elbow_flex overloaded")
    bench.command("overload", chain="follower", servo=3, active=False)
    cleared = session.mark()
    session.send(ClearOverload("elbow_flex"))
    session.wait_for(ProblemSolved, lambda event: event.device == "follower", since=cleared)
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING, since=cleared)


def test_the_operator_records_where_the_arm_rests(
    session: SessionDriver, bench: BenchClient
) -> None:
    def near(degrees: float) -> Callable[[Telemetry], bool]:
        def is_near(event: Telemetry) -> bool:
            position = event.joints["shoulder_pan"].position
            return position is not None and abs(position - degrees) < 3

        return is_near

    bench.command("move_joint", chain="follower", joint="shoulder_pan", degrees=30.0)
    session.wait_for(Telemetry, near(30.0))
    session.send(RecordRestPose())
    session.wait_for(RestPoseRecorded, lambda event: "shoulder_pan.pos" in event.pose)
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    driven = session.mark()
    session.wait_for(Telemetry, lambda event: not near(30.0)(event), since=driven)
    session.send(GoToRest())
    session.wait_for_phase(Phase.IDLE, since=driven)
    session.wait_for(Telemetry, near(30.0), since=session.mark())
    saved = [load_rig(path) for path in rig_folder().glob("*.json")]
    poses = [rig.rest_pose["shoulder_pan.pos"] for rig in saved if rig.rest_pose is not None]
    assert poses == [pytest.approx(30.0, abs=3)]


def test_an_adapter_pulled_out_can_be_connected_again(
    session: SessionDriver, bench: BenchClient
) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    bench.command("unplug_adapter", chain="follower")
    session.wait_for_problem("port_lost")
    session.wait_for(Happened, lambda event: "still be stiff" in event.text)
    session.wait_for_phase(Phase.DISCONNECTED)

    bench.command("plug_adapter", chain="follower")
    mark = session.mark()
    session.send(Connect())
    session.wait_for(
        PhaseChanged, lambda event: event.phase in (Phase.IDLE, Phase.HOLDING), since=mark
    )


@pytest.mark.expects_log("media")
def test_cameras_that_die_with_their_process_do_not_touch_the_arm(session: SessionDriver) -> None:
    session.send(record())
    session.wait_for(RecordingProgress, lambda event: event.frames > 10)
    (media,) = [
        child for child in psutil.Process(session.pid).children() if "media" in child.cmdline()
    ]
    mark = session.mark()
    media.kill()
    session.wait_for_problem("media_lost", since=mark)
    session.send(StopRecording())  # its pictures are gone, and it must not end as if saved
    assert session.wait_for(RecordingFinished, since=mark).episodes == 0
    session.wait_for_phase(Phase.TELEOPERATING, since=mark)

    session.send(Connect())
    for camera in ("top", "wrist"):
        session.wait_for(CameraReady, lambda ready, name=camera: ready.name == name, since=mark)
    assert not [event for event in events_of(session, PhaseChanged) if event.phase is Phase.HOLDING]


@pytest.mark.parametrize(
    ("fault", "arguments", "code"),
    [
        ("deny_port", {"chain": "follower", "denied": True}, "port_permission_denied"),
        ("unplug_adapter", {"chain": "follower"}, "port_not_found"),
        ("unplug", {"chain": "follower", "servo": 4}, "servos_missing"),
    ],
)
def test_a_rig_that_cannot_be_opened_says_why_and_can_be_tried_again(
    bench: BenchClient, fault: str, arguments: dict[str, object], code: str
) -> None:
    bench.command(fault, **arguments)
    with SessionDriver(virtual_rig()) as session:
        assert session.wait_for_problem(code).device == "follower"
        session.wait_for_phase(Phase.DISCONNECTED)
        undo = {"deny_port": ("deny_port", {"chain": "follower", "denied": False})}
        command, values = undo.get(fault, (fault.removeprefix("un"), arguments))
        bench.command(command, **values)
        session.send(Connect())
        session.wait_for_phase(Phase.IDLE)


def test_a_silent_window_holds_the_arm(session: SessionDriver) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    session.heartbeat.clear()
    session.wait_for_problem("heartbeat_lost")
    session.wait_for_phase(Phase.HOLDING)
    session.heartbeat.set()


def test_a_stop_through_the_lifeline_is_obeyed_without_a_word(session: SessionDriver) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    with session.lifeline() as line:
        request = line.ask(StopRequest.HOLD)
        session.wait_for_phase(Phase.HOLDING)
        assert line.is_acknowledged(request)


@pytest.mark.expects_log("the guard")
def test_a_stopped_session_is_guarded_and_finds_out_when_it_goes_on(
    session: SessionDriver,
) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    with session.lifeline() as line:
        session.signal(signal.SIGSTOP)
        wait_until(lambda: line.state() is GuardState.HELD)
        session.signal(signal.SIGCONT)
        session.wait_for_problem("guard_acted")
        session.wait_for_phase(Phase.HOLDING)
        wait_until(lambda: line.state() is GuardState.WATCHING)


def test_the_guard_holds_the_arm_of_a_killed_session(session: SessionDriver) -> None:
    session.send(Engage())
    session.wait_for_phase(Phase.TELEOPERATING)
    with session.lifeline() as line:
        session.signal(signal.SIGKILL)
        wait_until(lambda: line.state() is GuardState.HELD)
        line.ask(StopRequest.RELEASE)
        wait_until(lambda: line.state() is GuardState.RELEASED)
        wait_until(lambda: not line.guard_pid)
