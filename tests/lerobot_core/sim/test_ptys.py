import select
import time
from pathlib import Path

import pytest
from leftovers import wait_until

from lerobot_core.errors import PortLost
from lerobot_core.motors.packets import encode_packet
from lerobot_core.serial.port import open_port
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.ptys import PtyPort

_PING_3 = encode_packet(3, 0x01)


@pytest.fixture
def chain():
    return Bench().chains["follower"]


@pytest.fixture
def port(chain):
    port = PtyPort(chain)
    yield port
    port.close()


def serve(port, seconds=0.3):
    """Carry bytes for a while; False as soon as no client is left."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([port], [], [], 0.005)[0]:
            return port.receive(time.monotonic())
    return True


def test_a_ping_comes_back_after_its_time_on_the_wire(port):
    link = open_port(port.path, 1_000_000)
    link.write(_PING_3)
    assert serve(port)
    due = port.next_due_s
    assert due is not None
    port.send_due(due - 1e-6)
    assert link.read(6, 0.0) == b""
    port.send_due(due)
    assert link.read(6, 1.0) == encode_packet(3, 0)
    assert port.next_due_s is None
    link.close()


@pytest.mark.parametrize("baudrate", [1_000_000, 115_200, 250_000, 128_000])
def test_the_rate_that_the_client_sets_is_seen(port, chain, baudrate):
    link = open_port(port.path, baudrate)
    link.write(_PING_3)
    assert serve(port)
    assert chain.baudrate == baudrate
    assert (port.next_due_s is not None) == (baudrate == 1_000_000)  # others hear only noise
    link.close()


def test_replies_that_follow_each_other_arrive_together(port):
    link = open_port(port.path, 1_000_000)
    link.write(encode_packet(0xFE, 0x82, bytes([56, 2, 1, 2, 3, 4, 5, 6])))
    assert serve(port)
    port.send_due(port.next_due_s)
    assert len(link.read(100, 0.0)) == 6 * 8
    link.close()


def test_a_port_lives_until_the_last_process_has_closed_it(port):
    link = open_port(port.path, 1_000_000)
    port.release()
    link.write(_PING_3)
    assert serve(port)
    link.close()
    wait_until(lambda: not serve(port, 0.05), 2.0)


def test_a_pulled_adapter_is_a_lost_port(port):
    link = open_port(port.path, 1_000_000)
    port.close()
    with pytest.raises(PortLost):
        link.read(6, 0.1)
    with pytest.raises(PortLost):
        link.write(_PING_3)
    link.close()
    assert not Path(port.path).exists()
