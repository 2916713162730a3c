"""Things go wrong in the real window, and the operator gets on with it.

A real session on the real bench; only the operator's mouse is ours.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import nan_teleoperator
import psutil
import pytest
from nan_teleoperator import BrokenDemonstratorConfig
from PySide6.QtWidgets import QApplication, QLabel

from app.assembly import Assembly
from app.preferences import Preferences
from app.services.rigs import RigFile
from app.services.worker_process import session_command
from app.theme.theme import ThemeChoice, theme
from app.tour.guide import Guide
from app.widgets.banner import Banner
from app.widgets.stop_sequence import STARTLE_S
from lerobot_core.control.rig import Rig, save_rig
from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.paths import lerobot_home
from lerobot_core.sim.client import BenchClient
from lerobot_core.workers.protocol import Phase

pytestmark = [pytest.mark.timeout(180), pytest.mark.expects_log("session", "the arm", "guard")]

CONNECT_S = 40.0
ANSWER_S = 20.0


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    install_virtual_calibrations()
    client = BenchClient("default")
    yield client
    client.end_bench()


class Operator(Guide):
    """Uses the window, and reads what is written in it."""

    assembly: Assembly

    def reads(self, text: str, seconds: float = ANSWER_S) -> None:
        """Wait until the text can be read somewhere in the window."""
        self.wait_for(f"“{text}”", lambda: any(text in each for each in self.texts()), seconds)

    def texts(self) -> list[str]:
        labels = self.window.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible()]

    def banners(self) -> list[Banner]:
        return [banner for banner in self.window.findChildren(Banner) if banner.isVisible()]

    def start_teleoperating(self) -> None:
        self.wait_for_phase(Phase.IDLE, CONNECT_S)
        self.click_when_ready("teleoperate.engage")
        self.wait_for_phase(Phase.TELEOPERATING, ANSWER_S)

    @property
    def session_pid(self) -> int:
        """The session worker, the one child of this process that runs a rig."""
        for child in psutil.Process().children():
            if "session" in child.cmdline():
                return child.pid
        raise AssertionError("no session runs")


@contextmanager
def program(qapp: QApplication, rig: Rig | None = None) -> Iterator[Operator]:
    """The whole program with a window of 1280×800, closed in order at the end."""
    preferences = Preferences()
    theme().wear(qapp, ThemeChoice.DARK, preferences.scale)
    assembly = Assembly(preferences)
    if rig is not None:
        assembly.rig = RigFile(save_rig(rig), rig)
    operator = Operator(assembly.window, assembly.session)
    operator.assembly = assembly
    assembly.window.resize(1280, 800)
    assembly.open()
    try:
        yield operator
    finally:
        assembly.window.close()
        assembly.window.close()  # an arm that cannot go to rest keeps the window open once
        assembly.window.deleteLater()
        assembly.deleteLater()
        qapp.processEvents()


@pytest.mark.parametrize(
    ("fault", "undo", "sentence"),
    [
        (
            ("deny_port", {"chain": "follower", "denied": True}),
            ("deny_port", {"chain": "follower", "denied": False}),
            "You are not allowed to open sim://default/follower.",
        ),
        (
            ("unplug_adapter", {"chain": "leader"}),
            ("plug_adapter", {"chain": "leader"}),
            "There is no device at sim://default/leader.",
        ),
        (
            ("unplug", {"chain": "follower", "servo": 4}),
            ("plug", {"chain": "follower", "servo": 4}),
            "wrist_flex",
        ),
        (
            ("voltage", {"chain": "follower", "volts": 12.0}),
            ("voltage", {"chain": "follower", "volts": 7.4}),
            "gets 12.0 V",
        ),
    ],
)
def test_a_rig_that_cannot_be_opened_says_why_and_opens_once_mended(
    qapp: QApplication,
    bench: BenchClient,
    fault: tuple[str, dict[str, object]],
    undo: tuple[str, dict[str, object]],
    sentence: str,
) -> None:
    bench.command(fault[0], **fault[1])
    with program(qapp) as operator:
        operator.reads(sentence, CONNECT_S)
        assert len(operator.banners()) == 1
        assert not operator.find("teleoperate.engage").isEnabled()
        bench.command(undo[0], **undo[1])
        operator.click_when_ready("banner.remedy")
        operator.wait_for_phase(Phase.IDLE, CONNECT_S)
        operator.wait_for("the banner to go", lambda: not operator.banners(), ANSWER_S)
        operator.wait_for("a start", operator.find("teleoperate.engage").isEnabled, ANSWER_S)


def test_a_wrong_port_is_named(qapp: QApplication) -> None:
    rig = virtual_rig()
    wrong = replace(rig, name="Wrong port", robot=replace(rig.robot, port="/dev/ttyNOWHERE"))  # type: ignore[call-arg]
    with program(qapp, wrong) as operator:
        operator.reads("There is no device at /dev/ttyNOWHERE.", CONNECT_S)
        assert not operator.find("teleoperate.engage").isEnabled()


def test_a_servo_unplugged_in_mid_run_stops_the_arm_and_can_be_plugged_in_again(
    qapp: QApplication, bench: BenchClient
) -> None:
    with program(qapp) as operator:
        operator.start_teleoperating()
        bench.command("unplug", chain="follower", servo=3)
        operator.wait_for_phase(Phase.HOLDING, ANSWER_S)
        operator.reads("servo 3")
        bench.command("plug", chain="follower", servo=3)
        operator.click_when_ready("teleoperate.engage")
        operator.wait_for_phase(Phase.TELEOPERATING, ANSWER_S)


def test_targets_that_are_no_numbers_stop_the_arm(qapp: QApplication, bench: BenchClient) -> None:
    rig = virtual_rig()
    leader = rig.teleoperator
    broken = BrokenDemonstratorConfig(
        port=leader.addresses[0], id=leader.id, calibration_dir=leader.calibration_dir
    )
    with program(qapp, replace(rig, name="Broken", teleoperator=broken)) as operator:
        operator.assembly.session._command = lambda path: [
            session_command(path)[0],
            *nan_teleoperator.COMMAND,
            str(path),
        ]
        operator.start_teleoperating()
        operator.wait_for_phase(Phase.HOLDING, ANSWER_S)
        operator.reads("was not a number")


def test_a_killed_session_is_one_problem_with_a_button_and_the_arm_is_held(
    qapp: QApplication, bench: BenchClient
) -> None:
    with program(qapp) as operator:
        operator.start_teleoperating()
        operator.watch_travel()
        operator.wait_for("a way to go", lambda: operator.largest_travel() > 20, ANSWER_S)
        os.kill(operator.session_pid, signal.SIGKILL)
        operator.reads("The guard holds the arm")
        assert len(operator.banners()) == 1
        operator.click("nav.record")  # the window lives on
        operator.click("nav.teleoperate")

        operator.click_when_ready("banner.remedy")
        operator.wait_for_phase(Phase.CONNECTING, CONNECT_S)
        assert not operator.banners()
        operator.wait_for_phase(Phase.HOLDING, CONNECT_S)
        operator.click_when_ready("top.rest")
        operator.wait_for_phase(Phase.GOING_TO_REST, ANSWER_S)
        operator.wait_for_phase(Phase.IDLE, ANSWER_S)


def test_a_session_that_hangs_is_guarded_stopped_and_replaced(
    qapp: QApplication, bench: BenchClient
) -> None:
    with program(qapp) as operator:
        operator.start_teleoperating()
        os.kill(operator.session_pid, signal.SIGSTOP)
        operator.wait_for_phase(Phase.HOLDING, ANSWER_S)
        operator.wait_for("one banner", lambda: len(operator.banners()) == 1, ANSWER_S)
        operator.pause(STARTLE_S)  # a press in fright would be the first STOP, not the second
        operator.click_when_ready("top.release")  # works through the guard
        operator.wait_for_phase(Phase.DISCONNECTED, ANSWER_S)

        operator.click_when_ready("banner.remedy")
        operator.wait_for_phase(Phase.IDLE, CONNECT_S)


def test_a_plan_says_what_is_missing_before_anything_is_asked_of_the_arm(
    qapp: QApplication, bench: BenchClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lerobot_home() / "lab" / "cubes").mkdir(parents=True)
    with program(qapp) as operator:
        operator.wait_for_phase(Phase.IDLE, CONNECT_S)
        operator.click("nav.record")
        operator.reads("Name a dataset")
        operator.reads("Enter a task")
        assert not operator.find("record.start").isEnabled()

        operator.type_into("record.dataset", "lab/cubes")
        operator.reads("already")
        assert not operator.find("record.start").isEnabled()

        operator.type_into("record.dataset", "lab/spheres")
        operator.type_into("record.task", "Roll")
        operator.wait_for("a start", operator.find("record.start").isEnabled, ANSWER_S)

        monkeypatch.setenv("LEROBOT_WORKBENCH_DISK_RESERVE_MB", str(2**40))
        operator.reads("disk")
        operator.wait_for(
            "no start", lambda: not operator.find("record.start").isEnabled(), ANSWER_S
        )
    assert not (lerobot_home() / "lab" / "spheres").exists()
