from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot
from spoken_session import SpokenSession

from app.panels.recording.controller import RecordingController
from app.panels.recording.panel import recording_panel
from app.panels.recording.plan import Plan
from app.panels.recording.state import Mark
from app.panels.recording.strip import SessionStrip
from app.panels.recording.view import RecordingView
from app.services.previews import Previews
from app.widgets.text import Text
from lerobot_core.paths import lerobot_home
from lerobot_core.workers.protocol import (
    DeviceReading,
    Devices,
    DeviceState,
    EpisodeSaved,
    Failed,
    FinishEpisode,
    Phase,
    PhaseChanged,
    Problem,
    RecordingFinished,
    RecordingProgress,
    RedoEpisode,
    Started,
    StartEpisode,
    StartRecording,
    StopRecording,
)

PLAN = Plan("lab/cubes", "Put the cube in the bin", episodes=3)
GOOD = [DeviceReading("follower", "robot", DeviceState.OK)]


def progress(phase: Phase, seconds: float = 4.2, saved: int = 0) -> RecordingProgress:
    return RecordingProgress(
        phase, saved + 1, 3, saved, 0, seconds, 30.0, 126, 29.9, 0, 80_000, 1900.0
    )


@pytest.fixture
def controller(session: SpokenSession) -> Iterator[RecordingController]:
    controller = RecordingController(session)  # type: ignore[arg-type]
    session.begin()
    session.say(Started(), Devices(GOOD), PhaseChanged(Phase.IDLE))
    yield controller
    controller.set_watched(False)
    controller.deleteLater()


@pytest.fixture
def view(qtbot: QtBot, controller: RecordingController, previews: Previews) -> RecordingView:
    view = recording_panel(controller, previews)
    qtbot.addWidget(view)
    view.resize(1132, 720)
    view.show()
    return view


def records(session: SpokenSession, phase: Phase = Phase.RECORDING, saved: int = 0) -> None:
    session.say(PhaseChanged(phase, saved + 1, True), progress(phase, saved=saved))


def button(view: RecordingView, name: str) -> QPushButton:
    QApplication.processEvents()  # Qt shows what was added to a layout a moment later
    [found] = [part for part in view.findChildren(QPushButton, name) if part.isVisible()]
    return found


def edit(view: RecordingView, name: str) -> QLineEdit:
    found = view.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def test_a_session_is_planned_and_started_in_the_form(
    qtbot: QtBot, session: SpokenSession, view: RecordingView
) -> None:
    qtbot.keyClicks(edit(view, "record.dataset"), "lab/cubes")
    assert not view.card.start.isEnabled()
    qtbot.keyClicks(edit(view, "record.task"), "Put the cube in the bin")
    episodes = view.findChild(QSpinBox, "record.episodes")
    assert isinstance(episodes, QSpinBox)
    episodes.setValue(3)
    view.card.start.click()
    assert session.sent == [
        StartRecording("lab/cubes", "Put the cube in the bin", "", 3, 30, 30, 10)
    ]
    assert not view.card.start.isEnabled()


