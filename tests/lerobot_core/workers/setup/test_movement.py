"""Which arm is moved by hand: the set-up worker reads several ports at once."""

from setup_driver import SetupDriver, is_free

from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.protocol import MovementSeen, Problem, ScanArm, StopPort, WatchMovement

FOLLOWER, LEADER = "sim://koch/follower", "sim://koch/leader"


def test_the_arm_that_a_hand_moves_is_named(koch: BenchClient, worker: SetupDriver) -> None:
    still = worker.ask(WatchMovement([FOLLOWER, LEADER]), MovementSeen)
    assert (still.moved, still.stiff, still.lost) == ("", {}, [])
    koch.command("move_joint", chain="leader", joint="elbow_flex", degrees=30)
    seen = worker.story.wait_for(MovementSeen, lambda event: bool(event.moved))
    assert seen.moved == LEADER
    assert seen.degrees_in_all[LEADER] > 10
    assert seen.degrees_in_all[FOLLOWER] < 5
    worker.send(StopPort("movement"))
    worker.wait_for_end_of("movement")
    assert is_free(FOLLOWER)
    assert is_free(LEADER)


def test_a_port_that_cannot_be_opened_is_told_left_out_and_not_kept(
    koch: BenchClient, worker: SetupDriver
) -> None:
    koch.command("unplug_adapter", chain="follower")
    worker.send(WatchMovement([FOLLOWER, LEADER, LEADER]))
    problem = worker.story.wait_for(Problem)
    assert (problem.code, problem.device) == ("port_not_found", FOLLOWER)
    seen = worker.story.wait_for(MovementSeen)
    assert list(seen.degrees_now) == [LEADER]
    assert is_free(FOLLOWER)
    assert not is_free(LEADER)
    assert len(worker.story.of(Problem)) == 1


def test_a_port_that_a_session_has_is_left_alone(koch: BenchClient, worker: SetupDriver) -> None:
    with Lease(FOLLOWER):
        worker.send(WatchMovement([FOLLOWER, LEADER]))
        assert worker.story.wait_for(Problem).code == "device_in_use"
        assert list(worker.story.wait_for(MovementSeen).degrees_now) == [LEADER]
        assert not is_free(FOLLOWER)


def test_an_adapter_that_is_pulled_out_meanwhile_is_told(
    koch: BenchClient, worker: SetupDriver
) -> None:
    worker.ask(WatchMovement([FOLLOWER, LEADER]), MovementSeen)
    koch.command("unplug_adapter", chain="leader")
    assert worker.story.wait_for(MovementSeen, lambda event: bool(event.lost)).lost == [LEADER]


def test_a_scan_of_one_of_its_ports_ends_it(koch: BenchClient, worker: SetupDriver) -> None:
    worker.ask(WatchMovement([FOLLOWER, LEADER]), MovementSeen)
    worker.send(ScanArm(LEADER, "koch_leader"))
    worker.wait_for_end_of("movement")
    worker.wait_for_end_of("scan")
    assert is_free(FOLLOWER)
