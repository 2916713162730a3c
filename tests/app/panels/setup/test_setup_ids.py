"""Giving ids as the operator sees it: pure words, the page, and the whole way on a real bench."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from setup_driver import running_bench
from spoken_setup import QuietSession, sharing_of

from app.panels.setup.arm_look import ArmLook
from app.panels.setup.controller import SetupController
from app.panels.setup.ids_card import IdsCard
from app.panels.setup.ids_controller import IdsController
from app.panels.setup.ids_words import answer, id_rows, why_not
from app.panels.setup.in_place import can_stay_plugged_in, likely, taken_twice
from app.panels.setup.in_place_form import InPlaceForm
from app.panels.setup.pages import setup_pages
from app.panels.setup.registers_controller import RegistersController
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.state import IDS_PAGE, SetupState
from app.services.setup_service import SetupService
from app.session_state import SessionState
from app.theme.theme import theme
from app.widgets.select import Select
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import (
    ArmScanned,
    AskBench,
    FindingSeen,
    IdsState,
    Problem,
    ServoSeen,
)

PORT = "/dev/ttyACM1"
JOINTS = {"gripper": 6, "wrist_roll": 5, "wrist_flex": 4}
FOUND = ServoSeen(1, 1_000_000, "", "sts3215", "3.10", 7.3, 30.0, 2047, False)
WAITING = IdsState(PORT, "so101_follower", JOINTS, ["gripper"], "wrist_roll")
ALONE = replace(WAITING, found=FOUND, can_write=True)
PATIENCE_MS = 60_000
LEADER = "sim://koch/leader"
KOCH = {
    joint: 6 - place
    for place, joint in enumerate(
        ("gripper", "wrist_roll", "wrist_flex", "elbow_flex", "shoulder_lift", "shoulder_pan")
    )
}


def giving(ids: IdsState) -> SetupState:
    return SetupState(port=PORT, arms={PORT: ArmLook(doing="ids")}, ids=ids)


def with_finding(code: str, **facts: object) -> SetupState:
    finding = FindingSeen(code, "problem", facts)  # type: ignore[arg-type]
    return giving(replace(ALONE, can_write=False, findings=[finding]))


# Words


def test_rows_say_what_is_done_and_what_is_waited_for() -> None:
    rows = id_rows(WAITING, goes_on=True)
    assert [row.word for row in rows] == ["written", "waiting for you", "to do"]


def test_nobody_waits_for_a_servo_once_it_was_interrupted() -> None:
    rows = id_rows(WAITING, goes_on=False)
    assert [row.word for row in rows] == ["written", "interrupted", "to do"]


def test_who_answers_is_told_with_what_it_will_be() -> None:
    shown = answer(giving(ALONE))
    assert shown.heading == "One servo answers"
    assert dict(shown.facts) == {
        "Now": "id 1, STS3215, firmware 3.10",
        "Supply": "7.3 V, fits this model",
        "Will be": "id 5 at 1\u2009000\u2009000 baud",
    }
    assert why_not(giving(ALONE)) == ""


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (with_finding("setup_nobody", joint="wrist_roll"), "No servo answers yet"),
        (
            with_finding("setup_several", found="1, 6", joint="wrist_roll"),
            "More than one servo answers: 1, 6.",
        ),
        (
            with_finding("voltage_high", servos="1", volts=12.0, high=8.0),
            "Servo 1: 12.0 V, but no more than 8.0 V is allowed.",
        ),
        (
            with_finding("setup_same_servo", servo_id=6, last_joint="gripper", joint="wrist_roll"),
            "This still is servo 6 (gripper), which is set up.",
        ),
        (replace(giving(ALONE), is_writing_id=True), "Writing, then reading it back"),
        (giving(WAITING), "Asking who is there"),
    ],
)
def test_what_keeps_an_id_from_being_written_is_said(state: SetupState, heading: str) -> None:
    assert answer(state).heading == heading
    assert why_not(state) == heading


def test_a_wrong_supply_is_shown_beside_the_servo() -> None:
    state = with_finding("voltage_high", servos="1", volts=12.0, high=8.0)
    state = giving(replace(state.ids or WAITING, found=replace(FOUND, volts=12.0)))
    assert dict(answer(state).facts)["Supply"] == "12.0 V, too high"


# In place


def test_ids_in_place_are_guessed_from_the_order_of_the_arm() -> None:
    wanted = {"pan": 1, "lift": 2, "grip": 3}
    assert likely(wanted, [1, 7, 9]) == {"pan": 1, "lift": 7, "grip": 9}
    assert likely(wanted, [3, 2, 8]) == {"pan": 8, "lift": 2, "grip": 3}
    assert likely(wanted, [4]) == {"pan": 4}
    assert taken_twice({"pan": 4, "lift": 4, "grip": 5}) == [4]


def scanned(*present: int, codes: tuple[str, ...] = ()) -> ArmLook:
    servos = [
        ServoSeen(number, 1_000_000, joint, answers=number in present)
        for joint, number in JOINTS.items()
    ]
    servos += [ServoSeen(number, 1_000_000) for number in present if number not in JOINTS.values()]
    findings = [FindingSeen(code, "problem") for code in codes]
    return ArmLook(scan=ArmScanned(PORT, "so101_follower", servos, findings, 1.0, 8))


def test_servos_stay_plugged_in_only_with_ids_of_their_own() -> None:
    assert can_stay_plugged_in(scanned(4, 11, 12))
    assert not can_stay_plugged_in(scanned(4, 11))
    assert not can_stay_plugged_in(scanned(4, 5, 6, codes=("duplicate_id",)))
    assert not can_stay_plugged_in(ArmLook())


# The page


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> IdsCard:
    theme().wear(qapp)
    card = IdsCard()
    qtbot.addWidget(card)
    card.resize(524, 300)
    card.show()
    return card


def test_enter_writes_the_id_once_a_servo_may_have_it(card: IdsCard, qtbot: QtBot) -> None:
    written: list[bool] = []
    card.write_requested.connect(lambda: written.append(True))
    card.show_state(giving(WAITING))
    assert not card.progress.write.isEnabled()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert written == []
    card.show_state(giving(ALONE))
    assert card.progress.write.text() == "Write id 5"
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert written == [True]
    assert card.fact == "1 of 3 done on ttyACM1"
    assert card.progress.heading.text() == "Plug in only the wrist roll servo"


def test_a_joint_is_chosen_by_keyboard_to_be_done_again(card: IdsCard, qtbot: QtBot) -> None:
    card.show_state(giving(ALONE))
    card.progress.table.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(card.joint_chosen) as chosen:
        qtbot.keyClick(card.progress.table, Qt.Key.Key_Up)
        qtbot.keyClick(card.progress.table, Qt.Key.Key_Space)
    assert chosen.args == ["gripper"]


def test_the_keyboard_alone_leads_from_servo_to_servo(card: IdsCard, qtbot: QtBot) -> None:
    card.activateWindow()
    card.show_state(SetupState(port=PORT, arms={PORT: scanned(4)}))
    card.start.one_by_one.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(card.start.one_by_one.hasFocus)
    with qtbot.waitSignal(card.begin_requested):
        qtbot.keyClick(card.start.one_by_one, Qt.Key.Key_Return)
    card.show_state(giving(WAITING))
    assert card.progress.table.hasFocus()
    for state in (giving(ALONE), replace(giving(ALONE), is_writing_id=True), giving(ALONE)):
        card.show_state(state)
        if state.is_writing_id:
            assert not card.progress.write.isEnabled()
            continue
        with qtbot.waitSignal(card.write_requested):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    card.progress.write.setFocus(Qt.FocusReason.TabFocusReason)
    card.show_state(replace(giving(ALONE), is_writing_id=True))
    assert card.progress.table.hasFocus()


def test_an_interruption_can_be_gone_on_from(card: IdsCard, qtbot: QtBot) -> None:
    lost = ArmLook(problem=Problem("port_lost", {"port": PORT}, PORT))
    card.show_state(SetupState(port=PORT, arms={PORT: lost}, ids=WAITING))
    assert card.progress.heading.text() == "Giving ids was interrupted"
    assert not card.progress.write.isVisible()
    with qtbot.waitSignal(card.begin_requested) as begun:
        card.progress.go_on.click()
    assert begun.args == [PORT, "so101_follower"]


def test_a_port_that_was_lost_has_the_name_of_the_list_of_devices() -> None:
    lost = ArmLook(problem=Problem("port_lost", {"port": LEADER}, LEADER))
    state = SetupState(port=LEADER, arms={LEADER: lost}, ids=WAITING)
    assert answer(state).heading == "The connection to virtual leader koch was lost."


def test_the_way_is_chosen_and_why_the_other_is_not_open(card: IdsCard, qtbot: QtBot) -> None:
    card.show_state(SetupState())
    assert not card.start.one_by_one.isEnabled()
    card.show_state(SetupState(port=PORT, arms={PORT: scanned(4, 5)}))
    assert card.start.kind == "so101_follower"
    assert not card.start.in_place.isEnabled()
    with qtbot.waitSignal(card.begin_requested) as begun:
        card.start.one_by_one.click()
    assert begun.args == [PORT, "so101_follower"]


def choose(form: InPlaceForm, joint: str, present: int) -> None:
    select = form.findChild(Select, f"setup.present.{joint}")
    assert isinstance(select, Select)
    select.setCurrentIndex(select.findData(present))


def test_distinct_ids_are_changed_in_place(card: IdsCard, qtbot: QtBot) -> None:
    card.show_state(SetupState(port=PORT, arms={PORT: scanned(4, 11, 12)}))
    card.start.in_place.click()
    form = card.form
    assert form.isVisible()
    assert form.chosen == {"gripper": 12, "wrist_roll": 11, "wrist_flex": 4}
    choose(form, "gripper", 11)
    assert not form.write.isEnabled()
    assert form.write.toolTip() == "Id 11 is chosen twice."
    choose(form, "wrist_roll", 12)
    with qtbot.waitSignal(card.in_place_requested) as asked:
        form.write.click()
    assert asked.args == [
        PORT,
        "so101_follower",
        {"gripper": 11, "wrist_roll": 12, "wrist_flex": 4},
    ]


def test_virtual_hands_plug_in_just_the_servo_that_is_wanted(card: IdsCard, qtbot: QtBot) -> None:
    port = "sim://default/leader"
    look = ArmLook(doing="ids")
    ids = replace(WAITING, address=port)
    card.show_state(SetupState(port=port, arms={port: look}, ids=ids))
    with qtbot.waitSignal(card.bench_asked) as asked:
        card.progress.hand.click()
    assert asked.args == [AskBench("default", "only", {"chain": "leader", "servo": 5})]
    done = replace(ids, done=list(JOINTS), wanted="")
    card.show_state(SetupState(port=port, arms={port: ArmLook()}, ids=done))
    with qtbot.waitSignal(card.bench_asked) as asked:
        card.progress.hand.click()
    assert asked.args == [AskBench("default", "only", {"chain": "leader", "servo": None})]


# With a real worker, on a real bench


@pytest.fixture
def koch() -> Iterator[BenchClient]:
    with running_bench("koch") as client:
        client.command("virgin", chain="leader", seed=3)
        yield client


@pytest.fixture
def service(qapp: QApplication) -> Iterator[SetupService]:
    service = SetupService()
    yield service
    service.shutdown()
    service.deleteLater()


@pytest.fixture
def controller(service: SetupService, qapp: QApplication) -> Iterator[SetupController]:
    theme().wear(qapp)
    session = QuietSession()
    sharing = sharing_of(session, service, SessionState)  # type: ignore[arg-type]
    controller = SetupController(service, sharing, RigBuilding(), session)  # type: ignore[arg-type]
    yield controller
    for each in (controller, sharing):
        each.deleteLater()


def test_new_servos_get_their_ids_one_by_one(
    koch: BenchClient, service: SetupService, controller: SetupController, qtbot: QtBot
) -> None:
    """The last two of an arm; the journeys take the whole way."""
    pages, title_buttons = setup_pages(controller, RegistersController(controller))
    page = pages[IDS_PAGE]
    assert isinstance(page, IdsCard)
    for widget in (*pages.values(), *title_buttons):
        qtbot.addWidget(widget)
    controller.state_changed.connect(page.show_state)
    page.resize(524, 300)
    page.show()

    def press(button: QPushButton) -> None:
        qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=PATIENCE_MS)
        button.click()

    def ids() -> IdsState:
        assert controller.state.ids is not None
        return controller.state.ids

    controller.choose_port(LEADER)
    before = IdsState(LEADER, "koch_leader", KOCH, list(KOCH)[:4], "shoulder_lift")
    service.event_received.emit(before)
    IdsController(controller).begin(LEADER, "koch_leader")  # goes on where it was interrupted
    for joint in ("shoulder_lift", "shoulder_pan"):
        qtbot.waitUntil(lambda: controller.state.ids is not None, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda wanted=joint: ids().wanted == wanted, timeout=PATIENCE_MS)
        press(page.progress.hand)
        press(page.progress.write)
        qtbot.waitUntil(lambda wanted=joint: wanted in ids().done, timeout=PATIENCE_MS)
    assert page.progress.heading.text() == "All 6 servos have their ids"
