import os
import select
import signal
import threading
import time

import psutil
import pytest
from leftovers import wait_until

from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.errors import (
    BenchUnavailable,
    CameraNotFound,
    PortLost,
    PortNotFound,
    PortPermissionDenied,
    SettingInvalid,
    UnknownChoice,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.dynamixel_packets import encode_instruction, encode_status
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.packets import encode_packet
from lerobot_core.serial.link import open_link
from lerobot_core.sim import client as client_module
from lerobot_core.sim.client import BenchClient, open_camera
from lerobot_core.sim.places import BenchPlaces
from lerobot_core.sim.so101 import SERVO_IDS, factory_calibration
from lerobot_core.types import NormMode

_PING_1 = encode_packet(1, 0x01)


@pytest.fixture
def bench():
    client = BenchClient("workshop")
    yield client
    client.end_bench()


@pytest.fixture
def stepped():
    client = BenchClient("steps", stepped=True)
    client.command("scene")  # whoever comes first starts it
    yield client
    client.end_bench()


def bench_process(name):
    """The process that holds the bench's lock."""
    home = os.environ["LEROBOT_WORKBENCH_HOME"]
    for process in psutil.process_iter():
        try:
            if (
                name in process.cmdline()
                and process.environ().get("LEROBOT_WORKBENCH_HOME") == home
            ):
                return process
        except psutil.Error:
            continue
    raise AssertionError("the bench does not run")


def bus_on(address):
    motors = {
        joint: Motor(
            servo, "sts3215", NormMode.RANGE_0_100 if joint == "gripper" else NormMode.DEGREES
        )
        for joint, servo in SERVO_IDS.items()
    }
    chain = "leader" if address.endswith("leader") else "follower"
    return FeetechMotorsBus(address, motors, factory_calibration(chain))


def test_a_link_reaches_the_servos(bench):
    link = open_link("sim://workshop/follower", 1_000_000)
    assert link.address == "sim://workshop/follower"
    link.write(_PING_1)
    assert link.read(6, 1.0) == encode_packet(1, 0)
    assert link.fileno() >= 0
    link.close()
    assert bench.command("scene")["success"] is False


def test_the_bench_ends_after_its_last_client_and_leaves_nothing():
    client = BenchClient("alone")
    client.command("scene")
    process = bench_process("alone")
    client.close()
    wait_until(lambda: not process.is_running(), 10.0)
    places = BenchPlaces("alone")
    assert places.leftovers() == []
    assert places.state.exists()


def test_time_is_real(bench):
    bench.command("move_joint", chain="leader", joint="shoulder_pan", degrees=30.0)
    bus = bus_on("sim://workshop/leader")
    bus.connect()
    wait_until(lambda: abs(bus.sync_read("Present_Position")["shoulder_pan"] - 30) < 0.2, 10.0)
    bus.disconnect()


def test_frames_arrive_in_the_ring(bench):
    ring, lease = open_camera("sim://workshop/top")
    with FrameRingReader(ring) as reader:
        wait_until(lambda: reader.newest().sequence >= 5)
        stamp, picture = reader.read_newest()
        assert picture.shape == (480, 640, 3)
        assert picture.std() > 10
        assert stamp.age_ms(time.monotonic_ns()) < 2000
        bench.command("freeze_camera", camera="top")
        last = 0

        def is_still():
            nonlocal last
            before, last = last, reader.newest().sequence
            time.sleep(0.2)
            return before == reader.newest().sequence

        wait_until(is_still)
        bench.command("thaw_camera", camera="top")
        wait_until(lambda: reader.newest().sequence > last)
    lease.close()
    wait_until(lambda: not ring.exists())


def test_two_clients_share_a_ring(bench):
    ring, first = open_camera("sim://workshop/wrist")
    other, second = open_camera("sim://workshop/wrist")
    assert ring == other
    first.close()
    with FrameRingReader(ring) as reader:
        before = reader.newest().sequence
        wait_until(lambda: reader.newest().sequence > before + 2)
    second.close()


def test_eeprom_survives_a_restart(bench):
    bus = bus_on("sim://workshop/leader")
    bus.connect()
    bus.disable_torque(["gripper"])
    bus.write("Homing_Offset", "gripper", -99)
    bus.disconnect()
    process = bench_process("workshop")
    bench.end_bench()
    wait_until(lambda: not process.is_running())
    bus = bus_on("sim://workshop/leader")
    bus.connect()
    assert bus.read("Homing_Offset", "gripper") == -99
    bus.disconnect()


def test_a_killed_bench_starts_again_cleanly(bench):
    _, lease = open_camera("sim://workshop/top")
    link = open_link("sim://workshop/follower", 1_000_000)
    bench_process("workshop").send_signal(signal.SIGKILL)
    with pytest.raises(PortLost):
        link.read(6, 5.0)
    link.close()
    lease.close()
    assert BenchPlaces("workshop").leftovers() != []
    assert bench.command("scene")["phase"] == "resting"
    link = open_link("sim://workshop/follower", 1_000_000)
    link.write(_PING_1)
    assert link.read(6, 1.0) == encode_packet(1, 0)
    link.close()
    assert [path.suffix for path in BenchPlaces("workshop").leftovers()] == [".sock"]


def test_a_damaged_state_does_not_keep_the_bench_from_starting(bench):
    places = BenchPlaces("workshop")
    places.folder.mkdir(parents=True)
    places.state.write_text('{"chains": 3}')
    assert bench.command("scene")["success"] is False


def test_clients_that_come_at_once_get_one_bench(bench):
    failures = []

    def ask():
        client = BenchClient("workshop")
        try:
            client.command("scene")
        except BenchUnavailable as error:
            failures.append(error)
        finally:
            client.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_port_outlives_the_session_that_opened_it(bench):
    """A guard that shares the port can still release the arm."""
    link = open_link("sim://workshop/follower", 1_000_000)
    shared = os.dup(link.fileno())
    link.close()
    os.write(shared, _PING_1)
    assert select.select([shared], [], [], 2.0)[0]
    assert os.read(shared, 6) == encode_packet(1, 0)
    os.close(shared)


def test_ports_that_cannot_be_had(bench):
    with pytest.raises(PortNotFound, match="sim://workshop/third"):
        open_link("sim://workshop/third", 1_000_000)
    with pytest.raises(PortNotFound):
        open_link("sim://workshop", 1_000_000)
    bench.command("deny_port", chain="leader", denied=True)
    with pytest.raises(PortPermissionDenied, match="sim://workshop/leader"):
        open_link("sim://workshop/leader", 1_000_000)
    bench.command("deny_port", chain="leader", denied=False)
    open_link("sim://workshop/leader", 1_000_000).close()
    with pytest.raises(CameraNotFound):
        open_camera("sim://workshop/side")


def test_an_adapter_that_is_unplugged_while_open(bench):
    link = open_link("sim://workshop/leader", 1_000_000)
    bench.command("unplug_adapter", chain="leader")
    with pytest.raises(PortLost, match="sim://workshop/leader"):
        link.read(6, 1.0)
    link.close()
    with pytest.raises(PortNotFound):
        open_link("sim://workshop/leader", 1_000_000)
    bench.command("plug_adapter", chain="leader")
    open_link("sim://workshop/leader", 1_000_000).close()


def test_errors_come_back_as_they_were_raised(bench):
    with pytest.raises(UnknownChoice):
        bench.command("dance")
    with pytest.raises(SettingInvalid):
        bench.command("voltage", chain="leader", volts="high")
    with pytest.raises(UnknownChoice):
        bench.command("step", seconds=1)  # only a stepped bench can
    with pytest.raises(UnknownChoice):
        bench.request({"do": "nothing"})


def test_a_stepped_bench_waits_for_its_time(stepped):
    stepped.command("move_joint", chain="leader", joint="shoulder_pan", degrees=20.0)
    bus = bus_on("sim://steps/leader")
    bus.connect()
    assert bus.sync_read("Present_Position")["shoulder_pan"] == pytest.approx(0, abs=0.1)
    assert stepped.command("step", seconds=2.0)["now_s"] == pytest.approx(2.0, abs=0.005)
    assert bus.sync_read("Present_Position")["shoulder_pan"] == pytest.approx(20, abs=0.1)
    bus.disconnect()


def test_a_stepped_bench_takes_a_picture_at_each_step(stepped):
    ring, lease = open_camera("sim://steps/wrist")
    with FrameRingReader(ring) as reader:
        wait_until(lambda: reader.newest().sequence == 1)
        stepped.command("step", seconds=0.1)
        wait_until(lambda: reader.newest().sequence == 2)
    lease.close()


def test_a_koch_bench_serves_bytes_pictures_and_commands():
    bench = BenchClient("koch-lab")
    try:
        assert bench.command("scene")["kind"] == "koch"
        link = open_link("sim://koch-lab/follower", 1_000_000)
        link.write(encode_instruction(3, 0x01))
        assert link.read(14, 1.0) == encode_status(3, 0, bytes((0xB0, 0x04, 45)))  # model 1200
        link.set_baudrate(57_600)
        link.write(encode_instruction(3, 0x01))
        assert link.read(14, 0.1) == b""
        link.set_baudrate(1_000_000)
        bench.command("swap", chain="follower")
        link.write(encode_instruction(3, 0x01))
        assert link.read(14, 1.0) == encode_status(3, 0, bytes((0xA6, 0x04, 45)))  # model 1190
        link.close()
        ring, lease = open_camera("sim://koch-lab/top")
        with FrameRingReader(ring) as reader:
            wait_until(lambda: reader.newest().sequence >= 5)
            assert reader.read_newest()[1].std() > 3
        lease.close()
        with pytest.raises(PortNotFound):
            open_link("sim://koch-lab/left_follower", 1_000_000)
    finally:
        bench.end_bench()


def test_a_bench_that_cannot_start_says_so(monkeypatch):
    monkeypatch.setattr(client_module.sys, "executable", "/nonexistent/python")
    with pytest.raises(BenchUnavailable, match="nowhere"):
        BenchClient("nowhere").command("scene")


def test_a_bench_that_ends_at_once_names_its_log(monkeypatch):
    BenchPlaces("blocked").folder.parent.mkdir(parents=True)
    BenchPlaces("blocked").folder.write_text("in the way")
    with pytest.raises(BenchUnavailable, match=r"bench-blocked\.log"):
        BenchClient("blocked").command("scene")
