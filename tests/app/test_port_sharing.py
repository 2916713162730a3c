from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.port_sharing import PortSharing
from app.services.rigs import RigFile
from app.session_state import SessionState
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.workers.protocol import AskBench, ScanArm, SetupCommand, StopPort, WatchDevices

RIG = RigFile(Path("rig.json"), virtual_rig())
SCAN = ScanArm("/dev/ttyACM0")


class Session(QObject):
    """What the sharing of ports asks of a session."""

    run_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.is_running, self.rig = True, RIG
        self.done: list[str] = []

    def suspend(self) -> None:
        self.done.append("suspend")

    def end(self) -> None:
        self.is_running = False
        self.run_changed.emit(False)

    def start(self, rig: RigFile) -> None:
        assert rig is RIG
        self.is_running = True
        self.done.append("start")


class Setup(QObject):
    """What it asks of the set-up worker."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[SetupCommand] = []

    def send(self, command: SetupCommand) -> None:
        self.sent.append(command)

    def let_go(self) -> None:
        self.sent.append(StopPort())


class Shared:
    def __init__(self) -> None:
        self.session, self.setup = Session(), Setup()
        self.state = SessionState()
        self.sharing = PortSharing(
            self.session,  # type: ignore[arg-type]
            self.setup,  # type: ignore[arg-type]
            lambda: self.state,
        )


@pytest.fixture
def shared(qtbot: QtBot) -> Shared:
    return Shared()


def test_the_session_is_gone_before_a_port_is_opened(shared: Shared) -> None:
    assert shared.sharing.send(SCAN)
    assert shared.session.done == ["suspend"]
    assert shared.setup.sent == []
    shared.session.end()
    assert shared.setup.sent == [SCAN]


def test_commands_wait_in_their_order_but_for_those_that_open_no_port(shared: Shared) -> None:
    for command in (SCAN, StopPort(), WatchDevices(), SCAN):
        shared.sharing.send(command)
    assert shared.session.done == ["suspend"]
    assert shared.setup.sent == [WatchDevices()]
    shared.session.end()
    assert shared.setup.sent == [WatchDevices(), SCAN, StopPort(), SCAN]


def test_what_waits_is_forgotten_when_the_session_gets_its_ports_back(shared: Shared) -> None:
    shared.sharing.send(SCAN)
    shared.sharing.give_back()
    assert shared.setup.sent == [StopPort()]
    assert shared.session.done == ["suspend", "start"]


@pytest.mark.parametrize("command", [WatchDevices(), AskBench("default", "scene"), StopPort()])
def test_what_opens_no_port_leaves_the_session_alone(shared: Shared, command: SetupCommand) -> None:
    shared.state = SessionState(torque_on=True)
    assert shared.sharing.send(command)
    assert shared.session.done == []
    assert shared.setup.sent == [command]


def test_an_arm_with_torque_is_left_alone(shared: Shared, qtbot: QtBot) -> None:
    shared.state = SessionState(torque_on=True)
    with qtbot.waitSignal(shared.sharing.refused):
        assert not shared.sharing.send(SCAN)
    assert shared.session.done == []
    assert shared.setup.sent == []


def test_giving_back_begins_the_session_again(shared: Shared) -> None:
    shared.sharing.send(SCAN)
    shared.session.end()
    shared.sharing.give_back()
    assert shared.setup.sent == [SCAN, StopPort()]
    assert shared.session.done == ["suspend", "start"]


def test_only_what_was_taken_is_given_back(shared: Shared) -> None:
    shared.session.is_running = False
    shared.sharing.send(SCAN)
    shared.sharing.give_back()
    assert shared.session.done == []


def test_ports_are_let_go_for_another_rig_without_starting_this_one(shared: Shared) -> None:
    shared.sharing.send(SCAN)
    shared.session.end()
    shared.sharing.let_go()
    shared.sharing.give_back()
    assert shared.setup.sent == [SCAN, StopPort()]
    assert shared.session.done == ["suspend"]
