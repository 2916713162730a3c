"""The Faults panel with real widgets, on a bench in this process."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSlider, QWidget
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent))  # bench_sharing, beside this file

from bench_sharing import BenchSharing

from app.panels.faults.controller import FaultsController
from app.panels.faults.faults import GROUPS, FaultKind
from app.panels.faults.panel import faults_panel
from app.panels.faults.view import FaultsView
from app.widgets.button import Button
from app.widgets.select import Select
from lerobot_core.control.rig import Rig
from lerobot_core.control.virtual import virtual_rigs
from lerobot_core.sim.bench import Bench
from lerobot_core.workers.protocol import Failed, Problem

RIGS = {rig.name: rig for rig in virtual_rigs()}


class Panel:
    def __init__(self, kind: str, rig: Rig) -> None:
        self.bench = Bench(kind=kind)
        self.sharing = BenchSharing(self.bench)
        self.controller = FaultsController(self.sharing, self.sharing)  # type: ignore[arg-type]
        self.controller.use_rig(rig)
        self.view: FaultsView = faults_panel(self.controller)
        self.view.resize(1132, 720)

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        QApplication.processEvents()  # what was just made is shown with the next turn
        found = [part for part in self.view.findChildren(kind, name) if part.isVisible()]
        assert found, name
        return found[0]

    def button(self, name: str) -> Button:
        button = self.find(name, Button)
        assert isinstance(button, Button)
        return button


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[Panel]:
    yield from shown("koch", RIGS["Virtual Koch"], qtbot)


@pytest.fixture
def two_arms(qtbot: QtBot) -> Iterator[Panel]:
    yield from shown("bi_koch", RIGS["Virtual bimanual Koch"], qtbot)


def shown(kind: str, rig: Rig, qtbot: QtBot) -> Iterator[Panel]:
    panel = Panel(kind, rig)
    qtbot.addWidget(panel.view)
    panel.view.show()
    yield panel
    panel.view.hide()


@pytest.mark.parametrize("group", GROUPS)
def test_each_fault_is_begun_and_undone_by_its_button(panel: Panel, group: str) -> None:
    panel.button(f"faults.group.{group}").click()
    for kind in GROUPS[group]:
        button = panel.button(f"faults.{kind}")
        words = button.text()
        button.click()
        assert [fault.kind for fault in panel.controller.state.faults] == [kind]
        assert (button.text(), panel.view.faults.rows[kind].status.text) == ("Undo", "active")
        assert panel.button("faults.undo.0").isVisible()
        button.click()
        assert panel.controller.state.faults == ()
        assert (button.text(), panel.view.faults.rows[kind].status.text) == (words, "")


def test_all_are_ended_at_once(panel: Panel) -> None:
    assert not panel.button("faults.end_all").isEnabled()
    panel.button("faults.unplug").click()
    panel.button("faults.cut").click()
    panel.button("faults.group.power").click()
    panel.button("faults.voltage").click()
    assert len(panel.controller.state.faults) == 3
    panel.button("faults.end_all").click()
    assert panel.controller.state.faults == ()
    assert panel.bench.chains["follower"].faults.unplugged == set()


def test_one_of_several_is_undone_in_the_list(panel: Panel, qtbot: QtBot) -> None:
    panel.button("faults.adapter").click()
    panel.button("faults.unplug").click()
    panel.button("faults.undo.0").click()
    assert [fault.kind for fault in panel.controller.state.faults] == [FaultKind.UNPLUG]


def test_a_fault_that_is_not_on_the_chosen_arm_is_in_the_list(panel: Panel) -> None:
    panel.bench.command("unplug", chain="leader", servo=3)
    panel.controller.watch(True)
    assert panel.button("faults.unplug").text() == "Unplug"
    panel.button("faults.undo.0").click()
    assert panel.bench.chains["leader"].faults.unplugged == set()


def test_another_arm_and_another_servo_are_chosen(two_arms: Panel) -> None:
    choose(two_arms, "faults.chain", "Right leader")
    choose(two_arms, "faults.unplug.target", "6 · Gripper")
    two_arms.button("faults.unplug").click()
    assert two_arms.bench.chains["right_leader"].faults.unplugged == {6}
    assert ("unplug", {"chain": "right_leader", "servo": 6}) in two_arms.sharing.commands()


def choose(panel: Panel, name: str, text: str) -> None:
    select = panel.find(name, Select)
    assert isinstance(select, Select)
    place = select.findText(text)
    assert place >= 0
    select.setCurrentIndex(place)
    select.activated.emit(place)


def test_a_joint_is_moved_by_its_slider_with_the_keyboard(panel: Panel, qtbot: QtBot) -> None:
    slider = panel.find("faults.joint.shoulder_pan", QSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    moved = [arguments for command, arguments in panel.sharing.commands()]
    assert moved == [{"chain": "follower", "joint": "shoulder_pan", "degrees": 5.0}]
    panel.bench.advance(2.0)
    panel.controller.watch(True)
    assert panel.controller.state.joints["shoulder_pan"].now == pytest.approx(5, abs=1)


def test_a_dragged_slider_sends_only_now_and_then(panel: Panel, qtbot: QtBot) -> None:
    slider = panel.find("faults.joint.elbow_flex", QSlider)
    assert isinstance(slider, QSlider)
    for value in range(20):
        slider.setValue(value)
    assert len(panel.sharing.commands()) == 1
    qtbot.waitUntil(lambda: len(panel.sharing.commands()) == 2)
    assert panel.sharing.commands()[-1][1]["degrees"] == 19.0


def test_hands_sweep_and_let_go(panel: Panel) -> None:
    panel.button("faults.sweep").click()
    panel.button("faults.sweep.gripper").click()
    panel.button("faults.let_go").click()
    assert panel.sharing.commands() == [
        ("sweep", {"chain": "follower"}),
        ("sweep", {"chain": "follower", "joint": "gripper"}),
        ("let_go", {"chain": "follower"}),
    ]
    assert not panel.bench.hands.busy


def test_servos_as_new_one_alone_and_ready_again(panel: Panel) -> None:
    panel.button("faults.virgin").click()
    assert [servo.servo_id for servo in panel.bench.chains["follower"].servos] == [1] * 6
    choose(panel, "faults.only", "only 6 · Gripper")
    assert panel.bench.chains["follower"].faults.only_place == 5
    choose(panel, "faults.only", "All servos")
    assert panel.bench.chains["follower"].faults.only_place is None
    panel.button("faults.ready").click()
    assert [servo.servo_id for servo in panel.bench.chains["follower"].servos] == [1, 2, 3, 4, 5, 6]


def test_what_the_bench_refuses_is_said_and_can_be_closed(panel: Panel) -> None:
    panel.sharing.event_received.emit(
        Problem("bench_unavailable", {"bench": "koch", "reason": "it ended."}, "bench koch")
    )
    assert len(panel.view.banners.banners()) == 1
    panel.button("banner.close").click()
    assert panel.view.banners.banners() == []


def test_a_problem_of_another_port_is_not_this_panel_s(panel: Panel) -> None:
    panel.sharing.event_received.emit(Problem("port_lost", {"port": "x"}, "/dev/ttyACM0"))
    assert panel.controller.state.problem is None


def test_a_bench_that_does_not_answer_is_not_asked_for_more(panel: Panel, qtbot: QtBot) -> None:
    panel.sharing.answers = False
    panel.controller.watch(True)
    asked = len(panel.sharing.sent)
    qtbot.wait(900)  # more than two looks
    assert len(panel.sharing.sent) == asked
    panel.sharing.answers = True
    panel.sharing.event_received.emit(Failed("session_ended"))
    qtbot.waitUntil(lambda: len(panel.sharing.sent) > asked)


def test_nobody_asks_while_the_panel_is_not_shown(panel: Panel, qtbot: QtBot) -> None:
    panel.view.hide()
    asked = len(panel.sharing.sent)
    qtbot.wait(500)  # more than a look
    assert len(panel.sharing.sent) == asked


def test_a_real_rig_has_no_faults_to_practise(panel: Panel) -> None:
    state = panel.controller.state
    panel.view.show_state(type(state)())
    assert not panel.view.active.isVisible()


def test_before_the_bench_answers_nothing_can_be_broken(qtbot: QtBot) -> None:
    panel = Panel("koch", RIGS["Virtual Koch"])
    panel.sharing.answers = False
    qtbot.addWidget(panel.view)
    panel.view.show()
    assert not panel.button("faults.unplug").isEnabled()
    assert not panel.find("faults.joint.gripper").isEnabled()
    panel.view.hide()


def test_everything_that_can_be_clicked_has_a_name(panel: Panel) -> None:
    for group in GROUPS:
        panel.button(f"faults.group.{group}").click()
        for button in panel.view.findChildren(Button):
            assert button.objectName().startswith(("faults.", "banner.")), button.text()
            assert button.accessibleName()
