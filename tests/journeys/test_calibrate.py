"""Arms are calibrated in the real window, on the real set-up worker and the virtual bench."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.assembly import Assembly
from app.panels.calibration.state import CalibrateState, Step
from app.preferences import Preferences
from app.theme.theme import ThemeChoice, theme
from app.tour.guide import Guide
from app.widgets.text import StatusText
from lerobot_core.control.virtual import install_virtual_calibrations
from lerobot_core.motors.calibration import load_calibration, save_calibration
from lerobot_core.paths import calibration_home, home
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.so101 import JOINTS, factory_calibration
from lerobot_core.workers.protocol import Phase

pytestmark = [pytest.mark.timeout(240), pytest.mark.expects_log("session", "the arm", "guard")]

OPEN_S, SWEEP_S, ANSWER_S = 40.0, 90.0, 20.0


class Calibrator(Guide):
    """Uses the Calibrate panel, and reads what is written there."""

    assembly: Assembly

    @property
    def state(self) -> CalibrateState:
        controller = self.assembly._calibrate
        assert controller is not None
        return controller.state

    def reaches(self, step: Step, seconds: float = ANSWER_S) -> None:
        self.wait_for(f"the step “{step}”", lambda: self.state.step is step, seconds)

    def reads(self, text: str, seconds: float = ANSWER_S) -> None:
        self.wait_for(f"“{text}”", lambda: any(text in each for each in self.texts()), seconds)

    def texts(self) -> list[str]:
        labels = self.window.findChildren(QLabel)
        words = self.window.findChildren(StatusText)
        return [
            *(each.text() for each in labels if each.isVisible()),
            *(each.text for each in words if each.isVisible()),
        ]

    # By keyboard alone

    def press(self, key: Qt.Key) -> None:
        focused = QApplication.focusWidget() or self.window
        QTest.keyClick(focused, key)
        QApplication.processEvents()

    def tab_to(self, name: str) -> None:
        self.pause(0.1)  # as long as nobody is faster: parts that were just made are shown
        passed = []
        for _ in range(80):
            focused = QApplication.focusWidget()
            if focused is not None and focused.objectName() == name:
                return
            passed.append(focused.objectName() if focused else "nothing")
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name}, but to {passed}")


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    install_virtual_calibrations()
    client = BenchClient("default")
    yield client
    client.end_bench()


@pytest.fixture
def operator(qapp: QApplication, bench: BenchClient) -> Iterator[Calibrator]:
    """The whole program, on the Calibrate panel; closed in order at the end."""
    preferences = Preferences()
    theme().wear(qapp, ThemeChoice.DARK, preferences.scale)
    assembly = Assembly(preferences)
    operator = Calibrator(assembly.window, assembly.session)
    operator.assembly = assembly
    assembly.window.resize(1280, 800)
    assembly.open(panel="calibrate")
    assembly.window.activateWindow()
    try:
        yield operator
    finally:
        assembly.window.close()
        assembly.window.close()  # an arm that cannot go to rest keeps the window open once
        assembly.window.deleteLater()
        assembly.deleteLater()
        qapp.processEvents()


def follower_file() -> Path:
    return home() / "calibration" / "virtual" / "virtual_follower.json"


def test_an_arm_is_calibrated_with_virtual_hands_by_keyboard_alone(operator: Calibrator) -> None:
    follower_file().unlink()
    operator.tab_to("calibrate.next")
    operator.press(Qt.Key.Key_Return)
    operator.reaches(Step.RELEASE, OPEN_S)
    operator.press(Qt.Key.Key_Return)
    operator.reaches(Step.SWEEP)
    assert not operator.find("calibrate.next").isEnabled()
    operator.reads("5 joints still to move")
    operator.tab_to("calibrate.hands")
    operator.press(Qt.Key.Key_Space)
    _wait_for_stops(operator)
    operator.tab_to("calibrate.next")
    operator.press(Qt.Key.Key_Return)
    operator.reaches(Step.SIGNS)
    operator.tab_to("calibrate.hands.elbow_flex")
    operator.press(Qt.Key.Key_Space)
    operator.reads("as expected")
    operator.tab_to("calibrate.next")
    operator.press(Qt.Key.Key_Return)
    operator.reaches(Step.COMPARE)
    assert not follower_file().exists()
    operator.press(Qt.Key.Key_Return)
    _save_until_the_arm_lies_still(operator, lambda: operator.press(Qt.Key.Key_Return))
    saved = load_calibration(follower_file())
    assert tuple(saved) == JOINTS
    operator.wait_for("a pose", lambda: operator.state.pose is not None, OPEN_S)
    operator.press(Qt.Key.Key_Return)
    operator.reaches(Step.ARM)
    assert operator.state.done == {"follower"}
    operator.reads("calibrated 2")  # with the date
    _teleoperation_begins_again(operator)


def _teleoperation_begins_again(operator: Calibrator) -> None:
    """The ports go back to the session, which takes the new calibration."""
    operator.tab_to("nav.calibrate")
    operator.press(Qt.Key.Key_Down)
    operator.wait_for("the panel", lambda: bool(operator.names("teleoperate.engage")), ANSWER_S)
    operator.wait_for_phase(Phase.IDLE, OPEN_S)


def test_a_servo_unplugged_in_mid_sweep_pauses_until_it_is_plugged_in_again(
    operator: Calibrator, bench: BenchClient
) -> None:
    _sweeping(operator)
    operator.click("calibrate.hands")
    operator.wait_for("a part of the sweep", lambda: _travel(operator, "wrist_flex") > 40, SWEEP_S)
    bench.command("unplug", chain="follower", servo=4)
    operator.reads("Wrist flex (servo 4) of the follower did not answer.")
    operator.reads("nothing that was found is lost")
    found = _travel(operator, "shoulder_pan")
    assert not operator.find("calibrate.next").isEnabled()
    bench.command("plug", chain="follower", servo=4)
    operator.wait_for("the end of the pause", lambda: not operator.state.is_paused, ANSWER_S)
    assert _travel(operator, "shoulder_pan") >= found
    operator.click("calibrate.hands")
    _wait_for_stops(operator)


def test_a_file_of_upstream_is_imported_used_and_mirrored(
    operator: Calibrator, scratch: Path
) -> None:
    upstream = scratch / "from_lerobot.json"
    save_calibration(upstream, factory_calibration("follower"))
    follower_file().write_text("{", encoding="utf-8")
    operator.click("calibrate.library")
    operator.type_into("library.source", str(upstream))
    operator.type_into("library.import_name", "bench two")
    operator.click("library.import")
    operator.reads("Imported as bench two.")
    imported = calibration_home() / "robots" / "so_follower" / "bench two.json"
    assert imported.read_bytes() == upstream.read_bytes()
    operator.click("library.read")
    operator.reads("The arm holds: bench two.", OPEN_S)
    operator.click("library.use")
    operator.reads("The arm uses bench two now.")
    assert follower_file().read_bytes() == upstream.read_bytes()
    operator.click("calibrate.library")
    operator.click("calibrate.check")
    operator.reaches(Step.MIRROR)
    operator.wait_for("a pose", lambda: operator.state.pose is not None, OPEN_S)


def test_one_joint_alone_keeps_the_others(operator: Calibrator) -> None:
    before = json.loads(follower_file().read_text(encoding="utf-8"))
    operator.find("calibrate.joint").setCurrentIndex(JOINTS.index("elbow_flex"))  # type: ignore[attr-defined]
    operator.click("calibrate.alone")
    operator.reaches(Step.RELEASE, OPEN_S)
    operator.click("calibrate.next")
    operator.reaches(Step.SWEEP)
    operator.click("calibrate.hands_joint")
    _wait_for_stops(operator)
    operator.click("calibrate.next")
    operator.reaches(Step.COMPARE)
    operator.reads("Old recordings")
    operator.click("calibrate.next")
    _save_until_the_arm_lies_still(operator, lambda: operator.click("calibrate.next"))
    after = json.loads(follower_file().read_text(encoding="utf-8"))
    same = {joint for joint in before if before[joint] == after[joint]}
    assert same >= set(before) - {"elbow_flex"}
    middle_before, middle_after = (_middle(each["elbow_flex"]) for each in (before, after))
    assert middle_after == pytest.approx(middle_before, abs=30)


def test_cancelling_in_mid_sweep_leaves_servos_and_file_alone(
    operator: Calibrator, bench: BenchClient
) -> None:
    before = follower_file().read_bytes()
    _sweeping(operator)
    operator.click("calibrate.hands")
    operator.wait_for("a part of the sweep", lambda: _travel(operator, "gripper") > 20, SWEEP_S)
    operator.click("calibrate.cancel")
    operator.reaches(Step.ARM)
    assert follower_file().read_bytes() == before
    operator.click("nav.teleoperate")
    operator.wait_for_phase(Phase.IDLE, OPEN_S)  # the session compares servos and file


def _wait_for_stops(operator: Calibrator) -> None:
    """Hands have been at both stops of every joint."""

    def is_swept() -> bool:
        swept = operator.state.now.sweeps if operator.state.now else {}
        return operator.state.can_finish_sweep and all(
            sweep.is_full_turn or sweep.travel_deg > 0.97 * (sweep.least_deg + sweep.most_deg) / 2
            for sweep in swept.values()
        )

    operator.wait_for("the sweep", is_swept, SWEEP_S)


def _save_until_the_arm_lies_still(operator: Calibrator, save: Callable[[], None]) -> None:
    """A limp arm may sink still when it is saved: that is told, and it is saved again."""

    def is_saved() -> bool:
        if operator.state.is_paused:
            operator.pause(0.5)  # nobody presses the button faster
            save()
        return operator.state.step is Step.MIRROR

    operator.wait_for("the save", is_saved, OPEN_S)


def _sweeping(operator: Calibrator) -> None:
    operator.click("calibrate.next")
    operator.reaches(Step.RELEASE, OPEN_S)
    operator.click("calibrate.next")
    operator.reaches(Step.SWEEP)


def _travel(operator: Calibrator, joint: str) -> float:
    now = operator.state.now
    return now.sweeps[joint].travel_deg if now and joint in now.sweeps else 0.0


def _middle(motor: dict[str, int]) -> float:
    return (motor["range_min"] + motor["range_max"]) / 2 + motor["homing_offset"]
