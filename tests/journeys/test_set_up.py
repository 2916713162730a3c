"""From “what is plugged in” to “teleoperating”, and what goes wrong on the way, in the real window.

Real sessions and set-up workers on real benches; Set up's strip names each next step.
"""

from collections.abc import Iterator

import pytest
from newcomer import (
    ANSWER_S,
    OPEN_S,
    SCAN_S,
    Newcomer,
    bench_running,
    calibrate,
    engage,
    program,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.widgets.chain_drawing import ChainDrawing
from lerobot_core.control.virtual import install_virtual_calibrations
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import Phase

pytestmark = [pytest.mark.timeout(400), pytest.mark.expects_log("session", "the arm", "guard")]


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    install_virtual_calibrations()
    with bench_running("default") as client:
        yield client


JOINTS = ("gripper", "wrist_roll", "wrist_flex", "elbow_flex", "shoulder_lift", "shoulder_pan")
"""In the order in which they are plugged in."""


def test_new_servos_become_an_arm_that_is_teleoperated(
    qapp: QApplication, bench: BenchClient
) -> None:
    bench.command("virgin", chain="follower")
    with program(qapp) as newcomer:
        newcomer.guide_says("Everything is ready", OPEN_S)  # as the virtual rig is saved
        newcomer.click("setup.new_rig")
        newcomer.guide_says("Which robot do you have?")
        newcomer.click("setup.kind.so101")
        newcomer.next_step("Which port is the follower on?")
        newcomer.next_step("Check the follower on virtual follower")
        newcomer.guide_says("Something is wrong with the follower", SCAN_S)
        newcomer.reads("More than one servo seems to have the id 1.")
        newcomer.click_when_ready("setup.finding.0.ids")
        give_ids(newcomer)
        newcomer.reads("All 6 servos answer", SCAN_S)

        newcomer.guide_says("Which port is the leader on?")
        newcomer.click("setup.watch_movement")
        newcomer.guide_says("Move the leader by hand")
        newcomer.reads("Move one arm by hand")
        bench.command("move_joint", chain="leader", joint="elbow_flex", degrees=30.0)
        newcomer.next_step("Virtual leader was moved")
        newcomer.next_step("Check the leader on virtual leader")
        newcomer.next_step("Choose the cameras of this rig", SCAN_S)
        newcomer.click("setup.add_camera")
        newcomer.wait_for("A camera", lambda: newcomer.is_shown("setup.camera.top"), ANSWER_S)
        newcomer.next_step("Give the rig a name")
        newcomer.type_into("setup.rig_name", "Bench 7")
        newcomer.next_step("Save the rig")
        newcomer.next_step("Calibrate the follower")

        calibrate(newcomer)
        newcomer.click("nav.setup")
        newcomer.next_step("Calibrate the leader")
        newcomer.reads("Go on: leader")
        newcomer.click("calibrate.next")
        calibrate(newcomer)
        newcomer.click("nav.setup")
        newcomer.next_step("Everything is ready")
        engage(newcomer)
        bench.command("sweep", chain="leader", joint="shoulder_pan")
        newcomer.wait_for("Motion", lambda: newcomer.largest_travel() > 20, ANSWER_S)
        newcomer.click("top.stop")


def give_ids(newcomer: Newcomer) -> None:
    """To all six servos, one by one, with virtual hands."""
    newcomer.click_when_ready("setup.begin_ids")
    for place, joint in enumerate(JOINTS):
        label = joint.replace("_", " ")
        newcomer.reads(f"Plug in only the {label} servo")
        newcomer.click_when_ready("setup.hand_only")
        newcomer.reads("One servo answers")
        newcomer.click_when_ready("setup.write_id")
        newcomer.reads(f"{place + 1} of 6 done")
    newcomer.reads("All 6 servos have their ids")
    newcomer.click_when_ready("setup.hand_only")
    newcomer.click_when_ready("setup.ids_scan")


def test_swapped_arms_are_refused_before_torque_with_what_to_do(
    qapp: QApplication, bench: BenchClient
) -> None:
    bench.command("swap", chain="follower")
    with program(qapp, panel="teleoperate") as newcomer:
        newcomer.reads("is not the arm this calibration was made for", OPEN_S)
        newcomer.reads("Check that the two arms are not swapped")
        assert not newcomer.find("teleoperate.engage").isEnabled()
        bench.command("swap", chain="follower")
        newcomer.click_when_ready("start.try_again:arm_failed")
        newcomer.wait_for_phase(Phase.IDLE, OPEN_S)
        assert not newcomer.had_torque


def test_a_wrong_supply_is_refused_everywhere(qapp: QApplication, bench: BenchClient) -> None:
    bench.command("voltage", chain="follower", volts=12.0)
    with program(qapp) as newcomer:
        newcomer.click_when_ready("setup.port.default.follower")
        newcomer.click_when_ready("setup.scan")
        newcomer.reads("12.0 V, but no more than", SCAN_S)
        newcomer.guide_says("Something is wrong with the follower")

        newcomer.click("setup.page.ids")
        newcomer.click_when_ready("setup.begin_ids")
        bench.command("only", chain="follower", servo=6)
        newcomer.reads("12.0 V, too high")
        assert not newcomer.can_use("setup.write_id")
        bench.command("only", chain="follower", servo=None)

        newcomer.click("nav.calibrate")
        newcomer.click_when_ready("calibrate.next")
        newcomer.reads("gets 12.0 V", OPEN_S)
        assert not newcomer.is_shown("calibrate.hands")

        newcomer.click("nav.teleoperate")
        newcomer.reads("gets 12.0 V", OPEN_S)
        assert not newcomer.find("teleoperate.engage").isEnabled()
        assert not newcomer.had_torque


def test_without_permission_the_remedy_is_shown_and_then_it_goes_on(
    qapp: QApplication, bench: BenchClient
) -> None:
    bench.command("deny_port", chain="follower", denied=True)
    with program(qapp) as newcomer:
        newcomer.click_when_ready("setup.port.default.follower")
        newcomer.click_when_ready("setup.scan")
        newcomer.reads("refuses to be opened", SCAN_S)
        newcomer.click_when_ready("setup.port.default.follower.step")
        newcomer.reads("Allow it again")
        bench.command("deny_port", chain="follower", denied=False)
        newcomer.click("setup.permission.close")
        newcomer.next_step("Something is wrong with the follower")
        newcomer.reads("All 6 servos answer", SCAN_S)
        newcomer.next_step("Everything is ready")
        newcomer.wait_for_phase(Phase.IDLE, OPEN_S)


def test_a_cut_cable_is_found_drawn_and_mended(qapp: QApplication, bench: BenchClient) -> None:
    bench.command("cut", chain="follower", servo=4)
    with program(qapp) as newcomer:
        newcomer.click_when_ready("setup.port.default.follower")
        newcomer.click_when_ready("setup.scan")
        newcomer.reads("Everything after servo 3 (elbow flex) is silent.", SCAN_S)
        newcomer.reads("Check the cable between servo 3 and servo 4 (wrist flex).")
        assert chain_states(newcomer) == ["ok"] * 4 + ["bad"] + ["unreached"] * 2
        bench.command("cut", chain="follower", servo=None)
        newcomer.next_step("Something is wrong with the follower")
        newcomer.reads("All 6 servos answer", SCAN_S)
        assert chain_states(newcomer) == ["ok"] * 7


def chain_states(newcomer: Newcomer) -> list[str]:
    """As it is drawn: the adapter, then the servos."""
    drawing = newcomer.find("setup.chain")
    assert isinstance(drawing, ChainDrawing)
    return [node.state.value for node in drawing.nodes]


@pytest.mark.parametrize(
    ("bench_name", "rig", "follower"),
    [
        ("koch", "Virtual Koch", "koch.follower"),
        ("bi_so101", "Virtual bimanual SO-101", "bi_so101.left_follower"),
    ],
)
def test_other_robots_are_scanned_calibrated_and_teleoperated(
    qapp: QApplication, bench_name: str, rig: str, follower: str
) -> None:
    with bench_running(bench_name), program(qapp, rig=rig) as newcomer:
        newcomer.click_when_ready(f"setup.port.{follower}", OPEN_S)
        newcomer.click_when_ready("setup.scan")
        newcomer.reads("All 6 servos answer", SCAN_S)
        newcomer.click("nav.calibrate")
        calibrate(newcomer, bench_name)
        newcomer.click("nav.teleoperate")
        engage(newcomer)
        newcomer.wait_for("Motion", lambda: newcomer.largest_travel() > 5, ANSWER_S)


def test_a_rig_is_built_and_an_arm_calibrated_by_keyboard_alone(
    qapp: QApplication, bench: BenchClient
) -> None:
    with program(qapp) as newcomer:
        newcomer.guide_says("Everything is ready", OPEN_S)
        newcomer.press_button("setup.new_rig")
        newcomer.press_button("setup.kind.so101")
        newcomer.guide_says("Which port is the follower on?")
        newcomer.press(Qt.Key.Key_Return)  # the keyboard is where the next step is
        newcomer.guide_says("Check the follower")

        newcomer.tab_to("setup.page.rig")
        newcomer.press(Qt.Key.Key_Right)
        newcomer.press_button("setup.begin_ids")
        newcomer.reads("Plug in only the gripper servo")
        newcomer.press_button("setup.hand_only")
        newcomer.press_button("setup.write_id")
        newcomer.reads("1 of 6 done")
        newcomer.press_button("setup.stop_ids")
        newcomer.reads("Giving ids was interrupted")
        bench.command("only", chain="follower", servo=None)

        newcomer.press_button("setup.next")
        newcomer.guide_says("Which port is the leader on?", SCAN_S)
        newcomer.press_button("setup.next")
        newcomer.guide_says("Check the leader")
        newcomer.press_button("setup.next")
        newcomer.guide_says("Choose the cameras", SCAN_S)
        newcomer.press_button("setup.next")
        newcomer.press(Qt.Key.Key_Return)  # the name is proposed
        newcomer.guide_says("Give the rig a name")
        newcomer.press_button("setup.next")
        newcomer.types("Bench 8")
        newcomer.guide_says("Save the rig")
        newcomer.press(Qt.Key.Key_Return)
        newcomer.guide_says("Calibrate the follower")
        newcomer.press_button("setup.next")

        newcomer.tab_to("calibrate.arm")
        newcomer.press(Qt.Key.Key_Down)  # the leader, which is done sooner
        newcomer.press_button("calibrate.next")
        newcomer.reads("Step 2 of 6", OPEN_S)
        newcomer.press_button("calibrate.next")
        newcomer.reads("Step 3 of 6")
        newcomer.press_button("calibrate.hands")
        newcomer.wait_for_stops()
        newcomer.press_button("calibrate.next")
        newcomer.reads("Step 4 of 6")
        newcomer.press_button("calibrate.next")
        newcomer.reads("Step 5 of 6")
        newcomer.press_button("calibrate.next")
        newcomer.reads("Step 6 of 6")
        newcomer.press_button("calibrate.next", seconds=OPEN_S)
        newcomer.reads("Step 1 of 6")
        newcomer.open_panel_by_keys("setup")
        newcomer.guide_says("Calibrate the follower")


def test_permission_is_asked_for_and_used_by_keyboard_alone(
    qapp: QApplication, bench: BenchClient
) -> None:
    bench.command("deny_port", chain="follower", denied=True)
    with program(qapp) as newcomer:
        newcomer.press_button("setup.port.default.follower")
        newcomer.press_button("setup.scan")
        newcomer.reads("refuses to be opened", SCAN_S)
        newcomer.press_button("setup.port.default.follower.step")
        newcomer.reads("Allow it again")
        newcomer.press_button("setup.permission.close")
        bench.command("deny_port", chain="follower", denied=False)
        newcomer.press_button("setup.next")
        newcomer.reads("All 6 servos answer", SCAN_S)
        newcomer.press_button("setup.next")
        newcomer.wait_for_phase(Phase.IDLE, OPEN_S)
