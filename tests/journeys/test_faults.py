"""Faults are practised in the real window: broken on one panel, told on the other, and mended."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.assembly import Assembly
from app.preferences import Preferences
from app.theme.theme import ThemeChoice, theme
from app.tour.guide import Guide
from app.widgets.stop_sequence import STARTLE_S
from lerobot_core.control.virtual import install_virtual_calibrations
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import Phase

pytestmark = [pytest.mark.timeout(180), pytest.mark.expects_log("session", "the arm", "guard")]

OPEN_S, ANSWER_S = 40.0, 20.0


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    install_virtual_calibrations()
    client = BenchClient("default")
    yield client
    client.end_bench()


@pytest.fixture
def trainee(qapp: QApplication, bench: BenchClient) -> Iterator[Guide]:
    preferences = Preferences()
    theme().wear(qapp, ThemeChoice.DARK, preferences.scale)
    assembly = Assembly(preferences)
    trainee = Guide(assembly.window, assembly.session)
    assembly.window.resize(1280, 800)
    assembly.open(panel="teleoperate")
    try:
        yield trainee
    finally:
        assembly.window.close()
        assembly.window.close()  # an arm that cannot go to rest keeps the window open once
        assembly.window.deleteLater()
        assembly.deleteLater()
        qapp.processEvents()


def test_a_servo_that_is_unplugged_stops_the_arm_with_its_name(
    trainee: Guide, bench: BenchClient
) -> None:
    trainee.wait_for_phase(Phase.IDLE, OPEN_S)
    trainee.click_when_ready("teleoperate.engage", ANSWER_S)
    trainee.wait_for_phase(Phase.TELEOPERATING, ANSWER_S)
    trainee.click("nav.faults")
    assert trainee.session.phase is Phase.TELEOPERATING  # no port was asked for
    trainee.click_when_ready("faults.unplug", ANSWER_S)
    trainee.wait_for_phase(Phase.HOLDING, ANSWER_S)
    held_s = time.monotonic()
    trainee.click("nav.teleoperate")
    trainee.wait_for(
        "the servo's name", lambda: any("servo 4" in said for said in trainee.problems()), ANSWER_S
    )
    trainee.click("nav.faults")
    trainee.click_when_ready("faults.undo.0", ANSWER_S)
    trainee.wait_for(
        "no fault",
        lambda: not bench.command("faults")["chains"]["follower"]["unplugged"],
        ANSWER_S,
    )
    # A press right after a hold that nobody asked for means STOP, whatever the button says.
    trainee.wait_for("a calm hand", lambda: time.monotonic() - held_s > STARTLE_S, ANSWER_S)
    trainee.click_when_ready("top.release", ANSWER_S)
    trainee.wait_for_phase(Phase.IDLE, ANSWER_S)
