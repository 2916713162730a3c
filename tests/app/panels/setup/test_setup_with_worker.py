"""The Set up panel with a real set-up worker, on a real bench."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from setup_driver import running_bench
from spoken_setup import QuietSession, sharing_of

from app.panels.setup.controller import SetupController
from app.panels.setup.panel import setup_panel
from app.panels.setup.rigs import RigBuilding
from app.panels.setup.view import SetupView
from app.services.previews import Previews
from app.services.setup_service import SetupService
from app.session_state import SessionState
from app.theme.theme import theme
from lerobot_core.sim.client import BenchClient

PATIENCE_MS = 60_000
FOLLOWER = "sim://koch/follower"


@pytest.fixture
def koch() -> Iterator[BenchClient]:
    with running_bench("koch") as client:
        yield client


@pytest.fixture
def controller(qapp: QApplication) -> Iterator[SetupController]:
    theme().wear(qapp)
    service, session = SetupService(), QuietSession()
    sharing = sharing_of(session, service, SessionState)  # type: ignore[arg-type]
    controller = SetupController(service, sharing, RigBuilding(), session)  # type: ignore[arg-type]
    yield controller
    service.shutdown()
    for each in (controller, sharing, service):
        each.deleteLater()


@pytest.fixture
def view(controller: SetupController, previews: Previews, qtbot: QtBot) -> SetupView:
    view = setup_panel(controller, previews)
    qtbot.addWidget(view)
    view.resize(1132, 720)
    view.show()
    return view


def click(view: SetupView, qtbot: QtBot, name: str) -> None:
    """As soon as it is shown and enabled."""

    def ready() -> bool:
        found = view.findChildren(QPushButton, name)
        return any(button.isVisible() and button.isEnabled() for button in found)

    qtbot.waitUntil(ready, timeout=PATIENCE_MS)
    next(each for each in view.findChildren(QPushButton, name) if each.isVisible()).click()


def test_nothing_plugged_in_and_yet_an_arm_is_found_checked_cut_and_mended(
    koch: BenchClient, controller: SetupController, view: SetupView, qtbot: QtBot
) -> None:
    def guide_says(heading: str) -> None:
        qtbot.waitUntil(lambda: view.guide.heading == heading, timeout=PATIENCE_MS)

    guide_says("Which robot do you have?")
    click(view, qtbot, "setup.kind.koch")
    guide_says("Which port is the follower on?")
    click(view, qtbot, "setup.next")
    assert controller.state.draft.ports == {"follower": FOLLOWER}
    click(view, qtbot, "setup.next")
    qtbot.waitUntil(lambda: controller.state.arm.live is not None, timeout=PATIENCE_MS)
    volts = [node.lines[1] for node in view.chain.drawing.nodes[1:]]
    assert volts[0].startswith("12.0 V")
    assert volts[-1].startswith("5.0 V")

    koch.command("cut", chain="follower", servo=4)
    silent = "Everything after servo 3 (elbow flex) is silent."
    row = view.chain.finding_row(0)
    qtbot.waitUntil(lambda: row.heading.text() == silent, timeout=PATIENCE_MS)
    koch.command("cut", chain="follower", servo=None)
    fine = "All 6 servos answer, and nothing is wrong with them."
    qtbot.waitUntil(lambda: row.heading.text() == fine, timeout=PATIENCE_MS)

    koch.command("unplug_adapter", chain="follower")
    qtbot.waitUntil(lambda: controller.state.arm.problem is not None, timeout=PATIENCE_MS)
    guide_says("Something is wrong with the follower")
    koch.command("plug_adapter", chain="follower")
    click(view, qtbot, "setup.next")
    guide_says("Which port is the leader on?")
