import json
import subprocess
import sys

import dynamixel_sdk
import pytest
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


def test_a_koch_arm_is_offered_to_any_program():
    """Broadcast ping by the vendor's SDK, with the waits that it likes, as lerobot does it."""
    handler = dynamixel_sdk.PacketHandler(2.0)
    with start("--pty", "--kind", "koch") as process:
        ports = json.loads(process.stdout.readline())
        assert set(ports) == {"follower", "leader"}
        port = dynamixel_sdk.PortHandler(ports["leader"])
        assert port.openPort()
        assert port.setBaudRate(1_000_000)
        found, result = handler.broadcastPing(port)
        assert (result, sorted(found)) == (dynamixel_sdk.COMM_SUCCESS, [1, 2, 3, 4, 5, 6])
        assert {model for model, _ in found.values()} == {1190}
        assert port.setBaudRate(57_600)
        assert handler.ping(port, 1)[1] == dynamixel_sdk.COMM_RX_TIMEOUT
        port.closePort()
        process.stdin.close()
        assert process.wait(10) == 0
    assert BenchPlaces("koch-pty").state.exists()


@pytest.mark.parametrize("arguments", [("--kind", "knee"), ("--kind", "koch", "--bench", "lab")])
def test_a_kind_that_cannot_be_is_refused(arguments):
    command = [sys.executable, "-m", "lerobot_core.sim", "--pty", *arguments]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert arguments[1] in refused.stderr


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
