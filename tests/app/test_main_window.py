import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.assembly import rail_items
from app.defects import notice_of_defect
from app.main_window import MainWindow
from app.panels.placeholder import PLANS, placeholder
from app.shell_state import ShellState, after
from app.theme.theme import theme
from app.widgets.banner import Notice
from app.widgets.button import Button
from app.widgets.chip import Chip
from lerobot_core.workers.protocol import DeviceReading, Devices, DeviceState, Phase, PhaseChanged


class Built:
    """A window whose panels note that they were made."""

    def __init__(self, qtbot: QtBot) -> None:
        self.made: list[str] = []
        keys = [item.key for item in rail_items()]
        self.window = MainWindow(rail_items(), {key: self._factory(key) for key in keys})
        qtbot.addWidget(self.window)

    def _factory(self, key: str):  # type: ignore[no-untyped-def]
        def make() -> QWidget:
            self.made.append(key)
            return QLabel(key)

        return make


@pytest.fixture
def built(qtbot: QtBot) -> Built:
    return Built(qtbot)


def state_of(*events: object) -> ShellState:
    state = ShellState()
    for event in events:
        state = after(state, event)
    return state


READINGS = [
    DeviceReading("follower", "robot", DeviceState.OK, volts=7.34, celsius=34.2),
    DeviceReading("leader", "teleoperator", DeviceState.OK, volts=5.1),
    DeviceReading("top", "camera", DeviceState.OK, fps=29.97),
    DeviceReading("wrist", "camera", DeviceState.OK, fps=30.0),
]


def test_a_panel_is_made_when_it_is_opened_for_the_first_time(built: Built, qtbot: QtBot) -> None:
    built.window.show()
    assert built.made == []
    record = built.window.findChild(Button, "nav.record")
    assert record is not None
    for _ in range(2):
        qtbot.mouseClick(record, Qt.MouseButton.LeftButton)
    assert built.made == ["record"]
    assert record.isChecked()
    assert built.window.open_panels == ["record"]


def test_every_panel_has_an_entry_in_the_order_of_the_work() -> None:
    labels = [item.label for item in rail_items()]
    work = ["Set up", "Calibrate", "Teleoperate", "Record", "Datasets", "Train", "Deploy"]
    assert labels == [*work, "Faults", "Settings"]


def test_a_virtual_rig_is_unmistakable_and_a_real_one_has_none_of_it(built: Built) -> None:
    window = built.window
    window.show()
    frame = window.findChild(QWidget, "window.virtual_frame")
    faults = window.findChild(Button, "nav.faults")
    assert frame is not None
    assert faults is not None
    window.top_bar.show_rigs(["Virtual SO-101"], 0, is_virtual=True)
    window.show_virtual(True)
    assert frame.isVisible()
    assert faults.isVisible()
    assert window.top_bar.virtual_pill.isVisible()
    corner = window.grab().toImage().pixelColor(1, 300).name().upper()
    assert corner == theme().tokens.virt
    window.top_bar.show_rigs(["Bench 2"], 0, is_virtual=False)
    window.show_virtual(False)
    assert frame.isHidden()
    assert faults.isHidden()
    assert window.top_bar.virtual_pill.isHidden()


def test_the_frame_does_not_take_clicks(built: Built) -> None:
    built.window.show()
    built.window.show_virtual(True)
    hit = built.window.childAt(1, 300)
    assert hit is None or hit.objectName() != "window.virtual_frame"


def test_the_top_bar_shows_phase_devices_and_torque(built: Built) -> None:
    bar = built.window.top_bar
    built.window.resize(1600, 800)
    built.window.show()
    bar.show_state(state_of(PhaseChanged(Phase.IDLE, torque_off_confirmed=True), Devices(READINGS)))
    assert (bar.badge.word, bar.badge.fact) == ("Idle", "torque off")
    names = [chip.accessibleName() for chip in bar.findChildren(Chip) if chip.isVisible()]
    assert names[0] == "follower: ok 7.3 V  34 °C"
    assert names[2] == "top: ok 30 fps"
    bar.show_state(state_of(PhaseChanged(Phase.RECORDING, episode=13, torque_on=True)))
    assert (bar.badge.word, bar.badge.fact) == ("Recording", "ep 13")
    assert not bar.rig_select.isEnabled()


