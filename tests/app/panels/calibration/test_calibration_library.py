import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from spoken_calibration import SpokenCalibration

from app.panels.calibration.arms import arms_of
from app.panels.calibration.library import LibraryController
from app.panels.calibration.library_state import LibraryState
from app.panels.calibration.library_view import LibraryView
from app.panels.calibration.library_words import status, use_obstacle
from app.port_sharing import PortSharing
from app.services.rigs import prepare_rigs
from app.services.setup_service import SetupService
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.motors.provenance import fingerprint
from lerobot_core.paths import calibration_home
from lerobot_core.sim.so101 import factory_calibration
from lerobot_core.workers.protocol import CalibrationHeld, PortDone, Problem, ReadCalibration

NOW = datetime(2026, 11, 22, 18, 4, tzinfo=UTC)
HELD = factory_calibration("follower")


@pytest.fixture
def library(setup_worker: SpokenCalibration) -> LibraryController:
    prepare_rigs()
    library = LibraryController(
        cast(SetupService, setup_worker), cast(PortSharing, setup_worker), now=lambda: NOW
    )
    library.use_arm(arms_of(virtual_rig())[0])
    return library


@pytest.fixture
def upstream(scratch: Path) -> Path:
    """A file as LeRobot writes it."""
    path = scratch / "from lerobot" / "my_arm.json"
    save_calibration(path, HELD)
    return path


def names(library: LibraryController) -> list[str]:
    return [entry.filed.name for entry in library.state.entries]


def choose(library: LibraryController, name: str) -> None:
    library.choose(next(e.key for e in library.state.entries if e.filed.name == name))


def test_the_arms_own_file_is_listed_wherever_its_rig_keeps_it(library: LibraryController) -> None:
    assert names(library) == ["virtual_follower"]
    assert library.state.entries[0].rigs == ("Virtual SO-101",)


def test_a_file_of_upstream_is_imported_unchanged(
    library: LibraryController, upstream: Path
) -> None:
    library.bring_in(str(upstream), "bench two")
    target = calibration_home() / "robots" / "so_follower" / "bench two.json"
    assert target.read_bytes() == upstream.read_bytes()
    assert library.state.entry is not None
    assert library.state.entry.filed.name == "bench two"
    assert library.state.message == "Imported as bench two."


def test_an_import_is_called_as_its_file_unless_said_otherwise(
    library: LibraryController, upstream: Path
) -> None:
    library.bring_in(str(upstream), "  ")
    assert "my_arm" in names(library)


@pytest.mark.parametrize("source", ["/nowhere/file.json", "damaged"])
def test_what_cannot_be_imported_is_said(
    library: LibraryController, scratch: Path, source: str
) -> None:
    damaged = scratch / "damaged"
    damaged.write_text("{", encoding="utf-8")
    library.bring_in(str(damaged) if source == "damaged" else source, "new")
    assert library.state.problem is not None
    assert names(library) == ["virtual_follower"]


def test_export_writes_the_same_bytes(
    library: LibraryController, upstream: Path, scratch: Path
) -> None:
    library.bring_in(str(upstream), "")
    library.hand_out(str(scratch))
    assert (scratch / "my_arm.json").read_bytes() == upstream.read_bytes()


def test_rename_duplicate_and_trash(library: LibraryController, upstream: Path) -> None:
    library.bring_in(str(upstream), "")
    library.rename("left bench")
    library.duplicate("right bench")
    assert names(library) == ["left bench", "right bench", "virtual_follower"]
    library.throw_away()
    assert names(library) == ["left bench", "virtual_follower"]
    library.undo()
    assert names(library) == ["left bench", "right bench", "virtual_follower"]
    assert library.state.trashed is None


def test_a_name_that_is_taken_is_said(library: LibraryController, upstream: Path) -> None:
    library.bring_in(str(upstream), "one")
    library.duplicate("one")
    assert library.state.problem is not None
    assert library.state.problem.code == "setting_invalid"


def test_a_calibration_of_a_rig_is_duplicated_into_the_library(library: LibraryController) -> None:
    library.duplicate("spare")
    assert (calibration_home() / "robots" / "so_follower" / "spare.json").exists()


def test_a_calibration_is_used_for_the_arm_and_that_is_undone(
    library: LibraryController, upstream: Path
) -> None:
    assert library.state.arm is not None
    own = library.state.arm.path
    before = own.read_bytes()
    changed = json.loads(upstream.read_text(encoding="utf-8"))
    changed["elbow_flex"]["range_max"] -= 9
    upstream.write_text(json.dumps(changed), encoding="utf-8")
    library.bring_in(str(upstream), "new")
    library.use_for_arm()
    assert own.read_bytes() == upstream.read_bytes()
    library.undo()
    assert own.read_bytes() == before


