from dataclasses import replace
from typing import cast

import pytest
from calibrations import FOLLOWER, HALF, RELEASE, REVIEW, SIGNS, WHOLE, sweeping
from pytestqt.qtbot import QtBot
from spoken_calibration import SpokenCalibration

from app.panels.calibration.controller import CalibrateController
from app.panels.calibration.state import FileKnown, Step
from app.port_sharing import PortSharing
from app.remedies import Remedy
from app.services.setup_service import SetupService
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.workers.protocol import (
    AskBench,
    BeginCalibration,
    BeginMirror,
    BenchAnswered,
    CalibrationNow,
    CalibrationStep,
    MirrorPose,
    PortDone,
    Problem,
    StopPort,
)


@pytest.fixture
def controller(setup_worker: SpokenCalibration) -> CalibrateController:
    install_virtual_calibrations()
    controller = CalibrateController(
        cast(SetupService, setup_worker), cast(PortSharing, setup_worker)
    )
    controller.use_rig(virtual_rig())
    return controller


def begin(
    controller: CalibrateController, worker: SpokenCalibration, *said: CalibrationNow
) -> None:
    controller.advance()
    worker.say(*said)
    worker.sent.clear()


def test_the_arms_of_the_rig_are_offered_with_their_files(controller: CalibrateController) -> None:
    assert [arm.key for arm in controller.state.arms] == ["follower", "leader"]
    assert controller.state.file.known is FileKnown.FINE
    path = controller.state.arms[0].path
    path.write_text("{", encoding="utf-8")
    controller.look_at_files()
    assert controller.state.file.known is FileKnown.DAMAGED
    path.unlink()
    controller.look_at_files()
    assert controller.state.file.known is FileKnown.MISSING


