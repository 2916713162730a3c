from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.panels.setup.arm_look import ArmLook
from app.panels.setup.events import after, sent
from app.panels.setup.register_words import (
    counts_of,
    range_text,
    register_label,
    register_row,
    value_text,
    what_is_wrong,
)
from app.panels.setup.registers_card import RegistersCard
from app.panels.setup.state import SetupState
from app.theme.theme import theme
from lerobot_core.workers.protocol import (
    ArmWatched,
    FileWritten,
    PortSeen,
    Problem,
    ReadRegisters,
    RegisterSeen,
    RegistersRead,
    RegistersRestored,
    ServoSeen,
    WriteRegister,
)

PORT = "/dev/ttyACM0"
SERVO = ServoSeen(3, 1_000_000, "elbow_flex", "sts3215", "3.10", 7.3, 33.0, 2047, False)
VOLTS = RegisterSeen(
    "Max_Voltage_Limit", 14, 1, 80, "The highest supply.", "V", 0.1, 0, 254, {}, True, "torque_off"
)
MODE = RegisterSeen(
    "Operating_Mode",
    33,
    1,
    0,
    "What it holds.",
    low=0,
    high=3,
    choices={"0": "position", "1": "velocity"},
    is_kept=True,
    change="torque_off",
)
HERE = RegisterSeen("Present_Position", 56, 2, 2047, "Where it is.", "°", 360 / 4096)
SERVO_ID = RegisterSeen("ID", 5, 1, 3, "Its address.", low=0, high=252, change="elsewhere")
READ = RegistersRead(PORT, 3, "sts3215", [SERVO_ID, VOLTS, MODE, HERE])


def reading() -> SetupState:
    arms = {PORT: ArmLook(live=ArmWatched(PORT, [SERVO]))}
    looked = SetupState(ports=(PortSeen(PORT, PORT, "CH343"),), port=PORT, arms=arms)
    return after(sent(looked, ReadRegisters(PORT, 3, "sts3215")), READ)


# Words


def test_values_are_said_in_their_units() -> None:
    assert [value_text(each) for each in READ.registers] == [
        "3",
        "8.0 V",
        "0 · position",
        "179.91°",
    ]
    assert value_text(replace(VOLTS, counts=None)) == "—"
    assert register_label("Velocity_closed_loop_P_gain") == "Velocity closed loop P gain"


def test_what_may_be_written_is_told() -> None:
    expected = ["read only", "0.0 – 25.4 V", "position, velocity", "read only"]
    assert [range_text(each) for each in READ.registers] == expected
    assert range_text(replace(VOLTS, name="Torque_Enable", low=0, high=0)) == "only 0.0"


@pytest.mark.parametrize(
    ("text", "counts"),
    [("7.4", 74), ("7,4 V", 74), ("7.4 V", 74), ("8", 80), ("−1", -10), ("fast", None), ("", None)],
)
def test_numbers_are_read_as_people_type_them(text: str, counts: int | None) -> None:
    assert counts_of(VOLTS, text) == counts


@pytest.mark.parametrize("text", ["1", "velocity", "Velocity", "1 · velocity"])
def test_choices_are_read_by_number_and_by_word(text: str) -> None:
    assert counts_of(MODE, text) == 1


def test_what_is_wrong_with_a_value_is_said_with_what_is_possible() -> None:
    assert what_is_wrong(VOLTS, "7.4") == ""
    assert what_is_wrong(VOLTS, "30") == "Max voltage limit cannot be 30. Possible: 0.0 – 25.4 V."
    assert what_is_wrong(VOLTS, "much") == "“much” is no value. Possible: 0.0 – 25.4 V."
    assert "position, velocity" in what_is_wrong(MODE, "2")


def test_only_what_is_changed_here_can_be_typed_into() -> None:
    editable = [register_row(each).cells[2].is_editable for each in READ.registers]
    assert editable == [False, True, True, False]


# State


def test_a_refused_change_leaves_the_arm_without_blame() -> None:
    state = sent(reading(), WriteRegister(PORT, "ID", 4))
    state = after(state, Problem("register_protected", {"register": "ID", "servo_id": 3}, PORT))
    assert state.arm.problem is None
    assert state.register_problem is not None
    assert after(state, READ).register_problem is None


def test_a_lost_port_is_the_arms_problem() -> None:
    state = after(reading(), Problem("port_lost", {"port": PORT}, PORT))
    assert state.arm.problem is not None
    assert state.register_problem is None


# The page


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> RegistersCard:
    theme().wear(qapp)
    card = RegistersCard()
    qtbot.addWidget(card)
    card.resize(524, 320)
    card.show()
    return card


def shown_texts(card: RegistersCard) -> str:
    QApplication.processEvents()
    texts = [label.text for label in (card.status,)]
    return " ".join(texts)


def test_a_servo_is_chosen_from_those_that_answer(card: RegistersCard, qtbot: QtBot) -> None:
    card.show_state(SetupState(port=PORT))
    assert not card.servo.isEnabled()
    card.show_state(replace(reading(), registers=None))
    assert card.servo.itemText(0) == "3 · Elbow flex"
    with qtbot.waitSignal(card.read_requested) as asked:
        card.servo.activated.emit(0)
    assert asked.args == [SERVO]


def test_a_value_is_typed_in_its_unit_and_told_in_counts(card: RegistersCard, qtbot: QtBot) -> None:
    card.show_state(reading())
    assert card.fact == "STS3215"
    model = card.table.view.model()
    with qtbot.waitSignal(card.register_changed) as changed:
        model.setData(model.index(1, 2), "7.4")
    assert changed.args == ["Max_Voltage_Limit", 74]
    model.setData(model.index(1, 2), "99")
    assert card.table.error.startswith("Max voltage limit cannot be 99.")


def test_registers_are_found_by_what_they_mean(card: RegistersCard) -> None:
    card.show_state(reading())
    card.table.filter.setText("supply")
    assert card.table.visible_keys == ["Max_Voltage_Limit"]


def test_refusals_and_files_are_told_in_words(card: RegistersCard) -> None:
    refused = Problem("register_protected", {"register": "ID", "servo_id": 3}, PORT)
    card.show_state(after(reading(), refused))
    assert shown_texts(card).startswith("ID of servo 3 cannot be changed here.")
    card.show_state(after(reading(), FileWritten("/tmp/servo.json")))
    assert shown_texts(card) == "Written to /tmp/servo.json."
    card.show_state(after(reading(), RegistersRestored(PORT, 2)))
    assert shown_texts(card).startswith("2 registers were different")


def test_a_file_is_typed_or_refused_if_there_is_none(
    card: RegistersCard, qtbot: QtBot, tmp_path: Path
) -> None:
    card.show_state(reading())
    card.backup.click()
    edit = card.window().findChild(QLineEdit, "setup.backup.path")
    assert isinstance(edit, QLineEdit)
    edit.setText(str(tmp_path / "servo"))
    with qtbot.waitSignal(card.backup_requested) as asked:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert asked.args == [tmp_path / "servo.json"]
    card.restore.click()
    edit = card.window().findChild(QLineEdit, "setup.restore.path")
    go = card.window().findChild(QPushButton, "setup.restore.go")
    assert isinstance(edit, QLineEdit)
    assert isinstance(go, QPushButton)
    edit.setText(str(tmp_path / "missing.json"))
    with qtbot.assertNotEmitted(card.restore_requested):
        go.click()
    (tmp_path / "missing.json").write_text("{}", encoding="utf-8")
    with qtbot.waitSignal(card.restore_requested):
        go.click()
