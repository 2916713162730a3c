"""The Set up panel as its operator sees it; a set-up worker is spoken for at the process border."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from spoken_setup import QuietSession, SpokenSetup, sharing_of

from app.panels.setup.controller import SetupController
from app.panels.setup.panel import setup_panel
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.view import SetupView
from app.services.previews import Previews
from app.services.rigs import RigFile
from app.session_state import SessionState
from app.theme.theme import theme
from app.widgets.chain_node import NodeState
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    AskBench,
    CameraSeen,
    DevicesSeen,
    FindingSeen,
    JobProgress,
    MovementSeen,
    Phase,
    PhaseChanged,
    PortDone,
    PortSeen,
    Problem,
    ScanArm,
    ScanBegan,
    ServoSeen,
    ShowCameras,
    StopPort,
    WatchArm,
    WatchDevices,
    WatchMovement,
)

ONE = PortSeen("/dev/ttyACM0", "/dev/serial/by-id/a", "Bus servo adapter (CH343)", "5A68013592")
TWO = replace(ONE, address="/dev/ttyACM1", stable_address="/dev/serial/by-id/b")
CLOSED = replace(ONE, is_allowed=False, obstacle="not_in_group", command="sudo usermod -aG x $USER")
CAMERA = CameraSeen(
    "C920", "/dev/video0", "/dev/v4l/by-id/c920", config={"type": "opencv", "index_or_path": 0}
)
JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
SERVOS = [
    ServoSeen(number, 1_000_000, joint, "sts3215", "3.10", 7.3, 33.0, 2047, False)
    for number, joint in enumerate(JOINTS, 1)
]
FINE = FindingSeen("all_fine", "fine", {"count": 6})
CUT = FindingSeen(
    "silent_behind",
    "problem",
    {"last": 3, "last_joint": "elbow_flex", "first": 4, "first_joint": "wrist_flex"},
    [4, 5, 6],
)
SILENT = [
    replace(servo, answers=servo.servo_id < 4, volts=7.3 if servo.servo_id < 4 else None)
    for servo in SERVOS
]


@dataclass
class Bench:
    """The panel, and those who speak to it."""

    setup: SpokenSetup
    session: QuietSession
    controller: SetupController
    view: SetupView
    state: SessionState

    def find(self, name: str) -> QWidget:
        QApplication.processEvents()  # parts that were made just now are shown with the next turn
        found = self.view.window().findChildren(QWidget, name)
        shown = [widget for widget in found if widget.isVisible()]
        assert len(shown) == 1, f"{name}: {len(shown)} of {len(found)} are shown"
        return shown[0]

    def click(self, name: str) -> None:
        button = self.find(name)
        assert isinstance(button, QPushButton)
        assert button.isEnabled(), f"{name} is disabled"
        button.click()

    def shows(self, name: str) -> bool:
        QApplication.processEvents()
        return any(each.isVisible() for each in self.view.window().findChildren(QWidget, name))

    def last(self, kind: type) -> object:
        return next(each for each in reversed(self.setup.sent) if isinstance(each, kind))

    def count(self, kind: type) -> int:
        return sum(isinstance(each, kind) for each in self.setup.sent)

    def look(self, *ports: PortSeen, cameras: tuple[CameraSeen, ...] = ()) -> None:
        self.setup.say(DevicesSeen(list(ports), list(cameras)))

    def scanned(self, address: str, *findings: FindingSeen, kind: str = "so101_follower") -> None:
        servos = SILENT if CUT in findings else SERVOS
        self.setup.say(
            ArmScanned(address, kind, servos, list(findings), 6.4, 8, []),
            PortDone(address, "scan"),
        )


@pytest.fixture
def bench(qtbot: QtBot, previews: Previews, qapp: QApplication) -> Iterator[Bench]:
    theme().wear(qapp)
    setup, session = SpokenSetup(), QuietSession()
    shared = SessionState()
    bench: Bench
    sharing = sharing_of(session, setup, lambda: bench.state)
    controller = SetupController(setup, sharing, RigBuilding(), session)  # type: ignore[arg-type]
    view = setup_panel(controller, previews)
    qtbot.addWidget(view)
    view.resize(1132, 720)
    bench = Bench(setup, session, controller, view, shared)
    view.show()
    yield bench
    view.hide()
    controller.deleteLater()
    sharing.deleteLater()


def with_follower(bench: Bench) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.kind.so101")
    bench.controller.use_port("follower", ONE.address)


def test_devices_are_watched_while_the_panel_is_shown(bench: Bench) -> None:
    assert bench.setup.sent[0] == WatchDevices()
    bench.view.hide()
    assert bench.setup.sent[-2:] == [WatchDevices(running=False), ShowCameras({})]


def test_only_what_the_panel_opened_is_closed_with_it(bench: Bench) -> None:
    """An arm that is being calibrated on another panel is left alone."""
    with_follower(bench)
    bench.click("setup.scan")
    bench.scanned(ONE.address, FINE)
    bench.setup.sent.clear()
    bench.view.hide()
    stopped = [each for each in bench.setup.sent if isinstance(each, StopPort)]
    assert stopped == [StopPort(ONE.address)]


def test_the_watch_for_movement_ends_with_the_panel(bench: Bench) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.watch_movement")
    bench.view.hide()
    assert bench.last(StopPort) == StopPort("movement")


def test_nothing_plugged_in_is_told_with_what_to_do(bench: Bench) -> None:
    bench.look()
    assert bench.view.guide.heading == "Plug an arm in"
    bench.click("setup.next")
    assert bench.count(WatchDevices) == 2


def test_a_port_says_what_it_is_and_comes_and_goes_by_itself(bench: Bench) -> None:
    bench.look(ONE, TWO)
    row = bench.view.devices.row_at(ONE.address)
    assert row is not None
    assert row.look.detail == "CH343 · 5A68013592"
    assert row.look.status[0] == "not checked yet"
    assert bench.shows("setup.port.ttyACM1")
    bench.look(ONE)
    assert not bench.shows("setup.port.ttyACM1")


def test_without_permission_the_command_is_there_to_be_copied(bench: Bench) -> None:
    bench.look(CLOSED)
    bench.click("setup.kind.so101")
    assert bench.view.guide.heading == "You may not open ttyACM0 yet"
    bench.click("setup.next")
    bench.click("setup.permission.copy")
    assert QGuiApplication.clipboard().text() == CLOSED.command
    bench.look(ONE)  # allowed now
    assert not bench.shows("setup.permission")


def test_what_helps_goes_with_a_port_that_is_pulled_out(bench: Bench) -> None:
    bench.look(CLOSED, TWO)
    bench.click("setup.port.ttyACM0.step")
    assert bench.shows("setup.permission")
    bench.look(TWO)
    assert not bench.shows("setup.permission")


def test_a_newcomer_is_led_to_the_first_checked_arm(bench: Bench) -> None:
    bench.look(ONE, TWO)
    assert bench.view.guide.heading == "Which robot do you have?"
    bench.click("setup.kind.so101")
    bench.click("setup.next")
    assert bench.setup.sent[-1] == WatchMovement([ONE.address, TWO.address])
    moved = MovementSeen({TWO.address: 3.0}, {ONE.address: 0.1, TWO.address: 20.0}, TWO.address)
    bench.setup.say(moved)
    assert bench.view.guide.heading == "ttyACM1 was moved"
    bench.click("setup.next")
    assert bench.controller.state.draft.ports == {"follower": TWO.stable_address}
    bench.click("setup.next")
    assert bench.last(ScanArm) == ScanArm(TWO.address, "so101_follower")
    bench.scanned(TWO.address, FINE)
    assert bench.view.guide.heading == "Which port is the leader on?"


def test_a_scan_shows_whom_it_asks_and_can_be_cancelled(bench: Bench) -> None:
    with_follower(bench)
    bench.click("setup.scan")
    expected = [ServoSeen(servo.servo_id, 0, servo.joint, answers=False) for servo in SERVOS]
    bench.setup.say(ScanBegan(ONE.address, "so101_follower", expected), JobProgress(0.4, "asking"))
    nodes = bench.view.chain.drawing.nodes
    assert [node.state for node in nodes[1:]] == [NodeState.TODO] * 6
    bench.click("setup.cancel")
    assert bench.setup.sent[-1] == StopPort(ONE.address)
    bench.setup.say(PortDone(ONE.address, "scan"))
    assert bench.shows("setup.scan")


def test_a_good_chain_stays_live(bench: Bench) -> None:
    with_follower(bench)
    bench.click("setup.scan")
    bench.scanned(ONE.address, FINE)
    assert bench.setup.sent[-1] == WatchArm(ONE.address, "so101_follower")
    warm = [replace(servo, celsius=41.0, volts=7.1) for servo in SERVOS]
    bench.setup.say(ArmWatched(ONE.address, warm, [FINE]))
    adapter, *servos = bench.view.chain.drawing.nodes
    assert adapter.lines == ("CH343",)
    assert servos[0].lines == ("STS3215", "7.1 V · 41 °C")
    assert {node.state for node in servos} == {NodeState.OK}


def test_a_cut_cable_is_seen_live_and_mended_live(bench: Bench) -> None:
    with_follower(bench)
    bench.scanned(ONE.address, FINE)
    bench.setup.say(ArmWatched(ONE.address, SILENT, [CUT]))
    states = [node.state for node in bench.view.chain.drawing.nodes]
    assert states == [NodeState.OK] * 4 + [NodeState.BAD] + [NodeState.UNREACHED] * 2
    row = bench.view.chain.finding_row(0)
    assert row.heading.text() == "Everything after servo 3 (elbow flex) is silent."
    assert bench.view.guide.heading == "Something is wrong with the follower"
    bench.setup.say(ArmWatched(ONE.address, SERVOS, [FINE]))
    assert bench.view.guide.heading == "Which port is the leader on?"


def test_the_servo_of_a_finding_is_shown_on_the_arm(bench: Bench, qtbot: QtBot) -> None:
    with_follower(bench)
    bench.scanned(ONE.address, CUT)
    bench.click("setup.finding.0.show")
    assert bench.find("setup.servo").accessibleName() == "Servo 4: Wrist flex"
    assert bench.controller.state.servo == 4
    bench.click("setup.servo.close")
    assert bench.controller.state.servo == 0


def test_a_wrong_supply_is_red_with_volts_and_limit(bench: Bench) -> None:
    with_follower(bench)
    high = FindingSeen(
        "voltage_high",
        "problem",
        {"servos": "1, 2, 3, 4, 5, 6", "volts": "12.2", "high": "8.0"},
        [1, 2, 3, 4, 5, 6],
    )
    bench.scanned(ONE.address, high)
    assert {node.state for node in bench.view.chain.drawing.nodes[1:]} == {NodeState.WRONG}
    text = bench.view.chain.finding_row(0).heading.text()
    assert "12.2 V" in text
    assert "8.0 V" in text


def test_the_leader_at_the_followers_place_changes_places_with_one_click(bench: Bench) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.kind.koch")
    bench.controller.use_port("follower", ONE.address)
    other = FindingSeen("other_arm", "problem", {"port": ONE.address, "arm": "koch_leader"}, [1])
    bench.scanned(ONE.address, other, kind="koch_follower")
    bench.click("setup.finding.0.move")
    assert bench.controller.state.draft.ports == {"leader": ONE.stable_address}


def test_movement_is_told_for_every_port(bench: Bench) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.watch_movement")
    stiff = MovementSeen(
        {ONE.address: 0.0, TWO.address: 0.0},
        {ONE.address: 0.0, TWO.address: 0.0},
        stiff={ONE.address: [2]},
    )
    bench.setup.say(stiff)
    names = {strip.accessibleName() for strip in bench.view.which_arm.strips}
    assert names == {"ttyACM0, has torque: not believed", "ttyACM1, still"}
    bench.click("setup.watch_movement")
    assert bench.setup.sent[-1] == StopPort("movement")


def test_movement_is_watched_for_once_there_is_a_port(bench: Bench) -> None:
    bench.look()
    assert not bench.find("setup.watch_movement").isEnabled()
    bench.look(ONE)
    assert bench.find("setup.watch_movement").isEnabled()


def test_the_watch_for_movement_has_room_in_the_smallest_window(bench: Bench) -> None:
    with_follower(bench)
    bench.click("setup.watch_movement")
    bench.setup.say(MovementSeen({ONE.address: 3.0}, {ONE.address: 20.0}, ONE.address))
    QApplication.processEvents()
    assert bench.view.which_arm.use.text() == "Is the follower"
    assert bench.view.verticalScrollBar().maximum() == 0


def test_unplugging_and_plugging_in_tells_a_port_too(bench: Bench) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.kind.so101")
    bench.click("setup.watch_movement")
    bench.look(ONE)
    bench.look(ONE, TWO)
    assert bench.view.guide.heading == "ttyACM1 was moved"
    bench.click("setup.slot.leader")
    bench.click("setup.use")
    assert bench.controller.state.draft.ports == {"leader": TWO.stable_address}


def test_with_torque_on_nothing_is_opened_and_the_way_out_is_told(bench: Bench) -> None:
    with_follower(bench)
    bench.state = replace(bench.state, torque_on=True)
    before = bench.count(ScanArm)
    bench.click("setup.scan")
    assert bench.count(ScanArm) == before
    bench.click("banner.remedy")
    assert bench.session.done == ["rest"]
    bench.session.event_received.emit(PhaseChanged(Phase.IDLE, torque_on=False))
    assert not bench.shows("banner.remedy")


def test_a_scan_ends_the_session_first(bench: Bench) -> None:
    with_follower(bench)
    bench.session.run(True)
    bench.click("setup.scan")
    assert bench.session.done == ["suspend"]
    assert isinstance(bench.last(ScanArm), ScanArm)


def test_cameras_of_the_session_are_left_alone_until_it_ends(bench: Bench) -> None:
    bench.session.rig = RigFile(Path("virtual.json"), virtual_rig())
    bench.session.run(True)
    top = CameraSeen(
        "Virtual camera top",
        "sim://default/top",
        "sim://default/top",
        is_virtual=True,
        config={"type": "sim", "url": "sim://default/top"},
    )
    bench.look(ONE, cameras=(CAMERA, top))
    assert bench.setup.sent[-1] == ShowCameras({CAMERA.address: CAMERA.config})
    row = bench.view.devices.row_at(top.address)
    assert row is not None
    assert row.look.status[0] == "in use: top"
    bench.session.run(False)
    shown = bench.setup.sent[-1]
    assert isinstance(shown, ShowCameras)
    assert set(shown.cameras) == {CAMERA.address, top.address}


def test_a_camera_that_another_program_has_says_so(bench: Bench) -> None:
    bench.look(ONE, cameras=(CAMERA,))
    bench.setup.say(Problem("device_in_use", {"device": CAMERA.address}, CAMERA.address))
    row = bench.view.devices.row_at(CAMERA.address)
    assert row is not None
    assert row.look.status[0] == "used by another program"


def test_virtual_arms_of_the_kind_are_added_where_nothing_is_plugged_in(bench: Bench) -> None:
    bench.look(replace(ONE, address="sim://default/follower", is_virtual=True))
    bench.click("setup.kind.koch")
    assert bench.view.guide.heading == "No arm is plugged in"
    bench.click("setup.next")
    assert bench.setup.sent[-1] == AskBench("koch", "scene")
    koch = [
        replace(ONE, address=f"sim://koch/{arm}", stable_address=f"sim://koch/{arm}")
        for arm in ("follower", "leader")
    ]
    bench.look(*(replace(port, is_virtual=True) for port in koch))
    for slot in ("follower", "leader"):
        bench.click("setup.next")
        assert bench.controller.state.draft.ports[slot] == f"sim://koch/{slot}"
        bench.click("setup.next")
        bench.scanned(f"sim://koch/{slot}", FINE, kind=f"koch_{slot}")
    assert bench.view.guide.heading == "Give the rig a name"


def test_a_real_arm_beside_a_virtual_rig_starts_a_new_one(bench: Bench) -> None:
    bench.controller.use_rig(RigFile(Path("virtual.json"), virtual_rig()))
    bench.look(ONE)
    assert bench.view.guide.heading == "A real arm is plugged in"
    bench.click("setup.next")
    assert bench.view.guide.heading == "Which robot do you have?"


def test_enter_alone_leads_from_the_scan_on(bench: Bench, qtbot: QtBot) -> None:
    with_follower(bench)
    bench.view.activateWindow()
    bench.view.guide.next.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(bench.view.guide.next.hasFocus)
    qtbot.keyClick(bench.view.guide.next, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is bench.view.chain.cancel
    bench.scanned(ONE.address, FINE)
    assert QApplication.focusWidget() is bench.view.guide.next


def test_ports_are_chosen_with_the_keyboard(bench: Bench, qtbot: QtBot) -> None:
    bench.look(ONE, TWO)
    row = bench.view.devices.row_at(TWO.address)
    assert row is not None
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert bench.controller.state.port == TWO.address


def test_tab_goes_from_the_next_step_down_the_devices_to_the_chain(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.look(CLOSED, TWO, cameras=(replace(CAMERA, is_allowed=False),))
    bench.click("setup.kind.so101")
    bench.view.activateWindow()
    bench.view.guide.next.setFocus(Qt.FocusReason.TabFocusReason)
    reached = []
    for _ in range(9):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.objectName())
        bench.view.grab()  # with the ring around it
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert reached == [
        "setup.next",
        "setup.look",
        "setup.port.ttyACM0",
        "setup.port.ttyACM0.step",
        "setup.port.ttyACM1",
        "setup.add_bench",
        "setup.camera.0.step",
        "setup.kind",
        "setup.scan",
    ]


def test_the_choice_of_an_arm_comes_before_its_use(bench: Bench, qtbot: QtBot) -> None:
    bench.look(ONE, TWO)
    bench.click("setup.kind.so101")
    bench.find("setup.slot.follower").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is bench.view.which_arm.use