def test_without_room_readings_go_and_then_healthy_chips_fold(built: Built) -> None:
    window = built.window
    wrong = DeviceReading("wrist", "camera", DeviceState.BAD, "unplugged")
    readings = [*READINGS[:3], wrong]
    window.show()
    window.top_bar.show_rigs(["Virtual SO-101"], 0, is_virtual=True)
    window.top_bar.show_state(state_of(PhaseChanged(Phase.IDLE), Devices(readings)))

    def said(width: int) -> list[str]:
        window.resize(width, 700)
        chips = window.top_bar.findChildren(Chip)
        return [chip.accessibleName() for chip in chips if chip.isVisible()]

    assert "follower: ok 7.3 V  34 °C" in said(1500)
    assert "follower: ok 7.3 V" in said(1280)
    narrow = said(940)
    assert "wrist: unplugged" in narrow, "trouble is always said"
    assert any(text.startswith("Devices") and "3 ok" in text for text in narrow)


def test_the_rail_folds_when_the_text_is_large(built: Built) -> None:
    window = built.window
    window.resize(1280, 800)
    window.show()
    wide = window.rail.width()
    try:
        theme().set_scale(1.5)
        assert window.rail.width() < wide
    finally:
        theme().set_scale(1.0)
    assert window.rail.width() == wide


def test_stop_badge_and_notices_stay_on_every_panel(built: Built) -> None:
    window = built.window
    window.show()
    for item in rail_items():
        window.open_panel(item.key)
        assert window.top_bar.stop.stop_button.isVisible()
        assert window.top_bar.badge.isVisible()


def test_a_notice_is_shown_once_and_can_be_closed(built: Built, qtbot: QtBot) -> None:
    window = built.window
    window.show()
    window.show_notice(Notice("a", "One thing"))
    window.show_notice(Notice("a", "One thing"))
    window.show_notice(Notice("b", "Another"))
    assert [banner.notice.key for banner in window.banners.banners()] == ["b", "a"]
    close = window.banners.banners()[0].findChild(Button, "banner.close")
    assert close is not None
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert [banner.notice.key for banner in window.banners.banners()] == ["a"]


def test_a_defect_becomes_one_calm_line_with_the_details(built: Built) -> None:
    try:
        raise ZeroDivisionError("a number")
    except ZeroDivisionError as error:
        notice = notice_of_defect(error)
    assert "ZeroDivisionError" not in notice.happened + notice.advice
    assert "ZeroDivisionError: a number" in notice.details


def test_the_window_says_when_it_was_painted_and_closes_once(built: Built, qtbot: QtBot) -> None:
    closings: list[None] = []
    built.window.closing.connect(lambda: closings.append(None))
    with qtbot.waitSignal(built.window.painted):
        built.window.show()
    built.window.close()
    assert len(closings) == 1


def test_while_it_closes_the_window_says_so_and_stop_works(built: Built) -> None:
    window, seen = built.window, []
    window.show()

    def look() -> None:
        notices = [banner.notice.happened for banner in window.banners.banners()]
        seen.append((notices, window.rail.isEnabled(), window.top_bar.stop.isEnabled()))

    window.closing.connect(look)
    window.close()
    assert seen == [(["Closing"], False, True)]
    assert not window.isVisible()


def test_a_window_that_is_to_stay_open_can_be_used_again(built: Built) -> None:
    window = built.window
    window.show()
    window.closing.connect(lambda: window.keep_open(Notice("held", "The arm still holds.")))
    window.close()
    assert window.isVisible()
    assert window.rail.isEnabled()
    assert [banner.notice.happened for banner in window.banners.banners()] == [
        "The arm still holds."
    ]


@pytest.mark.parametrize("key", sorted(PLANS))
def test_a_panel_that_is_not_built_says_so_and_offers_a_step(key: str, qtbot: QtBot) -> None:
    opened: list[str] = []
    panel = placeholder(key, opened.append)
    qtbot.addWidget(panel)
    panel.show()
    said = [label.text() for label in panel.findChildren(QLabel)]
    assert "Not built yet" in said
    assert PLANS[key].purpose in said
    step = panel.findChild(Button, f"{key}.step")
    assert step is not None
    qtbot.mouseClick(step, Qt.MouseButton.LeftButton)
    assert opened == [PLANS[key].step_panel]
