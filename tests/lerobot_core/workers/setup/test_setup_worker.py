"""The set-up worker as a whole: one work a port, nothing left behind, no command that kills it."""

import time

import psutil
import pytest
from setup_driver import SetupDriver, SetupProcess, is_free

from lerobot_core.errors import WorkbenchError
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    AskBench,
    BenchAnswered,
    CalibrationStep,
    ChooseJoint,
    DevicesSeen,
    EndSession,
    Finished,
    Message,
    MovementSeen,
    PortDone,
    Problem,
    ReadRegisters,
    RegistersRead,
    ScanArm,
    ShowCameras,
    Started,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
    WriteId,
)
from lerobot_core.workers.setup.desk import Desk, RunningWork

FOLLOWER, LEADER = "sim://koch/follower", "sim://koch/leader"
WATCH = WatchArm(FOLLOWER, "koch_follower")


def test_what_comes_next_at_a_port_ends_what_went_on(
    koch: BenchClient, worker: SetupDriver
) -> None:
    worker.ask(WATCH, ArmWatched)
    worker.ask(ReadRegisters(FOLLOWER, 3, "xl330-m288"), RegistersRead)
    worker.wait_for_end_of("watch")
    worker.send(WATCH)
    worker.wait_for_end_of("registers")
    worker.send(WatchMovement([FOLLOWER, LEADER]))
    worker.story.wait_for(MovementSeen)
    worker.send(StopPort())
    worker.wait_for_end_of("movement")
    assert is_free(FOLLOWER)
    assert is_free(LEADER)
    assert worker.story.of(Problem) == []


def test_two_ports_are_worked_at_side_by_side(koch: BenchClient, worker: SetupDriver) -> None:
    worker.ask(WATCH, ArmWatched)
    worker.ask(WatchArm(LEADER, "koch_leader"), ArmWatched)
    for address in (FOLLOWER, LEADER):
        mark = worker.story.mark()
        worker.story.wait_for(ArmWatched, lambda seen, at=address: seen.address == at, since=mark)


@pytest.mark.parametrize("by_command", [True, False])
def test_it_ends_in_order_whatever_goes_on(koch: BenchClient, *, by_command: bool) -> None:
    with SetupProcess() as worker:
        worker.story.wait_for(Started)
        worker.send(WATCH)
        worker.send(WatchDevices())
        worker.send(AskBench("koch", "faults", number=7))
        worker.story.wait_for(BenchAnswered, lambda event: event.number == 7)
        worker.story.wait_for(ArmWatched)
        assert not is_free(FOLLOWER)
        if by_command:
            worker.send(EndSession())
        else:
            worker.close_commands()
        assert worker.wait() == 0
        assert psutil.Process().children() == [] or all(
            child.pid != worker.process.pid for child in psutil.Process().children()
        )
    assert is_free(FOLLOWER)
    assert worker.story.of(Finished)
    assert [done.doing for done in worker.story.of(PortDone)].count("watch") == 1


def test_words_that_nobody_knows_are_passed_over(worker: SetupDriver) -> None:
    for line in ("", "no JSON", "[]", "{}", '{"message": "Dance"}', '{"message": "ScanArm"}'):
        worker.send_line(line)
    worker.send_line('{"message": "ReadRegisters", "address": "x", "servo_id": [], "model": {}}')
    worker.ask(WatchDevices(), DevicesSeen)
    assert worker.story.of(Problem) == []


def test_steps_of_nothing_are_passed_over(koch: BenchClient, worker: SetupDriver) -> None:
    worker.send(CalibrationStep("save"), WriteId(FOLLOWER), ChooseJoint(FOLLOWER, "knee"))
    worker.ask(WATCH, ArmWatched)
    worker.send(CalibrationStep("save"), WriteId(FOLLOWER))
    mark = worker.story.mark()
    worker.story.wait_for(ArmWatched, since=mark)
    assert worker.story.of(Problem) == []


def test_ports_that_are_none_are_problems(worker: SetupDriver) -> None:
    for address in ("", "/dev/null", "/dev/no-such-port", "sim://", "sim:///", "http://koch"):
        mark = worker.story.mark()
        worker.send(WatchArm(address, "koch_leader"))
        problem = worker.story.wait_for(Problem, since=mark)
        assert problem.code != WorkbenchError.code, address
        worker.story.wait_for(PortDone, since=mark)


# Benches


