from dataclasses import replace

import pytest
from calibrations import (
    FAR,
    HALF,
    OFF_MIDDLE,
    RELEASE,
    REVIEW,
    SIGNS,
    UNMOVED,
    state_at,
    sweeping,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.panels.calibration.events import accepting, after, mirroring
from app.panels.calibration.state import CalibrateState, FileFacts, FileKnown, Step
from app.panels.calibration.view import CalibrateView
from app.widgets.banner import Banner
from app.widgets.text import StatusText
from lerobot_core.workers.protocol import (
    CalibrationValues,
    ChangeSeen,
    MirrorPose,
    Problem,
)


@pytest.fixture
def view(qtbot: QtBot) -> CalibrateView:
    view = CalibrateView(QWidget())
    qtbot.addWidget(view)
    view.resize(1132, 720)
    view.show()
    return view


def texts(view: QWidget) -> str:
    QApplication.processEvents()  # parts that were just made are shown with the next event
    labels = [each.text() for each in view.findChildren(QLabel) if each.isVisible()]
    words = [each.text for each in view.findChildren(StatusText) if each.isVisible()]
    return "\n".join([*labels, *words])


def test_an_arm_without_a_calibration_can_only_be_calibrated_whole(view: CalibrateView) -> None:
    view.show_state(replace(state_at(), files={"follower": FileFacts(FileKnown.MISSING)}))
    assert "not calibrated yet" in texts(view)
    assert view.foot.next.isEnabled()
    assert not view.arm_page.alone.isEnabled()
    assert not view.arm_page.check.isEnabled()


def test_a_rig_without_arms_says_so(view: CalibrateView) -> None:
    view.show_state(CalibrateState())
    assert not view.foot.next.isEnabled()
    assert "no arm" in view.foot.obstacle.text()


def test_the_arm_is_chosen_before_and_not_while_one_is_calibrated(view: CalibrateView) -> None:
    view.show_state(state_at())
    assert view.arm.isEnabled()
    assert view.arm.count() == 2
    view.show_state(state_at(RELEASE))
    assert not view.arm.isEnabled()


def test_who_lets_go_of_an_arm_is_warned(view: CalibrateView) -> None:
    view.show_state(state_at(RELEASE))
    assert "Hold the arm with one hand" in texts(view)
    assert "Put wrist roll straight first" in texts(view)
    assert view.foot.next.text() == "Torque off"


def test_the_sweep_lists_what_is_missing(view: CalibrateView) -> None:
    view.show_state(state_at(sweeping(elbow_flex=HALF)))
    assert not view.foot.next.isEnabled()
    assert view.foot.obstacle.text() == "Still to move: elbow flex"
    assert view.sweep_page.table.cell_texts("elbow_flex")[-1] == "keep going"
    view.show_state(state_at(sweeping()))
    assert view.foot.next.isEnabled()


def test_an_unusual_travel_is_accepted_on_that_joint(view: CalibrateView, qtbot: QtBot) -> None:
    view.show_state(state_at(sweeping(elbow_flex=FAR)))
    assert view.foot.obstacle.text() == "Look again at: elbow flex"
    view.sweep_page.table.chosen.emit("elbow_flex")
    assert view.moving.accept.isVisible()
    with qtbot.waitSignal(view.moving.accepted) as accepted:
        qtbot.mouseClick(view.moving.accept, Qt.MouseButton.LeftButton)
    assert accepted.args == ["elbow_flex", True]
    view.show_state(accepting(state_at(sweeping(elbow_flex=FAR)), "elbow_flex", accepts=True))
    assert view.foot.next.isEnabled()


def test_only_joints_without_ends_have_a_middle_to_take(view: CalibrateView, qtbot: QtBot) -> None:
    view.show_state(state_at(sweeping(wrist_roll=OFF_MIDDLE)))
    view.sweep_page.table.chosen.emit("elbow_flex")
    assert not view.moving.middle.isVisible()
    view.sweep_page.table.chosen.emit("wrist_roll")
    with qtbot.waitSignal(view.moving.middle_wanted) as wanted:
        qtbot.mouseClick(view.moving.middle, Qt.MouseButton.LeftButton)
    assert wanted.args == ["wrist_roll"]
    assert "met the end of its encoder" in texts(view)


def test_the_chosen_joint_is_redone(view: CalibrateView, qtbot: QtBot) -> None:
    view.show_state(state_at(sweeping(elbow_flex=UNMOVED)))
    assert not view.foot.redo.isEnabled()
    view.sweep_page.table.chosen.emit("elbow_flex")
    with qtbot.waitSignal(view.redo_requested) as redo:
        qtbot.mouseClick(view.foot.redo, Qt.MouseButton.LeftButton)
    assert redo.args == ["elbow_flex"]


def test_a_pause_is_a_banner_and_a_silent_row(view: CalibrateView) -> None:
    facts = {"missing": "elbow_flex (servo 3)", "device": "so_follower"}
    now = replace(sweeping(), problem_code="servos_missing", problem_facts=facts)
    view.show_state(state_at(now))
    (banner,) = [each for each in view.findChildren(Banner) if each.isVisible()]
    assert banner.notice.happened == "Elbow flex (servo 3) of the follower did not answer."
    assert "goes on by itself" in banner.notice.advice
    assert view.sweep_page.table.cell_texts("elbow_flex")[-1] == "silent"
    assert not view.foot.next.isEnabled()


def test_a_refusal_is_a_banner_with_a_way_out(view: CalibrateView, qtbot: QtBot) -> None:
    view.show_state(replace(state_at(), is_refused=True))
    (banner,) = [each for each in view.findChildren(Banner) if each.isVisible()]
    with qtbot.waitSignal(view.remedy_requested):
        qtbot.mouseClick(banner.remedy_button, Qt.MouseButton.LeftButton)


def test_a_problem_of_the_port_can_be_tried_again(view: CalibrateView) -> None:
    problem = Problem("port_busy", {"port": "/dev/ttyACM0"}, "sim://default/follower")
    view.show_state(replace(state_at(), problem=problem))
    (banner,) = [each for each in view.findChildren(Banner) if each.isVisible()]
    assert banner.notice.remedy == "Try again"


def test_signs_say_which_way_and_may_be_left_out(view: CalibrateView, qtbot: QtBot) -> None:
    view.show_state(state_at(SIGNS))
    assert "Move it to the right." in texts(view)
    assert "as expected" in texts(view)
    assert view.foot.next.isEnabled()
    with qtbot.waitSignal(view.signs_page.check_wanted) as wanted:
        check = view.findChild(QWidget, "calibrate.check.shoulder_pan")
        qtbot.mouseClick(check, Qt.MouseButton.LeftButton)
    assert wanted.args == ["shoulder_pan"]
    view.show_state(state_at(replace(SIGNS, checking="shoulder_pan")))
    assert "move it now" in texts(view)


def test_before_and_after_stand_side_by_side(view: CalibrateView) -> None:
    view.show_state(state_at(REVIEW))
    shown = texts(view)
    assert "−1107  →" in shown
    assert "−1100" in shown
    assert view.foot.next.text() == "Save"


def test_one_joint_alone_says_what_old_recordings_mean(view: CalibrateView) -> None:
    old, new = CalibrationValues(-1107, 945, 3149), CalibrationValues(-1100, 950, 3150)
    change = ChangeSeen(new, old, old, scale=1.01, shift=-0.4)
    view.show_state(state_at(replace(REVIEW, changes={"elbow_flex": change}), "elbow_flex"))
    assert "old value × 1.010 − 0.4°" in texts(view)


def test_a_save_that_was_interrupted_is_asked_for_again(view: CalibrateView) -> None:
    facts = {"written": "elbow_flex were written", "missing": "others were not", "reason": "cable"}
    now = replace(REVIEW, stage="saving", problem_code="calibration_not_saved", problem_facts=facts)
    view.show_state(state_at(now))
    assert view.foot.next.text() == "Save again"
    assert view.foot.next.isEnabled()


def test_the_mirror_waits_for_the_arm_and_then_for_a_word(view: CalibrateView) -> None:
    state = mirroring(state_at(replace(REVIEW, stage="saved")))
    view.show_state(state)
    assert not view.foot.next.isEnabled()
    pose = MirrorPose({"elbow_flex": 12.5}, {"elbow_flex": 0.2}, address="sim://default/follower")
    view.show_state(after(state, pose))
    assert view.foot.next.text() == "Looks right"
    assert view.foot.next.isEnabled()
    assert "12.5°" in texts(view)


def test_virtual_hands_are_for_virtual_arms(view: CalibrateView) -> None:
    view.show_state(state_at(sweeping()))
    assert view.hands.isVisible()
    real = replace(state_at().arms[0], address="/dev/ttyACM0")
    view.show_state(replace(state_at(sweeping()), arms=(real,)))
    assert not view.hands.isVisible()


def test_the_library_takes_the_place_of_the_steps(view: CalibrateView, qtbot: QtBot) -> None:
    view.library_requested.connect(view.show_library)
    qtbot.mouseClick(view.library, Qt.MouseButton.LeftButton)
    assert view.library_view.isVisible()
    assert not view.stepper.isVisible()
    qtbot.mouseClick(view.library, Qt.MouseButton.LeftButton)
    assert view.stepper.isVisible()


@pytest.mark.parametrize("step", list(Step))
def test_every_step_shows_its_page_alone(view: CalibrateView, step: Step) -> None:
    states = {
        Step.ARM: state_at(),
        Step.RELEASE: state_at(RELEASE),
        Step.SWEEP: state_at(sweeping()),
        Step.SIGNS: state_at(SIGNS),
        Step.COMPARE: state_at(REVIEW),
        Step.MIRROR: mirroring(state_at(REVIEW)),
    }
    view.show_state(states[step])
    assert [each for each, page in view.pages.items() if page.isVisible()] == [step]


def test_a_pause_that_was_read_stays_closed_until_the_next(
    view: CalibrateView, qtbot: QtBot
) -> None:
    facts = {"missing": "elbow_flex (servo 3)", "device": "so_follower"}
    paused = state_at(replace(sweeping(), problem_code="servos_missing", problem_facts=facts))
    view.show_state(paused)
    qtbot.mouseClick(view.findChild(QWidget, "banner.close"), Qt.MouseButton.LeftButton)
    assert not [each for each in view.findChildren(Banner) if each.isVisible()]
    view.show_state(paused)
    assert not [each for each in view.findChildren(Banner) if each.isVisible()]
    view.show_state(state_at(sweeping()))
    view.show_state(paused)
    QApplication.processEvents()
    assert [each for each in view.findChildren(Banner) if each.isVisible()]


def test_a_finished_arm_leads_on_and_can_be_calibrated_again(
    view: CalibrateView, qtbot: QtBot
) -> None:
    view.show_state(replace(state_at(), done=frozenset({"follower"})))
    assert view.foot.next.text() == "Go on: leader"
    with qtbot.waitSignal(view.once_more_requested):
        qtbot.mouseClick(view.foot.once_more, Qt.MouseButton.LeftButton)
    view.show_state(replace(state_at(), done=frozenset({"follower", "leader"})))
    assert view.foot.next.text() == "Go to Teleoperate"