def test_the_one_button_leads_through_all_steps(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.advance()
    setup_worker.say(RELEASE)
    controller.advance()
    setup_worker.say(sweeping())
    controller.advance()
    setup_worker.say(SIGNS)
    controller.advance()
    setup_worker.say(REVIEW)
    controller.advance()
    setup_worker.say(replace(REVIEW, stage="saved"), PortDone(FOLLOWER.address, "calibrate"))
    setup_worker.say(MirrorPose({"elbow_flex": 1.0}, address=FOLLOWER.address))
    controller.advance()
    config = dict(controller.state.arms[0].config)
    assert setup_worker.sent[:-1] == [
        BeginCalibration(config, True),
        CalibrationStep("release"),
        CalibrationStep("finish_sweep"),
        CalibrationStep("finish_signs"),
        CalibrationStep("save"),
        BeginMirror(config, True),
        StopPort(FOLLOWER.address),
    ]
    assert controller.state.done == {"follower"}


def test_nothing_is_sent_twice_while_the_arm_is_being_opened(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.advance()
    controller.advance()
    assert len(setup_worker.sent) == 1


def test_an_unfinished_sweep_is_not_finished(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    begin(controller, setup_worker, RELEASE, sweeping(elbow_flex=HALF))
    controller.advance()
    assert setup_worker.sent == []
    controller.accept("elbow_flex", True)
    controller.advance()
    assert setup_worker.sent == [CalibrationStep("finish_sweep", accept=["elbow_flex"])]


def test_an_arm_with_torque_is_refused_with_a_remedy(
    controller: CalibrateController, setup_worker: SpokenCalibration, qtbot: QtBot
) -> None:
    setup_worker.has_torque = True
    controller.advance()
    assert controller.state.is_refused
    assert controller.state.step is Step.ARM
    with qtbot.waitSignal(controller.panel_requested) as asked:
        controller.cure(Remedy.OPEN_TELEOPERATION)
    assert asked.args == ["teleoperate"]


def test_cancelling_asks_the_worker_and_lets_hands_go(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    begin(controller, setup_worker, RELEASE, sweeping())
    controller.cancel()
    assert setup_worker.sent[0] == CalibrationStep("cancel")
    setup_worker.say(replace(RELEASE, stage="cancelled"))
    assert controller.state.step is Step.ARM


def test_a_cancel_that_was_interrupted_is_asked_for_again(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    begin(controller, setup_worker, RELEASE, replace(REVIEW, stage="cancelling"))
    controller.advance()
    assert setup_worker.sent == [CalibrationStep("cancel")]


def test_an_arm_that_is_still_being_opened_can_be_left(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.advance()
    controller.cancel()
    assert StopPort(FOLLOWER.address) in setup_worker.sent
    assert not controller.state.is_busy


def test_trying_again_begins_again(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.advance()
    setup_worker.say(
        Problem("port_busy", {"port": FOLLOWER.address}, FOLLOWER.address),
        PortDone(FOLLOWER.address, "calibrate"),
    )
    controller.cure(Remedy.TRY_AGAIN)
    assert [type(command) for command in setup_worker.sent] == [BeginCalibration, BeginCalibration]


def test_one_joint_alone(controller: CalibrateController, setup_worker: SpokenCalibration) -> None:
    controller.begin("elbow_flex")
    config = dict(controller.state.arms[0].config)
    assert setup_worker.sent == [BeginCalibration(config, True, joint="elbow_flex")]


def test_virtual_hands_move_the_arm_of_this_port(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.choose_arm("leader")
    controller.move_by_hands("gripper")
    (asked,) = setup_worker.sent
    assert isinstance(asked, AskBench)
    assert (asked.bench, asked.command) == ("default", "sweep")
    assert asked.arguments == {"chain": "leader", "joint": "gripper"}


def test_hands_move_a_joint_up_where_there_is_room(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    low = replace(WHOLE, now=WHOLE.low)
    begin(controller, setup_worker, RELEASE, replace(SIGNS, sweeps={"elbow_flex": low}))
    controller.sign_by_hands("elbow_flex")
    _, check, up = setup_worker.sent
    assert check == CalibrationStep("check_sign", "elbow_flex")
    assert isinstance(up, AskBench)
    assert up.command == "move_joint"


def test_hands_bring_a_joint_away_from_its_stop_first(
    controller: CalibrateController, setup_worker: SpokenCalibration, qtbot: QtBot
) -> None:
    high = replace(WHOLE, now=WHOLE.high)
    begin(controller, setup_worker, RELEASE, replace(SIGNS, sweeps={"elbow_flex": high}))
    controller.sign_by_hands("elbow_flex")
    _, away = setup_worker.sent
    assert isinstance(away, AskBench)
    setup_worker.say(BenchAnswered(3, {"seconds": 0.0}))  # of another panel
    setup_worker.say(BenchAnswered(away.number, {"seconds": 0.2}))
    qtbot.waitUntil(lambda: len(setup_worker.sent) == 4)
    check, up = setup_worker.sent[2:]
    assert check == CalibrationStep("check_sign", "elbow_flex")
    assert isinstance(up, AskBench)
    assert up.arguments["degrees"] == pytest.approx(away.arguments["degrees"] + 50)


def test_the_ghost_is_the_arm_across(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    controller.mirror()
    controller.show_ghost(True)
    leader = controller.state.arms[1]
    assert setup_worker.sent[-1] == BeginMirror(dict(leader.config), False)
    controller.show_ghost(False)
    assert setup_worker.sent[-1] == StopPort(leader.address)


def test_another_rig_ends_what_went_on(
    controller: CalibrateController, setup_worker: SpokenCalibration
) -> None:
    begin(controller, setup_worker, RELEASE)
    controller.use_rig(virtual_rig("bi_so101"))
    assert controller.state.step is Step.ARM
    assert [arm.key for arm in controller.state.arms] == [
        "left_follower",
        "right_follower",
        "left_leader",
        "right_leader",
    ]


def test_after_an_arm_comes_the_next_and_then_teleoperation(
    controller: CalibrateController, setup_worker: SpokenCalibration, qtbot: QtBot
) -> None:
    for arm in controller.state.arms:
        controller.mirror()
        setup_worker.say(MirrorPose({"elbow_flex": 1.0}, address=arm.address))
        controller.advance()  # it looks right
        assert controller.state.is_finished
        if arm.role == "follower":
            controller.advance()
            assert controller.state.chosen == "leader"
    with qtbot.waitSignal(controller.panel_requested) as asked:
        controller.advance()
    assert asked.args == ["teleoperate"]
