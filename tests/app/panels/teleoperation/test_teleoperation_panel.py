from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from spoken_session import SpokenSession

from app.panels.teleoperation.controller import TeleoperationController
from app.panels.teleoperation.panel import teleoperation_panel
from app.panels.teleoperation.view import TeleoperationView
from app.remedies import Remedy
from app.services.previews import Previews
from app.theme.theme import theme
from app.theme.tokens import Tone
from lerobot_core.errors import Fact
from lerobot_core.workers.protocol import (
    ClearOverload,
    Connect,
    DeviceReading,
    Devices,
    DeviceState,
    Disengage,
    Engage,
    Failed,
    Happened,
    JointRow,
    LoopStatistics,
    Phase,
    PhaseChanged,
    Problem,
    RecordRestPose,
    RestPoseRecorded,
    SetSpeedLimit,
    StageTiming,
    Started,
    Telemetry,
)

GOOD = [
    DeviceReading("follower", "robot", DeviceState.OK, "", 7.3, 34.0),
    DeviceReading("leader", "teleoperator", DeviceState.OK),
    DeviceReading("top", "camera", DeviceState.OK, fps=30.0),
    DeviceReading("wrist", "camera", DeviceState.OK, fps=30.0),
]
LOST = Problem("servo_lost", {"joint": "elbow_flex", "servo_id": 3, "ticks": 12}, "follower", "x")
DRIVEN = PhaseChanged(Phase.TELEOPERATING, torque_on=True)
LOOP = LoopStatistics(60.0, 60.0, 1, 0, 4, 0, {"whole": StageTiming(8.0, 10.0)})


def reading(time_s: float = 1.0) -> Telemetry:
    return Telemetry(time_s, {"gripper": JointRow(43.0, 42.5, 41.2, 22.0, 38.0)}, 1.0)


@pytest.fixture
def controller(session: SpokenSession) -> Iterator[TeleoperationController]:
    controller = TeleoperationController(session)  # type: ignore[arg-type]
    session.begin()
    yield controller
    controller.deleteLater()


@pytest.fixture
def view(
    qtbot: QtBot, controller: TeleoperationController, previews: Previews
) -> TeleoperationView:
    view = teleoperation_panel(controller, previews)
    qtbot.addWidget(view)
    view.resize(1132, 720)
    view.show()
    return view


def connected(session: SpokenSession) -> None:
    session.say(Started(), Devices(GOOD), PhaseChanged(Phase.IDLE, torque_off_confirmed=True))


def button(view: TeleoperationView, name: str) -> QPushButton:
    QApplication.processEvents()  # Qt shows what was added to a layout a moment later
    [found] = [part for part in view.findChildren(QPushButton, name) if part.isVisible()]
    return found


