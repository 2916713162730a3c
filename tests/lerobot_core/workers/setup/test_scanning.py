"""Scans and live looks of the set-up worker, on benches of every kind."""

import pytest
from setup_driver import SetupDriver, codes, is_free, running_bench

from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    JobProgress,
    Problem,
    ScanArm,
    StopPort,
    WatchArm,
)


def arm_kind(kind: str, chain: str) -> str:
    return f"{kind.removeprefix('bi_')}_{chain.rpartition('_')[2]}"


@pytest.mark.parametrize(
    ("kind", "chain"),
    [
        ("so101", "follower"),
        ("koch", "follower"),
        ("koch", "leader"),
        ("bi_so101", "right_leader"),
        ("bi_koch", "left_follower"),
    ],
)
def test_an_arm_of_each_kind_of_bench_is_found_whole(
    kind: str, chain: str, worker: SetupDriver
) -> None:
    with running_bench(kind):
        address, wanted = f"sim://{kind}/{chain}", arm_kind(kind, chain)
        scanned = worker.ask(ScanArm(address, wanted), ArmScanned)
        worker.wait_for_end_of("scan")
        assert is_free(address)
    assert (scanned.address, scanned.kind) == (address, wanted)
    assert [servo.servo_id for servo in scanned.servos] == [1, 2, 3, 4, 5, 6]
    assert all(servo.answers and servo.volts and servo.joint for servo in scanned.servos)
    assert codes(scanned.findings) == ["all_fine"]
    assert wanted in scanned.looks_like


def test_whoever_answers_is_found_without_a_kind(koch: BenchClient, worker: SetupDriver) -> None:
    scanned = worker.ask(ScanArm("sim://koch/leader"), ArmScanned)
    assert scanned.looks_like == ["koch_leader"]
    assert scanned.baudrates > 5
    assert worker.story.of(JobProgress)[0].fraction == 0.0


def test_a_cut_chain_is_told_with_its_cable(two_so101: BenchClient, worker: SetupDriver) -> None:
    two_so101.command("cut", chain="left_follower", servo=4)
    scanned = worker.ask(ScanArm("sim://bi_so101/left_follower", "so101_follower"), ArmScanned)
    assert [servo.answers for servo in scanned.servos] == [True] * 3 + [False] * 3
    silent = next(found for found in scanned.findings if found.code == "silent_behind")
    assert silent.severity == "problem"
    assert silent.servo_ids == [4, 5, 6]


@pytest.mark.parametrize(
    ("command", "arguments", "code"),
    [
        ("unplug_adapter", {}, "port_missing"),
        ("deny_port", {"denied": True}, "port_refused"),
        ("voltage", {"volts": 19.0}, "voltage_high"),
        ("duplicate", {"servo": 4, "other": 2}, "duplicate_id"),
        ("wrong_baud", {"servo": 3, "baudrate": 57_600}, "wrong_baudrate"),
        ("cut", {"servo": 1}, "nothing_answers"),
        ("swap", {}, "other_arm"),
    ],
)
def test_what_is_wrong_is_found(
    command: str, arguments: dict[str, object], code: str, koch: BenchClient, worker: SetupDriver
) -> None:
    koch.command(command, chain="follower", **arguments)
    scanned = worker.ask(ScanArm("sim://koch/follower", "koch_follower"), ArmScanned)
    assert code in codes(scanned.findings)


def test_a_port_in_use_is_told_and_left_alone(koch: BenchClient, worker: SetupDriver) -> None:
    address = "sim://koch/follower"
    with Lease(address):
        for command in (ScanArm(address, "koch_follower"), WatchArm(address, "koch_follower")):
            problem = worker.problem(command)
            assert (problem.code, problem.device) == ("device_in_use", address)
        assert not is_free(address)
        assert worker.story.of(ArmScanned) == []
    assert codes(worker.ask(ScanArm(address, "koch_follower"), ArmScanned).findings) == ["all_fine"]


def test_a_session_that_lets_go_within_a_moment_is_waited_for(
    koch: BenchClient, worker: SetupDriver
) -> None:
    address = "sim://koch/follower"
    lease = Lease(address)
    lease.take()
    worker.send(ScanArm(address, "koch_follower"))
    lease.release()
    assert codes(worker.story.wait_for(ArmScanned).findings) == ["all_fine"]


def test_a_scan_ends_when_it_is_told_to(koch: BenchClient, worker: SetupDriver) -> None:
    koch.command("cut", chain="follower", servo=1)  # so that it asks everybody everywhere
    worker.send(ScanArm("sim://koch/follower"))
    worker.story.wait_for(JobProgress)
    worker.send(StopPort("sim://koch/follower"))
    worker.wait_for_end_of("scan")
    assert worker.story.of(ArmScanned) == []
    assert is_free("sim://koch/follower")


def test_a_live_look_tells_of_a_servo_that_comes_and_goes(
    koch: BenchClient, worker: SetupDriver
) -> None:
    address = "sim://koch/follower"
    seen = worker.ask(WatchArm(address, "koch_follower"), ArmWatched)
    assert all(servo.answers and servo.position is not None for servo in seen.servos)
    koch.command("unplug", chain="follower", servo=3)
    silent = worker.story.wait_for(ArmWatched, lambda look: not look.servos[2].answers)
    assert "silent_between" in codes(silent.findings)
    mark = worker.story.mark()
    koch.command("plug", chain="follower", servo=3)
    worker.story.wait_for(ArmWatched, lambda look: look.servos[2].answers, since=mark)
    worker.send(StopPort(address))
    worker.wait_for_end_of("watch")
    assert is_free(address)


def test_a_live_look_ends_with_a_sentence_when_the_adapter_is_pulled(
    koch: BenchClient, worker: SetupDriver
) -> None:
    worker.ask(WatchArm("sim://koch/follower", "koch_follower"), ArmWatched)
    koch.command("unplug_adapter", chain="follower")
    assert worker.story.wait_for(Problem).code == "port_lost"
    worker.wait_for_end_of("watch")
    assert is_free("sim://koch/follower")


def test_an_unknown_kind_of_arm_is_a_problem(worker: SetupDriver) -> None:
    for command in (ScanArm("sim://koch/leader", "cobra"), WatchArm("x", "cobra")):
        assert worker.problem(command).code == "unknown_choice"