def test_keys_start_finish_redo_and_stop(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    records(session)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    records(session, Phase.RESETTING, saved=1)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert [type(command) for command in session.sent] == [
        StartRecording,
        RedoEpisode,
        FinishEpisode,
        StartEpisode,
        StopRecording,
    ]


def test_typing_in_a_field_starts_nothing(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    field = edit(view, "record.task")
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Right)
    qtbot.keyClick(field, Qt.Key.Key_Left)
    assert session.sent == []


def test_between_takes_there_is_nothing_to_finish_or_redo(
    session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    records(session, Phase.RESETTING, saved=1)
    assert not view.card.finish.isVisible()
    assert not view.card.redo.isEnabled()
    assert view.card.start.text() == "Start now"
    controller.redo()
    records(session, Phase.SAVING, saved=1)
    assert not view.card.finish.isEnabled()
    controller.advance()
    assert session.sent == []


def figures(view: RecordingView) -> str:
    """What the state card says in its texts."""
    return " | ".join(text.text() for text in view.card.findChildren(Text) if text.isVisible())


def test_a_reset_shows_the_time_that_is_left_and_no_rate(
    session: SpokenSession, view: RecordingView
) -> None:
    records(session)
    QApplication.processEvents()
    assert "4.2 | of 30 s" in figures(view)
    assert "29.90 | fps" in figures(view)
    records(session, Phase.RESETTING, saved=1)
    assert "25.8 | s left of 30" in figures(view)
    assert "— | fps" in figures(view)
    records(session, Phase.SAVING, saved=1)
    assert "— | fps" in figures(view)


def test_tiles_and_strip_reach_the_foot_of_the_columns(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    def foot(widget: QWidget) -> int:
        return widget.mapTo(view, widget.rect().bottomLeft()).y()

    controller.set_plan(PLAN)
    QApplication.processEvents()
    assert foot(view.cameras) == foot(view.form)
    records(session, saved=1)
    qtbot.waitUntil(view.summary.isVisible)
    strip = view.findChild(SessionStrip)
    assert strip is not None
    bar = strip.parentWidget().parentWidget()
    qtbot.waitUntil(lambda: foot(bar) == foot(view.summary))


def test_enter_leads_from_field_to_field_and_then_to_start(
    qtbot: QtBot, view: RecordingView
) -> None:
    view.activateWindow()
    dataset, task = edit(view, "record.dataset"), edit(view, "record.task")
    dataset.setFocus()
    qtbot.keyClicks(dataset, "lab/cubes")
    qtbot.keyClick(dataset, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is task)
    qtbot.keyClicks(task, "Put the cube in the bin")
    qtbot.keyClick(task, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is view.card.start)


def test_a_start_button_that_goes_away_hands_its_focus_to_nobody(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    view.activateWindow()
    controller.set_plan(PLAN)
    view.card.start.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.card.start.hasFocus)
    controller.look_at_disk()
    assert view.card.start.has_keyboard_focus, "it is still there"
    qtbot.keyClick(view.card.start, Qt.Key.Key_Return)
    records(session)
    assert QApplication.focusWidget() is None
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert type(session.sent[-1]) is FinishEpisode


def test_a_take_that_a_stop_interrupted_can_be_kept_or_redone(
    session: SpokenSession, view: RecordingView
) -> None:
    records(session)
    session.say(PhaseChanged(Phase.HOLDING, 1, True))
    assert view.card.accessibleName().startswith("Interrupted. Episode 1 of 3.")
    button(view, "record.redo").click()
    button(view, "record.finish").click()
    assert session.sent == [RedoEpisode(), FinishEpisode()]


def test_on_the_way_to_rest_nothing_can_be_started(
    session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    session.say(PhaseChanged(Phase.GOING_TO_REST, torque_on=True))
    assert not view.card.start.isEnabled()
    controller.advance()
    assert session.sent == []
    session.say(PhaseChanged(Phase.IDLE, torque_off_confirmed=True))
    assert view.card.start.isEnabled()


def test_a_held_arm_leads_to_the_panel_that_engages_it(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    session.say(PhaseChanged(Phase.HOLDING, torque_on=True))
    with qtbot.waitSignal(controller.panel_requested) as asked:
        button(view, "start.teleoperate:holding").click()
    assert asked.args == ["teleoperate"]


def test_the_list_leads_to_the_field_that_is_missing(
    qtbot: QtBot, session: SpokenSession, view: RecordingView
) -> None:
    view.activateWindow()
    button(view, "start.enter_task:task_missing").click()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is edit(view, "record.task"))
    button(view, "start.name_dataset:dataset_missing").click()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is edit(view, "record.dataset"))


def test_a_name_that_is_taken_is_said_at_the_field_and_nothing_is_sent(
    session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    (lerobot_home() / "lab" / "cubes").mkdir(parents=True)
    controller.set_plan(PLAN)
    assert not view.card.start.isEnabled()
    assert edit(view, "record.dataset").property("wrong") is True
    controller.advance()
    assert session.sent == []
    controller.set_plan(replace(PLAN, dataset="lab/cubes_2"))
    assert view.card.start.isEnabled()
    assert edit(view, "record.dataset").property("wrong") is False


def test_a_refusal_by_the_session_keeps_the_plan_and_leads_to_the_name(
    qtbot: QtBot, session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    controller.advance()
    session.say(Problem("dataset_exists", {"name": "lab/cubes"}, "recording"))
    assert controller.state.plan == PLAN
    assert view.card.start.isEnabled()
    with qtbot.waitSignal(controller.field_requested):
        button(view, "banner.remedy").click()


def test_the_form_makes_room_for_the_plan_and_the_last_episode(
    session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    assert view.form.isVisible()
    assert not view.last.isVisible()
    records(session)
    session.say(EpisodeSaved(0, 450, 15.0, 41.0))
    records(session, saved=1)
    assert not view.form.isVisible()
    assert view.summary.isVisible()
    assert view.last.title.text() == "Episode 1"


def test_a_finished_recording_is_summed_up_until_the_next_is_planned(
    session: SpokenSession, view: RecordingView, controller: RecordingController
) -> None:
    controller.set_plan(PLAN)
    records(session)
    session.say(
        EpisodeSaved(0, 450, 15.0, 41.0),
        RecordingFinished("/data/lab/cubes", 1, 450),
        PhaseChanged(Phase.TELEOPERATING, torque_on=True),
    )
    assert "1 episode, 450 frames in /data/lab/cubes" in view.card.accessibleName()
    assert view.summary.isVisible()
    assert not view.form.isVisible()
    assert button(view, "record.open").isEnabled()
    button(view, "record.again").click()
    assert view.card.start.isVisible()
    assert controller.state.finished is None


def test_a_session_that_vanishes_says_what_was_saved(
    session: SpokenSession, view: RecordingView
) -> None:
    records(session)
    session.say(EpisodeSaved(0, 450, 15.0, 41.0), Failed("session_ended", {"guard": ""}))
    assert "1 episode saved before that" in view.card.accessibleName()
    [banner] = view.banners.banners()
    assert banner.notice.remedy == "Restart session"
    assert view.summary.isVisible()
    button(view, "banner.remedy").click()
    assert session.restarts == 1


def test_only_rates_the_rig_can_give_are_offered(controller: RecordingController) -> None:
    assert controller.state.rates == (5, 6, 10, 12, 15, 20, 30)


@pytest.mark.parametrize("wanted", [3, 50, 500])
def test_the_strip_always_shows_the_episode_in_progress(qapp: object, wanted: int) -> None:
    strip = SessionStrip()
    saved = wanted * 2 // 3
    marks = [Mark.SAVED] * saved + [Mark.NOW] + [Mark.TO_GO] * (wanted - saved - 1)
    strip.show_marks(marks)
    shown = strip.visible_marks(600)
    assert Mark.NOW in shown
    assert len(shown) == min(wanted, 50)
    assert strip.accessibleName() == f"{saved} of {wanted} episodes saved"


def test_it_fits_into_the_window_without_scrolling(
    qtbot: QtBot, session: SpokenSession, view: RecordingView
) -> None:
    records(session)
    session.say(EpisodeSaved(0, 450, 15.0, 41.0), Problem("disk_full", {"path": "/", "free_mb": 1}))
    qtbot.wait(50)
    assert view.verticalScrollBar().maximum() == 0
