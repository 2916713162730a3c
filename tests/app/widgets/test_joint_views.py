import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.widgets.joint_history import SPAN_S, History
from app.widgets.joint_plots import JointPlots
from app.widgets.joint_table import JointLook, JointTable, reading_text
from lerobot_core.workers.protocol import JointRow, Telemetry

LOOKS = [
    JointLook("shoulder_pan", "Shoulder pan"),
    JointLook("gripper", "Gripper", is_percent=True),
]


@pytest.mark.parametrize(
    ("value", "is_percent", "signed", "text"),
    [
        (-14.2, False, False, "−14.2°"),
        (43.04, True, False, "43.0 %"),
        (0.5, False, True, "+0.5°"),
        (-0.04, False, True, "0.0°"),
        (None, False, False, "—"),
    ],
)
def test_readings_have_a_real_minus_and_a_unit(
    value: float | None, is_percent: bool, signed: bool, text: str
) -> None:
    assert reading_text(value, is_percent=is_percent, signed=signed) == text


def test_the_table_shows_a_row_and_the_gap(qtbot: QtBot) -> None:
    table = JointTable()
    qtbot.addWidget(table)
    table.set_joints(LOOKS)
    table.show_rows({"shoulder_pan": JointRow(-14.2, -14.2, -14.1, 8.0, 33.0)})
    table.show()
    assert table.cell_texts("shoulder_pan") == [
        "−14.2°",
        "−14.2°",
        "−14.1°",
        "−0.1°",
        "8 %",
        "33 °C",
    ]


def test_a_silent_joint_says_so_and_shows_no_old_numbers(qtbot: QtBot) -> None:
    table = JointTable()
    qtbot.addWidget(table)
    table.set_joints(LOOKS)
    table.show_rows({"gripper": JointRow(43.0, 42.5, 41.2, 22.0, 38.0, stale=True)})
    table.show()
    assert table.cell_texts("gripper")[2:] == ["silent", "—", "—", "—"]


def sample(time_s: float, position: float, *, stale: bool = False) -> Telemetry:
    return Telemetry(time_s, {"shoulder_pan": JointRow(None, position + 1, position, stale=stale)})


def test_the_history_keeps_ten_seconds_however_long_it_runs() -> None:
    history = History(["shoulder_pan"])
    for number in range(3000):
        history.add(sample(number / 30, float(number)))
    times, values = history.window("shoulder_pan")
    assert times[-1] == 0
    assert times[0] == pytest.approx(-SPAN_S, abs=1 / 30 + 1e-9)
    assert values[-1].tolist() == [2999.0, 3000.0]
    assert np.all(np.diff(times) > 0)


def test_the_history_has_a_gap_where_a_joint_was_silent() -> None:
    history = History(["shoulder_pan"])
    history.add(sample(0.0, 1.0))
    history.add(sample(0.1, 2.0, stale=True))
    _, values = history.window("shoulder_pan")
    assert np.isnan(values[1, 0])


def test_plots_of_chosen_joints_are_drawn(qtbot: QtBot) -> None:
    plots = JointPlots()
    qtbot.addWidget(plots)
    plots.set_joints(LOOKS)
    plots.resize(400, 300)
    plots.show()
    for number in range(60):
        plots.show_telemetry(
            Telemetry(number / 30, {look.key: JointRow(0, number, number) for look in LOOKS})
        )
    before = plots.grab().toImage()
    qtbot.waitUntil(lambda: plots.is_drawing, timeout=20_000)
    plots.show_telemetry(Telemetry(2.0, {look.key: JointRow(0, 9, 9) for look in LOOKS}))
    qtbot.waitUntil(lambda: plots.grab().toImage() != before, timeout=5_000)
    assert plots.chosen == ["shoulder_pan", "gripper"]
    plots.choose("gripper", False)
    plots.choose("shoulder_pan", False)
    assert plots.chosen == ["shoulder_pan"], "one plot always stays"
