"""Parts show what they are told and say what was clicked."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.tokens import Tone
from app.widgets.banner import Banner, BannerStack, Notice
from app.widgets.button import Button, Kind
from app.widgets.camera_tile import CameraTile
from app.widgets.chip import Chip
from app.widgets.field import NumberField, TextField
from app.widgets.job_strip import JobStrip
from app.widgets.loop_card import LoopCard
from app.widgets.phase_badge import PHASE_LOOKS, PhaseBadge
from app.widgets.popover import Popover
from app.widgets.rail import Rail, RailItem
from app.widgets.segmented import Option, Segmented
from app.widgets.slider import Slider
from app.widgets.start_list import Missing, StartList
from app.widgets.state_card import Figure, StateCard
from app.widgets.text import StatusText, Text
from lerobot_core.workers.protocol import DeviceState, LoopStatistics, Phase, StageTiming

Shown = Callable[..., QWidget]


def texts(widget: QWidget) -> list[str]:
    """Everything that is written in a part and can be seen."""
    labels = [label.text() for label in widget.findChildren(Text) if not label.isHidden()]
    return labels + [status.text for status in widget.findChildren(StatusText)]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """Puts parts into a window that is on the screen."""
    windows = []  # they live as long as the test

    def show(*widgets: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        layout = QVBoxLayout(window)
        for widget in widgets:
            layout.addWidget(widget)
        window.resize(900, 600)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return show


def test_a_button_s_key_clicks_it_and_is_part_of_its_width(qtbot: QtBot, shown: Shown) -> None:
    button, plain = Button("Redo", key="Left"), Button("Redo")
    window = shown(button, plain)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_Left)
    assert button.sizeHint().width() > plain.sizeHint().width()


def test_a_disabled_button_says_why_and_its_key_does_nothing(qtbot: QtBot, shown: Shown) -> None:
    button = Button("Start", kind=Kind.PRIMARY, key="Space")
    clicks: list[bool] = []
    button.clicked.connect(clicks.append)
    window = shown(button)
    button.set_available(False, "Name a dataset first.")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert clicks == []
    assert button.accessibleDescription() == "Name a dataset first."


def test_the_focus_ring_is_for_the_keyboard_only(qtbot: QtBot, shown: Shown) -> None:
    button = Button("Start")
    shown(button)
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not button.has_keyboard_focus
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.has_keyboard_focus


def test_space_means_the_button_one_went_to_by_keyboard(qtbot: QtBot, shown: Shown) -> None:
    bench, other = Button("Engage", key="Space"), Button("Other")
    said: list[str] = []
    bench.clicked.connect(lambda: said.append("bench"))
    other.clicked.connect(lambda: said.append("other"))
    shown(bench, other)
    other.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(other, Qt.Key.Key_Space)
    other.clearFocus()
    other.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(other, Qt.Key.Key_Space)
    assert said == ["bench", "other"]


def test_a_chip_swaps_its_reading_for_the_word_in_trouble(qtbot: QtBot, shown: Shown) -> None:
    chip = Chip("wrist")
    shown(chip)
    chip.show_device(DeviceState.OK, "", "30 fps")
    well = chip.accessibleName()
    chip.show_device(DeviceState.BAD, "unplugged", "30 fps")
    assert "30 fps" in well
    assert "unplugged" in chip.accessibleName()
    assert chip.is_in_trouble


def test_a_click_on_a_chip_opens_details_that_are_not_modal(qtbot: QtBot, shown: Shown) -> None:
    chip, other = Chip("follower"), Button("Other")
    window = shown(chip, other)
    chip.show_device(DeviceState.OK, "", "7.3 V")
    chip.set_details([("Supply", "7.3 V"), ("Warmest servo", "34 °C")])
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    popover = window.findChild(Popover)
    assert isinstance(popover, Popover)
    assert popover.isVisible()
    assert "34 °C" in texts(popover)
    assert QApplication.activeModalWidget() is None
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert popover.isHidden()
    assert chip.hasFocus()


def test_every_phase_has_a_look_and_a_word(qtbot: QtBot) -> None:
    badge = PhaseBadge()
    qtbot.addWidget(badge)
    words = set()
    for phase in Phase:
        badge.show_phase(phase, "ep 13")
        words.add(badge.word)
    assert len(words) == len(Phase) == len(PHASE_LOOKS)
    assert badge.accessibleName().endswith("ep 13")


def notices(count: int) -> Sequence[Notice]:
    return [Notice(str(n), f"Thing {n} failed", "Try again.", "Try again") for n in range(count)]


def test_two_banners_at_most_then_the_number_of_the_rest(qtbot: QtBot, shown: Shown) -> None:
    stack = BannerStack()
    shown(stack)
    stack.show_notices(notices(4))
    assert [banner.notice.key for banner in stack.banners()] == ["0", "1"]
    assert stack.more_button.text() == "2 more"
    qtbot.mouseClick(stack.more_button, Qt.MouseButton.LeftButton)
    assert len(stack.banners()) == 4
    stack.show_notices([])
    assert stack.isHidden()


def test_a_banner_s_buttons_say_which_notice_is_meant(qtbot: QtBot, shown: Shown) -> None:
    stack = BannerStack()
    window = shown(stack)
    stack.show_notices(notices(1))
    remedy = window.findChild(Button, "banner.remedy")
    close = window.findChild(Button, "banner.close")
    assert remedy is not None
    assert close is not None
    with qtbot.waitSignal(stack.remedy_requested) as asked:
        qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(stack.closed) as closed:
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert asked.args == closed.args == ["0"]


def test_a_banner_s_details_are_behind_a_fold_and_copied_whole(qtbot: QtBot, shown: Shown) -> None:
    banner = Banner(Notice("a", "It failed", "Try again.", details="line 1\nline 2"))
    window = shown(banner)
    assert "line 1\nline 2" not in texts(banner)
    qtbot.mouseClick(banner.fold, Qt.MouseButton.LeftButton)
    assert "line 1\nline 2" in texts(banner)
    copy = window.findChild(Button, "banner.copy")
    assert copy is not None
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "It failed\nTry again.\nline 1\nline 2"


def test_names_from_files_are_never_taken_for_mark_up(qtbot: QtBot) -> None:
    banner = Banner(Notice("a", "<b>bold</b> failed"))
    qtbot.addWidget(banner)
    labels = [label for label in banner.findChildren(Text) if "bold" in label.text()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_the_start_list_counts_and_offers_each_remedy(qtbot: QtBot, shown: Shown) -> None:
    start_list = StartList()
    window = shown(start_list)
    start_list.show_items(
        [
            Missing("dataset", "Name a dataset", "Nothing is chosen.", "Choose"),
            Missing("disk", "Little disk left", "6 GB.", "Free space", is_remark=True),
        ],
        ["Task given"],
    )
    assert start_list.fact.text() == "1 thing missing, 1 remark"
    assert "Task given" in texts(start_list)
    buttons = [window.findChild(Button, name) for name in ("start.dataset", "start.disk")]
    assert len({button.width() for button in buttons if button is not None}) == 1
    with qtbot.waitSignal(start_list.remedy_requested) as asked:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert asked.args == ["dataset"]
    start_list.show_items([], ["Task given"])
    assert start_list.isHidden()


def test_a_field_shows_its_error_in_place_of_the_hint(qtbot: QtBot, shown: Shown) -> None:
    field = TextField("Name", name="n", hint="user/name")
    shown(field)
    field.set_error("That is no name.")
    assert "That is no name." in texts(field)
    assert "user/name" not in texts(field)
    assert field.edit.accessibleDescription() == "That is no name."
    field.set_error("")
    assert "user/name" in texts(field)


def test_a_number_field_shows_its_number_and_says_its_unit(qtbot: QtBot, shown: Shown) -> None:
    field = NumberField("Episode", 30, 1, 600, name="e", unit="s")
    shown(field)
    assert field.edit.lineEdit().text() == "30"
    assert field.edit.lineEdit().width() > 40
    assert field.edit.accessibleName() == "Episode (s)"


def test_segments_exclude_each_other_and_arrow_keys_move(qtbot: QtBot, shown: Shown) -> None:
    control = Segmented([Option("a", "A"), Option("b", "B")], name="test")
    shown(control)
    chosen: list[str] = []
    control.chosen.connect(chosen.append)
    control.choose("a")
    assert chosen == []
    qtbot.mouseClick(control.segment("b"), Qt.MouseButton.LeftButton)
    assert (control.choice, chosen) == ("b", ["b"])
    control.segment("b").setFocus()
    qtbot.keyClick(control.segment("b"), Qt.Key.Key_Left)
    assert control.choice == "a"


def test_a_slider_tells_only_what_the_operator_did(qtbot: QtBot, shown: Shown) -> None:
    slider = Slider("Speed limit", 5, 100, name="s", shown=lambda value: f"{value} %")
    shown(slider)
    heard: list[int] = []
    slider.changed.connect(heard.append)
    slider.set_value(60)
    assert heard == []
    slider.track.setFocus()
    qtbot.keyClick(slider.track, Qt.Key.Key_Right)
    assert heard == [65]
    assert "65 %" in texts(slider)


def test_a_picture_is_fitted_whole_and_never_cropped(qtbot: QtBot) -> None:
    tile = CameraTile("top", panel="test")
    qtbot.addWidget(tile)
    tile.resize(800, 300)
    tile.show()
    tile.show_pixels(np.zeros((480, 640, 3), np.uint8))
    picture = tile.picture.fitted()
    assert picture.width() / picture.height() == pytest.approx(640 / 480)
    assert picture.height() == pytest.approx(tile.picture.height())
    assert picture.left() > 0


def test_a_picture_keeps_its_colours(qtbot: QtBot) -> None:
    tile = CameraTile("top", panel="test")
    qtbot.addWidget(tile)
    tile.resize(400, 340)
    tile.show()
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[..., 0] = 200
    tile.show_pixels(pixels)
    colour = tile.picture.grab().toImage().pixelColor(tile.picture.rect().center())
    assert (colour.red(), colour.green(), colour.blue()) == (200, 0, 0)


def test_a_lost_camera_keeps_its_last_picture_darkened(qtbot: QtBot) -> None:
    tile = CameraTile("top", panel="test")
    qtbot.addWidget(tile)
    tile.show()
    tile.show_pixels(np.full((48, 64, 3), 200, np.uint8))
    tile.show_lost(1_700_000_000.0)
    spot = tile.picture.fitted().topLeft().toPoint()
    colour = tile.picture.grab().toImage().pixelColor(spot.x() + 5, spot.y() + 5)
    assert 40 < colour.red() < 100
    tile.show_lost(None)
    colour = tile.picture.grab().toImage().pixelColor(spot.x() + 5, spot.y() + 5)
    assert colour.red() == 200


def test_a_tile_folds_and_comes_back(qtbot: QtBot) -> None:
    tile = CameraTile("top", panel="test")
    qtbot.addWidget(tile)
    tile.show()
    qtbot.mouseClick(tile.hide_button, Qt.MouseButton.LeftButton)
    assert tile.is_folded
    qtbot.mouseClick(tile.hide_button, Qt.MouseButton.LeftButton)
    assert not tile.is_folded


def test_a_tile_opens_a_window_that_shows_the_same_and_is_not_modal(qtbot: QtBot) -> None:
    tile = CameraTile("top", panel="test")
    qtbot.addWidget(tile)
    tile.show()
    qtbot.mouseClick(tile.undock_button, Qt.MouseButton.LeftButton)
    floating = next(w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Camera top")
    assert floating.isVisible()
    assert not floating.isModal()
    tile.show_pixels(np.full((48, 64, 3), 200, np.uint8))
    colour = floating.grab().toImage().pixelColor(floating.rect().center())
    assert colour.red() == 200
    floating.close()


STATISTICS = LoopStatistics(
    rate_hz=59.98,
    target_hz=60.0,
    ticks=4000,
    late_ticks=1,
    packets=40_000,
    lost_packets=2,
    stages={"read": StageTiming(3.1, 3.6), "whole": StageTiming(8.1, 10.0)},
)


def test_the_loop_card_shows_where_the_time_goes(qtbot: QtBot, shown: Shown) -> None:
    card = LoopCard()
    shown(card)
    assert "not running" in texts(card)
    card.show_statistics(STATISTICS)
    said = texts(card)
    for text in ("60.0", "1", "2", "of 40 k", "3.1 / 3.6", "8.1 / 10.0", "in time, 16.7 ms a tick"):
        assert text in said, text
    card.show_statistics(None)
    assert "3.1 / 3.6" not in texts(card)


def test_the_state_card_keeps_its_figures_in_place(qtbot: QtBot, shown: Shown) -> None:
    card = StateCard()
    shown(card)
    card.show_state("Recording", "Episode 13 of 50", Tone.BAD, "record-circle", outlined=True)
    card.set_timer("14.2", "of 30 s")
    card.set_figures([Figure("9", "saved", "000"), Figure("1", "redone", "000")])
    QApplication.processEvents()
    width = next(label for label in card.findChildren(Text) if label.text() == "9").width()
    card.set_figures([Figure("100", "saved", "000"), Figure("1", "redone", "000")])
    QApplication.processEvents()
    wide = next(label for label in card.findChildren(Text) if label.text() == "100")
    assert wide.width() == width
    assert "14.2" in texts(card)
    card.set_timer(None)
    assert "14.2" not in texts(card)


@pytest.mark.parametrize(("free_gb", "text"), [(81.2, "81 GB free"), (1.25, "1.2 GB free")])
def test_the_job_strip_shows_the_space_left(free_gb: float, text: str, qtbot: QtBot) -> None:
    strip = JobStrip()
    qtbot.addWidget(strip)
    strip.show_disk(free_gb)
    assert strip.disk.text == text
    assert "none running" in texts(strip)


def test_the_rail_opens_panels_and_hides_what_only_a_virtual_rig_has(
    qtbot: QtBot, shown: Shown
) -> None:
    rail = Rail(
        [
            RailItem("record", "Record", "record-circle-outline"),
            RailItem("faults", "Faults", "bug-outline", is_virtual_only=True),
        ]
    )
    window = shown(rail)
    record = window.findChild(Button, "nav.record")
    faults = window.findChild(Button, "nav.faults")
    assert record is not None
    assert faults is not None
    assert faults.isHidden()
    rail.show_virtual(True)
    assert faults.isVisible()
    with qtbot.waitSignal(rail.panel_wanted) as asked:
        qtbot.mouseClick(record, Qt.MouseButton.LeftButton)
    assert asked.args == ["record"]
    rail.fold(True)
    assert record.toolTip() == "Record"