def test_an_arm_is_recognized(
    library: LibraryController, setup_worker: SpokenCalibration, upstream: Path
) -> None:
    library.bring_in(str(upstream), "mine")
    arm = library.state.arm
    assert arm is not None
    library.read_arm()
    assert setup_worker.sent == [ReadCalibration(dict(arm.config), True)]
    assert library.state.is_reading
    setup_worker.say(CalibrationHeld(arm.address, {}, fingerprint(HELD)))
    assert [entry.filed.name for entry in library.state.matches] == ["mine", "virtual_follower"]
    assert library.state.message == "The arm holds: mine, virtual_follower."
    assert status(library.state.matches[0], library.state)[0] == "held by this arm"


def test_an_arm_that_nobody_knows(
    library: LibraryController, setup_worker: SpokenCalibration
) -> None:
    library.read_arm()
    assert library.state.arm is not None
    setup_worker.say(CalibrationHeld(library.state.arm.address, {}, "other"))
    assert library.state.message == "The arm holds none of these calibrations."


def test_an_arm_that_cannot_be_read_says_why(
    library: LibraryController, setup_worker: SpokenCalibration
) -> None:
    library.read_arm()
    assert library.state.arm is not None
    address = library.state.arm.address
    setup_worker.say(Problem("port_busy", {"port": address}, address))
    setup_worker.say(PortDone(address, "recognize"))
    assert not library.state.is_reading
    assert library.state.problem is not None


def test_an_arm_with_torque_is_not_read(
    library: LibraryController, setup_worker: SpokenCalibration
) -> None:
    setup_worker.has_torque = True
    library.read_arm()
    assert library.state.is_refused
    assert not library.state.is_reading


def test_what_cannot_be_used_says_why(library: LibraryController, upstream: Path) -> None:
    assert use_obstacle(library.state) == "The arm uses it already."
    library.bring_in(str(upstream), "mine")
    assert use_obstacle(library.state) == ""
    leader = replace(library.state, arm=arms_of(virtual_rig())[1])
    assert use_obstacle(leader) == "It is for another kind of arm."


def test_edited_and_damaged_files_are_marked(library: LibraryController, upstream: Path) -> None:
    library.bring_in(str(upstream), "edited")
    library.duplicate("broken")
    folder = calibration_home() / "robots" / "so_follower"
    with (folder / "edited.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    library.refresh()
    marks = {e.filed.name: status(e, library.state)[0] for e in library.state.entries}
    assert marks == {"broken": "damaged", "edited": "edited since", "virtual_follower": "in order"}


@pytest.fixture
def view(library: LibraryController, qtbot: QtBot) -> LibraryView:
    view = LibraryView()
    qtbot.addWidget(view)
    view.resize(1100, 640)
    view.show()
    library.state_changed.connect(view.show_state)
    view.show_state(library.state)
    return view


def test_the_view_offers_what_can_be_done(
    view: LibraryView, library: LibraryController, upstream: Path
) -> None:
    assert not view.rename.isEnabled()  # its rig looks for it under this name
    assert not view.use.isEnabled()
    library.bring_in(str(upstream), "mine")
    assert view.rename.isEnabled()
    assert view.use.isEnabled()
    assert view.name.edit.text() == "mine"
    assert view.table.visible_keys == [entry.key for entry in library.state.entries]


def test_choosing_a_row_keeps_what_was_said_last(
    view: LibraryView, library: LibraryController, upstream: Path, qtbot: QtBot
) -> None:
    view.chosen.connect(library.choose)
    view.trash_wanted.connect(library.throw_away)
    library.bring_in(str(upstream), "mine")
    qtbot.mouseClick(view.findChild(QWidget, "library.trash"), Qt.MouseButton.LeftButton)
    assert library.state.message == "mine is in the trash."
    assert view.undo.isVisible()
    assert view.undo.text() == "Put mine back"


def test_an_empty_library_says_what_belongs_there(view: LibraryView) -> None:
    view.show_state(LibraryState())
    assert not view.table.isVisible()
    assert not view.read.isEnabled()


def test_a_file_is_chosen_in_a_dialog_that_leaves_the_window_alone(
    view: LibraryView, upstream: Path, qtbot: QtBot
) -> None:
    qtbot.mouseClick(view.findChild(QWidget, "library.choose_source"), Qt.MouseButton.LeftButton)
    dialog = view.findChild(QFileDialog, "library.dialog")
    assert dialog is not None
    assert not dialog.isModal()
    dialog.setDirectory(str(upstream.parent))
    dialog.selectFile(upstream.name)
    dialog.accept()
    qtbot.waitUntil(lambda: view.findChild(QFileDialog, "library.dialog") is None)
    assert view.source.edit.text() == str(upstream)
