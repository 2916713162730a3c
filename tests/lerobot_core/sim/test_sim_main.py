import json
import subprocess
import sys

from leftovers import wait_until

from lerobot_core.motors.packets import encode_packet
from lerobot_core.serial.port import open_port
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.places import BenchPlaces

_PING_2 = encode_packet(2, 0x01)


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "lerobot_core.sim", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ping(path):
    link = open_port(path, 1_000_000)
    link.write(_PING_2)
    reply = link.read(6, 2.0)
    link.close()
    return reply


def test_pty_offers_both_chains_until_its_input_closes():
    with start("--pty") as process:
        ports = json.loads(process.stdout.readline())
        assert set(ports) == {"follower", "leader"}
        for path in (ports["follower"], ports["leader"], ports["follower"]):
            assert ping(path) == encode_packet(2, 0)
        process.stdin.close()
        assert process.wait(10) == 0
        assert process.stdout.read() == ""
    assert BenchPlaces("pty").leftovers() == []


def test_pty_ends_on_a_signal_and_saves():
    with start("--pty", "--bench", "signalled") as process:
        json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(10) == 0
    assert BenchPlaces("signalled").state.exists()


def test_a_second_process_leaves_a_running_bench_alone():
    client = BenchClient("taken")
    client.command("scene")
    with start("--bench", "taken", "--pty") as process:
        assert process.wait(20) == 1
        assert process.stdout.read() == ""
    assert client.command("scene")["success"] is False
    client.end_bench()
    wait_until(lambda: BenchPlaces("taken").leftovers() == [])
