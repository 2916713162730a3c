from dataclasses import replace

from app.panels.setup.events import after, sent
from app.panels.setup.state import SetupState
from lerobot_core.workers.protocol import (
    ArmScanned,
    BeginIds,
    DevicesSeen,
    Failed,
    FindingSeen,
    IdsState,
    JobProgress,
    MovementSeen,
    PortDone,
    PortSeen,
    Problem,
    ScanArm,
    WatchMovement,
)

PORT = PortSeen("/dev/ttyACM0", "/dev/serial/by-id/a", "CH343")
OTHER = replace(PORT, address="/dev/ttyACM1")
SEEN = after(SetupState(), DevicesSeen([PORT, OTHER], []))
SCANNED = ArmScanned(PORT.address, "so101_follower", [], [FindingSeen("x", "problem")], 6.4, 8)


def test_a_scan_is_shown_while_it_goes_on_and_when_it_is_done() -> None:
    state = sent(SEEN, ScanArm(PORT.address))
    assert (state.port, state.arm.doing) == (PORT.address, "scan")
    state = after(state, JobProgress(0.5, "Asking at 115200 baud"))
    assert state.progress is not None
    state = after(state, SCANNED)
    assert state.arm.scan == SCANNED
    assert state.progress is None
    assert state.arm.has_trouble
    assert after(state, PortDone(PORT.address, "scan")).arm.doing == ""


def test_a_late_end_of_earlier_work_does_not_end_the_next() -> None:
    state = sent(sent(SEEN, ScanArm(PORT.address)), BeginIds(PORT.address, "so101_follower"))
    assert after(state, PortDone(PORT.address, "scan")).arm.doing == "ids"


def test_a_problem_belongs_to_its_port_or_to_nobody() -> None:
    state = after(SEEN, Problem("port_busy", {}, PORT.address))
    assert state.arms[PORT.address].problem is not None
    assert state.problem is None
    assert after(SEEN, Problem("media_lost", {}, "cameras")).problem is not None


def test_a_camera_that_was_pulled_out_is_no_news() -> None:
    assert after(SEEN, Problem("camera_lost", {}, "/dev/video0")) == SEEN


def test_a_port_that_is_pulled_out_is_forgotten() -> None:
    state = replace(after(SEEN, SCANNED), port=PORT.address)
    state = after(state, DevicesSeen([OTHER], []))
    assert state.port == ""
    assert PORT.address not in state.arms


def test_movement_is_kept_as_a_short_history() -> None:
    state = sent(SEEN, WatchMovement([PORT.address]))
    for number in range(40):
        state = after(state, MovementSeen({PORT.address: float(number)}, {PORT.address: 40.0}))
    history = state.movement.history[PORT.address]
    assert (len(history), history[-1]) == (34, 39.0)
    assert not after(state, PortDone("movement", "movement")).movement.is_watched


def test_a_port_that_comes_back_while_watched_is_the_one_that_was_meant() -> None:
    state = sent(SEEN, WatchMovement([PORT.address, OTHER.address]))
    state = after(after(state, DevicesSeen([OTHER], [])), DevicesSeen([PORT, OTHER], []))
    assert state.movement.replugged == PORT.address


def test_when_the_worker_is_gone_nothing_goes_on() -> None:
    state = after(sent(SEEN, ScanArm(PORT.address)), Failed("session_ended"))
    assert state.arms[PORT.address].doing == ""
    assert state.problem is not None


def test_ids_are_shown_as_they_are_told() -> None:
    told = IdsState(PORT.address, "so101_follower", {"gripper": 6}, [], "gripper")
    assert after(SEEN, told).ids == told
