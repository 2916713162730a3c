"""Somebody who sets up arms in the real window, with a mouse or by keyboard alone.

Real sessions, real set-up workers, real benches; only the hands and the eyes are ours.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import degrees

from PySide6.QtCore import Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.assembly import Assembly
from app.preferences import Preferences
from app.theme.theme import ThemeChoice, theme
from app.tour.guide import Guide, TourStepFailed
from app.widgets.banner import Banner
from app.widgets.text import StatusText
from lerobot_core.control.virtual import VIRTUAL_RIG_NAME
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.twins import DEFAULT_KIND, twin_of
from lerobot_core.workers.protocol import CalibrationNow, Phase, PhaseChanged

OPEN_S, ANSWER_S, SCAN_S, SWEEP_S = 40.0, 20.0, 40.0, 90.0
_MOST_TABS = 120
_STILL_S, _NOISE_COUNTS = 1.0, 12


class Newcomer(Guide):
    """Follows the strip with the one next step, and reads what the window says."""

    assembly: Assembly
    had_torque = False  # at any moment, as the session says
    calibration: CalibrationNow | None = None  # the newest
    moved_s = 0.0  # when a joint moved last while it was calibrated

    def guide_says(self, words: str, seconds: float = ANSWER_S) -> None:
        """Wait until the strip names this as the next step."""

        def is_next() -> bool:
            return words in self.find("setup.guide").accessibleName()

        try:
            self.wait_for(f"The guide's “{words}”", is_next, seconds)
        except TourStepFailed as failure:
            said = self.find("setup.guide").accessibleName()
            raise AssertionError(f"{failure} It says “{said}”.") from failure

    def next_step(self, words: str, seconds: float = ANSWER_S) -> None:
        """The strip names this as the next step; take it with its button."""
        self.guide_says(words, seconds)
        self.click_when_ready("setup.next")

    def reads(self, text: str, seconds: float = ANSWER_S) -> None:
        """Wait until the text can be read somewhere in the window."""
        try:
            self.wait_for(f"“{text}”", lambda: any(text in each for each in self.texts()), seconds)
        except TourStepFailed as failure:
            raise AssertionError(f"{failure} These can be read: {self.texts()}") from failure

    def texts(self) -> list[str]:
        """Labels that can be seen, and what painted widgets say of themselves."""
        said = []
        for widget in self.window.findChildren(QWidget):
            if not widget.isVisible():
                continue
            if isinstance(widget, QLabel):
                said.append(widget.text())
            elif isinstance(widget, StatusText):
                said.append(widget.text)
            said += [widget.accessibleName(), widget.accessibleDescription()]
        return [text for text in said if text]

    def banners(self) -> list[Banner]:
        return [banner for banner in self.window.findChildren(Banner) if banner.isVisible()]

    def is_shown(self, name: str) -> bool:
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    def can_use(self, name: str) -> bool:
        """It can be seen and is enabled."""
        found = self.window.findChildren(QWidget, name)
        return any(widget.isVisible() and widget.isEnabled() for widget in found)

    # By keyboard alone

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Where the keyboard is now."""
        focused = QApplication.focusWidget() or self.window
        QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)
        QApplication.processEvents()  # nobody is faster

    def types(self, text: str) -> None:
        """Replace what is written where the keyboard is."""
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)

    def is_at(self, name: str) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and focused.objectName() == name

    def tab_to(self, name: str, seconds: float = ANSWER_S) -> None:
        """Wait until it can be used, then go there with Tab."""
        self.wait_for(f"“{name}” to be ready", lambda: self.can_use(name), seconds)
        passed = []
        for _ in range(_MOST_TABS):
            if self.is_at(name):
                return
            self.press(Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            passed.append(focused.objectName() if focused is not None else "")
        raise AssertionError(f"Tab does not lead to {name}, but to {passed}")

    def press_button(self, name: str, seconds: float = ANSWER_S) -> None:
        """Go there with Tab, and press Enter."""
        self.tab_to(name, seconds)
        self.press(Qt.Key.Key_Return)

    def open_panel_by_keys(self, key: str) -> None:
        self.press_button(f"nav.{key}")

    def wait_for_stops(self, kind: str = DEFAULT_KIND) -> None:
        """Hands have been at both stops of every joint of an arm on a bench of this kind."""
        arm = next(iter(twin_of(kind).arms.values()))
        whole = {part.joint: degrees(part.high_rad - part.low_rad) for part in arm.parts}

        def are_reached() -> bool:
            sweeps = self.calibration.sweeps if self.calibration else {}
            return self.can_use("calibrate.next") and all(
                sweep.is_full_turn or sweep.travel_deg > 0.97 * whole[joint]
                for joint, sweep in sweeps.items()
            )

        self.wait_for("The sweep", are_reached, SWEEP_S)

    def wait_for_rest(self) -> None:
        """Hands hold still: an arm that moves cannot be saved."""
        self.wait_for("Rest", lambda: time.monotonic() - self.moved_s > _STILL_S, SWEEP_S)

    @Slot(object)
    def _on_event(self, event: object) -> None:
        super()._on_event(event)
        if isinstance(event, PhaseChanged):
            self.had_torque = self.had_torque or event.torque_on

    @Slot(object)
    def hear_set_up(self, event: object) -> None:
        if isinstance(event, CalibrationNow):
            before, self.calibration = self.calibration, event
            if before is None or _ways(before, event) > _NOISE_COUNTS:
                self.moved_s = time.monotonic()


def _ways(before: CalibrationNow, after: CalibrationNow) -> int:
    """The longest way of a joint, in encoder counts."""
    both = before.sweeps.keys() & after.sweeps.keys()
    ways = (abs(after.sweeps[each].now - before.sweeps[each].now) for each in both)
    return max(ways, default=0)


@contextmanager
def program(
    qapp: QApplication,
    *,
    panel: str = "setup",
    rig: str = VIRTUAL_RIG_NAME,
) -> Iterator[Newcomer]:
    """The whole program with a window of 1280×800, closed in order at the end."""
    preferences = Preferences()
    theme().wear(qapp, ThemeChoice.DARK, preferences.scale)
    assembly = Assembly(preferences)
    assert assembly.choose_rig(rig)
    newcomer = Newcomer(assembly.window, assembly.session)
    newcomer.assembly = assembly
    assembly.setup.event_received.connect(newcomer.hear_set_up)
    assembly.window.resize(1280, 800)
    assembly.open(panel=panel)
    assembly.window.activateWindow()
    try:
        yield newcomer
    finally:
        assembly.window.close()
        assembly.window.close()  # an arm that cannot go to rest keeps the window open once
        assembly.window.deleteLater()
        assembly.deleteLater()
        qapp.processEvents()


@contextmanager
def bench_running(name: str) -> Iterator[BenchClient]:
    """A virtual bench of one's own, ended at the end."""
    client = BenchClient(name)
    try:
        yield client
    finally:
        client.end_bench()


def engage(newcomer: Newcomer) -> None:
    """Teleoperation begins, and it is watched how far joints travel."""
    newcomer.wait_for_phase(Phase.IDLE, OPEN_S)
    newcomer.click_when_ready("teleoperate.engage")
    try:
        newcomer.wait_for_phase(Phase.TELEOPERATING, ANSWER_S)
    except TourStepFailed as failure:
        raise AssertionError(f"{failure} These can be read: {newcomer.texts()}") from failure
    newcomer.watch_travel()


def calibrate(newcomer: Newcomer, kind: str = DEFAULT_KIND) -> None:
    """The chosen arm, all joints, with virtual hands; one direction is checked."""
    newcomer.click_when_ready("calibrate.next")
    newcomer.reads("Step 2 of 6", OPEN_S)
    newcomer.click_when_ready("calibrate.next")
    newcomer.reads("Step 3 of 6")
    newcomer.click("calibrate.hands")
    newcomer.wait_for_stops(kind)
    newcomer.click("calibrate.next")
    newcomer.reads("Step 4 of 6")
    newcomer.wait_for("Hands", lambda: bool(newcomer.names("calibrate.hands.")), ANSWER_S)
    newcomer.click(newcomer.names("calibrate.hands.")[-1])  # the gripper: every arm has one
    newcomer.reads("as expected")
    newcomer.wait_for_rest()
    newcomer.click("calibrate.next")
    newcomer.reads("Step 5 of 6")
    newcomer.click_when_ready("calibrate.next")
    newcomer.reads("Step 6 of 6")
    newcomer.wait_for("A pose", lambda: newcomer.can_use("calibrate.next"), OPEN_S)
    newcomer.click("calibrate.next")
    newcomer.reads("Step 1 of 6")