def test_space_engages_and_disengages(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert session.sent == [Engage()]
    session.say(DRIVEN)
    assert view.engage.text() == "Disengage"
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert session.sent == [Engage(), Disengage()]


def test_a_button_that_cannot_start_is_disabled_and_the_list_says_why(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView
) -> None:
    broken = DeviceReading("wrist", "camera", DeviceState.BAD, "unplugged")
    session.say(Started(), Devices([*GOOD[:3], broken]), PhaseChanged(Phase.IDLE))
    assert not view.engage.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert session.sent == []
    assert view.start_list.isVisible()
    assert not view.loop.isVisible()
    button(view, "start.try_again:camera_failed").click()
    assert session.sent == [Connect()]


def test_a_recording_cannot_be_disengaged_here(
    session: SpokenSession, view: TeleoperationView, controller: TeleoperationController
) -> None:
    connected(session)
    session.say(PhaseChanged(Phase.RECORDING, 1, True))
    assert not view.engage.isEnabled()
    controller.toggle()
    assert session.sent == []


def test_on_the_way_to_rest_there_is_nothing_to_disengage(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    session.say(PhaseChanged(Phase.GOING_TO_REST, torque_on=True))
    assert not view.engage.isEnabled()
    assert "STOP freezes it" in view.engage.toolTip()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert session.sent == []
    session.say(PhaseChanged(Phase.HOLDING, torque_on=True))
    assert view.engage.isEnabled()


def test_before_the_session_speaks_nothing_is_missing(
    view: TeleoperationView, controller: TeleoperationController
) -> None:
    controller.expect_session()
    assert not view.start_list.isVisible()
    assert not view.engage.isEnabled()
    assert controller.state.session.is_connecting


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_with_large_text_every_joint_can_be_reached(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView, scale: float
) -> None:
    try:
        theme().set_scale(scale)
        view.resize(1216, 680)
        connected(session)
        session.say(DRIVEN, LOOP, reading())
        qtbot.waitUntil(view.table.isVisible)
        qtbot.waitUntil(lambda: view.table.height() >= view.table.minimumSizeHint().height())
        assert view.loop.height() >= view.loop.minimumSizeHint().height()
    finally:
        theme().set_scale(1.0)


def test_the_remedy_of_a_problem_tries_again(
    session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    session.say(LOST)
    button(view, "banner.remedy").click()
    assert session.sent == [Connect()]


def test_an_overload_is_cleared_at_the_joint_that_has_it(
    session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    session.say(Problem("servo_overloaded", {"joint": "elbow_flex", "servo_id": 3}, "follower"))
    button(view, "banner.remedy").click()
    assert session.sent == [ClearOverload("elbow_flex")]


def test_a_hot_servo_offers_the_way_to_rest(
    session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    facts: dict[str, Fact] = {"joint": "elbow_flex", "servo_id": 3, "celsius": 68, "limit": 70}
    session.say(Problem("servo_too_hot", facts, "follower"))
    button(view, "banner.remedy").click()
    assert session.rests == 1


def test_a_warning_looks_like_one(session: SpokenSession, view: TeleoperationView) -> None:
    connected(session)
    facts: dict[str, Fact] = {"joint": "elbow_flex", "servo_id": 3, "celsius": 61, "limit": 70}
    session.say(Problem("servo_warm", facts, "follower elbow_flex"))
    [banner] = view.banners.banners()
    assert banner.notice.tone is Tone.WARN


def test_a_session_that_ended_offers_to_restart(
    session: SpokenSession, view: TeleoperationView
) -> None:
    session.say(Started(), Failed("session_ended", {"guard": "The guard holds the arm."}))
    [banner] = view.banners.banners()
    assert "ended unexpectedly. The guard holds the arm." in banner.notice.happened
    button(view, "banner.remedy").click()
    assert session.restarts == 1


def test_a_closed_banner_is_gone(session: SpokenSession, view: TeleoperationView) -> None:
    connected(session)
    session.say(LOST)
    button(view, "banner.close").click()
    assert view.banners.banners() == []


def test_a_stop_shows_what_happened_and_that_the_arm_holds(
    session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    session.say(DRIVEN, LOOP)
    assert view.loop.isVisible()
    session.say(
        Happened(0.0, DeviceState.BAD, "servo 3 silent"),
        PhaseChanged(Phase.HOLDING, torque_on=True),
    )
    assert view.story.isVisible()
    assert not view.loop.isVisible()
    assert view.holding.isVisible()
    session.say(DRIVEN)
    assert view.loop.isVisible()
    assert not view.holding.isVisible()


def test_numbers_come_at_most_ten_times_a_second_and_samples_all(
    qtbot: QtBot, session: SpokenSession, controller: TeleoperationController
) -> None:
    shown: list[object] = []
    samples: list[object] = []
    controller.state_changed.connect(shown.append)
    controller.sampled.connect(samples.append)
    for number in range(30):
        session.say(reading(number / 30))
    assert shown == []
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert len(samples) == 30


def test_joints_are_shown_once_the_arm_speaks(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    assert not view.table.isVisible()
    session.say(reading())
    qtbot.waitUntil(view.table.isVisible)
    assert view.table.cell_texts("gripper")[2] == "41.2 %"


def test_the_speed_limit_is_the_rigs_until_it_is_moved(
    session: SpokenSession, view: TeleoperationView, controller: TeleoperationController
) -> None:
    assert controller.state.speed_fraction == session.rig.rig.speed_fraction
    view.speed_chosen.emit(0.3)
    assert session.sent == [SetSpeedLimit(0.3)]
    assert controller.state.speed_fraction == 0.3


def test_only_the_rigs_source_can_be_chosen_and_the_reason_is_written(
    view: TeleoperationView,
) -> None:
    names = ("leader", "keyboard", "gamepad", "demonstrator")
    able = [name for name in names if button(view, f"teleoperate.source.{name}").isEnabled()]
    assert able == ["demonstrator"]
    assert button(view, "teleoperate.source.leader").toolTip()


def test_a_remedy_on_another_panel_is_asked_for(
    qtbot: QtBot, controller: TeleoperationController
) -> None:
    with qtbot.waitSignal(controller.panel_requested) as asked:
        controller.cure(Remedy.OPEN_CALIBRATION)
    assert asked.args == ["calibrate"]


@pytest.mark.parametrize("has_problem", [False, True])
def test_it_fits_into_the_window_without_scrolling(
    qtbot: QtBot, session: SpokenSession, view: TeleoperationView, has_problem: bool
) -> None:
    connected(session)
    session.say(DRIVEN, LOOP, reading())
    if has_problem:
        session.say(PhaseChanged(Phase.HOLDING, torque_on=True), LOST)
    qtbot.waitUntil(view.table.isVisible)
    qtbot.wait(50)
    assert view.verticalScrollBar().maximum() == 0


def test_the_rest_pose_is_recorded_while_the_arm_stands_still(
    session: SpokenSession, view: TeleoperationView
) -> None:
    connected(session)
    button(view, "teleoperate.rest_here").click()
    assert session.sent == [RecordRestPose()]
    session.say(RestPoseRecorded({"gripper.pos": 3.0}))
    assert "rests here" in view._motion.text
    session.say(DRIVEN)
    assert "rests here" not in view._motion.text
    assert not button(view, "teleoperate.rest_here").isEnabled()
