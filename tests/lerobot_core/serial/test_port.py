"""Real ports, on pseudo-terminals: the kernel's side is real, the wire is ours."""

import errno
import os
import select
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import serial

from lerobot_core.errors import PortBusy, PortLost, PortNotFound, PortPermissionDenied
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.serial.link import open_link
from lerobot_core.serial.port import open_port
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.types import NormMode

LONG_S = 10.0  # for what does arrive; nothing waits this long


class Terminal:
    """A pseudo-terminal: ``far`` is what the adapter's chip would be."""

    def __init__(self) -> None:
        self.far, self._near = os.openpty()
        self.path = os.ttyname(self._near)

    def pull_out(self) -> None:
        for descriptor in (self.far, self._near):
            with suppress(OSError):
                os.close(descriptor)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.pull_out()


def test_bytes_go_both_ways(terminal: Terminal) -> None:
    link = open_link(terminal.path, 1_000_000)
    every_byte = bytes(range(256))
    link.write(every_byte)
    received = b""
    while len(received) < 256:
        received += os.read(terminal.far, 256)
    assert received == every_byte
    os.write(terminal.far, every_byte)
    assert link.read(256, LONG_S) == every_byte
    assert (link.address, link.baudrate) == (terminal.path, 1_000_000)
    link.close()


def test_a_read_ends_with_fewer_bytes_when_its_time_is_over(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)
    os.write(terminal.far, b"ab")
    assert link.read(2, LONG_S) == b"ab"
    assert link.read(2, 0.0) == b""
    os.write(terminal.far, b"c")
    select.select([link.fileno()], [], [], LONG_S)
    assert link.read(2, 0.0) == b"c"  # what has arrived counts, even with no time left
    link.close()


def test_a_read_waits_for_bytes_that_come_in_pieces(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)

    def send() -> None:
        for piece in (b"a", b"bc", b"d"):
            os.write(terminal.far, piece)

    sender = threading.Thread(target=send)
    sender.start()
    assert link.read(4, LONG_S) == b"abcd"
    sender.join()
    link.close()


def test_input_can_be_forgotten(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)
    os.write(terminal.far, b"old")
    select.select([link.fileno()], [], [], LONG_S)
    link.discard_input()
    assert link.read(1, 0.0) == b""
    link.close()


def test_the_baud_rate_can_be_changed(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)
    link.set_baudrate(115_200)
    assert link.baudrate == 115_200
    link.close()


def test_another_process_may_share_the_port(terminal: Terminal) -> None:
    first = open_port(terminal.path, 1_000_000)
    second = open_port(terminal.path, 1_000_000)
    second.write(b"x")
    assert os.read(terminal.far, 1) == b"x"
    second.close()
    first.write(b"y")
    assert os.read(terminal.far, 1) == b"y"
    first.close()


def test_bytes_that_another_process_took_are_no_lost_port(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = open_port(terminal.path, 1_000_000)
    really = select.select
    wakes = iter([([link.fileno()], [], [])])  # there was something, and the guard was quicker
    monkeypatch.setattr(select, "select", lambda *args: next(wakes, None) or really(*args))
    assert link.read(4, 0.02) == b""
    link.close()


def test_a_port_that_is_pulled_out_is_lost(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)
    terminal.pull_out()
    with pytest.raises(PortLost, match=terminal.path):
        link.read(1, LONG_S)
    with pytest.raises(PortLost):
        link.write(b"x")
    link.close()
    link.close()


def test_a_closed_port_is_lost(terminal: Terminal) -> None:
    link = open_port(terminal.path, 1_000_000)
    link.close()
    for use in (lambda: link.read(1, 0.0), lambda: link.write(b"x"), link.discard_input):
        with pytest.raises(PortLost):
            use()


def test_a_path_without_a_device_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "ttyACM7"
    with pytest.raises(PortNotFound, match="ttyACM7"):
        open_port(str(missing), 1_000_000)
    missing.write_text("a file, and no serial device")
    with pytest.raises(PortNotFound):
        open_port(str(missing), 1_000_000)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EACCES, PortPermissionDenied),
        (errno.EBUSY, PortBusy),
        (errno.ENOENT, PortNotFound),
        (errno.ENXIO, PortNotFound),
        (errno.EIO, PortLost),
    ],
)
def test_refusals_of_the_system_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    """Injected: tests may run as root, who is refused nothing, and without a busy port."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise serial.SerialException(number, os.strerror(number))

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(expected, match="/dev/ttyACM0"):
        open_port("/dev/ttyACM0", 1_000_000)


def test_a_bus_drives_a_chain_behind_a_real_port(terminal: Terminal) -> None:
    names = [f"joint_{number}" for number in range(1, 7)]
    motors = {
        name: Motor(number, "sts3215", NormMode.DEGREES) for number, name in enumerate(names, 1)
    }
    chain = ServoChain([SimulatedServo(number, HandJoint()) for number in range(1, 7)])
    stop_reading, stop = os.pipe()
    server = threading.Thread(target=_serve, args=(chain, terminal.far, stop_reading))
    server.start()
    try:
        bus = FeetechMotorsBus(terminal.path, motors)
        # A machine under load may keep this thread's other half from answering in time.
        bus.connect(handshake=False)
        goals = {name: 1000.0 + number for number, name in enumerate(names)}
        bus.sync_write("Goal_Position", goals, normalize=False)
        assert bus.sync_read("Goal_Position", normalize=False, num_retry=100) == goals
        bus.disconnect(disable_torque=False)
    finally:
        os.close(stop)
        server.join()
        os.close(stop_reading)


def _serve(chain: ServoChain, descriptor: int, stop: int) -> None:
    while True:
        readable, _, _ = select.select([descriptor, stop], [], [])
        if stop in readable:
            return
        for reply in chain.receive(os.read(descriptor, 4096)):
            os.write(descriptor, reply.data)