def test_hands_and_faults_of_a_bench(koch: BenchClient, worker: SetupDriver) -> None:
    answer = worker.ask(AskBench("koch", "faults", number=3), BenchAnswered)
    assert (answer.number, answer.answer["kind"]) == (3, "koch")
    worker.ask(AskBench("koch", "unplug", {"chain": "leader", "servo": 2}, 4), BenchAnswered)
    assert koch.command("faults")["chains"]["leader"]["unplugged"] == [2]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("dance", {}),
        ("unplug", {}),
        ("unplug", {"chain": "third", "servo": 1}),
        ("unplug", {"chain": "leader", "servo": "x"}),
        ("unplug", {"name": "unplug", "self": 1, "chain": []}),
        ("move_joint", {"chain": "leader", "joint": "knee", "degrees": 3}),
        ("move_joint", {"chain": "leader", "joint": "gripper", "degrees": {}}),
        ("pose", {"chain": {"a": 1}}),
        ("unplug_camera", {"camera": ["top"]}),
        ("corrupt", {"chain": "leader", "probability": 1e400}),
    ],
)
def test_what_a_bench_does_not_understand_is_a_problem_and_the_next_is_done(
    command: str, arguments: dict[str, object], koch: BenchClient, worker: SetupDriver
) -> None:
    problem = worker.problem(AskBench("koch", command, arguments))
    assert problem.code in ("unknown_choice", "setting_invalid")
    assert problem.device == "bench koch"
    worker.ask(AskBench("koch", "faults"), BenchAnswered)


def test_letting_go_of_all_ports_leaves_hands_at_work(
    koch: BenchClient, worker: SetupDriver
) -> None:
    worker.ask(WATCH, ArmWatched)
    worker.ask(AskBench("koch", "faults", number=1), BenchAnswered)
    worker.send(
        AskBench("koch", "unplug", {"chain": "leader", "servo": 2}, 2),
        StopPort(),
        AskBench("koch", "faults", number=3),
    )
    worker.story.wait_for(BenchAnswered, lambda event: event.number == 2)
    answer = worker.story.wait_for(BenchAnswered, lambda event: event.number == 3).answer
    assert answer["chains"]["leader"]["unplugged"] == [2]
    assert worker.wait_for_end_of("watch").address == FOLLOWER
    assert [done.doing for done in worker.story.of(PortDone)] == ["watch"]


# Devices and cameras


def test_devices_are_told_when_watched_and_when_somebody_takes_one(
    koch: BenchClient, worker: SetupDriver
) -> None:
    seen = worker.ask(WatchDevices(), DevicesSeen)
    ports = {port.address: port for port in seen.ports}
    assert ports[FOLLOWER].is_virtual
    assert not ports[FOLLOWER].is_in_use
    assert {"sim://koch/top", "sim://koch/wrist"} <= {camera.address for camera in seen.cameras}
    worker.ask(WATCH, ArmWatched)
    worker.story.wait_for(
        DevicesSeen,
        lambda event: any(port.is_in_use for port in event.ports if port.address == FOLLOWER),
    )
    worker.send(WatchDevices(running=False))
    worker.send(StopPort())
    worker.wait_for_end_of("watch")
    mark = worker.story.mark()
    worker.ask(ScanArm(LEADER, "koch_leader"), ArmScanned)  # takes longer than a look
    assert not any(isinstance(event, DevicesSeen) for event in worker.story.events[mark:])


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"type": "telescope"},
        {"type": "sim", "url": "sim://koch/back"},
        {"type": "sim", "url": 3},
    ],
)
def test_a_camera_that_is_none_is_a_problem_in_its_name(
    config: dict[str, object], koch: BenchClient, worker: SetupDriver
) -> None:
    problem = worker.problem(ShowCameras({"front": config}))
    assert problem.device == "front"
    assert problem.code != WorkbenchError.code
    worker.send(ShowCameras({}))
    worker.ask(WatchDevices(), DevicesSeen)


# Works


class Heard(list[Message]):
    def __call__(self, event: Message) -> None:
        self.append(event)


@pytest.mark.expects_log("ended by a defect")
def test_a_defect_ends_one_work_alone_and_is_told() -> None:
    heard = Heard()

    def stumble(desk: Desk) -> None:
        raise ZeroDivisionError

    RunningWork("stumble", "here", stumble, heard).end()
    assert [type(event) for event in heard] == [Problem, PortDone]


def test_work_that_waits_is_ended_at_once() -> None:
    heard = Heard()
    work = RunningWork("wait", "here", lambda desk: [desk.next(60.0)], heard)  # type: ignore[arg-type,return-value]
    began_s = time.monotonic()
    work.end()
    assert time.monotonic() - began_s < 5.0
    assert heard == [PortDone("here", "wait")]
    assert work.is_over
