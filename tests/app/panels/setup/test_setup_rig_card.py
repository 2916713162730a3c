"""Building a rig as the operator sees it, and what is done with whole rigs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from spoken_setup import QuietSession, SpokenSetup, sharing_of

from app.panels.setup.controller import SetupController
from app.panels.setup.path_popover import PathPopover
from app.panels.setup.rig_card import RigCard
from app.panels.setup.rig_parts import RigParts
from app.panels.setup.rig_shelf import RigShelf
from app.panels.setup.rig_words import missing_text, news_text, save_label
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.state import News, SetupState
from app.panels.setup.title_buttons import TitleButtons
from app.services.rigs import RigFile
from app.session_state import SessionState
from app.theme.theme import theme
from app.widgets.select import Select
from lerobot_core.control.rig_building import RigDraft, RigLimits, with_camera, with_kind, with_port
from lerobot_core.workers.protocol import CameraSeen, DevicesSeen, PortSeen

ONE = PortSeen("/dev/ttyACM0", "/dev/serial/by-id/a", "CH343")
TWO = PortSeen("/dev/ttyACM1", "/dev/serial/by-id/b", "CH343")
TOP = {"type": "opencv", "index_or_path": "/dev/video0"}
CAMERA = CameraSeen("C920", "/dev/video0", "/dev/v4l/by-id/c920", config=TOP)
OTHER = CameraSeen(
    "C270", "/dev/video2", "/dev/v4l/c270", config={"type": "opencv", "index_or_path": 2}
)


def draft(name: str = "Bench 2") -> RigDraft:
    made = with_port(with_kind(RigDraft(name=name), "so101"), "follower", ONE.stable_address)
    return with_port(made, "leader", TWO.stable_address)


def building(of: RigDraft, **others: object) -> SetupState:
    state = SetupState(ports=(ONE, TWO), cameras=(CAMERA, OTHER), has_looked=True, draft=of)
    return replace(state, **others)  # type: ignore[arg-type]


# Words


def test_what_is_missing_is_said_one_at_a_time() -> None:
    assert missing_text(building(RigDraft())) == "Choose a kind of rig at the left."
    one_arm = with_port(draft(), "leader", "")
    assert missing_text(building(one_arm)) == "The leader has no port yet."
    assert missing_text(building(draft(""))) == "Give the rig a name."
    taken = building(draft(), rig_names=("bench 2",))
    assert missing_text(taken) == "Another rig has this name."
    assert missing_text(replace(taken, saved_name="Bench 2")) == ""


def test_a_changed_name_makes_another_rig() -> None:
    assert save_label(building(draft(), saved_name="Bench 2")) == "Save rig"
    assert save_label(building(draft("Bench 3"), saved_name="Bench 2")) == "Save as new rig"


def test_news_are_told_with_their_facts() -> None:
    assert news_text(None) == ""
    assert news_text(News("rig_trashed", {"name": "Bench 2"})) == "“Bench 2” was thrown away."


# The page


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> RigCard:
    theme().wear(qapp)
    card = RigCard()
    qtbot.addWidget(card)
    card.resize(524, 300)
    card.show()
    return card


def select(card: RigCard, name: str) -> Select:
    found = card.findChild(Select, name)
    assert isinstance(found, Select)
    return found


def test_each_arm_has_its_port_and_the_state_of_its_calibration(
    card: RigCard, qtbot: QtBot
) -> None:
    state = building(draft(), is_saved=True, calibrated={"follower": True, "leader": False})
    card.show_state(state)
    assert card.fact == "SO-101 · saved"
    port = select(card, "setup.port.follower")
    assert (port.currentText(), port.currentData()) == ("ttyACM0", ONE.address)
    with qtbot.waitSignal(card.arms.port_chosen) as chosen:
        port.activated.emit(0)
    assert chosen.args == ["follower", ""]
    calibrate = card.findChild(QPushButton, "setup.calibrate.leader")
    assert isinstance(calibrate, QPushButton)
    assert calibrate.isVisible()
    with qtbot.waitSignal(card.arms.calibrate_requested):
        calibrate.click()


def test_a_port_that_is_not_plugged_in_is_kept_and_says_so(card: RigCard) -> None:
    card.show_state(replace(building(draft()), ports=(TWO,)))
    port = select(card, "setup.port.follower")
    assert port.currentText() == "a, not plugged in"


def test_two_arms_a_side_are_four_lines(card: RigCard) -> None:
    card.show_state(building(with_kind(RigDraft(), "bi_koch")))
    names = {each.objectName() for each in card.findChildren(Select)}
    sides = {f"setup.port.{side}_{role}" for side in ("left", "right") for role in ("follower",)}
    assert sides < names
    card.show_state(building(with_kind(RigDraft(), "koch")))
    names = {each.objectName() for each in card.findChildren(Select)}
    assert not sides & names


def test_cameras_are_added_renamed_and_taken_out(card: RigCard, qtbot: QtBot) -> None:
    card.show_state(building(draft()))
    card.go_to("cameras")
    assert card.cameras.name.text() == "front"
    card.cameras.name.setText("top")
    with qtbot.waitSignal(card.cameras.added) as added:
        qtbot.keyClick(card.cameras.name, Qt.Key.Key_Return)
    assert added.args == ["top", TOP]
    card.show_state(building(with_camera(draft(), "top", TOP)))
    assert card.cameras.choice.itemText(0) == "C270"
    name = card.findChild(QLineEdit, "setup.camera.top")
    assert isinstance(name, QLineEdit)
    name.setText("wrist")
    with qtbot.waitSignal(card.cameras.renamed) as renamed:
        name.editingFinished.emit()
    assert renamed.args == ["top", "wrist"]
    remove = card.findChild(QPushButton, "setup.camera.top.remove")
    assert isinstance(remove, QPushButton)
    with qtbot.waitSignal(card.cameras.removed) as removed:
        remove.click()
    assert removed.args == ["top"]


def test_limits_are_said_at_once_and_shown_without_an_echo(card: RigCard, qtbot: QtBot) -> None:
    limits = RigLimits(speed_fraction=0.4, ease_in_s=2.0, on_silence="release")
    with qtbot.assertNotEmitted(card.limits_changed):
        card.show_state(building(replace(draft(), limits=limits)))
    assert card.speed.edit.value() == 40
    with qtbot.waitSignal(card.limits_changed) as changed:
        card.speed.edit.setValue(50)
    assert changed.args == [replace(limits, speed_fraction=0.5)]


def test_saving_is_possible_when_nothing_is_missing(card: RigCard, qtbot: QtBot) -> None:
    card.show_state(building(draft("")))
    assert not card.save.isEnabled()
    assert card.save.toolTip() == "Give the rig a name."
    card.show_state(building(draft()))
    card.name.edit.setFocus()
    with qtbot.waitSignal(card.save_requested):
        qtbot.keyClick(card.name.edit, Qt.Key.Key_Return)
    card.show_state(building(draft(), is_saved=True, saved_name="Bench 2"))
    assert not card.save.isEnabled()
    assert card.delete.isVisible()
    card.show_state(building(draft("Virtual SO-101"), is_saved=True, saved_name="Virtual SO-101"))
    assert not card.delete.isVisible()


def test_undo_comes_after_delete_for_the_keyboard(card: RigCard, qtbot: QtBot) -> None:
    card.activateWindow()
    card.show_state(building(draft(), is_saved=True, saved_name="Bench 2"))
    card.delete.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(card.delete.hasFocus)
    with qtbot.waitSignal(card.delete_requested):
        qtbot.keyClick(card.delete, Qt.Key.Key_Return)
    trashed = building(draft("Virtual SO-101"), is_saved=True, trashed_name="Bench 2")
    card.show_state(replace(trashed, saved_name="Virtual SO-101"))
    assert card.undo.hasFocus()
    with qtbot.waitSignal(card.undo_requested):
        qtbot.keyClick(card.undo, Qt.Key.Key_Return)


# With its controller


class Shelf:
    """The controller of a rig that is on disk, and those who hear of changes."""

    def __init__(self, controller: SetupController) -> None:
        self.controller = controller
        self.shelf = RigShelf(controller)
        self.saved: list[RigFile] = []
        self.trashed = 0
        controller.rig_saved.connect(self.saved.append)
        controller.rig_trashed.connect(self._count)

    def _count(self) -> None:
        self.trashed += 1

    @property
    def state(self) -> SetupState:
        return self.controller.state


@pytest.fixture
def shelf(qtbot: QtBot) -> Iterator[Shelf]:
    setup, session = SpokenSetup(), QuietSession()
    sharing = sharing_of(session, setup, SessionState)
    rigs = RigBuilding()
    controller = SetupController(setup, sharing, rigs, session)  # type: ignore[arg-type]
    controller.use_rig(rigs.save(with_camera(draft(), "top", TOP)))
    setup.say(DevicesSeen([ONE, TWO], [CAMERA]))
    yield Shelf(controller)
    controller.deleteLater()
    sharing.deleteLater()


def test_a_copy_is_saved_under_its_own_name(shelf: Shelf) -> None:
    shelf.shelf.duplicate()
    assert (shelf.state.draft.name, shelf.state.is_saved) == ("Bench 2 copy", False)
    shelf.controller.save()
    assert shelf.state.rig_names == ("Bench 2", "Bench 2 copy")
    assert [rig.name for rig in shelf.saved] == ["Bench 2 copy"]


def test_another_rig_is_not_written_over(shelf: Shelf) -> None:
    shelf.controller.new_rig()
    shelf.controller.show_draft(draft())
    shelf.controller.save()
    assert shelf.saved == []
    assert not shelf.state.is_saved


def test_a_rig_is_thrown_away_and_brought_back(shelf: Shelf) -> None:
    shelf.shelf.throw_away()
    assert (shelf.trashed, shelf.state.trashed_name) == (1, "Bench 2")
    assert shelf.state.rig_names == ()
    shelf.shelf.put_back()
    assert [rig.name for rig in shelf.saved] == ["Bench 2"]
    assert (shelf.state.trashed_name, shelf.state.rig_names) == ("", ("Bench 2",))
    shelf.shelf.put_back()
    assert len(shelf.saved) == 1


def test_a_rig_goes_out_into_a_file_and_comes_in_again(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "bench.rig.json"
    shelf.shelf.hand_out(file)
    assert shelf.state.news == News("rig_exported", {"path": str(file)})
    shelf.shelf.take_in(file)
    assert (shelf.state.draft.kind, dict(shelf.state.draft.ports)) == ("so101", {})
    assert missing_text(shelf.state) == "The follower has no port yet."
    assert not shelf.state.is_saved


def test_a_file_that_is_no_rig_is_refused_in_words(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("[]", encoding="utf-8")
    shelf.shelf.take_in(file)
    assert shelf.state.problem is not None
    assert shelf.state.draft.name == "Bench 2"


def test_a_folder_that_cannot_be_written_is_told(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    shelf.shelf.hand_out(tmp_path / "file" / "rig.json")
    assert shelf.state.problem is not None


def test_a_camera_name_that_cannot_be_is_refused(shelf: Shelf) -> None:
    parts = RigParts(shelf.controller)
    parts.rename_camera("top", "no good")
    assert shelf.state.problem is not None
    assert list(shelf.state.draft.cameras) == ["top"]
    parts.rename_camera("top", "front")
    assert list(shelf.state.draft.cameras) == ["front"]
    parts.set_limits(RigLimits(speed_fraction=0.2))
    assert not shelf.state.is_saved


def test_a_file_can_be_chosen_from_a_dialog_that_is_not_modal(
    card: RigCard, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "bench.json"
    file.write_text("{}", encoding="utf-8")
    popover = PathPopover(card, "Take a rig in", "Import", name="setup.import", saves=False)
    popover.ask(card.save)
    browse = popover.findChild(QPushButton, "setup.import.browse")
    assert isinstance(browse, QPushButton)
    browse.click()
    browse.click()
    [dialog] = card.window().findChildren(QFileDialog)
    assert not dialog.isModal()
    dialog.selectFile(str(file))
    dialog.accept()
    assert popover.field.edit.text() == str(file)
    with qtbot.waitSignal(popover.path_given) as given:
        popover.go.click()
    assert given.args == [file]
    assert not popover.isVisible()


def test_import_and_export_ask_for_a_file(
    shelf: Shelf, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    theme().wear(qapp)
    buttons = TitleButtons()
    qtbot.addWidget(buttons)
    buttons.show_state(SetupState())
    assert not buttons.hand_out.isEnabled()
    buttons.show_state(shelf.state)
    buttons.show()
    buttons.hand_out.click()
    edit = buttons.findChild(QLineEdit, "setup.export.path")
    assert isinstance(edit, QLineEdit)
    assert edit.text().endswith("Bench-2.rig.json")
    edit.setText(str(tmp_path / "rig.json"))
    with qtbot.waitSignal(buttons.export_requested) as asked:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert asked.args == [tmp_path / "rig.json"]
